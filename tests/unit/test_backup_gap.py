"""A restore says what it takes away, and never lets a number be given twice."""

from __future__ import annotations

import gzip
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import translator
from desktop_crm.models import Customer, Delivery, JournalEntry, Order, Payment, Quotation
from desktop_crm.services import backup_words, backups, check, devices, numbering, payments, shops
from desktop_crm.services.shops import Shop
from desktop_crm.store import backup, backup_gap
from tests.unit.documents import TODAY, customer, issued, order, read, write

OLDEST = Path(__file__).resolve().parents[1] / "data" / "shops" / "0.1.0.dcrm.gz"
NUMBERED = (Customer.code, Quotation.number, Order.number, Delivery.number, Payment.number)


@pytest.fixture(autouse=True)
def own_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Automatic backups of the test go to its own folder."""
    folder = tmp_path / "automatic"
    monkeypatch.setattr(paths, "backups_dir", lambda: folder)
    return folder


def trade_a_little(shop: Shop) -> None:
    key = customer(shop)
    issued(shop, key)
    order(shop, key)
    write(shop, payments.receive, key, "cash", 100, TODAY)


def numbers(shop: Shop) -> set[str]:
    with shop.database.read() as session:
        found = [number for column in NUMBERED for number in session.scalars(select(column)) if number]
        assert check.run(session) == []
    assert len(found) == len(set(found))
    return set(found)


def places(shop: Shop) -> set[tuple[int, int]]:
    with shop.database.read() as session:
        return {
            (device, place) for device, place in session.execute(select(JournalEntry.device, JournalEntry.sequence))
        }


@pytest.fixture
def saved(shop: Shop, tmp_path: Path) -> Path:
    """A backup after the first documents; the shop has gone on since."""
    trade_a_little(shop)
    made = backup.backup(shop.database.path, tmp_path / "usb")
    for _ in range(2):
        trade_a_little(shop)
    return made


# -- what goes -------------------------------------------------------------------------------------


def test_what_was_made_since_is_counted(shop: Shop, saved: Path) -> None:
    path = shop.database.path
    assert backups.missing(path, saved) == {"customer": 2, "quotation": 2, "customer_order": 2, "payment": 2}
    assert backups.missing(path, backup.backup(path, saved.parent)) == {}


def test_a_newer_copy_loses_nothing_to_an_older_shop(shop: Shop, saved: Path, tmp_path: Path) -> None:
    assert backups.missing(saved, backup.backup(shop.database.path, tmp_path)) == {}


def test_looking_changes_nothing(shop: Shop, saved: Path, tmp_path: Path) -> None:
    path = shop.database.path
    shop.close()
    before = {file: file.read_bytes() for file in (path, saved)}
    backups.missing(path, saved)
    assert {file: file.read_bytes() for file in (path, saved)} == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("content", [b"", b"half", b"SQLite format 3\0" + b"\0" * 5000])
def test_a_shop_that_cannot_be_read_is_not_known(saved: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.dcrm"
    broken.write_bytes(content)
    assert backups.missing(broken, saved) is None
    assert backup_gap.reached(tmp_path / "nothing.dcrm") is None


def test_the_backup_of_another_shop_is_not_compared(shop: Shop, saved: Path, tmp_path: Path) -> None:
    other = shops.create_shop(tmp_path / "other.dcrm", "永昌機電")
    trade_a_little(other)
    other.close()
    assert backups.missing(shop.database.path, tmp_path / "other.dcrm") == {}


def test_a_damaged_copy_is_left_to_the_look_inside(shop: Shop, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:5000])
    assert backups.missing(shop.database.path, saved) == {}
    with pytest.raises(EnvironmentFault):
        backup_gap.missing(shop.database.path, saved)


def test_the_words() -> None:
    t = translator("en")
    assert "3 quotations, 1 order." in backup_words.gone(t, {"quotation": 3, "customer_order": 1})
    assert backup_words.gone(t, {}) == ""
    assert "nobody knows" in backup_words.gone(t, None)
    assert all(backup_words.gone(t, {table: 2}) for table in backup_gap.TOLD)


# -- numbers ---------------------------------------------------------------------------------------


def test_no_number_is_given_twice_over_a_restore(shop: Shop, saved: Path) -> None:
    given, begun = numbers(shop), places(shop)
    shops.restore(shop, saved)
    old = numbers(shop)
    kept = places(shop)
    trade_a_little(shop)
    new = numbers(shop) - old
    assert len(new) == 4
    assert new.isdisjoint(given)
    assert (places(shop) - kept).isdisjoint(begun)
    assert any(number.endswith("-0004") for number in new)


def test_back_and_forth_again(shop: Shop, saved: Path, own_backups: Path) -> None:
    """What was replaced comes back, and counts on from the highest of all."""
    given = numbers(shop)
    shops.restore(shop, saved)
    trade_a_little(shop)
    between = numbers(shop)
    (kept,) = own_backups.rglob("*.dcrm")
    shops.restore(shop, kept)
    assert numbers(shop) == given
    trade_a_little(shop)
    assert (numbers(shop) - given).isdisjoint(between)


def test_the_restore_stands_in_the_journal_once(shop: Shop, saved: Path) -> None:
    shops.restore(shop, saved)
    with shop.database.read() as session:
        query = select(JournalEntry).where(JournalEntry.action == "numbering.carry_forward")
        (entry,) = session.scalars(query)
        assert entry.verb == "note"
        assert all(before < after for before, after in entry.changes["moved"].values())
        assert len(entry.changes["moved"]) == 4
        assert entry.changes[numbering.SKIPPED] > 0


def test_a_gap_that_no_restore_made_is_still_found(shop: Shop, saved: Path) -> None:
    shops.restore(shop, saved)
    with shop.database.write("test") as session:
        session.connection().exec_driver_sql("DELETE FROM journal WHERE sequence = 2")
    assert [line for line in read(shop, check.run) if line.startswith("journal")]


def test_a_copy_of_before_does_not_pass_for_the_restored_shop(shop: Shop, saved: Path, tmp_path: Path) -> None:
    """As many entries as before the restore, and yet another content: a new backup is due."""
    path = shop.database.path
    backups.run(path, tmp_path / "here")
    before = dict(backup.position(path))
    shops.restore(shop, saved)
    while dict(backup.position(path))[1] <= before[1]:
        customer(shop)
    assert backups.situation(path, tmp_path / "here").changed


def test_a_file_that_is_not_open_counts_on_too(shop: Shop, saved: Path) -> None:
    given, path = numbers(shop), shop.database.path
    shop.close()
    shops.restore_file(path, saved)
    again = shops.open_shop(path)
    old = numbers(again)
    trade_a_little(again)
    assert (numbers(again) - old).isdisjoint(given)
    again.close()


def test_counters_of_a_damaged_shop_count_when_they_can_be_read(shop: Shop, saved: Path) -> None:
    given, path = numbers(shop), shop.database.path
    shop.close()
    with closing(dbapi2.connect(str(path))) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO customer_month VALUES (x'01', '2026-01-01', 1, 1, 1)")
        connection.commit()
    shops.restore_file(path, saved)
    assert path.with_name(f"{path.stem}-damaged.dcrm").exists()
    again = shops.open_shop(path)
    old = numbers(again)
    trade_a_little(again)
    assert (numbers(again) - old).isdisjoint(given)
    again.close()


def test_another_shop_brings_its_own_numbers(shop: Shop, saved: Path, tmp_path: Path) -> None:
    other = shops.create_shop(tmp_path / "other.dcrm", "永昌機電")
    trade_a_little(other)
    before = numbers(other)
    other.close()
    shops.restore(shop, tmp_path / "other.dcrm")
    assert numbers(shop) == before
    trade_a_little(shop)
    assert any(number.endswith("-0002") for number in numbers(shop) - before)


def test_a_laptop_goes_back_to_before_it_was_one(
    shop: Shop, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup is the original's: its journal gets no entry of the laptop, whose letter counts on."""
    copied = Path(shutil.copy(backup.backup(shop.database.path, tmp_path), tmp_path / "copied.dcrm"))
    monkeypatch.setattr(devices, "machine", lambda: "f" * 32)
    laptop = shops.open_shop(copied, here="K")
    trade_a_little(laptop)
    given, begun = numbers(laptop), places(laptop)
    laptop.close()
    shops.restore_file(copied, saved)
    laptop = shops.open_shop(copied, here="K")
    assert {place for place in places(laptop) if place[0] == 1} <= begun
    old = numbers(laptop)
    trade_a_little(laptop)
    assert (numbers(laptop) - old).isdisjoint(given)
    assert {place for place in places(laptop) if place[0] > 1}.isdisjoint(begun)
    laptop.close()


def test_a_restore_that_breaks_off_leaves_the_shop_and_nothing_beside_it(
    shop: Shop, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, path = numbers(shop), shop.database.path

    def full(*_args: object) -> None:
        raise EnvironmentFault("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(numbering.journal, "note", full)
        with pytest.raises(EnvironmentFault, match="full"):
            shops.restore(shop, saved)
    assert numbers(shop) == before
    assert not list(path.parent.glob("*.part*"))


def test_an_older_layout_is_restored_with_the_numbers_of_today(tmp_path: Path) -> None:
    old = tmp_path / "0.1.0.dcrm"
    old.write_bytes(gzip.decompress(OLDEST.read_bytes()))
    file = Path(shutil.copy(old, tmp_path / "now.dcrm"))
    newer = shops.open_shop(file)
    before = numbers(newer)
    trade_a_little(newer)
    given = numbers(newer)
    shops.restore(newer, old)
    assert numbers(newer) == before
    trade_a_little(newer)
    assert (numbers(newer) - before).isdisjoint(given)
    newer.close()
