"""A list as a workbook: what is written down of it in the window, and the work itself, done in the worker process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtWidgets import QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import NOTHING, RIGHT, Column, ListQuery, Pill, RowSource, show
from desktop_crm.ui.widgets.file_dialogs import ask_target
from desktop_crm.ui.widgets.share import clean_name, write_file

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.reports.list_workbook import Field, ListFacts

WINDOW = 1_000  # rows read at once
DATES: tuple[str, ...] = ("date", "pill", "text", "muted", "bold")  # kinds in which a leading date is the value


@dataclass(frozen=True, slots=True)
class ListJob:
    """A list to be written; everything in it pickles. ``filters`` are pairs of a name and what was chosen."""

    title: str
    columns: tuple[Column, ...]
    places: tuple[int, ...]  # of the columns shown, in their order
    source: RowSource
    query: ListQuery
    filters: tuple[tuple[str, str], ...]
    lang: str
    columns_left_out: bool


class Written(NamedTuple):
    """A finished file and its rows."""

    path: Path
    rows: int


def ask_and_write(ctx: Context, window: QWidget, job: ListJob) -> None:
    """Ask where, then write the list in the worker and say so."""
    t = ctx.t
    name = clean_name(f"{job.title} {clock.today().isoformat()}", ".xlsx")
    target = ask_target(window, t("Export this list"), name, t("Excel workbooks (*.xlsx)"))
    if target is None or ctx.path is None:
        return

    def done(written: Written) -> None:
        rows = t.plural("%(count)s row", "%(count)s rows", written.rows)
        ctx.toast(t("%(rows)s saved as %(name)s.", rows=rows, name=written.path.name))

    ctx.tasks.heavy(write_list, ctx.path, job, target, done=done, owner=window, title=t("Writing the workbook"))


def write_list(shop: Path, job: ListJob, target: Path, progress: Callable[[int, int], object]) -> Written:
    """For the worker: write a list of a shop as .xlsx, whole or not at all. ``progress(rows done, rows)``.

    Raises UserError when a sheet cannot hold it, EnvironmentFault when the file cannot be written.
    """
    from desktop_crm.reports import list_workbook
    from desktop_crm.services import shops

    t = Translator(job.lang)
    opened = shops.open_shop(shop, writable=False)
    try:
        with opened.database.read() as session:
            facts = _facts(session, job, t)
            rows = _rows(session, job, facts.count, t, progress)
            content = list_workbook.build(_fields(job, t), rows, facts, t)
    finally:
        opened.close()
    return Written(write_file(target, content), facts.count)


def _facts(session: Session, job: ListJob, t: Translator) -> ListFacts:
    from desktop_crm.core.settings import Company, Trade
    from desktop_crm.reports.list_workbook import ListFacts
    from desktop_crm.services import settings

    trade = settings.load(session, Trade)
    t.home_currency = trade.currency
    return ListFacts(
        shop=settings.load(session, Company).name,
        title=job.title,
        made=clock.local(clock.now()).replace(tzinfo=None),
        filters=job.filters,
        count=job.source.count(session, job.query),
        columns_left_out=job.columns_left_out,
        home_currency=trade.currency,
        roc_dates=trade.show_roc_dates,
    )


def _fields(job: ListJob, t: Translator) -> list[Field]:
    from desktop_crm.reports.list_workbook import Field

    columns = [job.columns[place] for place in job.places]
    return [Field(t(column.title) if column.title else t("State"), _kind(column)) for column in columns]


def _kind(column: Column) -> Literal["money", "number", "quantity", "percent", "date", "text"]:
    if column.kind in ("money", "figure"):
        return "money"
    if column.kind == "number" or column.kind == "quantity" or column.kind == "percent" or column.kind == "date":
        return column.kind
    return "text"


def _rows(
    session: Session, job: ListJob, count: int, t: Translator, progress: Callable[[int, int], object]
) -> Iterator[list[Any]]:
    from desktop_crm.reports.list_workbook import Amount

    columns = [(place + 1, job.columns[place]) for place in job.places]
    for offset in range(0, count, WINDOW):
        progress(offset, count)
        for row in job.source.window(session, job.query, offset, min(WINDOW, count - offset)):
            yield [cell(t, column, row[place], Amount) for place, column in columns]
    progress(count, count)


def cell(t: Translator, column: Column, value: Any, amount: Callable[[int, str], Any]) -> Any:
    """What a workbook gets for a raw value: a number, date or ``amount`` where it is one, else the text shown."""
    if column.cell is not None:
        value = column.cell(t, value)
        return value if isinstance(value, str) or column.kind not in ("money", "figure") else _amount(t, value, amount)
    if value is None or value == "":
        return None
    if column.kind in ("money", "figure"):
        return _amount(t, value, amount)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and column.kind in RIGHT:
        return value
    day = _day(value) if column.kind in DATES else None
    return day if day is not None else _shown(t, column, value)


def _amount(t: Translator, value: Any, amount: Callable[[int, str], Any]) -> Any:
    match value:
        case int():
            return amount(value, t.home_currency)
        case (int() as minor, str() as code):
            return amount(minor, code)
    return value if isinstance(value, (str, Decimal)) else None


def _day(value: Any) -> dt.date | None:
    """The date a value is or begins with, with its time if that follows."""
    match value:
        case dt.datetime():
            return clock.local(value).replace(tzinfo=None) if value.tzinfo else value
        case dt.date():
            return value
        case (dt.date() as day, dt.time() as time, *_):
            return dt.datetime.combine(day, time)
        case (dt.date() as day, *_):
            return day
    return None


def _shown(t: Translator, column: Column, value: Any) -> str | None:
    found = show(t, column, value)
    text = found.text if isinstance(found, Pill) else found
    return None if text == NOTHING else text
