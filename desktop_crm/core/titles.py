"""What states and kinds are called wherever they are shown: on screen, on paper, on the terminal, in messages."""

from __future__ import annotations

from desktop_crm.core.i18n import N_

QUOTATION_STATES: dict[str, str] = {
    "draft": N_("Draft"),
    "issued": N_("Issued"),
    "sent": N_("Sent"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "cancelled": N_("Cancelled"),
}
ORDER_STATES: dict[str, str] = {"open": N_("Open"), "closed": N_("Closed"), "cancelled": N_("Cancelled")}
CHEQUE_STATES: dict[str, str] = {
    "received": N_("In hand"),
    "deposited": N_("At the bank"),
    "cleared": N_("Cleared"),
    "bounced": N_("Bounced"),
}
EQUIPMENT_STATES: dict[str, str] = {
    "ordered": N_("Ordered"),
    "delivered": N_("Delivered"),
    "in_use": N_("In use"),
    "retired": N_("Retired"),
}
FOLLOW_UP_STATES: dict[str, str] = {"open": N_("To do"), "done": N_("Done"), "cancelled": N_("Dropped")}
# by entity, as the journal names it
STATES = {
    "quotation": QUOTATION_STATES,
    "customer_order": ORDER_STATES,
    "cheque": CHEQUE_STATES,
    "equipment": EQUIPMENT_STATES,
    "follow_up": FOLLOW_UP_STATES,
}
CUSTOMER_TYPES: dict[str, str] = {
    "direct": N_("Direct customer"),
    "distributor": N_("Distributor"),
    "agent": N_("Agent"),
    "wholesaler": N_("Wholesaler"),
}
LEGAL_FORMS: dict[str, str] = {"company": N_("Company"), "organisation": N_("Organisation"), "person": N_("Person")}
PAYMENT_METHODS: dict[str, str] = {"cash": N_("Cash"), "transfer": N_("Bank transfer"), "cheque": N_("Cheque")}
INSTALMENT_TRIGGERS: dict[str, str] = {
    "order": N_("With the order"),
    "terms": N_("By the customer's terms"),
    "delivery": N_("When all is delivered"),
    "acceptance": N_("When accepted"),
    "date": N_("On a day"),
}
INVOICE_KINDS: dict[str, str] = {
    "triplicate": N_("Invoice for a firm (triplicate)"),
    "duplicate": N_("Invoice for a person (duplicate)"),
    "electronic": N_("Electronic invoice"),
    "invoice": N_("Invoice"),
    "receipt": N_("Receipt"),
    "allowance": N_("Allowance"),
}
INTERACTION_KINDS: dict[str, str] = {
    "call": N_("Call"),
    "visit": N_("Visit"),
    "message": N_("Message"),
    "mail": N_("Mail"),
    "meeting": N_("Meeting"),
}
# what a record is called within a sentence, by entity
RECORDS: dict[str, str] = {
    "customer": N_("customer"),
    "contact": N_("contact"),
    "site": N_("site"),
    "quotation": N_("quotation"),
    "customer_order": N_("order"),
    "payment": N_("payment"),
    "equipment": N_("equipment"),
    "follow_up": N_("follow-up"),
    "interaction": N_("interaction"),
    "inspection_plan": N_("inspection plan"),
    "product": N_("product"),
    "price_list": N_("price list"),
    "staff": N_("member of staff"),
    "service_level": N_("service level"),
    "grading_scheme": N_("grading criteria"),
    "setting": N_("settings"),
}


def addressed(name: str, salutation: str) -> str:
    """A person's name with the form of address: Mr Alan Cheung, 王小明 先生."""
    if not salutation or not name or name.endswith(salutation):
        return name
    return f"{salutation} {name}" if salutation.isascii() else f"{name} {salutation}"
