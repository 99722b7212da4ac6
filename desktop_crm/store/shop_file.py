"""Making and opening shop files: header checks before SQLite touches them, migration, device."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from desktop_crm.core.dates import DEFAULT_ZONE, clock
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Holder, Trade
from desktop_crm.models import Base, Device, Setting
from desktop_crm.store import faults, migrations, place, search_index
from desktop_crm.store.database import APPLICATION_ID, Database
from desktop_crm.store.machine import machine

MAGIC = b"SQLite format 3\0"
SUFFIX = ".dcrm"
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file in use


def create(path: Path, before_commit: Callable[[Session], None] | None = None) -> Database:
    """Make an empty shop file of the newest layout.

    Raises UserError when something is there already, EnvironmentFault when the place is unsafe, read-only or full.
    """
    if path.exists():
        raise UserError(
            N_("%(path)s exists already; nothing was overwritten."), N_("Choose another name."), path=str(path)
        )
    place.require_safe(path)
    clock.zone = DEFAULT_ZONE
    database = Database(path, before_commit=before_commit)
    try:
        with faults.translated(), database.engine.connect() as connection:
            _lay_out(connection)
        with database.write("shop.create") as session:
            session.add(Device(ordinal=1, name=platform.node(), machine=machine()))
    except BaseException:
        database.close()
        remove(path)
        raise
    return database


def open_existing(
    path: Path,
    before_commit: Callable[[Session], None] | None = None,
    before_upgrade: Callable[[Path], object] | None = None,
) -> Database:
    """Open a shop file, upgrading an older one after ``before_upgrade`` (a backup) has run.

    Raises EnvironmentFault for a missing, empty, damaged, foreign or newer file; such a file is left as it is.
    """
    if not is_current(path):
        if before_upgrade is not None:
            before_upgrade(path)
        _upgrade(path)
    database = Database(path, before_commit=before_commit)
    try:
        with database.read() as session:
            database.device = _holder(session)
            clock.zone = _zone_of(session)
    except BaseException:
        database.close()
        raise
    return database


def is_current(path: Path) -> bool:
    """Whether a shop file has the newest layout; it is read only, nothing is left beside it.

    Raises EnvironmentFault for a missing, empty, damaged, foreign or newer file.
    """
    check_header(path)
    with faults.translated(), closing(connect_reading(path)) as connection:
        return migrations.is_current(connection)


def connect_reading(path: Path) -> Any:
    """A bare connection that changes nothing: of a file nobody has in use not even helper files are made."""
    return dbapi2.connect(reading_uri(path), uri=True, isolation_level=None)


def reading_uri(path: Path) -> str:
    """How SQLite is told to open a file for reading."""
    how = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    return f"{path.absolute().as_uri()}?{how}"


def remove(path: Path) -> None:
    """Delete a shop file with all that SQLite keeps beside it."""
    for suffix in ("", *BESIDE):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def check_header(path: Path) -> None:
    """Raise EnvironmentFault unless the first page says it is a whole shop file of ours."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
    except FileNotFoundError:
        raise EnvironmentFault(
            N_("%(path)s is not there."), N_("Choose another file or restore a backup."), path=str(path)
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            N_("%(path)s cannot be read."), N_("Check that you may read the file."), path=str(path)
        ) from error
    if not head:
        raise faults.damaged()
    if head[:16] != MAGIC or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise EnvironmentFault(*faults.SENTENCES[faults.NOTADB])
    page = int.from_bytes(head[16:18], "big") or 1
    page = 65536 if page == 1 else page
    if not _has_log(path) and int.from_bytes(head[28:32], "big") * page > size:
        raise faults.damaged()


def _has_log(path: Path) -> bool:
    """Whether saved changes may still stand in the write-ahead log beside the file."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _lay_out(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    connection.rollback()
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("PRAGMA journal_mode = WAL")
    Base.metadata.create_all(connection)
    search_index.create(connection)
    migrations.stamp(connection)
    connection.commit()


def _upgrade(path: Path) -> None:
    """Run the migrations in one transaction with foreign keys off; all or nothing."""
    database = Database(path)
    try:
        with faults.translated(), database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                migrations.upgrade(connection)
    finally:
        database.close()


def _holder(session: Session) -> int:
    """The ordinal of the computer the file belongs to, under which is written here.

    Whether this is that computer is asked by ``services.devices`` before a shop is opened for writing.
    """
    return Holder.of(session.scalar(select(Setting.value).where(Setting.key == Holder.KEY))).device


def _zone_of(session: Session) -> str:
    """The zone whose days the shop counts in."""
    return Trade.of(session.scalar(select(Setting.value).where(Setting.key == Trade.KEY))).zone
