"""Document numbers: given once, in the document's own transaction, without gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from desktop_crm.core import number_patterns
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Numbering
from desktop_crm.models import Counter, Device
from desktop_crm.services import settings
from desktop_crm.store import journal
from desktop_crm.store.journal import batch_of

CARRIED = "numbering.carry_forward"  # its action in the journal
SKIPPED = "skipped"  # in the note of carry_forward: the places of the journal left out
_DEVICE = select(Device.series).where(Device.ordinal == bindparam("ordinal"))
_STEP = update(Counter).where(Counter.series == bindparam("key")).values(last=Counter.last + 1).returning(Counter.last)


def next_number(session: Session, series: str, on: dt.date) -> str:
    """The next number of ``series`` (quotation, order, delivery, payment, customer, product) for a document of ``on``.

    Counting starts anew when the part before the count changes, so yearly and monthly patterns need no care.
    """
    pattern = getattr(settings.load(session, Numbering), series)
    device = session.scalar(_DEVICE, {"ordinal": batch_of(session).device}) or ""
    filled = number_patterns.fill(_told_apart(pattern, device), on, device)
    value = _advance(session, f"{series}:{filled}")
    return number_patterns.counted(filled, value)


@needs(Permission.DATA)
def carry_forward(session: Session, given: Mapping[str, int], sequence: int) -> None:
    """After a restore: give no number again that was ``given`` (last one by series) by the file that was replaced.

    Nor a place in the journal of this computer up to ``sequence``: what stood there is in the backup of that file.
    """
    here = {counter.series: counter for counter in session.scalars(select(Counter))}
    moved = {}
    for series, last in given.items():
        counter = here.get(series) or Counter(series=series, last=0)
        if counter.last < last:
            moved[series] = [counter.last, last]
            counter.last = last
            session.add(counter)
    skipped = journal.skip_to(session, sequence)
    journal.note(session, "counter", None, {"moved": moved, SKIPPED: skipped})


def _told_apart(pattern: str, device: str) -> str:
    """``pattern`` with a place for the letter of a copy: before the count, where it names none itself."""
    if not device or "{device}" in pattern:
        return pattern
    return number_patterns.COUNT.sub(lambda match: "{device}" + match[0], pattern, count=1)


def _advance(session: Session, key: str) -> int:
    value = session.connection().scalar(_STEP, {"key": key})
    if value is None:
        session.execute(insert(Counter).values(series=key, last=1))
        return 1
    return value
