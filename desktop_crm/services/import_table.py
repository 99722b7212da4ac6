"""Importing one table a user mapped in the window, part by part so that a large one fits; all of it or nothing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Msgid
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, ExternalKey, Order, Product
from desktop_crm.services import import_customers, import_fields, import_files, imports, settings
from desktop_crm.services.import_customers import plan_customers
from desktop_crm.services.import_fields import CUSTOMERS, ORDERS
from desktop_crm.services.import_job import SYSTEM, TABLE, Job, Reader, mapping_of
from desktop_crm.services.import_mapping import Source
from desktop_crm.services.import_match import Known, key_of
from desktop_crm.services.import_orders import plan_orders
from desktop_crm.services.import_plan import Plan
from desktop_crm.services.import_products import Sold, plan_products
from desktop_crm.services.import_report import REFUSED, ImportReport
from desktop_crm.services.import_rows import Row
from desktop_crm.services.import_text import Record
from desktop_crm.services.imports import Progress
from desktop_crm.store import journal, shop_file

PART = 5000  # rows planned and written together
MOST_REFUSED = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it would be made: texts by field, and (msgid, parameters) of why it would be refused."""

    line: int
    values: dict[str, str]
    faults: tuple[tuple[str, dict[str, object]], ...]


@needs(Permission.DATA)
def run(session: Session, job: Job, *, dry_run: bool = False, progress: Progress | None = None) -> ImportReport:
    """Import a table and tell what was done; ``dry_run`` writes nothing (any session will do).

    Refused rows are in the report and left out. Raises UserError when a needed field has no column, the file
    cannot be read, or more than 10,000 rows are refused.
    """
    if absent := import_fields.missing(job.kind, set(job.columns.values())):
        raise UserError(
            N_("No column is chosen for “%(title)s”."), N_("Choose one, or another kind of list."),
            field=absent[0].name, title=Msgid(absent[0].title),
        )  # fmt: skip
    report = ImportReport("", job.choice.path.name, settings.load(session, Trade).currency, dry_run)
    if not dry_run:
        imports.forget_deleted(session, SYSTEM)
    table = _Table(session, job, report)
    customers: set[uuid.UUID] = set()
    changed = False
    for part in table.parts(progress):
        plan = table.plan(part)
        if not dry_run:
            imports.write_rows(plan)
        customers |= plan.customers
        changed = changed or bool(plan.inserts or plan.updates)
    if not dry_run:
        imports.finish(session, report, customers, changed=changed)
    return report


def run_on(shop: Path, job: Job, *, dry_run: bool = False, progress: Progress | None = None) -> ImportReport:
    """``run`` in a process of its own, on a shop whose lock the program that asks for it holds."""
    from desktop_crm.services.shops import keep_derived

    database = shop_file.open_existing(shop, keep_derived)
    try:
        if not dry_run:
            return database.run(run, job, progress=progress).result
        with database.read() as session:
            return run(session, job, dry_run=True, progress=progress)
    finally:
        database.close()


def preview(session: Session, job: Job, rows: Sequence[Record]) -> list[Shown]:
    """What ``rows`` would become; writes nothing. Fields without a column count as empty."""
    report = ImportReport("", job.choice.path.name, settings.load(session, Trade).currency, dry_run=True)
    table = _Table(session, job, report, [row.cells for row in rows])
    read = {row.line: table.reader.read(row.cells) for row in rows if not row.fault}
    if not import_fields.missing(job.kind, set(job.columns.values())):
        table.plan(list(rows))
    faults: dict[int, list[tuple[str, dict[str, object]]]] = defaultdict(list)
    for issue in report.of_kind(REFUSED):
        for line in {issue.line, *issue.rows}:
            faults[line].append((issue.message, issue.params))
    return [Shown(row.line, read.get(row.line, {}), tuple(faults[row.line])) for row in rows]


