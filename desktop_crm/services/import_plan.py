"""What an import is about to write, put together by reading alone; a dry run stops here."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.ids import new_id
from desktop_crm.models import ExternalKey, Record
from desktop_crm.models.base import entity_of
from desktop_crm.services import import_mapping, numbering
from desktop_crm.services.import_mapping import Mapping, Source
from desktop_crm.services.import_report import CHANGED, NOTED, REFUSED, ImportReport
from desktop_crm.services.import_rows import Row
from desktop_crm.services.records import parts

NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")


@dataclass(slots=True)
class Plan:
    """Rows to insert by model, changes to make, and the ids by source key that later sections refer to."""

    session: Session
    mapping: Mapping
    source: Source
    report: ImportReport
    device: int
    now: dt.datetime = field(default_factory=clock.now)
    inserts: dict[type[Record], list[dict[str, Any]]] = field(default_factory=dict)
    updates: list[Callable[[Session], object]] = field(default_factory=list)
    ids: dict[str, dict[str, uuid.UUID]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of customers by source key
    places: dict[str, tuple[str, Row]] = field(default_factory=dict)  # file and row of customers by source key
    customers: set[uuid.UUID] = field(default_factory=set)  # whose figures or search text change
    matched: dict[str, dict[str, uuid.UUID]] | None = None  # of a table: known records by entity and source key
    first: dict[str, dict[str, int]] = field(default_factory=dict)  # the line of each key met, by entity
    staff: dict[str, uuid.UUID] = field(default_factory=dict)  # by name
    _days: dict[str, dt.date] = field(default_factory=dict)

    def insert(self, model: type[Record], **values: Any) -> uuid.UUID:
        """Plan a new record and return its key; every call for a model names the same columns."""
        key = new_id()
        common = {"version": 1, "created_at": self.now, "updated_at": self.now, "created_by_device": self.device}
        self.inserts.setdefault(model, []).append({"id": key, **common, **values})
        return key

    def remember(self, model: type[Record], key: str, record_id: uuid.UUID) -> None:
        """Note the source's key of a new record, so that the import can be repeated."""
        self.insert(ExternalKey, system=self.mapping.system, entity=entity_of(model), value=key, record_id=record_id)

    def number(self, column: Any, series: str, on: dt.date | None = None) -> str:
        """The next free value of a unique column for a record that came without one; nothing in a dry run."""
        while not self.report.dry_run:
            number = numbering.next_number(self.session, series, on or clock.today())
            if self.session.scalar(select(column).where(column == number)) is None:
                return number
        return ""

    def rows(self, entity: str) -> Iterator[tuple[str, Row, str]]:
        """File, row and key of every usable row of a section; those with no key or one used before are refused."""
        once = self.mapping.sections[entity].once
        first = self.first.setdefault(entity, {})
        for file, row, key in import_mapping.section_rows(self.mapping, self.source, entity):
            if not key:
                self.refuse(entity, file, row, N_("The row has no key."))
            elif key not in first:
                first[key] = row.line
                yield file, row, key
            elif not once and self.mapping.table:
                self.refuse(entity, file, row, N_("It says the same as row %(first)s."), first=first[key])
            elif not once:
                self.refuse(
                    entity, file, row, N_("The key %(key)s stands in row %(first)s already."), key=key, first=first[key]
                )

    def fields(self, entity: str, row: Row, key: str) -> dict[str, str]:
        """The texts of all fields of a row."""
        specs = self.mapping.sections[entity].fields
        return {name: import_mapping.filled(spec, row, self.source, key) for name, spec in specs.items()}

    def refuse(self, entity: str, file: str, row: Row, message: str, /, **params: Any) -> None:
        """Leave a row out and say why; ``rows`` are the lines that are left out with it."""
        self.report.counts[entity].refused += 1
        self.report.tell(REFUSED, file, row.line, message, **params)

    def note(self, file: str, row: Row, message: str, **params: Any) -> None:
        """Say something about a row that was taken as it is."""
        self.report.tell(NOTED, file, row.line, message, **params)

    def look_at(self, file: str, row: Row) -> None:
        """Tell of blanks around cells that were removed and of texts an earlier export spoiled."""
        for text in row.cells.values():
            if text != text.strip():
                self.report.tell(CHANGED, file, row.line, N_("The blanks around “%(text)s” were removed."), text=text)
            if self.mapping.suspect and re.search(self.mapping.suspect, text):
                self.note(file, row, N_("“%(text)s” seems to have lost an apostrophe; nothing was mended."), text=text)

    def day(self, text: str, name: str) -> dt.date:
        """A date in one of the mapping's forms; raises UserError for anything else."""
        found = self._days.get(text)
        if found is None:
            found = self._days[text] = check_day(self._parsed(text, name), name)
        return found

    def _parsed(self, text: str, name: str) -> dt.date:
        for form in self.mapping.dates:
            try:
                return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 a date as written, not an instant
            except ValueError:
                continue
        raise UserError(N_("“%(text)s” is not a date."), field=name, text=text[:40])


def number(text: str, name: str) -> Decimal:
    """A plain decimal number as programs write it; raises UserError for anything else."""
    if not NUMBER.fullmatch(text):
        raise UserError(N_("“%(text)s” is not a number."), field=name, text=text[:40])
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UserError(N_("“%(text)s” is not a number."), field=name, text=text[:40]) from None


def taken(session: Session, column: Any, values: Iterable[str]) -> set[str]:
    """Those of ``values`` that a unique column holds already."""
    return {found for part in parts(values) for found in session.scalars(select(column).where(column.in_(part)))}


def known(plan: Plan, model: type[Record], columns: Iterable[Any]) -> dict[str, Any]:
    """The records an earlier import made, by source key: rows of id and ``columns``.

    Of a table those that its rows were matched with.
    """
    if plan.matched is not None:
        wanted = plan.matched.get(entity_of(model), {})
        found = {
            row.id: row
            for part in parts(wanted.values())
            for row in plan.session.execute(select(model.id, *columns).where(model.id.in_(part)))
        }
        return {key: found[record_id] for key, record_id in wanted.items() if record_id in found}
    query = (
        select(ExternalKey.value, model.id, *columns)
        .join(model, model.id == ExternalKey.record_id)
        .where(ExternalKey.system == plan.mapping.system, ExternalKey.entity == entity_of(model))
    )
    return {row[0]: row for row in plan.session.execute(query)}
