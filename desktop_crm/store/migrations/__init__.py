"""Alembic revisions of the shop file, run on our own connection inside one real transaction.

A fresh file is created from the models and stamped with the newest revision. An older file is
upgraded; a newer one is refused and left untouched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.store import faults

Cursor = Any  # of the database library, which has no types
FOLDER = Path(__file__).parent


# Every layout there has been, oldest first; a test compares it with the revision files. Opening a current file
# needs nothing more, so that a start does not pay for importing Alembic.
REVISIONS = ("0001", "0002")


def stamp(connection: Connection) -> None:
    """Mark a fresh file with the newest revision."""
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc"
        " PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (REVISIONS[-1],))


def is_current(cursor: Cursor) -> bool:
    """False when the file must be upgraded first.

    Raises EnvironmentFault when it is newer than the program, or so unfinished that it has no revision.
    """
    tables = cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = cursor.execute("SELECT version_num FROM alembic_version").fetchone() if tables[0] else None
    if row is None:
        raise faults.damaged()
    if row[0] not in REVISIONS:
        raise EnvironmentFault(
            N_("This shop file was written by a newer Desktop CRM; it was left untouched."),
            N_("Update the program on this computer, then open the file again."),
        )
    return bool(row[0] == REVISIONS[-1])


def upgrade(connection: Connection) -> None:
    """Bring an older file to the newest revision; foreign keys must be off and are checked here.

    ``connection`` has begun a transaction: Alembic then leaves committing to the caller.
    Raises RuntimeError when a migration left a dangling key; the caller rolls back.
    """
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(FOLDER))
    with EnvironmentContext(
        Config(), scripts, fn=lambda revision, _context: scripts._upgrade_revs("head", revision)
    ) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        raise RuntimeError(f"migration left dangling keys: {dangling[:5]}")
