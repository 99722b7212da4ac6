"""The words of the import: kinds, encodings, examples, and what to do about a refused row."""

from __future__ import annotations

from desktop_crm.core.i18n import N_, Translator

ENCODINGS = (
    ("utf-8-sig", "UTF-8"),
    ("cp950", "Big5 (CP950)"),
    ("gb18030", "GBK / GB18030"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("big5hkscs", "Big5-HKSCS"),
    ("shift_jis", "Shift JIS"),
    ("cp1252", "Windows-1252"),
)
DELIMITERS = ((",", N_("Comma")), (";", N_("Semicolon")), ("\t", N_("Tabulator")), ("|", N_("Bar")))
DATES = (
    ("", N_("As the column looks")),
    ("dmy", N_("Day first: 31/12/2026")),
    ("mdy", N_("Month first: 12/31/2026")),
)
TAX_MODES = (
    ("", N_("As the shop does")),
    ("exclusive", N_("Without tax")),
    ("inclusive", N_("Tax included")),
    ("untaxed", N_("No tax")),
)
EXISTING = (("update", N_("Bring them up to date")), ("skip", N_("Leave them as they are")))
TITLES = {
    "customers": N_("Customers"),
    "products": N_("Products"),
    "orders": N_("Orders"),
    "lines": N_("Order lines"),
}
ISSUES = {"refused": N_("Refused"), "changed": N_("Corrected"), "noted": N_("Worth a look")}

ADVICE = {
    "“%(text)s” is not a date.": N_("Write it as 2026-05-01 or 115/05/01."),
    "“%(text)s” is not a number.": N_("Leave only digits, a point and a minus."),
    "The customer has no name.": N_("Type a name, or choose the column that has it."),
    "The product has no name.": N_("Type a name, or choose the column that has it."),
    "A quotation mark is not closed.": N_("Close it, or remove it; the row begins here."),
    "The row has %(found)s columns instead of %(expected)s.": N_("Look for a comma too many or too few."),
    "The row has characters that are not of this encoding.": N_("Choose another encoding in the first step."),
    "The cell in column %(column)s is longer than %(limit)s characters.": N_("Shorten it."),
    "%(value)s is not a choice here.": N_("Empty the cell, or do not take this column."),
    "It says the same as row %(first)s.": N_("Nothing to do, unless it was meant to be another."),
    "There is no customer “%(key)s” in this shop.": N_("Import the customers first, or let them be added."),
    "The number %(number)s is taken by another order.": N_("Give the order another number."),
    "The year %(year)s cannot be meant.": N_("Type a year between 1900 and 2199."),
    "The line has no quantity.": N_("Type the quantity."),
}

EXAMPLES: dict[str, dict[str, str]] = {
    "customers": {
        "code": "C001", "name": N_("Example Ltd."), "tax_number": "04595257", "contact": N_("Lin Ya-ting"),
        "contact_title": N_("Manager"), "phone": "02-2720-8889", "mobile": "0912-345-678", "email": "info@example.com",
        "postal_code": "110", "address": N_("1 Example Road, Taipei"), "note": "",
    },
    "products": {
        "code": "P001", "name": N_("Water pipe"), "specification": "1/2\"", "unit": N_("piece"), "list_price": "120",
        "cost": "80",
    },
    "orders": {
        "order": "2026-001", "ordered_on": "2026-05-01", "customer": N_("Example Ltd."), "product": N_("Water pipe"),
        "quantity": "10", "unit": N_("piece"), "unit_price": "120", "amount": "1200",
    },
}  # fmt: skip


def example(t: Translator, kind: str) -> list[list[str]]:
    """Headings and one row of an example."""
    from desktop_crm.services.import_fields import field_of

    row = EXAMPLES[kind]
    return [[t(field_of(kind, name).title) for name in row], [t(text) for text in row.values()]]
