"""The columns of the customers list and where its rows come from."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.customers.words import kind_of
from desktop_crm.ui.table_model import Column, ListQuery
from desktop_crm.ui.widgets.due import date_tip, due_pill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.customer_list import CustomerQuery, CustomerRow


def stage_text(t: Translator, stage: str) -> str:
    """The plain name of a lifecycle stage."""
    from desktop_crm.services import lifecycle

    return t(lifecycle.TITLES.get(stage, ""))


def stage_tip(t: Translator, stage: str) -> str:
    """Its name in the textbook."""
    from desktop_crm.services import lifecycle

    return t(lifecycle.TEXTBOOK.get(stage, ""))


def _kind(t: Translator, value: tuple[str, str]) -> str:
    return t(kind_of(*value))


COLUMNS = (
    Column("grade", N_("Grade"), 40, "grade", sort_key="grade", private=True),
    Column("name", N_("Customer"), 220, "bold", sort_key="name", stretch=True),
    Column("tax_number", N_("Tax number"), 84, "muted", rank=4),
    Column("kind", N_("Type"), 80, rank=5, show=_kind),
    Column("stage", N_("Relation"), 92, rank=3, show=stage_text, tip=stage_tip, private=True),
    Column("phone", N_("Phone"), 116, rank=1),
    Column("revenue", N_("Revenue, 12 months"), 110, "money", sort_key="revenue", private=True, rank=2),
    Column("next", N_("Next follow-up"), 92, "pill", sort_key="next", rank=2, show=due_pill, tip=date_tip),
)


class CustomerSource:
    """Windows of the list, for the read lane."""

    def __init__(self, language: str) -> None:
        self._language = language

    def count(self, session: Session, query: ListQuery) -> int:
        """How many customers."""
        from desktop_crm.services import customer_list

        return customer_list.count(session, self._query(query))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import customer_list

        return [_row(row) for row in customer_list.window(session, self._query(query), offset, limit)]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a customer stands in the list."""
        from desktop_crm.services import customer_list

        return customer_list.position(session, self._query(query), record)

    def _query(self, query: ListQuery) -> CustomerQuery:
        from desktop_crm.services.customer_list import CustomerQuery

        extra = dict(query.extra)
        return CustomerQuery(
            filter="all" if query.chip in ("", "chosen") else query.chip,
            text=query.text,
            sort="" if query.text and query.sort == "name" and not query.descending else query.sort,
            descending=query.descending,
            language=self._language,
            owner_id=extra.get("owner"),
            ids=extra.get("chosen") if query.chip == "chosen" else None,
        )


def _row(row: CustomerRow) -> tuple[Any, ...]:
    return (
        row.id,
        row.grade,
        row.name,
        row.tax_number,
        (row.legal_form, row.customer_type),
        row.stage,
        row.phone,
        row.revenue_12m,
        row.next_follow_up_on,
    )
