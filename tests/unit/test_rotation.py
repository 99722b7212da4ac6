"""Which copies are kept: enough of every age, never the newest thrown away, nobody else's file touched."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.store import machine, rotation
from desktop_crm.store.rotation import DAYS, LAST, MONTHS, WEEKS, keep

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
TAIPEI = ZoneInfo("Asia/Taipei")
moments = st.lists(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: NOW - dt.timedelta(minutes=minutes)), max_size=120
)


def day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(TAIPEI).date()


@given(moments)
def test_the_newest_ten_always_stay(made: list[dt.datetime]) -> None:
    assert set(sorted(set(made))[-LAST:]) <= keep(made, NOW)


@given(moments)
def test_never_more_than_the_rules_allow(made: list[dt.datetime]) -> None:
    kept = keep(made, NOW)
    assert kept <= set(made)
    assert len(kept) <= LAST + DAYS + WEEKS + MONTHS


@given(moments)
def test_every_recent_day_week_and_month_keeps_its_newest(made: list[dt.datetime]) -> None:
    kept = keep(made, NOW)
    for count, period in (
        (DAYS, day),
        (WEEKS, lambda one: day(one).isocalendar()[:2]),
        (MONTHS, lambda one: (day(one).year, day(one).month)),
    ):
        newest = {period(one): one for one in sorted(set(made))}
        assert set(sorted(newest.values())[-count:]) <= kept


@given(moments)
def test_keeping_twice_keeps_the_same(made: list[dt.datetime]) -> None:
    once = keep(made, NOW)
    assert keep(once, NOW) == once


def test_a_year_of_half_hours_leaves_copies_of_every_age() -> None:
    """As in a shop: a copy every half hour of the day, rotated each time."""
    there: set[dt.datetime] = set()
    moment = NOW - dt.timedelta(days=400)
    while moment <= NOW:
        if 1 <= moment.hour < 10:
            there = keep({*there, moment}, moment)
        moment += dt.timedelta(minutes=30)
    ages = sorted((NOW - one).days for one in there)
    assert ages[:LAST] == [0] * LAST
    assert {day(NOW) - dt.timedelta(days=n) for n in range(DAYS)} <= {day(one) for one in there}
    assert len({(one.year, one.month) for one in there}) == MONTHS
    assert len(there) <= LAST + DAYS + WEEKS + MONTHS


@given(moments, st.integers(1, 900))
def test_copies_of_a_clock_that_was_ahead_cost_the_others_nothing(made: list[dt.datetime], days: int) -> None:
    ahead = [NOW + dt.timedelta(days=days, hours=n) for n in range(20)]
    assert keep([*made, *ahead], NOW) == keep(made, NOW) | set(ahead)


def test_a_clock_two_years_back_throws_nothing_away() -> None:
    made = [NOW - dt.timedelta(hours=n) for n in range(30)]
    back = NOW - dt.timedelta(days=730)
    assert keep([*made, back], back) == {*made, back}


def test_two_shops_of_one_name_have_folders_of_their_own(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "shop.dcrm", tmp_path / "b" / "shop.dcrm"
    folders = {rotation.folder_of(path, tmp_path / "backups") for path in (first, second)}
    assert len(folders) == 2
    assert all(folder.name.startswith("shop-") for folder in folders)
    assert rotation.folder_of(first, tmp_path) == rotation.folder_of(
        tmp_path / "b" / ".." / "a" / "shop.dcrm", tmp_path
    )


def test_two_computers_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = rotation.folder_of(tmp_path / "shop.dcrm", tmp_path)
    monkeypatch.setattr(machine, "machine", lambda: "another")
    assert rotation.folder_of(tmp_path / "shop.dcrm", tmp_path) != here


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("shop-20261121-090000.dcrm", NOW),
        ("a-b 明德-20261121-090000-2.dcrm", NOW),
        ("shop-20261121-170000+0800.dcrm", NOW),
        ("shop-20261121-040000-0500.dcrm", NOW),
        ("shop-20261121-040000-0500-12.dcrm", NOW),
        ("shop-20261121-170000+9900.dcrm", None),
        ("shop-00010101-000000+0800.dcrm", None),
        ("shop-20261121-090000.part", None),
        ("shop-20261321-090000.dcrm", None),
        ("shop.dcrm", None),
        ("shop-20261121-090000.dcrm.txt", None),
        ("shop-20261121-090000.dcrm-wal", None),
    ],
)
def test_copies_are_known_by_their_name(name: str, made: dt.datetime | None) -> None:
    assert rotation.made_at(Path(name)) == made


@given(
    st.integers(0, 20 * 365 * 24 * 60 * 60).map(lambda seconds: NOW + dt.timedelta(seconds=seconds)),
    st.sampled_from(["Asia/Taipei", "Europe/Berlin", "America/New_York"]),
)
def test_a_name_tells_the_moment_also_when_clocks_change(made: dt.datetime, zone: str) -> None:
    stamp = rotation.stamp(made, zone)
    assert stamp.startswith(f"{made.astimezone(ZoneInfo(zone)):%Y%m%d-%H%M%S}")
    assert rotation.made_at(Path(f"shop-{stamp}.dcrm")) == made
    assert rotation.made_at(Path(f"shop-{stamp}-2.dcrm")) == made


def test_the_doubled_hour_of_autumn_has_two_names() -> None:
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    names = [rotation.stamp(moment, "Europe/Berlin") for moment in (first, first + dt.timedelta(hours=1))]
    assert names == ["20261025-023000+0200", "20261025-023000+0100"]


def test_pruning_touches_only_copies_and_old_halves(tmp_path: Path) -> None:
    for n in range(40):
        stamp = NOW - dt.timedelta(minutes=n)
        (tmp_path / f"shop-{stamp:%Y%m%d-%H%M%S}.dcrm").write_bytes(b"x")
    for name in ("notes.txt", "shop.dcrm", "old.part", "new.part"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / "old.part", (0, 0))
    removed = rotation.prune(tmp_path, NOW)
    assert len(removed) == 40 - LAST + 1
    left = {path.name for path in tmp_path.iterdir()}
    assert {"notes.txt", "shop.dcrm", "new.part"} <= left
    assert len(left) == LAST + 3
    assert rotation.copies(tmp_path)[0].made == NOW
