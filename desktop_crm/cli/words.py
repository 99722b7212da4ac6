"""What states and kinds are called on the terminal."""

from __future__ import annotations

from desktop_crm.core.i18n import N_

QUOTATION_STATES = {
    "draft": N_("Draft"),
    "issued": N_("Issued"),
    "sent": N_("Sent"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "cancelled": N_("Cancelled"),
}
ORDER_STATES = {"open": N_("Open"), "closed": N_("Closed"), "cancelled": N_("Cancelled")}
EQUIPMENT_STATES = {
    "ordered": N_("Ordered"),
    "delivered": N_("Delivered"),
    "in_use": N_("In use"),
    "retired": N_("Retired"),
}
LINE_KINDS = {"option": N_("Option"), "alternative": N_("Alternative")}
EVENTS = {
    "quotation": N_("Quotation"),
    "order": N_("Order"),
    "payment": N_("Payment"),
    "follow_up": N_("Follow-up"),
    "call": N_("Call"),
    "visit": N_("Visit"),
    "message": N_("Message"),
    "mail": N_("Mail"),
    "meeting": N_("Meeting"),
}
