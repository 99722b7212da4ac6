"""Backing up when something is new, here and at a second place that may be gone, full or read-only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.services import backups, shops
from desktop_crm.services.shops import Shop
from desktop_crm.store import backup, rotation
from tests.unit.documents import customer

CLOCK = Callable[[str], object]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "here"


@pytest.fixture
def outside(tmp_path: Path, shop: Shop) -> Path:
    (tmp_path / "usb").mkdir()
    return backups.prepare_place(tmp_path / "usb", shop.database.path).folder


def test_a_copy_is_made_only_when_something_changed(shop: Shop, here: Path, outside: Path, clock_at: CLOCK) -> None:
    path = shop.database.path
    clock_at("2026-11-21 09:00")
    assert backups.situation(path, here, outside).changed
    first = backups.run(path, here, outside)
    assert first.here is not None
    assert first.outside is not None
    assert not backups.situation(path, here, outside).changed
    assert backups.run(path, here, outside) == backups.Made(None, None)
    customer(shop)
    clock_at("2026-11-21 09:30")
    assert backups.situation(path, here, outside).changed
    second = backups.run(path, here, outside)
    assert second.here not in (None, first.here)
    assert len(backups.copies(path, here, outside)) == 4
    assert backups.situation(path, here, outside).outside == backups.copies(path, here, outside)[0].made


def test_asked_for_it_is_made_in_any_case(shop: Shop, here: Path) -> None:
    path = shop.database.path
    assert backups.run(path, here).here != backups.run(path, here, always=True).here


def test_a_clock_set_back_does_not_hide_a_change(shop: Shop, here: Path, clock_at: CLOCK) -> None:
    path = shop.database.path
    clock_at("2026-11-21 09:00")
    backups.run(path, here)
    clock_at("2024-11-21 09:00")
    customer(shop)
    assert backups.situation(path, here).changed
    made = backups.run(path, here).here
    assert made is not None
    assert backup.look_inside(made).customers == 1
    assert backups.run(path, here).here is None


def test_a_place_that_is_gone_is_told_and_not_made_anew(shop: Shop, here: Path, outside: Path) -> None:
    """A USB disk that is not there: its mount point must not fill up instead."""
    shutil.rmtree(outside)
    made = backups.run(shop.database.path, here, outside)
    assert made.here is not None
    assert made.outside is None
    assert made.trouble is not None
    assert made.trouble[0].startswith("The second backup place is not there")
    assert not outside.exists()
    assert not backups.situation(shop.database.path, here, outside).outside_there


def test_a_full_place_leaves_older_copies_whole(
    shop: Shop, here: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = backups.run(shop.database.path, here, outside).outside
    assert older is not None
    before = older.read_bytes()
    customer(shop)
    connect = backup._connect

    def connect_full(path: Path) -> object:
        connection = connect(path)
        if path.suffix == ".part" and outside in path.parents:
            connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(backup, "_connect", connect_full)
    made = backups.run(shop.database.path, here, outside)
    assert made.here is not None
    assert made.trouble is not None
    assert "older backups are intact" in made.trouble[0]
    assert older.read_bytes() == before
    assert [path.name for path in older.parent.iterdir()] == [older.name]


def test_a_place_where_nothing_can_be_written_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (Path("/proc"), tmp_path / "file", tmp_path / "gone"):
        with pytest.raises(EnvironmentFault, match="Nothing can be written to"):
            backups.prepare_place(folder, shop.database.path)


def test_the_shops_own_folder_is_no_second_place(shop: Shop) -> None:
    with pytest.raises(UserError, match="the folder of the shop itself"):
        backups.prepare_place(shop.database.path.parent, shop.database.path)


def test_the_same_disk_is_noticed_but_a_cloud_folder_is_fine(shop: Shop, tmp_path: Path) -> None:
    for name, same in (("usb", True), ("OneDrive", False)):
        (tmp_path / name).mkdir()
        place = backups.prepare_place(tmp_path / name, shop.database.path)
        assert place.same_disk is same
        assert place.folder == tmp_path / name / backups.OUTSIDE
        assert list(place.folder.iterdir()) == []
        assert backups.prepare_place(place.folder, shop.database.path).folder == place.folder


def test_a_damaged_newest_copy_does_not_count(shop: Shop, here: Path) -> None:
    path = shop.database.path
    first = backups.run(path, here).here
    assert first is not None
    first.write_bytes(b"half")
    assert isinstance(backups.look(first), EnvironmentFault)
    assert backups.situation(path, here).changed
    second = backups.run(path, here).here
    assert second is not None
    assert backups.verify(second).shop == "明德水電工程行"
    with pytest.raises(EnvironmentFault):
        backups.verify(first)


def test_what_an_upgrade_or_restore_keeps_is_in_the_shops_own_folder(
    shop: Shop, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_crm.core import paths

    monkeypatch.setattr(paths, "backups_dir", lambda: here)
    path = shop.database.path
    assert backup.before_upgrade(path).parent == rotation.folder_of(path, here)
    copy = backups.run(path, here, always=True).here
    assert copy is not None
    shops.restore(shop, copy)
    assert len(backups.copies(path, here)) == 3
