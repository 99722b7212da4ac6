"""A backup is whole or it is not there; a restore brings everything back or changes nothing."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.settings import Trade
from desktop_crm.services import check, customers, settings, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.shops import Shop
from desktop_crm.store import backup, shop_file
from tests.unit.documents import customer, order, read
from tests.unit.test_shop_file import BAD

COULD_NOT = "The backup could not be written to .*; older backups are intact"


@pytest.fixture(autouse=True)
def own_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Automatic backups of the test go to its own folder."""
    folder = tmp_path / "automatic"
    monkeypatch.setattr(paths, "backups_dir", lambda: folder)
    return folder


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    connection = dbapi2.connect(str(path))
    tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'").fetchall()
    found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name, sql in tables}
    connection.close()
    return {**found, "layout": tables}


def names(path: Path) -> list[str]:
    shop = shops.open_shop(path, writable=False)
    try:
        with shop.database.read() as session:
            assert check.run(session) == []
            return sorted(session.connection().exec_driver_sql("SELECT name FROM customer").scalars())
    finally:
        shop.close()


# -- making them -----------------------------------------------------------------------------------


def test_a_backup_of_an_open_shop_has_everything(shop: Shop, tmp_path: Path) -> None:
    order(shop, customer(shop))
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    assert content(copy) == content(shop.database.path)
    assert os.listdir(copy.parent) == [copy.name]
    inside = backup.look_inside(copy)
    assert (inside.shop, inside.customers, inside.quotations, inside.orders) == ("明德水電工程行", 1, 0, 1)
    assert inside.last_change
    assert os.listdir(copy.parent) == [copy.name]


def test_the_name_tells_the_time_of_the_shop(shop: Shop, tmp_path: Path, clock_at: Callable[[str], object]) -> None:
    """Whoever makes the copy has another zone or none, as the worker and the command line."""
    clock_at("2026-11-21 09:00")  # in Taipei
    assert backup.backup(shop.database.path, tmp_path).name == "shop-20261121-090000+0800.dcrm"
    with shop.database.write("test") as session:
        settings.save(session, replace(settings.load(session, Trade), zone="Europe/Berlin"))
    assert backup.backup(shop.database.path, tmp_path).name == "shop-20261121-020000+0100.dcrm"


def test_backups_of_one_second_do_not_overwrite_each_other(
    shop: Shop, tmp_path: Path, clock_at: Callable[[str], object]
) -> None:
    clock_at("2026-11-21 09:00")
    made = {backup.backup(shop.database.path, tmp_path / "backups") for _ in range(3)}
    assert len(made) == 3


def test_a_backup_under_writes_is_whole(shop: Shop, tmp_path: Path) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            customer(shop)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        copies = [backup.backup(shop.database.path, tmp_path / "backups") for _ in range(4)]
    finally:
        stop.set()
        writer.join()
    counts = [len(names(copy)) for copy in copies]
    assert counts == sorted(counts)
    assert read(shop, check.run) == []


def spoil_folder(kind: str, folder: Path) -> Path:
    """A place no backup can be written to; also true for root."""
    if kind == "a file in its way":
        folder.write_text("here already")
        return folder
    return Path("/proc/nowhere") if kind == "read-only" else folder / "gone"


@pytest.mark.parametrize("kind", ["a file in its way", "read-only"])
def test_a_place_that_takes_no_backup_is_told(shop: Shop, tmp_path: Path, kind: str) -> None:
    with pytest.raises(EnvironmentFault, match=COULD_NOT):
        backup.backup(shop.database.path, spoil_folder(kind, tmp_path / "backups"))


