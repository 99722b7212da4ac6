"""Backup and restore through SQLite's own backup API; a copy counts only when its check passed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as dbapi

from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.store import faults, migrations, shop_file
from desktop_crm.store.database import APPLICATION_ID, Database

PAGES_A_STEP = 1000


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
    target = _free_name(folder, f"{shop.stem}-{clock.now():%Y%m%d-%H%M%S}")
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with faults.translated():
            _copy(shop, part)
        _verify(part)
        os.replace(part, target)
    except OSError as error:
        raise EnvironmentFault(
            N_("The backup could not be written to %(folder)s; older backups are intact."),
            N_("Check that the disk is connected, not full and not read-only."),
            folder=str(folder),
        ) from error
    finally:
        _remove(part)
    return target


def before_upgrade(shop: Path) -> Path:
    """The automatic backup before a migration."""
    return backup(shop, paths.backups_dir())


def look_inside(copy: Path) -> Contents:
    """Whose backup it is and how much is in it; raises EnvironmentFault for a file that is no whole shop."""
    shop_file.check_header(copy)
    with faults.translated():
        connection = _connect(copy)
        try:
            name = connection.execute(
                "SELECT json_extract(value, '$.name') FROM setting WHERE key = 'company'"
            ).fetchone()
            counts = [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("customer", "quotation", "customer_order")
            ]
            last = connection.execute("SELECT max(happened_at) FROM journal").fetchone()[0]
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        finally:
            connection.close()
    customers, quotations, orders = counts
    return Contents((name or [""])[0] or "", customers, quotations, orders, str(last or ""), str(revision))


def restore(copy: Path, shop: Path) -> None:
    """Put a backup in the place of ``shop``, which must not be open in a window; what was there is backed up first.

    The copy is written INTO an existing file, so that no old log beside it can be mistaken for its own.
    Raises EnvironmentFault for a damaged, foreign, newer or half-written backup; the shop is then unchanged.
    """
    shop_file.check_header(copy)
    _verify(copy)
    _require_known(copy)
    if shop.exists() and shop.stat().st_size:
        try:
            backup(shop, paths.backups_dir())
        except EnvironmentFault:
            # A shop too damaged to copy is what a restore is for: keep its bytes aside instead.
            os.replace(shop, _free_name(shop.parent, f"{shop.stem}-damaged"))
            for suffix in ("-wal", "-shm"):
                Path(f"{shop}{suffix}").unlink(missing_ok=True)
    shop.parent.mkdir(parents=True, exist_ok=True)
    with faults.translated():
        _copy(copy, shop)
    _verify(shop)


def _copy(source: Path, target: Path) -> None:
    origin, copy = _connect(source), dbapi.connect(str(target))
    try:
        origin.backup(copy, pages=PAGES_A_STEP)
    finally:
        copy.close()
        origin.close()


def _connect(path: Path) -> Any:
    connection = dbapi.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _verify(copy: Path) -> None:
    """Raise EnvironmentFault unless every page and key of the copy is sound."""
    with faults.translated():
        connection = _connect(copy)
        try:
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        finally:
            connection.close()
    if not sound or not ours:
        raise faults.damaged()


def _require_known(copy: Path) -> None:
    database = Database(copy)
    try:
        with database.read() as session:
            migrations.is_current(session.connection())
    finally:
        database.close()


def _free_name(folder: Path, stem: str) -> Path:
    path = folder / f"{stem}{shop_file.SUFFIX}"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}{shop_file.SUFFIX}"
        number += 1
    return path


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{part}{suffix}").unlink(missing_ok=True)
