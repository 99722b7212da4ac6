"""Alembic revisions of the shop file, run on our own connection inside one real transaction.

A fresh file is created from the models and stamped with the newest revision. An older file is
upgraded; a newer one is refused and left untouched.
"""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_

FOLDER = Path(__file__).parent


def head() -> str:
    """The newest revision this program knows."""
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    """The revision of an open file."""
    return MigrationContext.configure(connection).get_current_revision()


def stamp(connection: Connection) -> None:
    """Mark a fresh file with the newest revision."""
    MigrationContext.configure(connection).stamp(_scripts(), head())


def is_current(connection: Connection) -> bool:
    """True when nothing is to be done; raises EnvironmentFault when the file is newer than the program."""
    revision = current(connection)
    if revision == head():
        return True
    if revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise EnvironmentFault(
            N_("This shop file was written by a newer Desktop CRM; it was left untouched."),
            N_("Update the program on this computer, then open the file again."),
        )
    return False


def upgrade(connection: Connection) -> None:
    """Bring an older file to the newest revision; foreign keys must be off and are checked here.

    Raises RuntimeError when a migration left a dangling key; the caller rolls back.
    """
    scripts = _scripts()
    with EnvironmentContext(
        Config(), scripts, fn=lambda revision, _context: scripts._upgrade_revs("head", revision)
    ) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        raise RuntimeError(f"migration left dangling keys: {dangling[:5]}")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))
