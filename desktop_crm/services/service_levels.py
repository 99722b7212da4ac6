"""What each grade is offered, in words; proposals only: what was agreed with a customer wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.limits import scaled
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import ServiceLevel
from desktop_crm.services import grading_scheme

OFFERED = (
    "response_hours",
    "contact_days",
    "contact_kind",
    "payment_terms",
    "payment_days",
    "discount_percent",
    "extras",
)
WHOLE = {"response_hours": 24 * 365, "contact_days": 3650, "payment_days": 730}  # the largest that can be meant


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One grade's offer; times in hours and days."""

    grade: str
    response_hours: int | None
    contact_days: int | None
    contact_kind: str
    payment_terms: str
    extras: str

    def texts(self, t: Translator) -> tuple[str, str, str, str]:
        """Response, contact, payment and extras as people read them."""
        return (
            grading_scheme.response_text(t, self.response_hours),
            grading_scheme.contact_text(t, self.contact_days, self.contact_kind),
            self.payment_terms,
            self.extras,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What the shop may set for a grade; None and "" stand for nothing offered."""

    response_hours: int | None
    contact_days: int | None
    contact_kind: str
    payment_terms: str
    payment_days: int | None
    discount_percent: Decimal
    extras: str


def offers(session: Session) -> dict[str, Offer]:
    """The offer of each grade, best first."""
    levels = session.scalars(select(ServiceLevel).order_by(ServiceLevel.grade))
    return {level.grade: Offer(*(getattr(level, name) for name in OFFERED)) for level in levels}


@needs(Permission.GRADE)
def change(session: Session, grades: Mapping[str, Offer]) -> None:
    """Set what grades are offered; nothing agreed with a customer changes.

    Raises UserError whose field is ``<grade>.<name>``.
    """
    levels = {level.grade: level for level in session.scalars(select(ServiceLevel))}
    for grade, offer in grades.items():
        _check(grade, offer)
        for name in OFFERED:
            setattr(levels[grade], name, getattr(offer, name))


def _check(grade: str, offer: Offer) -> None:
    for name, most in WHOLE.items():
        value = getattr(offer, name)
        if value is not None and not 0 <= value <= most:
            raise UserError(
                N_("Type a whole number from %(least)s to %(most)s."), field=f"{grade}.{name}", least=0, most=most
            )
    try:
        scaled(offer.discount_percent, "discount_percent")
    except UserError as error:
        raise UserError(error.message, field=f"{grade}.discount_percent") from error


def rows(session: Session) -> list[LevelRow]:
    """The offers, best grade first."""
    query = select(
        ServiceLevel.grade,
        ServiceLevel.response_hours,
        ServiceLevel.contact_days,
        ServiceLevel.contact_kind,
        ServiceLevel.payment_terms,
        ServiceLevel.extras,
    ).order_by(ServiceLevel.grade)
    return [LevelRow(*row) for row in session.execute(query)]
