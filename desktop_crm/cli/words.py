"""What kinds of lines and events are called on the terminal."""

from __future__ import annotations

from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import INTERACTION_KINDS

LINE_KINDS = {"option": N_("Option"), "alternative": N_("Alternative")}
EVENTS = {
    "quotation": N_("Quotation"),
    "order": N_("Order"),
    "payment": N_("Payment"),
    "follow_up": N_("Follow-up"),
    **INTERACTION_KINDS,
}
