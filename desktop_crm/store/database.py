"""The shop file as a database: engine, connection settings, ``read()`` and ``write()``.

SQLite through ``sqlcipher3`` alone (two SQLite libraries in one process lose each other's locks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import sqlcipher3.dbapi2
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import EVERYTHING, Permission, permission_of
from desktop_crm.store import faults, hold, journal
from desktop_crm.store.journal import Batch, Changed

APPLICATION_ID = 0x44_43_52_4D  # "DCRM"
P = ParamSpec("P")
R = TypeVar("R")

PRAGMAS = (
    "busy_timeout = 5000",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
    "secure_delete = ON",
    "temp_store = FILE",
    "fullfsync = ON",  # has an effect on macOS only
    "checkpoint_fullfsync = ON",
)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What a write returned, and what it changed."""

    result: R
    changed: Changed


class Database:
    """An open shop file; ``before_commit`` brings derived tables and the search index up to date.

    ``permissions`` are those of the person in front of it.
    """

    def __init__(self, path: Path, *, device: int = 1, before_commit: Callable[[Session], None] | None = None) -> None:
        self.path = path
        self.device = device
        self.permissions: Set[Permission] = EVERYTHING
        self._before_commit = before_commit
        self._file = _identity(path)
        self.engine = create_engine(
            f"sqlite:///{path}", module=sqlcipher3.dbapi2, creator=partial(_connect, path, make=self._file is None)
        )
        hold.begin(path)
        self._closed = False
        event.listen(self.engine, "connect", _set_pragmas)
        event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "begin", lambda _connection: self.keep_locks())
        self._readers = self.engine.execution_options(mode="read")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the file and cannot write.

        Raises EnvironmentFault when the file cannot be read.
        """
        with faults.translated(), Session(self._readers, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, action: str, actor: str = "") -> Iterator[Session]:
        """One journaled transaction: committed whole at the end, or not at all.

        Raises UserError for a record changed elsewhere, EnvironmentFault for disk and file.
        """
        with faults.translated(), Session(self.engine, expire_on_commit=False) as session:
            journal.attach(session, Batch(action, actor, self.device))
            yield session
            session.flush()
            if self._before_commit is not None:
                self._before_commit(session)
            self._require_there(session)
            session.commit()

    def run(self, function: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> Outcome[R]:
        """Call a service function in a write session of its own, named after the function.

        Raises UserError when the function needs a permission that is not there.
        """
        self._require(permission_of(function))
        with self.write(action_of(function)) as session:
            result = function(session, *args, **kwargs)
        return Outcome(result, journal.batch_of(session).changed())

    def _require(self, wanted: Permission | None) -> None:
        """What is marked with no permission is for those who hold them all."""
        if self.permissions < EVERYTHING and wanted not in self.permissions:
            if not self.permissions:
                raise UserError(N_("This shop is open for reading only."), N_("Open it for writing and try again."))
            raise UserError(N_("You may not do this in this shop."), N_("Ask the owner of the shop to do it."))

    def _require_there(self, session: Session) -> None:
        """Raise EnvironmentFault when the file was deleted or another one put in its place while it was open.

        The system goes on writing to a deleted file without a word, until it is closed and all of it is gone.
        """
        there = _identity(self.path)
        self._file = self._file or there
        if there is None or there != self._file:
            from desktop_crm.store import rescue

            session.rollback()
            raise rescue.fault(self.path, session)

    def data_version(self, session: Session) -> int:
        """A number that changes when another program has written to the file (same session each time)."""
        return int(session.scalar(text("PRAGMA data_version")) or 0)

    def close(self) -> None:
        """Close every connection; the last one moves the write-ahead log into the file."""
        self.engine.dispose()
        if not self._closed:
            self._closed = True
            hold.end(self.path)

    def keep_locks(self) -> None:
        """Take lost locks of the file again; every transaction does, and who lets another program at the file."""
        hold.renew(self.path)


def _connect(path: Path, *, make: bool) -> Any:
    """A connection to a file that is there; only the first one of a new shop may ``make`` it."""
    connection = _open(path, "mode=rwc" if make else "mode=rw")
    if make or _can_be_read(connection) or Path(f"{path}-wal").exists():
        return connection
    connection.close()
    return _open(path, "immutable=1")  # a read-only medium: no log can be made there, and nobody else writes


def _open(path: Path, how: str) -> Any:
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlcipher3.dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def _can_be_read(connection: Any) -> bool:
    """False where SQLite cannot make the files it needs beside a shop; other trouble shows in the first query."""
    try:
        connection.execute("PRAGMA user_version")
    except sqlcipher3.dbapi2.Error as error:
        return faults.code_of(error) not in (faults.CANTOPEN, faults.READONLY)
    return True


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another of the same name; None when there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def action_of(function: Callable[..., Any]) -> str:
    """``services.customers.create`` is journaled as ``customers.create``."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Writers take the lock at once (a plain BEGIN fails later under load); readers cannot write."""
    reading = connection.get_execution_options().get("mode") == "read"
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
