"""A shop file that was deleted while it was open: what the program still holds of it becomes a backup."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.store import backup, rotation

GONE = N_("The shop file is no longer where it was (%(path)s); the last change was not saved.")


def fault(path: Path, session: Session) -> EnvironmentFault:
    """The sentence, after everything that was saved before has been copied to the backups."""
    try:
        copy = rescue(path, session)
    except (OSError, EnvironmentFault, SQLAlchemyError, dbapi2.Error):
        advice = N_("Put the file back, or bring the latest backup back with File > Restore.")
        return EnvironmentFault(GONE, advice, path=str(path))
    return EnvironmentFault(
        GONE,
        N_(
            "Put the file back. If it is lost: what was saved before is in a new backup (%(copy)s); use File > Restore."
        ),
        path=str(path),
        copy=copy.name,
    )


def rescue(path: Path, session: Session) -> Path:
    """Copy what an open connection still sees into the folder of the automatic backups; verified.

    A new connection would see nothing, therefore that of ``session``, which has ended.
    Raises EnvironmentFault, OSError or a database error when that is not possible.
    """
    origin = session.connection().connection.dbapi_connection
    session.rollback()  # a copy would wait for what is under way
    return backup.copy_of(origin, path.stem, rotation.folder_of(path, paths.backups_dir()))
