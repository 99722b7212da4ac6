"""Backup and restore through SQLite's own backup API; a copy counts only when its check passed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.dates import DEFAULT_ZONE, clock
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Trade
from desktop_crm.store import faults, rotation, shop_file
from desktop_crm.store.shop_file import BESIDE, connect_reading

COUNTED = ("customer", "quotation", "customer_order")
WHOSE = (
    "SELECT (SELECT json_extract(value, '$.name') FROM setting WHERE key = 'company'),"
    " (SELECT max(happened_at) FROM journal), (SELECT version_num FROM alembic_version)"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is inside a backup, for a look before restoring."""

    shop: str
    customers: int
    quotations: int
    orders: int
    last_change: str
    revision: str


def backup(shop: Path, folder: Path) -> Path:
    """Copy a shop, open or not, into ``folder`` and return the verified copy.

    Raises EnvironmentFault when the folder cannot be written, the disk is full or the shop is damaged;
    older copies stay as they are.
    """
    shop_file.check_header(shop)
    with _told(folder), closing(_connect(shop)) as origin:
        return copy_of(origin, shop.stem, folder)


def copy_of(origin: Any, name: str, folder: Path) -> Path:
    """Copy the shop behind an open connection into ``folder``, named after it and the time; raises as ``backup``."""
    with _told(folder):
        stem = f"{name}-{rotation.stamp(clock.now(), _zone(origin))}"
    part = folder / f"{stem}-{os.getpid()}.part"
    try:
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            shop_file.remove(part)
            _copy(origin, part)
        _verify(part)
        target = _free_name(folder / f"{stem}{shop_file.SUFFIX}")
        with _told(folder):
            os.replace(part, target)
    finally:
        if folder.is_dir():
            shop_file.remove(part)
    return target


def _zone(origin: Any) -> str:
    """The zone of the shop; whoever copies it may not have opened it."""
    found = origin.execute("SELECT json_extract(value, '$.zone') FROM setting WHERE key = ?", (Trade.KEY,)).fetchone()
    return found[0] if found and found[0] else DEFAULT_ZONE


def before_upgrade(shop: Path) -> Path:
    """The automatic backup before a migration."""
    return backup(shop, rotation.folder_of(shop, paths.backups_dir()))


def position(path: Path) -> list[tuple[int, int]]:
    """How far the journal of a shop or copy goes, by device: equal positions mean equal contents.

    Raises EnvironmentFault for a file that is no whole shop of ours.
    """
    shop_file.check_header(path)
    with faults.translated(), closing(connect_reading(path)) as connection:
        rows = connection.execute("SELECT device, max(sequence) FROM journal GROUP BY device ORDER BY device")
        return [(device, sequence) for device, sequence in rows]


def check(copy: Path) -> None:
    """Raise EnvironmentFault unless a backup is whole, ours and not newer than the program."""
    shop_file.is_current(copy)
    _verify(copy)


def look_inside(copy: Path) -> Contents:
    """Whose backup it is and how much is in it; raises EnvironmentFault for a file that is no whole shop of ours."""
    shop_file.is_current(copy)
    with faults.translated(), closing(connect_reading(copy)) as connection:
        shop, last_change, revision = connection.execute(WHOSE).fetchone()
        customers, quotations, orders = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED
        )
    return Contents(shop or "", customers, quotations, orders, last_change or "", revision)


def restore(copy: Path, shop: Path, prepare: Callable[[Path], object] | None = None) -> None:
    """Put a backup in the place of ``shop``, which the caller has locked; what was there is backed up first.

    ``prepare`` changes a copy of the backup first; the shop then gets all of it in one step. It is written INTO an
    existing file, so that no old log beside it can be mistaken for its own.
    Raises EnvironmentFault for a damaged, foreign, newer or half-written backup, and when what is there cannot
    be backed up; the shop is then unchanged.
    """
    shop_file.is_current(copy)
    if shop.exists() and copy.samefile(shop):
        raise UserError(N_("This is the shop itself, not a backup."), N_("Choose another file."))
    _verify(copy)
    if shop.exists():
        _keep(shop)
    with faults.translated():
        shop.parent.mkdir(parents=True, exist_ok=True)
        if prepare is None:
            _write_into(shop, copy)
        else:
            _write_prepared(shop, copy, prepare)
    _verify(shop)


def _write_prepared(shop: Path, copy: Path, prepare: Callable[[Path], object]) -> None:
    part = shop.with_name(f"{shop.stem}-restore.part")  # one name: what a killed restore left is written over
    try:
        shop_file.remove(part)
        _write_into(part, copy)
        prepare(part)
        _write_into(shop, part)
    finally:
        shop_file.remove(part)


def _write_into(target: Path, origin: Path) -> None:
    with closing(connect_reading(origin)) as connection:
        _copy(connection, target)


def _keep(shop: Path) -> None:
    """Back up what a restore is about to replace; a shop too damaged for that is put aside byte by byte."""
    try:
        shop_file.check_header(shop)
        _verify(shop)
    except EnvironmentFault:
        aside = _free_name(shop.with_stem(f"{shop.stem}-damaged"))
        for suffix in ("", *BESIDE):
            if Path(f"{shop}{suffix}").exists():
                os.replace(f"{shop}{suffix}", f"{aside}{suffix}")
    else:
        backup(shop, rotation.folder_of(shop, paths.backups_dir()))


def _copy(origin: Any, target: Path) -> None:
    """All pages at one moment; other programs may go on writing to the source meanwhile."""
    with closing(_connect(target)) as copy:
        origin.backup(copy)


def _connect(path: Path) -> Any:
    """A connection that takes part in the locking of a file in use."""
    return dbapi2.connect(str(path), isolation_level=None)


def _verify(copy: Path) -> None:
    """Raise EnvironmentFault unless every page and key of the copy is sound."""
    with faults.translated(), closing(connect_reading(copy)) as connection:
        sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
        if not sound or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise faults.damaged()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say of any trouble that the backup failed, except that the shop itself is damaged."""
    try:
        yield
    except (OSError, dbapi2.Error) as error:
        if faults.code_of(error) in (faults.CORRUPT, faults.NOTADB):
            raise faults.damaged() from error
        raise EnvironmentFault(
            N_("The backup could not be written to %(folder)s; older backups are intact."),
            N_("Check that the disk is connected, not full and not read-only."),
            folder=str(folder),
        ) from error


def _free_name(path: Path) -> Path:
    """``path`` or, when that is taken, the same with a number."""
    free, number = path, 2
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free
