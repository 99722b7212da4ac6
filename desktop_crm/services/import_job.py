"""What a user decided about a table: which column is what, and what happens to records that are there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop_crm.core.money import TaxMode
from desktop_crm.core.settings import Trade
from desktop_crm.services import import_values
from desktop_crm.services.import_fields import CUSTOMERS, ORDERS, PRODUCTS, field_of
from desktop_crm.services.import_files import Choice
from desktop_crm.services.import_mapping import Layout, Section
from desktop_crm.services.import_mapping import Mapping as ImportMapping

SYSTEM = "table"  # of the keys by which a table is known again
TABLE = "table"
UPDATE, SKIP = "update", "skip"
PLAIN: dict[str, Callable[[str], str]] = {
    "amount": import_values.amount,
    "percent": import_values.percent,
    "country": import_values.country,
}
LINE_FIELDS = ("product", "quantity", "unit_price", "amount", "discount_percent")
HEAD_FIELDS = ("customer", "ordered_on", "promised_on", "delivered_on", "customer_reference", "note")


@dataclass(frozen=True, slots=True)
class Job:
    """A table to import: ``columns`` says the field of a column counted from 0.

    ``existing``: UPDATE or SKIP known records; ``dates``: how 05/06/2024 is read, "" for as the column looks;
    ``tax_mode`` of the prices of orders, "" for the shop's own; ``settled``: orders without a delivery date count
    as delivered and paid; ``add_customers``: customers of orders that are not there are made.
    """

    choice: Choice
    kind: str
    headings: tuple[str, ...]
    columns: Mapping[int, str] = field(default_factory=dict)
    existing: str = UPDATE
    dates: str = ""
    tax_mode: str = ""
    settled: bool = True
    add_customers: bool = True

    def column_of(self, name: str) -> int:
        """The column of a field, -1 if it has none."""
        return next((column for column, field_name in self.columns.items() if field_name == name), -1)


class Reader:
    """Makes the texts the importer reads from the cells of a row."""

    def __init__(self, job: Job, trade: Trade, sample: Sequence[Sequence[str]]) -> None:
        self._job = job
        self._country = trade.country
        self._language = trade.document_language
        self._forms = {column: field_of(job.kind, name) for column, name in job.columns.items()}
        dates = [column for column, item in self._forms.items() if item.form == "date"]
        texts = [row[column] for row in sample for column in dates if column < len(row)]
        fallback = import_values.MDY if trade.country == "US" else import_values.DMY
        self._dates = job.dates or import_values.order_of(texts, fallback)

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """The texts of a row by field, those of the kind that the importer always asks for included."""
        found: dict[str, str] = {}
        for column, item in self._forms.items():
            text = cells[column].strip() if column < len(cells) else ""
            found[item.name] = self._converted(item.name, item.form, text) if text else ""
        return {CUSTOMERS: self._customer, PRODUCTS: self._product, ORDERS: self._order}[self._job.kind](found)

    def _converted(self, name: str, form: str, text: str) -> str:
        if form == "date":
            return import_values.date(text, self._dates)
        if form == "choice":
            return import_values.choice(name, text)
        if form == "yes":
            return "1" if import_values.is_yes(text) else ""
        if form in ("tax", "phone"):
            return (import_values.tax if form == "tax" else import_values.phone)(text, self._country)
        return PLAIN[form](text) if form in PLAIN else text

    def _customer(self, found: dict[str, str]) -> dict[str, str]:
        found["country"] = found.get("country") or self._country
        found["language"] = self._language
        if "address" in found:
            parts = {"street": found.pop("address")}
            if found["country"] == "TW":
                parts = import_values.address(parts["street"])
            for name in ("postal_code", "county", "district", "street"):
                found[name] = found.get(name) or parts.get(name, "")
        for name, usual in (("legal_form", "company"), ("customer_type", "direct")):
            if name in found:
                found[name] = found[name] or usual
        found["name"] = found.get("name") or found.get("contact", "")
        return {"code": "", **found}

    def _product(self, found: dict[str, str]) -> dict[str, str]:
        if "list_price" in found:
            found["list_price"] = found["list_price"] or "0"
        return {"code": "", **found}

    def _order(self, found: dict[str, str]) -> dict[str, str]:
        if self._job.settled:
            found["delivered_on"] = found.get("delivered_on") or found.get("ordered_on", "")
        if not found.get("quantity") and found.get("amount"):
            found["quantity"] = "1"
        found["number"] = found.get("order", "")
        found["order"] = found["number"] or f"{found.get('customer', '')}|{found.get('ordered_on', '')}"
        return found


def mapping_of(job: Job, trade: Trade, names: Sequence[str]) -> ImportMapping:
    """The mapping by which the importer takes rows that a ``Reader`` made; ``names`` are the fields they have."""
    fields = {name: "{" + name + "}" for name in names}
    if job.kind == ORDERS:
        head = {name: fields[name] for name in ("number", *HEAD_FIELDS) if name in fields}
        lines = {"order": "{order}", **{name: fields[name] for name in LINE_FIELDS if name in fields}}
        lines["product"] = "{sold}"
        sections = {
            "orders": Section(head, "{order}", TABLE, once=True),
            "lines": Section(lines, "{order}/{#}", TABLE),
        }
    else:
        sections = {job.kind: Section(fields, "{known_by}", TABLE)}
    mode = TaxMode(job.tax_mode or trade.tax_mode).value
    return ImportMapping(
        "",
        "",
        SYSTEM,
        trade.currency,
        mode,
        trade.country,
        {TABLE: (Layout(job.choice.path.name),)},
        sections,
        ("%Y-%m-%d",),
        tax_percent="0" if mode == TaxMode.UNTAXED else trade.tax_percent,
        table=True,
        skip=job.existing == SKIP,
    )
