"""The columns of the list of follow-ups and where its rows come from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.service.weeks import week_end
from desktop_crm.ui.table_model import Column, ListQuery, Pill
from desktop_crm.ui.widgets.due import due_pill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.followups import FollowUpQuery, FollowUpRow

Due = tuple[dt.date, dt.time | None, str]


def _due(t: Translator, value: Due) -> str | Pill:
    day, time, state = value
    return Pill(t.date(day, "day"), "muted") if state == "done" else due_pill(t, day, time)


def _due_tip(t: Translator, value: Due) -> str:
    return t.date(value[0])


COLUMNS = (
    Column("due", N_("Due"), 96, "pill", show=_due, tip=_due_tip),
    Column("grade", N_("Grade"), 44, "grade", private=True, rank=3),
    Column("customer", N_("Customer"), 160, "bold", stretch=True),
    Column("subject", N_("What is to be done"), 220, stretch=True, rank=1),
    Column("staff", N_("Who"), 84, "muted", rank=2),
)


class FollowUpSource:
    """Windows of the list, for the read lane; weeks are those of the language ``lang``."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def count(self, session: Session, query: ListQuery) -> int:
        """How many follow-ups."""
        from desktop_crm.services import followups

        return followups.count(session, self._query(query))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import followups

        return [_row(row) for row in followups.window(session, self._query(query), offset, limit)]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a follow-up stands in the list."""
        from desktop_crm.services import followups

        return followups.position(session, self._query(query), record)

    def _query(self, query: ListQuery) -> FollowUpQuery:
        from desktop_crm.services.followups import FollowUpQuery

        staff, today = dict(query.extra).get("staff"), clock.today()
        chip = query.chip or "open"
        return FollowUpQuery(today, chip, staff, text=query.text, week_end=week_end(today, self._lang))


def _row(row: FollowUpRow) -> tuple[Any, ...]:
    return (row.id, (row.due_on, row.due_time, row.state), row.grade, row.customer, row.subject, row.staff)
