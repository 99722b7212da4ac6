"""Opening the shop a command names, for reading or for writing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_, Translator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.shops import Shop

MOVED = typer.Option(False, "--moved", help=N_("The shop has moved to this computer for good; its numbers go on."))
COPY = typer.Option(
    "", "--copy", metavar="LETTER", help=N_("This is a copy on a laptop; its numbers get this letter, from B to Z.")
)


@contextmanager
def reading(path: Path) -> Iterator[Session]:
    """A session that reads, also while a window has the shop open.

    What ``shops.open_shop`` does, but the services that a reader does not need are not imported (0.2 s).
    Raises EnvironmentFault for a file that is no shop, or one that is older and open elsewhere.
    """
    from desktop_crm.store import place, shop_file

    place.require_safe(path)
    if not shop_file.is_current(path):
        from desktop_crm.services import shops

        shops.upgrade(path)
    database = shop_file.open_existing(path)
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


@contextmanager
def writing(path: Path, t: Translator, *, moved: bool = False, copy: str = "") -> Iterator[Shop]:
    """The shop under its lock, after a backup of what is there; for commands that change much.

    Raises EnvironmentFault that names the holder when a window has it open, NeedsConfirmation when it comes from
    another computer and neither ``moved`` nor the letter of a ``copy`` is given. A clock that stands back is told.
    """
    from desktop_crm.core import paths
    from desktop_crm.services import backups, devices, shops

    if moved and copy:
        raise UserError(N_("A shop cannot have moved and be a copy at once."), N_("Say --moved or --copy."))
    if not moved and not copy:
        devices.require_known(path)
    try:
        devices.require_clock(path)
    except NeedsConfirmation as warning:
        print(t.error(warning), file=sys.stderr)
    shop = shops.open_shop(path, here=devices.MOVED if moved else copy.upper())
    try:
        backups.run(path, paths.backups_dir())
        yield shop
    finally:
        shop.close()
