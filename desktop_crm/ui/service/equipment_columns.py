"""The columns of the two lists of the equipment screen and where their rows come from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.service.equipment_words import warranty_pill
from desktop_crm.ui.table_model import Column, ListQuery, Pill
from desktop_crm.ui.widgets.due import date_tip
from desktop_crm.ui.widgets.visit_words import visit_pill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment_rows import EquipmentQuery, TableRow

EVERYBODY = uuid.UUID(int=0)  # the row above the customers


def _grade(_t: Translator, grade: str | None) -> Any:
    return grade  # None leaves the cell of "everybody" empty


def _name(t: Translator, name: str | None) -> str:
    return t("All customers") if name is None else name


def _pieces(t: Translator, count: int) -> Pill:
    return Pill(t.number(count), "neutral")


def _warranty_tip(t: Translator, until: dt.date | None) -> str:
    return t("Warranty until %(day)s", day=t.date(until)) if until else ""


OWNERS = (
    Column("grade", "", 36, "grade", private=True, show=_grade),
    Column("name", N_("Customer"), 56, "bold", stretch=True, show=_name, tip=_name),
    Column("pieces", N_("Pieces"), 58, "pill", show=_pieces),
)
PIECES = (
    Column("model", N_("Model"), 84, "bold", sort_key="model", rank=1),
    Column("name", N_("Equipment"), 150, sort_key="name", stretch=True),
    Column("location", N_("Place"), 88, "muted", sort_key="location", rank=3),
    Column("serial", N_("Serial number"), 112, "muted", sort_key="serial", rank=2),
    Column("warranty", N_("Warranty until"), 112, "pill", sort_key="warranty", show=warranty_pill, tip=_warranty_tip),
    Column("next", N_("Next visit"), 100, "pill", sort_key="next", show=visit_pill, tip=date_tip),
)
BUYER = Column("customer", N_("Customer"), 150, "bold")  # stands beside the table in the window


class OwnerSource:
    """Customers with equipment, everybody on top; for the read lane."""

    def __init__(self, language: str) -> None:
        self._language = language

    def count(self, session: Session, query: ListQuery) -> int:
        """How many customers, and the row above them."""
        from desktop_crm.services import equipment_rows

        found = equipment_rows.owners_count(session, query.text)
        return found + 1 if found else 0

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import equipment_rows
        from desktop_crm.services.equipment_rows import EquipmentQuery

        first = max(offset - 1, 0)
        wanted = limit if offset else limit - 1
        owners = equipment_rows.owners(session, query.text, self._language, first, wanted)
        rows: list[tuple[Any, ...]] = [(owner.id, owner.grade, owner.name, owner.pieces) for owner in owners]
        if offset:
            return rows
        whole = equipment_rows.count(session, EquipmentQuery(clock.today(), text=query.text))
        return [(EVERYBODY, None, None, whole), *rows]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a customer stands in the list."""
        from desktop_crm.services import equipment_rows

        if record == EVERYBODY:
            return 0
        owners = equipment_rows.owners(session, query.text, self._language, 0, self.count(session, query))
        return next((place for place, owner in enumerate(owners, 1) if owner.id == record), None)


class PieceSource:
    """Windows of the table, for the read lane."""

    def count(self, session: Session, query: ListQuery) -> int:
        """How many pieces."""
        from desktop_crm.services import equipment_rows

        return equipment_rows.count(session, query_of(query))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import equipment_rows

        return [_cells(row) for row in equipment_rows.window(session, query_of(query), offset, limit)]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a piece stands in the table."""
        from desktop_crm.services import equipment_rows

        return equipment_rows.position(session, query_of(query), record)


class BoughtSource(PieceSource):
    """The same with BUYER in front, for the exported list."""

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import equipment_rows

        rows = equipment_rows.window(session, query_of(query), offset, limit)
        return [(row.id, row.customer, *_cells(row)[1:]) for row in rows]


def _cells(row: TableRow) -> tuple[Any, ...]:
    return (row.id, row.model, row.name, row.location, row.serial, row.warranty_until, row.next_on)


def query_of(query: ListQuery) -> EquipmentQuery:
    """The question to the services behind what the table shows."""
    from desktop_crm.services.equipment_rows import EquipmentQuery

    customer = dict(query.extra).get("customer")
    return EquipmentQuery(clock.today(), query.chip or "all", query.text, customer, query.sort, query.descending)
