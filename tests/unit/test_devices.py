"""A file on another computer: it moved, or it is a copy with numbers and a journal of its own."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import EnvironmentFault, NeedsConfirmation, UserError
from desktop_crm.core.settings import Numbering
from desktop_crm.models import Customer, Device, JournalEntry, Order, Payment, Quotation
from desktop_crm.services import check, devices, payments, settings, shops, trade
from desktop_crm.services.devices import MOVED, OtherComputer
from desktop_crm.services.shops import Shop
from desktop_crm.store import backup, holder, machine
from desktop_crm.store.backup import Contents
from tests.unit.documents import TODAY, customer, issued, order, read, write

NUMBERED = (Customer.code, Quotation.number, Order.number, Payment.number)
ELSEWHERE = "f" * 32


@pytest.fixture
def original(empty_shop_file: Path, tmp_path: Path) -> Path:
    """A shop with a customer, a quotation and an order, made on this computer."""
    path = Path(shutil.copy(empty_shop_file, tmp_path / "shop.dcrm"))
    shop = shops.open_shop(path)
    trade_a_little(shop)
    shop.close()
    return path


@pytest.fixture
def copied(original: Path, tmp_path: Path) -> Path:
    """The same file, carried away."""
    return Path(shutil.copy(original, tmp_path / "copied.dcrm"))


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Go to the other computer."""

    def go() -> None:
        monkeypatch.setattr(devices, "machine", lambda: ELSEWHERE)
        monkeypatch.setattr("platform.node", lambda: "laptop")

    return go


def trade_a_little(shop: Shop) -> None:
    key = customer(shop)
    issued(shop, key)
    order(shop, key)
    write(shop, payments.receive, key, "cash", 100, TODAY)


def numbers(path: Path) -> set[str]:
    shop = shops.open_shop(path, writable=False)
    with shop.database.read() as session:
        found = [number for column in NUMBERED for number in session.scalars(select(column)) if number]
        assert check.run(session) == []
    shop.close()
    assert len(found) == len(set(found))
    return set(found)


def entries(path: Path) -> set[tuple[int, int]]:
    """Device and sequence of every journal entry."""
    shop = shops.open_shop(path, writable=False)
    with shop.database.read() as session:
        found = [
            (device, place) for device, place in session.execute(select(JournalEntry.device, JournalEntry.sequence))
        ]
    shop.close()
    assert len(found) == len(set(found))
    return set(found)


def work(path: Path, here: str = "") -> None:
    shop = shops.open_shop(path, here=here)
    trade_a_little(shop)
    shop.close()


def test_the_computer_that_made_a_shop_is_not_asked(original: Path) -> None:
    devices.require_known(original)
    assert holder.of(original).machine == machine.machine()


def test_another_computer_is_asked_and_nothing_is_written(original: Path, away: Callable[[], None]) -> None:
    before = original.read_bytes()
    away()
    with pytest.raises(OtherComputer) as caught:
        devices.require_known(original)
    held = caught.value.held
    assert held.computer in str(caught.value)
    assert "--moved" in str(caught.value.advice)
    assert caught.value.params["letter"] in devices.letters(held)
    assert held.last_change is not None
    assert abs(clock.now() - held.last_change) < dt.timedelta(minutes=5)
    assert original.read_bytes() == before


def test_a_shop_that_moved_goes_on_with_its_numbers(original: Path, copied: Path, away: Callable[[], None]) -> None:
    away()
    work(copied, MOVED)
    devices.require_known(copied)
    held = holder.of(copied)
    assert (held.ordinal, held.computer, held.series) == (1, "laptop", "")
    assert {device for device, _ in entries(copied)} == {1}
    assert not any("B" in number for number in numbers(copied))
    assert len(numbers(copied)) == 2 * len(numbers(original))


def test_the_old_computer_is_not_harmed(original: Path, copied: Path, away: Callable[[], None]) -> None:
    before = original.read_bytes()
    with pytest.MonkeyPatch.context():
        away()
        work(copied, MOVED)
    assert original.read_bytes() == before
    assert holder.of(original).machine == machine.machine()


def test_numbers_and_journal_of_a_copy_never_meet_those_of_the_original(
    original: Path, copied: Path, away: Callable[[], None]
) -> None:
    common, begun = numbers(original), entries(original)
    work(original)
    away()
    work(copied, "B")
    work(copied)
    assert numbers(original) & numbers(copied) == common
    assert entries(original) & entries(copied) == begun
    assert len(numbers(copied)) == 3 * len(common)
    new = numbers(copied) - common
    assert all("B" in number for number in new)
    assert {device for device, _ in entries(copied) - begun} == {2}


def test_a_pattern_without_a_place_for_the_letter_gets_one(
    original: Path, copied: Path, away: Callable[[], None]
) -> None:
    plain = {"quotation": "Q{year}-{n:4}", "order": "S{n}", "payment": "{n}R", "customer": "{n}"}
    for path in (original, copied):
        shop = shops.open_shop(path)
        write(shop, trade.change_numbering, plain)
        shop.close()
    common = numbers(original)
    work(original)
    away()
    work(copied, "B")
    assert numbers(original) & numbers(copied) == common
    year = clock.today().year
    assert f"Q{year}-B0001" in numbers(copied)


def test_two_laptops_have_two_letters(original: Path, tmp_path: Path, away: Callable[[], None]) -> None:
    common, begun = numbers(original), entries(original)
    away()
    found, journals = [], []
    for letter in ("B", "C"):
        path = Path(shutil.copy(original, tmp_path / f"{letter}.dcrm"))
        work(path, letter)
        found.append(numbers(path) - common)
        journals.append(entries(path) - begun)
    assert found[0].isdisjoint(found[1])
    assert journals[0].isdisjoint(journals[1])


