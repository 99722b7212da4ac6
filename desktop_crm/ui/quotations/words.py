"""The words of quotations, for list, card and editor."""

from __future__ import annotations

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import QUOTATION_STATES
from desktop_crm.ui.table_model import Pill, Tone

TONES: dict[str, Tone] = {
    "draft": "neutral",
    "issued": "warn",
    "sent": "blue",
    "accepted": "ok",
    "declined": "muted",
    "expired": "muted",
    "cancelled": "muted",
}
TAXES = {
    "exclusive": N_("%(rate)s tax added"),
    "inclusive": N_("%(rate)s tax included"),
    "untaxed": N_("Prices without tax"),
    "zero_rated": N_("Zero-rated"),
    "exempt": N_("Tax-exempt"),
}


def state_pill(t: Translator, state: str, revising: bool = False) -> Pill:
    """A state on its ground; ``revising``: a further revision is being drafted."""
    if revising and state != "draft":
        return Pill(t("Being revised"), "neutral")
    return Pill(t(QUOTATION_STATES[state]), TONES[state])


def number_of(t: Translator, number: str, revision: int) -> str:
    """Number with revision; a draft that was never issued has none."""
    if not number:
        return t("No number yet")
    return t("%(number)s, revision %(revision)s", number=number, revision=revision) if revision > 1 else number


def days_pill(t: Translator, days: int) -> Pill:
    """How long an offer is still good."""
    if days < 0:
        return Pill(t("Lapsed"), "bad")
    if days == 0:
        return Pill(t("Last day"), "warn")
    return Pill(t.plural("%(count)s day left", "%(count)s days left", days), "warn")
