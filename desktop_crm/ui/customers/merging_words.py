"""What the window of a merge says: titles of fields, values, and what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop_crm.core.i18n import LANGUAGES, N_, Translator
from desktop_crm.core.titles import CUSTOMER_TYPES, LEGAL_FORMS

if TYPE_CHECKING:
    from desktop_crm.services.merging import Preview

PRIVATE = frozenset({"grade", "price_list_id"})  # not for customers to see
ALWAYS = ("name", "code", "tax_number", "phone", "address", "orders", "grade")  # of both, where one has it
TITLES = {
    "name": N_("Name"),
    "code": N_("Code"),
    "tax_number": N_("Tax number"),
    "phone": N_("Phone"),
    "address": N_("Address"),
    "orders": N_("Orders"),
    "grade": N_("Grade"),
    "short_name": N_("Short name"),
    "name_en": N_("English name"),
    "legal_form": N_("Legal form"),
    "customer_type": N_("Type"),
    "country": N_("Country"),
    "industry": N_("Industry"),
    "source": N_("How they found us"),
    "channel": N_("Channel"),
    "language": N_("Language of documents"),
    "currency": N_("Currency"),
    "owner_id": N_("In charge"),
    "parent_id": N_("Belongs to"),
    "referrer_id": N_("Referred by"),
    "referrer_name": N_("Referred by"),
    "price_list_id": N_("Agreed price list"),
    "agreed_payment_terms": N_("Agreed payment terms"),
    "agreed_payment_days": N_("Agreed days to pay"),
    "agreed_response_hours": N_("Agreed hours to respond"),
    "agreed_contact_days": N_("Agreed days between contacts"),
    "agreed_discount_percent": N_("Agreed discount"),
    "closing_day": N_("Closing day"),
    "credit_limit": N_("Credit limit"),
}
REASONS = {
    "tax_number": N_("%(name)s (%(code)s): same tax number"),
    "name": N_("%(name)s (%(code)s): same name"),
    "phone": N_("%(name)s (%(code)s): same phone"),
    "mail": N_("%(name)s (%(code)s): same e-mail"),
}
NOTHING = "—"
Row = tuple[str, str, str]  # title, what the kept one says, what the other one says


def rows(t: Translator, preview: Preview, *, hidden: bool) -> list[Row]:
    """Both side by side: who they are, what is filled, and where they differ; ``hidden`` without what is private."""
    keep, gone = preview.keep, preview.gone
    told: dict[str, tuple[Any, Any]] = {
        name: (getattr(keep, name), getattr(gone, name))
        for name in ALWAYS
        if getattr(keep, name) or getattr(gone, name)
    }
    told |= {name: (None, value) for name, value in preview.filled.items()}
    told |= {one.field: (one.kept, one.other) for one in preview.differing}
    found = []
    for name in (name for name in TITLES if name in told and not (hidden and name in PRIVATE)):
        kept, other = told[name]
        mine, others = value(t, name, kept), value(t, name, other)
        if name in preview.filled:
            mine = t("%(value)s (taken over)", value=others)
        found.append((t(TITLES[name]), mine, others))
    return found


def value(t: Translator, field: str, said: Any) -> str:
    """A value as people read it."""
    if said is None or said == "":
        return NOTHING
    if field == "credit_limit":
        return t.money(said)
    if field == "agreed_discount_percent":
        return f"{t.number(said, 2)}%"
    if isinstance(said, int):
        return t.number(said)
    choices = {"legal_form": LEGAL_FORMS, "customer_type": CUSTOMER_TYPES}
    if field in choices:
        return t(choices[field].get(said, said))
    return LANGUAGES.get(said, said) if field == "language" else str(said)


def sentences(t: Translator, preview: Preview) -> list[str]:
    """What happens beside that."""
    counts, separator = _counts(t, preview.moves), "、" if t.lang.startswith("zh") else ", "
    said = [
        t("To the kept one move: %(counts)s.", counts=separator.join(counts)) if counts else t("Nothing has to move.")
    ]
    if preview.twins:
        said.append(
            t.plural(
                "%(count)s contact is noted at both and becomes one.",
                "%(count)s contacts are noted at both and become one each.",
                preview.twins,
            )
        )
    if preview.ways:
        said.append(
            t.plural(
                "%(count)s number or address to reach it is added.",
                "%(count)s numbers and addresses to reach it are added.",
                preview.ways,
            )
        )
    if preview.note:
        said.append(t("The note of the other one is added."))
    if preview.site:
        said.append(t("The other address is kept as a site."))
    if preview.moves.get("quotation"):
        said.append(t("Quotations that were issued keep the name they were issued with."))
    return said


def _counts(t: Translator, moves: dict[str, int]) -> list[str]:
    def some(entity: str) -> int:
        return moves.get(entity, 0)

    words = {
        "contact": t.plural("%(count)s contact", "%(count)s contacts", some("contact")),
        "site": t.plural("%(count)s site", "%(count)s sites", some("site")),
        "quotation": t.plural("%(count)s quotation", "%(count)s quotations", some("quotation")),
        "customer_order": t.plural("%(count)s order", "%(count)s orders", some("customer_order")),
        "payment": t.plural("%(count)s payment", "%(count)s payments", some("payment")),
        "invoice_record": t.plural("%(count)s invoice record", "%(count)s invoice records", some("invoice_record")),
        "equipment": t.plural("%(count)s piece of equipment", "%(count)s pieces of equipment", some("equipment")),
        "interaction": t.plural(
            "%(count)s noted call or visit", "%(count)s noted calls and visits", some("interaction")
        ),
        "follow_up": t.plural("%(count)s follow-up", "%(count)s follow-ups", some("follow_up")),
        "customer": t.plural("%(count)s linked customer", "%(count)s linked customers", some("customer")),
    }
    return [text for entity, text in words.items() if some(entity)]
