"""How much is known of a customer, and what to ask for next.

The pieces follow identify, differentiate, interact, customise: who they are, what sets them apart, that they were
spoken to, and what was agreed with them alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.core.i18n import N_
from desktop_crm.models.customer import LegalForm
from desktop_crm.services.customer_card import Card

PIECES = {
    "person": N_("whom to talk to"),
    "phone": N_("a phone number"),
    "tax_number": N_("the tax number"),
    "address": N_("the address"),
    "industry": N_("the industry"),
    "email": N_("an e-mail address"),
    "talk": N_("a noted call or visit"),
    "terms": N_("agreed terms"),
}
FIRMS_ONLY = frozenset({"person", "tax_number", "industry"})


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many pieces are there of how many that matter; ``missing`` are keys of PIECES, the next one first."""

    known: int
    wanted: int
    missing: tuple[str, ...]


def of_card(card: Card, *, spoken: bool) -> Completeness:
    """The completeness of a customer; ``spoken`` says that a call, visit or message was noted."""
    there = {
        "person": card.counts["contacts"] > 0,
        "phone": bool(card.phone),
        "tax_number": bool(card.tax_number),
        "address": bool(card.address),
        "industry": bool(card.industry),
        "email": bool(card.email),
        "talk": spoken,
        "terms": bool(card.agreed_payment_terms),
    }
    firm = card.legal_form == LegalForm.COMPANY
    wanted = [key for key in PIECES if firm or key not in FIRMS_ONLY]
    missing = tuple(key for key in wanted if not there[key])
    return Completeness(len(wanted) - len(missing), len(wanted), missing)
