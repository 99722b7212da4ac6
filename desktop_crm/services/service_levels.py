"""What each grade is offered, in words; proposals only: what was agreed with a customer wins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.i18n import Translator
from desktop_crm.models import ServiceLevel
from desktop_crm.services import grading_scheme


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
