"""The grading scheme in force, and what each grade is offered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, N_, Translator, translator
from desktop_crm.core.limits import SCALE
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import GradingCriterion, GradingScheme, ServiceLevel
from desktop_crm.models.grading import Criterion, GradeLimits
from desktop_crm.models.interaction import InteractionKind
from desktop_crm.services.grading_rule import CRITERIA, Rule

DEFAULT_WEIGHTS = (50, 20, 15, 15)  # in the order of CRITERIA
DEFAULT_LIMITS = {GradeLimits.CUSTOMERS: (5, 20, 50), GradeLimits.REVENUE: (80, 95, 100)}
MONTHS = range(1, 61)
TITLES: dict[str, str] = {
    Criterion.REVENUE: N_("Revenue"),
    Criterion.FREQUENCY: N_("Frequency"),
    Criterion.RECENCY: N_("Recency"),
    Criterion.MARGIN: N_("Gross margin"),
}


@dataclass(frozen=True, slots=True)
class SchemeFacts:
    """A scheme as plain data; weights in percent by criterion, limits cumulative percentages of A, B, C."""

    id: uuid.UUID
    name: str
    period_months: int
    limits_by: str
    limits: tuple[Decimal, Decimal, Decimal]
    weights: dict[str, Decimal]

    def rule(self) -> Rule:
        """The scheme as the exact integers the arithmetic takes."""
        revenue, frequency, recency, margin = (int(self.weights[name] * SCALE) for name in CRITERIA)
        a, b, c = (int(limit * SCALE) for limit in self.limits)
        return Rule((revenue, frequency, recency, margin), self.limits_by, (a, b, c))

    def stored(self) -> dict[str, Any]:
        """The parameters as a run keeps them, in JSON."""
        return {
            "name": self.name,
            "period_months": self.period_months,
            "limits_by": self.limits_by,
            "limits": [str(limit) for limit in self.limits],
            "weights": {name: str(weight) for name, weight in self.weights.items()},
        }

    def text(self, t: Translator) -> str:
        """The weights in one line: Revenue 50 · Frequency 20 · ..."""
        return " · ".join(f"{t(TITLES[name])} {t.number(weight, 4)}" for name, weight in self.weights.items() if weight)


def ensure_default_scheme(session: Session, t: Translator | None = None) -> uuid.UUID:
    """The active scheme's key; makes the usual one, named in the shop's language, when there is none."""
    found = session.scalar(_ACTIVE)
    if found is not None:
        return found
    t = t or translator(DEFAULT_LANGUAGE)
    scheme = GradingScheme(name=t("Standard grading"))
    session.add(scheme)
    session.flush()
    for criterion, weight in zip(CRITERIA, DEFAULT_WEIGHTS, strict=True):
        session.add(GradingCriterion(scheme_id=scheme.id, criterion=criterion, weight=Decimal(weight)))
    session.flush()
    return scheme.id


_ACTIVE = select(GradingScheme.id).where(GradingScheme.is_active.is_(True)).order_by(GradingScheme.id).limit(1)


def load(session: Session, scheme_id: uuid.UUID | None = None) -> SchemeFacts:
    """A scheme, or the active one. Raises UserError when there is none."""
    scheme = session.get(GradingScheme, scheme_id or session.scalar(_ACTIVE))
    if scheme is None:
        raise UserError(N_("There is no grading scheme yet."), N_("Open Grading and adjust the criteria."))
    rows = session.execute(
        select(GradingCriterion.criterion, GradingCriterion.weight).where(GradingCriterion.scheme_id == scheme.id)
    )
    given = {row[0]: row[1] for row in rows}
    return SchemeFacts(
        scheme.id,
        scheme.name,
        scheme.period_months,
        scheme.limits_by,
        (scheme.limit_a, scheme.limit_b, scheme.limit_c),
        {str(name): given.get(name, Decimal(0)) for name in CRITERIA},
    )


@needs(Permission.GRADE)
def update_scheme(
    session: Session,
    scheme_id: uuid.UUID | None = None,
    *,
    name: str | None = None,
    period_months: int | None = None,
    limits_by: str | None = None,
    limits: Sequence[Decimal | int] | None = None,
    weights: Mapping[str, Decimal | int] | None = None,
) -> uuid.UUID:
    """Change a scheme (the active one) in what is given; weights are percentages that add up to 100.

    Raises UserError for weights, limits or a period that make no sense.
    """
    facts = load(session, scheme_id)
    scheme = session.get_one(GradingScheme, facts.id)
    scheme.name = (name if name is not None else facts.name).strip() or facts.name
    scheme.period_months = _months(facts.period_months if period_months is None else period_months)
    scheme.limits_by = GradeLimits(limits_by or facts.limits_by)
    if limits is None and scheme.limits_by != facts.limits_by:
        limits = DEFAULT_LIMITS[GradeLimits(scheme.limits_by)]
    scheme.limit_a, scheme.limit_b, scheme.limit_c = _limits(facts.limits if limits is None else limits)
    if weights is not None:
        _store_weights(session, facts.id, _weights(weights))
    session.flush()
    return scheme.id


def _months(months: int) -> int:
    if months not in MONTHS:
        raise UserError(N_("The period must have between 1 and 60 months."), field="period_months")
    return months


def _limits(limits: Sequence[Decimal | int]) -> tuple[Decimal, Decimal, Decimal]:
    a, b, c = (_percent(limit, "limits") for limit in limits)
    if not 0 < a <= b <= c <= 100:
        raise UserError(
            N_("The limits must rise from A to C and lie between 0 and 100."),
            N_("The usual limits are 5, 20 and 50 percent of customers, or 80, 95 and 100 percent of revenue."),
            field="limits",
        )
    return a, b, c


def _weights(weights: Mapping[str, Decimal | int]) -> dict[str, Decimal]:
    found = {str(Criterion(name)): _percent(weight, "weights") for name, weight in weights.items()}
    total = sum(found.values())
    if total != 100:
        raise UserError(
            N_("The weights must add up to 100; now they are %(total)s."), field="weights", total=str(total)
        )
    return found


def _percent(value: Decimal | int, field: str) -> Decimal:
    percent = Decimal(value)
    if not percent.is_finite() or not 0 <= percent <= 100 or percent * SCALE % 1:
        raise UserError(N_("A percentage lies between 0 and 100 and has at most four decimals."), field=field)
    return percent


def _store_weights(session: Session, scheme_id: uuid.UUID, weights: dict[str, Decimal]) -> None:
    rows = session.scalars(select(GradingCriterion).where(GradingCriterion.scheme_id == scheme_id))
    present = {row.criterion: row for row in rows}
    for name in CRITERIA:
        weight = weights.get(name, Decimal(0))
        if name in present:
            present[name].weight = weight
        else:
            session.add(GradingCriterion(scheme_id=scheme_id, criterion=name, weight=weight))


def default_service_levels(session: Session, t: Translator | None = None) -> None:
    """What each grade is offered until the shop changes it; does nothing when there are levels."""
    if session.scalar(select(ServiceLevel.id).limit(1)) is not None:
        return
    t = t or translator(DEFAULT_LANGUAGE)
    visit, call, message = InteractionKind.VISIT, InteractionKind.CALL, InteractionKind.MESSAGE
    for grade, hours, days, kind, terms, payment_days, extras in (
        ("A", 4, 30, visit, t("Monthly account, 60 days"), 60, t("Annual review")),
        ("B", 24, 91, call, t("Monthly account, 30 days"), 30, ""),
        ("C", 72, 182, "", t("Cash on delivery"), 0, ""),
        ("D", 168, None, message, t("Prepayment"), 0, ""),
    ):
        session.add(
            ServiceLevel(
                grade=grade,
                response_hours=hours,
                contact_days=days,
                contact_kind=kind,
                payment_terms=terms,
                payment_days=payment_days,
                extras=extras,
            )
        )
    session.flush()


def response_text(t: Translator, hours: int | None) -> str:
    """Within what time a grade is answered: 4 hours, 1 day, 1 week."""
    if hours is None:
        return ""
    if hours % 168 == 0:
        return t.plural("%(count)s week", "%(count)s weeks", hours // 168)
    if hours % 24 == 0:
        return t.plural("%(count)s day", "%(count)s days", hours // 24)
    return t.plural("%(count)s hour", "%(count)s hours", hours)


def contact_text(t: Translator, days: int | None, kind: str) -> str:
    """How often and how a grade is contacted: monthly visit, quarterly call."""
    if days is None:
        return t("Marketing messages") if kind else ""
    rhythm = t(_RHYTHMS[days]) if days in _RHYTHMS else t.plural("every %(count)s day", "every %(count)s days", days)
    return t(_CONTACTS.get(kind, _CONTACTS[""]), rhythm=rhythm)


_RHYTHMS = {
    1: N_("daily"),
    7: N_("weekly"),
    30: N_("monthly"),
    91: N_("quarterly"),
    182: N_("half-yearly"),
    365: N_("yearly"),
}
_CONTACTS: dict[str, str] = {
    "": N_("Contact %(rhythm)s"),
    InteractionKind.VISIT: N_("Visit %(rhythm)s"),
    InteractionKind.CALL: N_("Call %(rhythm)s"),
    InteractionKind.MESSAGE: N_("Message %(rhythm)s"),
    InteractionKind.MAIL: N_("Mail %(rhythm)s"),
    InteractionKind.MEETING: N_("Meeting %(rhythm)s"),
}
