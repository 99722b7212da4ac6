"""The imports of a shop, newest first, read from the journal."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import JournalEntry

MOST = 200


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import: its batch, when, from which file, (created, changed, refused) by kind, whether it was taken back."""

    batch_id: uuid.UUID
    happened_at: dt.datetime
    source: str
    counts: dict[str, tuple[int, int, int]]
    taken_back: bool


def past_imports(session: Session) -> list[PastImport]:
    """The newest imports."""
    entry = JournalEntry
    query = select(entry.batch_id, entry.happened_at, entry.changes).where(
        entry.entity == "import", entry.verb == "note"
    )
    rows = session.execute(query.order_by(entry.happened_at.desc(), entry.sequence.desc()).limit(MOST)).all()
    batches = [row.batch_id for row in rows]
    undone = set(session.scalars(select(entry.reverses_id).where(entry.reverses_id.in_(batches)).distinct()))
    return [
        PastImport(
            batch_id,
            happened_at,
            str(told.get("source", "")),
            {name: (created, updated, refused) for name, (created, updated, refused) in told["counts"].items()},
            batch_id in undone,
        )
        for batch_id, happened_at, told in rows
    ]