class _Table:
    """A run over a table: what is known of the shop, and what earlier parts did."""

    def __init__(
        self, session: Session, job: Job, report: ImportReport, sample: Sequence[Sequence[str]] | None = None
    ) -> None:
        self._session, self._job, self._report = session, job, report
        self._trade = settings.load(session, Trade)
        if sample is None:
            width = len(job.headings)
            sample = [row.cells for row in islice(import_files.rows(job.choice, width), import_files.SAMPLE)]
        self.reader = Reader(job, self._trade, sample)
        names = tuple(self.reader.read([""] * len(job.headings)))
        self._mapping = mapping_of(job, self._trade, names)
        self._known = Known(session, job.kind)
        self._device = 1 if report.dry_run else journal.batch_of(session).device
        self._first: dict[str, dict[str, int]] = {}

    # -- parts -----------------------------------------------------------------------------------

    def parts(self, progress: Progress | None) -> Iterator[list[Record]]:
        """The rows in parts; the lines of an order are never parted, wherever they stand."""
        total = _lines(self._job.choice)

        def tell(line: int) -> None:
            if progress is not None:
                progress(min(line, total), total)

        tell(0)
        rows = import_files.rows(self._job.choice, len(self._job.headings), tell)
        yield from (self._whole(rows) if self._job.kind == ORDERS else _cut(rows))

    def _whole(self, rows: Iterator[Record]) -> Iterator[list[Record]]:
        last = {self._order_of(row): row.line for row in import_files.rows(self._job.choice, len(self._job.headings))}
        waiting: dict[str, list[Record]] = defaultdict(list)
        ready: list[Record] = []
        for row in rows:
            key = self._order_of(row)
            waiting[key].append(row)
            if last[key] == row.line:
                ready += waiting.pop(key)
            if len(ready) >= PART:
                yield ready
                ready = []
        yield ready

    def _order_of(self, row: Record) -> str:
        """The order of a line, of a broken one as far as it can be told."""
        column = self._job.column_of("order")
        if row.fault:
            return row.cells[column].strip() if 0 <= column < len(row.cells) else ""
        return self.reader.read(row.cells)["order"]

    # -- planning --------------------------------------------------------------------------------

    def plan(self, part: list[Record]) -> Plan:
        """What one part is about to change."""
        source = Source(self._report.source, {TABLE: []}, {TABLE: []}, {TABLE: self._report.source})
        plan = Plan(self._session, self._mapping, source, self._report, self._device, first=self._first)
        plan.staff = self._known.staff
        sound = [(row.line, self.reader.read(row.cells)) for row in part if not row.fault]
        for row in part:
            if row.fault:
                plan.report.counts[self._rows_are].refused += 1
                plan.report.tell(REFUSED, self._report.source, row.line, row.fault, **row.params)
        if self._job.kind == ORDERS:
            self._plan_orders(plan, sound, {self._order_of(row) for row in part if row.fault} - {""})
        else:
            self._plan_records(plan, sound)
        if len(self._report.of_kind(REFUSED)) > MOST_REFUSED:
            raise UserError(
                N_("More than %(count)s rows of %(file)s are refused."),
                N_("Look at the columns and the encoding, or split the file."),
                count=MOST_REFUSED, file=self._report.source,
            )  # fmt: skip
        return plan

    @property
    def _rows_are(self) -> str:
        return "lines" if self._job.kind == ORDERS else self._job.kind

    def _plan_records(self, plan: Plan, sound: list[tuple[int, dict[str, str]]]) -> None:
        plan.matched = {}
        model = Customer.__tablename__ if self._job.kind == CUSTOMERS else Product.__tablename__
        matched = plan.matched.setdefault(model, {})
        for line, row in sound:
            row["known_by"] = key_of(self._job.kind, row) or f"row:{line}"
            plan.source.rows[TABLE].append(Row(line, row))
            if row["known_by"] not in self._first.get(self._job.kind, {}) and row["known_by"] not in matched:
                found = self._known.matched(row, row["known_by"])
                if found is not None:
                    matched[row["known_by"]] = found
        (plan_customers if self._job.kind == CUSTOMERS else plan_products)(plan)
        keys = plan.inserts.get(ExternalKey, [])
        keys[:] = [one for one in keys if not self._known.remembers(one["value"])]

    def _plan_orders(self, plan: Plan, sound: list[tuple[int, dict[str, str]]], spoiled: set[str]) -> None:
        orders: dict[str, list[Row]] = defaultdict(list)
        for line, row in sound:
            orders[row["order"]].append(Row(line, row))
        plan.matched = {Order.__tablename__: {}}
        sold: dict[str, Sold] = {}
        plan.ids["customers"] = {}
        made: dict[uuid.UUID, Row] = {}
        for key, rows in orders.items():
            if not self._agree(plan, key, rows, spoiled):
                continue
            self._find_customer(plan, rows[0], made)
            for one in rows:
                self._find_product(one.cells, sold)
            found = self._known.order(key)
            if found is not None:
                plan.matched[Order.__tablename__][key] = found
            plan.source.rows[TABLE] += rows
        plan.customers -= set(made)
        plan_orders(plan, sold)
        self._keep_used(plan, made)

    def _agree(self, plan: Plan, key: str, rows: list[Row], spoiled: set[str]) -> bool:
        """Whether all lines of an order are there and name the same customer and date; else they are refused."""
        message = ""
        if key in spoiled:
            message = N_("Another line of this order is broken.")
        elif len({(row.cells["customer"], row.cells["ordered_on"]) for row in rows}) > 1:
            message = N_("The lines of this order name different customers or dates.")
        if message:
            plan.refuse("orders", plan.source.name, rows[0], message, rows=[row.line for row in rows])
            plan.report.counts["lines"].refused += len(rows)
        return not message

    def _keep_used(self, plan: Plan, made: dict[uuid.UUID, Row]) -> None:
        """Of the customers made for orders only those whose orders were taken; those without a code get it now."""
        used = {row["customer_id"] for row in plan.inserts.get(Order, [])} | plan.customers
        for row in plan.inserts.get(Customer, []):
            if row["id"] in used:
                row["code"] = row["code"] or plan.number(Customer.code, "customer")
                plan.note(
                    plan.source.name, made[row["id"]], N_("The customer “%(name)s” was not known; it is added."),
                    name=row["name"],
                )  # fmt: skip
        idle = set(made) - used
        for model, name in ((Customer, "id"), (ExternalKey, "record_id")):
            if idle and model in plan.inserts:
                plan.inserts[model] = [row for row in plan.inserts[model] if row[name] not in idle]
        plan.report.counts["customers"].created -= len(idle)
        for key in idle:
            self._known.forget_customer(made[key].cells["customer"])

    def _find_customer(self, plan: Plan, row: Row, made: dict[uuid.UUID, Row]) -> None:
        """The customer of an order; one that is not known is made, with its code when its name stands beside that."""
        text, name = row.cells["customer"], row.cells.get("customer_name", "")
        found = self._known.customers(text) or (self._known.customers(name) if name else set())
        if len(found) == 1:
            plan.ids["customers"][text] = next(iter(found))
        elif not found and text and self._job.add_customers:
            wanted = {"name": name or text, "country": self._trade.country, "language": self._trade.document_language}
            code = text if name and name != text else ""
            known_by = f"code:{text}" if code else f"name:{text.casefold()}|"
            key = import_customers.create(plan, known_by, {**wanted, "code": code})
            made[key] = row
            self._known.add_customer(text, key)
            plan.ids["customers"][text] = key

    def _find_product(self, row: dict[str, str], sold: dict[str, Sold]) -> None:
        """Name the product of a line; one that is not kept here stays a line of words."""
        text = row["product"]
        found = self._known.product(text)
        row["sold"] = text if found else f"{text}|{row.get('specification', '')}|{row.get('unit', '')}"
        if found is None and text:
            found = Sold(None, "", text, row.get("specification", ""), row.get("unit", ""))
        if found is not None:
            sold[row["sold"]] = found


def _cut(rows: Iterator[Record]) -> Iterator[list[Record]]:
    while part := list(islice(rows, PART)):
        yield part


def _lines(choice: import_files.Choice) -> int:
    """How many lines a CSV file has; 0 for a workbook, whose lines are not counted without reading it."""
    if choice.sheet:
        return 0
    with choice.path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