def test_a_full_backup_disk_is_told_and_older_backups_stay(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = backup.backup(shop.database.path, tmp_path / "backups")
    before = older.read_bytes()
    connect = backup._connect

    def connect_full(path: Path) -> object:
        connection = connect(path)
        if path.suffix == ".part":
            connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(backup, "_connect", connect_full)
    with pytest.raises(EnvironmentFault, match=COULD_NOT):
        backup.backup(shop.database.path, tmp_path / "backups")
    assert os.listdir(older.parent) == [older.name]
    assert older.read_bytes() == before


def test_a_damaged_shop_gives_no_backup(shop: Shop, tmp_path: Path) -> None:
    path = shop.database.path
    shop.database.close()
    with dbapi2.connect(str(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE staff SET id = x'00'")
        connection.execute("INSERT INTO customer_month VALUES (x'01', '2026-01-01', 1, 1, 1)")
    connection.close()
    with pytest.raises(EnvironmentFault, match="The shop file is damaged"):
        backup.backup(path, tmp_path / "backups")
    assert os.listdir(tmp_path / "backups") == []


# -- bringing them back ----------------------------------------------------------------------------


def test_restoring_into_the_open_shop_brings_everything_back(shop: Shop, tmp_path: Path) -> None:
    order(shop, customer(shop, "宏益"))
    path = shop.database.path
    copy = backup.backup(path, tmp_path / "backups")
    before = content(path)
    customer(shop, "大同")
    shops.restore(shop, copy)
    after = content(path)
    assert after.pop("counter") != before.pop("counter")
    assert after["journal"][-1][6:9] == ("numbering.carry_forward", "note", "counter")
    after["journal"].pop()
    assert after == before
    assert shop.lock is not None
    customer(shop, "永昌")
    assert names(path) == ["宏益", "永昌"]


def test_what_a_restore_replaces_is_backed_up_first(shop: Shop, tmp_path: Path, own_backups: Path) -> None:
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    customer(shop, "大同")
    shops.restore(shop, copy)
    (kept,) = own_backups.rglob("*.dcrm")
    assert names(kept) == ["大同"]


def test_restoring_where_there_is_no_shop_yet(shop: Shop, tmp_path: Path) -> None:
    customer(shop, "宏益")
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    shops.restore_file(tmp_path / "new" / "shop.dcrm", copy)
    assert names(tmp_path / "new" / "shop.dcrm") == ["宏益"]


def test_a_leftover_log_does_not_spoil_the_restored_shop(shop: Shop, tmp_path: Path, own_backups: Path) -> None:
    """As after a kill: the log beside the file holds saves that are not in the file yet."""
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    customer(shop, "只在日誌裡")
    killed = tmp_path / "killed"
    killed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{shop.database.path}{suffix}", killed)
    path = killed / shop.database.path.name
    assert Path(f"{path}-wal").stat().st_size
    shops.restore_file(path, copy)
    assert names(path) == []
    assert [names(kept) for kept in own_backups.rglob("*.dcrm")] == [["只在日誌裡"]]


@pytest.mark.parametrize(("spoil", "sentence"), BAD, ids=[spoil.__name__ for spoil, _ in BAD])
def test_a_bad_backup_is_refused_and_the_open_shop_unchanged(
    shop: Shop, tmp_path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    spoil(copy)
    damaged = copy.read_bytes()
    customer(shop, "大同")
    for attempt in (lambda: backup.look_inside(copy), lambda: shops.restore(shop, copy)):
        with pytest.raises(EnvironmentFault) as caught:
            attempt()
        assert str(caught.value) == sentence
    assert copy.read_bytes() == damaged
    assert os.listdir(copy.parent) == [copy.name]
    assert names(shop.database.path) == ["大同"]
    customer(shop, "宏益")


def test_a_half_written_backup_is_refused(shop: Shop, tmp_path: Path) -> None:
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    part = copy.with_suffix(".part")
    part.write_bytes(copy.read_bytes()[:-4096])
    with pytest.raises(EnvironmentFault, match="damaged"):
        shops.restore(shop, part)
    assert names(shop.database.path) == []


def test_the_shop_itself_and_a_missing_file_are_no_backups(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="This is the shop itself"):
        shops.restore(shop, shop.database.path)
    with pytest.raises(EnvironmentFault, match="is not there"):
        shops.restore(shop, tmp_path / "nothing.dcrm")
    assert names(shop.database.path) == []


def test_nothing_is_restored_when_the_present_shop_cannot_be_backed_up(
    shop: Shop, tmp_path: Path, own_backups: Path
) -> None:
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    customer(shop, "大同")
    own_backups.write_text("no folder")
    with pytest.raises(EnvironmentFault, match=COULD_NOT):
        shops.restore(shop, copy)
    assert names(shop.database.path) == ["大同"]


def test_a_shop_too_damaged_for_a_backup_is_put_aside_whole(shop: Shop, tmp_path: Path) -> None:
    customer(shop, "宏益")
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    path = tmp_path / "broken" / "shop.dcrm"
    path.parent.mkdir()
    path.write_bytes(b"\0" * 5000)
    Path(f"{path}-wal").write_bytes(b"a log")
    shops.restore_file(path, copy)
    assert names(path) == ["宏益"]
    assert (path.parent / "shop-damaged.dcrm").read_bytes() == b"\0" * 5000
    assert (path.parent / "shop-damaged.dcrm-wal").read_bytes() == b"a log"


def test_a_backup_with_a_log_beside_it_keeps_both(shop: Shop, tmp_path: Path) -> None:
    """Somebody copied a live shop by hand, log and all; its last saves count."""
    customer(shop, "宏益")
    by_hand = tmp_path / "by-hand"
    by_hand.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{shop.database.path}{suffix}", by_hand / f"copy.dcrm{suffix}")
    before = {path.name: path.read_bytes() for path in by_hand.iterdir()}
    shops.restore_file(tmp_path / "new.dcrm", by_hand / "copy.dcrm")
    assert names(tmp_path / "new.dcrm") == ["宏益"]
    assert before.items() <= {path.name: path.read_bytes() for path in by_hand.iterdir()}.items()


def test_a_failed_restore_leaves_the_shop_writable(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup.backup(shop.database.path, tmp_path / "backups")
    customer(shop, "大同")

    def full(origin: object, target: Path) -> None:
        raise EnvironmentFault("The disk is full; the last change was not saved.")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_copy", full)
        with pytest.raises(EnvironmentFault, match="disk is full"):
            shops.restore(shop, copy)
    shop.database.run(customers.create, CustomerForm({"name": "宏益"}))
    assert names(shop.database.path) == ["大同", "宏益"]
    assert shop_file.is_current(copy)