def test_laptops_are_hardly_proposed_the_same_letter(
    original: Path, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one laptop for another copy, whose numbers begin anew."""
    work(copied)  # the original as it is later
    found: dict[Path, list[str]] = {original: [], copied: []}
    for number in range(200):
        monkeypatch.setattr(devices, "machine", lambda number=number: f"{number * 7919:032x}")
        for path in found:
            held = holder.of(path)
            found[path].append(devices.proposed(held))
            assert devices.proposed(held) == found[path][-1], "asked again it is the same"
    assert set(found[original]) == set(devices.letters(holder.of(original)))
    assert max(map(found[original].count, found[original])) < 25
    assert sum(a == b for a, b in zip(*found.values(), strict=True)) < 25


def test_letters_that_are_taken_are_not_offered(copied: Path) -> None:
    work(copied, "K")
    held = holder.of(copied)
    assert "K" not in devices.letters(held)
    assert len(devices.letters(held)) == 24
    full = replace(held, known=tuple((n, "") for n in range(1, 27)))
    assert devices.letters(full) == []
    assert devices.proposed(full) == "Z"


def test_a_copy_of_a_copy_and_a_copy_that_moves(copied: Path, tmp_path: Path, away: Callable[[], None]) -> None:
    away()
    work(copied, "B")
    further = Path(shutil.copy(copied, tmp_path / "further.dcrm"))
    with pytest.MonkeyPatch.context() as third:
        third.setattr(devices, "machine", lambda: "e" * 32)
        with pytest.raises(OtherComputer) as caught:
            devices.require_known(copied)
        assert caught.value.held.computer == "laptop"
        assert devices.letters(caught.value.held)[0] == "C"
        assert devices.known(caught.value.held) == [("B", "laptop")]
        work(further, "C")
        assert holder.of(further).ordinal == 3
        work(copied, MOVED)  # the copy goes on as the copy it is
        assert (holder.of(copied).ordinal, holder.of(copied).series) == (2, "B")
    assert (numbers(further) - numbers(copied)).isdisjoint(numbers(copied))


@pytest.mark.parametrize("letter", ["A", "a", "b", "Ä", "BB", "1", "乙"])
def test_what_is_no_letter_for_a_copy(copied: Path, letter: str) -> None:
    with pytest.raises(UserError) as caught:
        shops.open_shop(copied, here=letter)
    assert caught.value.field == "letter"
    assert numbers(copied)


def test_a_taken_letter_is_refused(copied: Path) -> None:
    work(copied, "B")
    with pytest.raises(UserError, match="belongs to another computer"):
        shops.open_shop(copied, here="B")
    assert holder.of(copied).series == "B"


def test_the_letter_here(original: Path, copied: Path) -> None:
    work(copied, "D")
    for path, letter in ((original, ""), (copied, "D")):
        shop = shops.open_shop(path, writable=False)
        assert read(shop, devices.series_here) == letter
        shop.close()


def test_a_copy_keeps_its_patterns(copied: Path) -> None:
    work(copied, "B")
    shop = shops.open_shop(copied)
    assert read(shop, settings.load, Numbering) == Numbering()
    assert read(shop, lambda session: session.scalar(select(func.count()).select_from(Device))) == 2
    shop.close()


def test_a_backup_of_another_computer_is_asked_about_too(
    original: Path, tmp_path: Path, away: Callable[[], None]
) -> None:
    saved = backup.backup(original, tmp_path / "usb")
    away()
    shops.restore_file(tmp_path / "new.dcrm", saved)
    with pytest.raises(OtherComputer):
        devices.require_known(tmp_path / "new.dcrm")
    assert isinstance(backup.look_inside(saved), Contents)


def test_a_damaged_file_is_told_before_anybody_is_asked(copied: Path, away: Callable[[], None]) -> None:
    copied.write_bytes(copied.read_bytes()[:9000])
    away()
    with pytest.raises(EnvironmentFault, match="damaged"):
        devices.require_known(copied)


# -- which computer this is ------------------------------------------------------------------------


def test_a_computer_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "own"))
    first = machine.machine()
    assert machine.machine() == first
    assert len(first) == 32
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "other"))
    assert machine.machine() != first


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"f" * 31])
def test_a_damaged_name_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path))
    (tmp_path / "machine-id").write_bytes(content)
    made = machine.machine()
    assert len(made) == 32
    assert machine.machine() == made


# -- the clock -------------------------------------------------------------------------------------


def test_a_clock_two_years_back_is_told_with_both_days(original: Path, clock_at: Callable[[str], object]) -> None:
    devices.require_clock(original)
    today = clock.today()
    clock_at("2024-01-02 09:00")
    with pytest.raises(NeedsConfirmation) as caught:
        devices.require_clock(original)
    assert caught.value.key == "clock"
    assert "2024-01-02" in str(caught.value)
    assert today.isoformat() in str(caught.value)


def test_an_entry_with_a_wrong_clock_does_not_silence_the_next_question(
    original: Path, clock_at: Callable[[str], object]
) -> None:
    clock_at("2024-01-02 09:00")
    work(original)
    with pytest.raises(NeedsConfirmation):
        devices.require_clock(original)


def test_minutes_are_no_matter(original: Path) -> None:
    last = holder.of(original).last_change
    assert last is not None
    try:
        clock.freeze(last - dt.timedelta(minutes=59))
        devices.require_clock(original)
        clock.freeze(last - dt.timedelta(minutes=61))
        with pytest.raises(NeedsConfirmation):
            devices.require_clock(original)
    finally:
        clock.freeze(None)
