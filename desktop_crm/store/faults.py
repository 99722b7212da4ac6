"""What the database library reports, as one sentence the user understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlcipher3 import dbapi2

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_

# Primary result codes, https://www.sqlite.org/rescode.html
BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26

DAMAGED = (
    N_("The shop file is damaged."),
    N_("Nothing was changed. Restore the latest backup with File > Restore."),
)
SENTENCES = {
    BUSY: (N_("Another program is writing to the shop file."), N_("Wait a moment and try again.")),
    LOCKED: (N_("Another program is writing to the shop file."), N_("Wait a moment and try again.")),
    READONLY: (
        N_("The shop file or its folder is read-only; nothing was saved."),
        N_("Allow writing to the folder, or copy the file elsewhere, and try again."),
    ),
    IOERR: (
        N_("The disk reported an error; the last change was not saved."),
        N_("Check that the disk is connected, make a backup elsewhere, and try again."),
    ),
    CORRUPT: DAMAGED,
    NOTADB: (N_("This is not a Desktop CRM shop file."), N_("Choose another file.")),
    FULL: (
        N_("The disk is full; the last change was not saved."),
        N_("Free some space and save again. Everything saved before is safe."),
    ),
    CANTOPEN: (
        N_("The shop file cannot be opened."),
        N_("Check that the folder exists and that you may write to it."),
    ),
}


def damaged() -> EnvironmentFault:
    """The sentence for a file that is not whole."""
    return EnvironmentFault(*DAMAGED)


def unwritable() -> EnvironmentFault:
    """The sentence for a folder or file that takes no writing."""
    return EnvironmentFault(*SENTENCES[READONLY])


def stale() -> UserError:
    """The sentence for a record that was changed between reading and saving it."""
    return UserError(
        N_("Somebody else changed this record in the meantime; your change was not saved."),
        N_("Open it again to see the other change, then make yours once more."),
    )


def fault_of(error: BaseException) -> EnvironmentFault | UserError | None:
    """The sentence for a database error, or None when it is a defect of the program."""
    if isinstance(error, StaleDataError):
        return stale()
    sentence = SENTENCES.get(code_of(error))
    return EnvironmentFault(*sentence) if sentence else None


def code_of(error: BaseException) -> int:
    """The primary result code of a database error, 0 for any other."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlite_errorcode", 0) & 0xFF if isinstance(original, dbapi2.Error) else 0


@contextmanager
def translated() -> Iterator[None]:
    """Raise the sentence in place of a database error that has one."""
    try:
        yield
    except (DBAPIError, StaleDataError, dbapi2.Error) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault from error
