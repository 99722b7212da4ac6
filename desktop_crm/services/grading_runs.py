"""Applied gradings: storing one and taking it back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.ids import new_id, new_key
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import CustomerFigures, GradeChange, GradingRun
from desktop_crm.services import grading_blob, grading_log
from desktop_crm.services.grading_movers import Movers
from desktop_crm.services.grading_scores import Columns, Scores
from desktop_crm.store import blobs, journal

RUN = cast(Table, GradingRun.__table__)
CHANGE = cast(Table, GradeChange.__table__)
FIGURES = cast(Table, CustomerFigures.__table__)
STAMPS = ("version", "created_at", "updated_at", "created_by_device")


def store(session: Session, run: GradingRun, columns: Columns, scores: Scores, movers: Movers, began: float) -> None:
    """Write ``run``, its scores and its movers, and change the figures; one journal row for all of it.

    ``began`` is the ``perf_counter`` value from which the run's seconds count.
    """
    content = grading_blob.pack(columns, scores)
    run.id = new_id()
    run.scores_sha = blobs.keep(session, content, grading_blob.MEDIA_TYPE)
    common = {"version": 1, "created_at": clock.now(), "updated_at": clock.now()}
    common["created_by_device"] = journal.batch_of(session).device
    fields = ("id", "scheme_id", "as_of", "period_start", "parameters", "counts", "scores_sha", "pictures")
    session.execute(insert(RUN), [{**common, **{name: getattr(run, name) for name in fields}}])
    if movers:
        _insert_changes(session, run.id, movers)
        _show(session, run.id)
    seconds = Decimal(round((time.perf_counter() - began) * 10_000)) / 10_000
    session.execute(update(RUN).where(RUN.c.id == run.id).values(seconds=seconds))
    customers = [uuid.UUID(bytes=key) for key in movers.all_keys()]
    _tell(session, run.id, {"as_of": run.as_of.isoformat(), "counts": run.counts}, customers)


def _insert_changes(session: Session, run_id: uuid.UUID, movers: Movers) -> None:
    """The rows of a run; values as the file stores them, which spares 100,000 rows their type conversions."""
    names = ("id", "run_id", "customer_id", "old_grade", "new_grade", "reasons", *STAMPS)
    statement = f"INSERT INTO {CHANGE.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    now = clock.now().replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    stamps = (1, now, now, journal.batch_of(session).device)
    # in the order of the customers' keys: neighbours in the indexes, a third faster when everybody moves
    moves = sorted(zip(movers.all_keys(), range(len(movers)), strict=True))
    rows = [
        (new_key(), run_id.bytes, key, movers.old_grade(place), movers.new[place], movers.reasons[place], *stamps)
        for key, place in moves
    ]
    session.connection().exec_driver_sql(statement, rows)


def _show(session: Session, run_id: uuid.UUID) -> None:
    """Bring the figures of everybody a run moved to what it says, in one statement."""
    session.execute(
        update(FIGURES)
        .where(FIGURES.c.customer_id == CHANGE.c.customer_id, CHANGE.c.run_id == run_id)
        .values(grade=CHANGE.c.new_grade, previous_grade=CHANGE.c.old_grade)
    )


def _tell(session: Session, run_id: uuid.UUID, what: dict[str, Any], customers: Sequence[uuid.UUID]) -> None:
    journal.note(session, "grading_run", run_id, what)
    batch = journal.batch_of(session)
    batch.touch("grading_run", run_id)
    batch.touch("customer", *customers)


@needs(Permission.GRADE)
def undo(session: Session, run_id: uuid.UUID) -> int:
    """Take back the latest run: everybody it moved gets grade and previous grade back; returns how many.

    Raises UserError when the run was undone already or a later one stands on it.
    """
    last = grading_log.latest(session)
    if last is None or last.id != run_id:
        raise UserError(
            N_("Only the latest grading can be undone."), N_("Undo the later gradings first, the newest before all.")
        )
    moved = list(session.scalars(select(GradeChange.customer_id).where(GradeChange.run_id == run_id)))
    undone = {"undone_at": clock.now(), "updated_at": clock.now(), "version": RUN.c.version + 1}
    session.execute(update(RUN).where(RUN.c.id == run_id).values(**undone))
    session.expire(last)
    earlier = _standing_changes(session, run_id)
    rows = []
    for customer in moved:
        old, new = earlier.get(customer, ("", ""))
        rows.append({"key": customer, "new": new, "old": old})
    if rows:
        session.execute(
            update(FIGURES)
            .where(FIGURES.c.customer_id == bindparam("key"))
            .values(grade=bindparam("new"), previous_grade=bindparam("old")),
            rows,
        )
    _tell(session, run_id, {"undone": True}, moved)
    return len(moved)


def _standing_changes(session: Session, run_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, str]]:
    """Old and new grade of the latest standing change of everybody ``run_id`` moved."""
    moved = select(GradeChange.customer_id).where(GradeChange.run_id == run_id)
    query = (
        select(GradeChange.customer_id, GradeChange.old_grade, GradeChange.new_grade)
        .join(GradingRun, GradingRun.id == GradeChange.run_id)
        .where(GradingRun.undone_at.is_(None), GradeChange.customer_id.in_(moved))
        .order_by(GradeChange.id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def scores_of(session: Session, run_id: uuid.UUID) -> tuple[Columns, Scores]:
    """What everybody had ordered in the period of a run, and what the scheme made of it."""
    content = blobs.load(session, session.get_one(GradingRun, run_id).scores_sha)
    assert content is not None, "a foreign key holds the scores"
    return grading_blob.unpack(content)
