"""What can be imported into the window's three kinds of table, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.core.i18n import N_

CUSTOMERS, PRODUCTS, ORDERS = "customers", "products", "orders"
KINDS = {CUSTOMERS: N_("Customers"), PRODUCTS: N_("Products"), ORDERS: N_("Orders")}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its title (a msgid) and what its cells are.

    ``form`` is text, date, amount, percent, country, choice, tax, phone, address or yes.
    """

    name: str
    title: str
    form: str = "text"
    required: bool = False


FIELDS: dict[str, tuple[Field, ...]] = {
    CUSTOMERS: (
        Field("name", N_("Name"), required=True),
        Field("code", N_("Code")),
        Field("tax_number", N_("Tax number"), "tax"),
        Field("short_name", N_("Short name")),
        Field("name_en", N_("English name")),
        Field("contact", N_("Contact")),
        Field("contact_salutation", N_("Form of address")),
        Field("contact_title", N_("Job title")),
        Field("phone", N_("Phone"), "phone"),
        Field("mobile", N_("Mobile"), "phone"),
        Field("fax", N_("Fax"), "phone"),
        Field("email", N_("Mail")),
        Field("line", N_("LINE")),
        Field("web", N_("Website")),
        Field("postal_code", N_("Postal code")),
        Field("address", N_("Address"), "address"),
        Field("county", N_("County or city")),
        Field("district", N_("District")),
        Field("country", N_("Country"), "country"),
        Field("owner", N_("Salesperson")),
        Field("customer_type", N_("Customer type"), "choice"),
        Field("legal_form", N_("Legal form"), "choice"),
        Field("industry", N_("Industry")),
        Field("source", N_("Source")),
        Field("note", N_("Note")),
    ),
    PRODUCTS: (
        Field("name", N_("Name"), required=True),
        Field("code", N_("Code")),
        Field("specification", N_("Specification")),
        Field("unit", N_("Unit")),
        Field("category", N_("Category")),
        Field("list_price", N_("List price"), "amount"),
        Field("cost", N_("Cost"), "amount"),
        Field("tax_kind", N_("Tax kind"), "choice"),
        Field("name_en", N_("English name")),
        Field("name_zh_cn", N_("Name in Simplified Chinese")),
        Field("name_zh_tw", N_("Name in Traditional Chinese")),
        Field("specification_en", N_("English specification")),
        Field("specification_zh_cn", N_("Specification in Simplified Chinese")),
        Field("specification_zh_tw", N_("Specification in Traditional Chinese")),
        Field("archived", N_("No longer sold"), "yes"),
    ),
    ORDERS: (
        Field("order", N_("Order number")),
        Field("ordered_on", N_("Order date"), "date", required=True),
        Field("customer", N_("Customer"), required=True),
        Field("customer_name", N_("Name of the customer")),
        Field("product", N_("Product"), required=True),
        Field("specification", N_("Specification")),
        Field("quantity", N_("Quantity"), "amount", required=True),
        Field("unit", N_("Unit")),
        Field("unit_price", N_("Unit price"), "amount"),
        Field("amount", N_("Amount"), "amount"),
        Field("discount_percent", N_("Discount in percent"), "percent"),
        Field("promised_on", N_("Promised on"), "date"),
        Field("delivered_on", N_("Delivered on"), "date"),
        Field("customer_reference", N_("Customer's order number")),
        Field("note", N_("Note")),
    ),
}


def field_of(kind: str, name: str) -> Field:
    """The field ``name`` of a kind; KeyError if there is none."""
    return {field.name: field for field in FIELDS[kind]}[name]


def missing(kind: str, names: set[str]) -> list[Field]:
    """The fields that must be mapped and are not; an order line needs a unit price or an amount."""
    found = [field for field in FIELDS[kind] if field.required and field.name not in names]
    if kind == ORDERS and not names & {"unit_price", "amount"}:
        found.append(field_of(ORDERS, "unit_price"))
    return found
