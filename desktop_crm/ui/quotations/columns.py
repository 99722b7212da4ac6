"""The columns of the quotations list and where its rows come from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.quotations.words import days_pill, state_pill
from desktop_crm.ui.table_model import NOTHING, Column, ListQuery, Pill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.quotation_list import QuotationQuery, QuotationRow

SOON = 7  # days before an offer lapses in which the list says so


def _number(t: Translator, value: tuple[str, int]) -> str:
    """Shorter than elsewhere: the column must hold it whole."""
    number, revision = value
    if revision > 1 and number:
        return t("%(number)s rev. %(revision)s", number=number, revision=revision)
    return number or NOTHING


def _until(t: Translator, value: tuple[dt.date | None, int | None]) -> str | Pill:
    day, days = value
    if days is not None and days <= SOON:
        return days_pill(t, days)
    return Pill(t.date(day), "muted") if day else NOTHING


def _until_tip(t: Translator, value: tuple[dt.date | None, int | None]) -> str:
    return t.date(value[0]) if value[0] else ""


def _total(t: Translator, value: tuple[int, str]) -> str:
    total, code = value
    return t.money(total) if code == t.home_currency else t.price(total, code)


def _state(t: Translator, value: tuple[str, bool]) -> Pill:
    return state_pill(t, *value)


COLUMNS = (
    Column("number", N_("Quotation no."), 112, "bold", sort_key="number", show=_number),
    Column("customer", N_("Customer"), 160, sort_key="customer", stretch=True),
    Column("project", N_("Project name"), 112, "muted", stretch=True, rank=3),
    Column("date", N_("Date"), 96, "date", sort_key="date", rank=4),
    Column("valid_until", N_("Valid until"), 100, "pill", sort_key="valid_until", rank=2, show=_until, tip=_until_tip),
    Column("total", N_("Amount"), 122, "money", sort_key="total", rank=1, show=_total),
    Column("state", N_("State"), 100, "pill", sort_key="state", show=_state),
)


class QuotationSource:
    """Windows of the list, for the read lane."""

    def __init__(self, language: str) -> None:
        self._language = language

    def count(self, session: Session, query: ListQuery) -> int:
        """How many quotations."""
        from desktop_crm.services import quotation_list

        return quotation_list.count(session, self._query(query))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import quotation_list

        rows = quotation_list.window(session, self._query(query), offset, limit, clock.today())
        return [_row(row) for row in rows]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a quotation stands in the list."""
        from desktop_crm.services import quotation_list

        return quotation_list.position(session, self._query(query), record)

    def _query(self, query: ListQuery) -> QuotationQuery:
        from desktop_crm.services.quotation_list import QuotationQuery

        return QuotationQuery(
            filter=query.chip or "all",
            text=query.text,
            sort=query.sort,
            descending=query.descending,
            language=self._language,
        )


def _row(row: QuotationRow) -> tuple[Any, ...]:
    return (
        row.id,
        (row.number, row.revision),
        row.customer,
        row.project_name,
        row.quoted_on,
        (row.valid_until, row.days_left),
        (row.total, row.currency),
        (row.state, row.is_draft),
    )
