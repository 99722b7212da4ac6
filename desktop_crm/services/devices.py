"""The computers of a shop: a file that moved to another one goes on there, a copy on a laptop counts for itself.

A copy has its own ordinal, which signs its journal, and its own letter, which stands in its document numbers, so that
nothing in it can be taken for something of the original when the two are brought together.
"""

from __future__ import annotations

import platform
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import CLOCK_TOLERANCE, clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Holder
from desktop_crm.models import Device
from desktop_crm.services import settings
from desktop_crm.store import holder
from desktop_crm.store.database import Database
from desktop_crm.store.holder import Held
from desktop_crm.store.journal import batch_of
from desktop_crm.store.machine import machine

MOVED = "moved"  # the answer that this computer takes the place of the other; a copy answers with its letter
FIRST = "A"  # stands for the first computer, whose series is empty
LAST = "Z"


class OtherComputer(NeedsConfirmation):
    """The file belongs to another computer: has it moved here for good, or is it a copy on a laptop?"""

    def __init__(self, held: Held) -> None:
        super().__init__(
            "computer",
            N_("This shop was last used on another computer (%(computer)s)."),
            N_("Say --moved if it has moved here for good, or --copy %(letter)s if this is a copy on a laptop."),
            computer=held.computer or "?",
            letter=proposed(held),
        )
        self.held = held


def require_known(path: Path) -> Held:
    """Raise OtherComputer unless the shop file belongs to this computer, which is given; nothing is written.

    For every program that opens a shop to write in it, before ``shops.open_shop``.
    """
    held = holder.of(path)
    if held.machine != machine():
        raise OtherComputer(held)
    return held


def require_clock(path: Path, held: Held | None = None) -> None:
    """Raise NeedsConfirmation when the clock stands before the newest entry of the journal; ``held`` if it is known."""
    last = (held or holder.of(path)).last_change
    if last is not None and clock.now() < last - CLOCK_TOLERANCE:
        raise NeedsConfirmation(
            "clock",
            N_("The clock of this computer says %(today)s, but something was entered here on %(last)s."),
            N_("Set the clock first: dates, due days and document numbers would be wrong."),
            today=clock.today().isoformat(),
            last=clock.local(last).date().isoformat(),
        )


def letters(held: Held) -> Sequence[str]:
    """The letters a copy of this file may have."""
    taken = {ordinal for ordinal, _name in held.known}
    return [letter_of(ordinal) for ordinal in range(2, ordinal_of(LAST) + 1) if ordinal not in taken]


def proposed(held: Held) -> str:
    """One of ``letters``, hardly the one that is proposed to another laptop, or here for another state of the file.

    The file knows nothing of copies that were taken from the same original, so the next free one would be theirs too.
    """
    free = letters(held) or [LAST]
    return free[zlib.crc32(f"{machine()} {held.last_change}".encode()) % len(free)]


def known(held: Held) -> list[tuple[str, str]]:
    """Letter and computer of the copies this file knows of."""
    return [(letter_of(ordinal), name) for ordinal, name in held.known if ordinal > 1]


def settle(database: Database, answer: str) -> None:
    """Let an open shop belong to this computer: MOVED, or the letter of a copy. Raises UserError for a taken letter."""
    if answer == MOVED:
        database.run(move_here)
        return
    database.device = ordinal_of(answer)
    database.run(add_copy)


@needs(Permission.SETTINGS)
def move_here(session: Session) -> None:
    """Put this computer in the place of the one the file belonged to; its numbers and its journal go on."""
    ordinal = batch_of(session).device
    device = session.scalar(select(Device).where(Device.ordinal == ordinal))
    if device is None:
        device = Device(ordinal=ordinal)
        session.add(device)
    device.name, device.machine = platform.node(), machine()


@needs(Permission.SETTINGS)
def add_copy(session: Session) -> None:
    """Make the file a copy on this computer, which signs with the session's ordinal from now on.

    Raises UserError when that ordinal is another computer's.
    """
    ordinal = batch_of(session).device
    letter = letter_of(ordinal)
    if session.scalar(select(Device.id).where((Device.ordinal == ordinal) | (Device.series == letter))):
        raise UserError(
            N_("The letter %(letter)s belongs to another computer already."),
            N_("Choose another letter."),
            field="letter",
            letter=letter,
        )
    session.add(Device(ordinal=ordinal, name=platform.node(), machine=machine(), series=letter))
    settings.save(session, replace(settings.load(session, Holder), device=ordinal))


def ordinal_of(letter: str) -> int:
    """B is the second computer, Z the twenty-sixth. Raises UserError for anything else."""
    if len(letter) != 1 or not FIRST < letter <= LAST:
        raise UserError(
            N_("%(letter)s is no letter for a copy."), N_("Choose one from B to Z."), field="letter", letter=letter
        )
    return ord(letter) - ord(FIRST) + 1


def letter_of(ordinal: int) -> str:
    """The letter of a computer; that of the first one is A, though its series is empty."""
    return chr(ord(FIRST) + ordinal - 1)


def series_here(session: Session) -> str:
    """The letter of a copy; empty in the original."""
    ordinal = settings.load(session, Holder).device
    return session.scalar(select(Device.series).where(Device.ordinal == ordinal)) or ""
