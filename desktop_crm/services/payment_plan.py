"""What a payment plan says before it is stored: its parts, what each comes to, the usual plans, plans read from words.

Percentages are of the order's total. A plan fits when its shares come to 100 or its amounts to the total; where there
are both, together to the total within the rounding of one unit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from desktop_crm.core.currencies import to_major
from desktop_crm.core.dates import check_day
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.limits import SCALE, check_total, scaled
from desktop_crm.core.quantities import format_quantity
from desktop_crm.core.rounding import divide_half_up, spread
from desktop_crm.models.order import InstalmentTrigger

WHOLE = 100 * SCALE
MOST_PARTS = 24
DAYS_LIMIT = 730
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part as typed: ``percent`` of the total, or where that is 0 a fixed ``amount`` in minor units."""

    name: str
    trigger: str = InstalmentTrigger.ORDER
    percent: Decimal = NONE
    amount: int = 0
    days: int = 0
    due_on: dt.date | None = None


_TRIGGER = InstalmentTrigger
DEPOSIT, ON_DELIVERY, ON_ACCEPTANCE = N_("Deposit"), N_("On delivery"), N_("On acceptance")
IN_FULL, BALANCE, MONTHLY = N_("In full on delivery"), N_("Balance on delivery"), N_("Monthly statement")
# key -> title and parts (msgid, trigger, percent)
USUAL: dict[str, tuple[str, tuple[tuple[str, InstalmentTrigger, int], ...]]] = {
    "thirds": (
        N_("30 / 40 / 30: deposit, delivery, acceptance"),
        (
            (DEPOSIT, _TRIGGER.ORDER, 30),
            (ON_DELIVERY, _TRIGGER.DELIVERY, 40),
            (ON_ACCEPTANCE, _TRIGGER.ACCEPTANCE, 30),
        ),
    ),
    "halves": (
        N_("50 / 50: deposit, delivery"),
        ((DEPOSIT, _TRIGGER.ORDER, 50), (BALANCE, _TRIGGER.DELIVERY, 50)),
    ),
    "delivery": (N_("All on delivery"), ((IN_FULL, _TRIGGER.DELIVERY, 100),)),
    "monthly": (N_("Monthly, by the customer's terms"), ((MONTHLY, _TRIGGER.TERMS, 100),)),
}


def usual(key: str, t: Translator) -> tuple[PlanPart, ...]:
    """The parts of one of the ``USUAL`` plans, named in the language of ``t``; KeyError for another key."""
    return tuple(PlanPart(t(name), trigger, Decimal(percent)) for name, trigger, percent in USUAL[key][1])


def amounts(parts: Sequence[PlanPart], total: int) -> list[int] | None:
    """What each of some parts comes to, together ``total`` to the unit; None when the parts do not come to it."""
    if all(part.percent for part in parts) and sum(part.percent for part in parts) != 100:
        return None
    rest = total - sum(part.amount for part in parts if not part.percent)
    shares = [total * scaled(part.percent, "tax_percent") for part in parts if part.percent]
    if abs(sum(shares) - rest * WHOLE) >= (WHOLE if shares else 1):
        return None
    found = iter(spread(rest, shares, WHOLE)) if shares else iter(())
    return [next(found) if part.percent else part.amount for part in parts]


def nearest(parts: Sequence[PlanPart], total: int) -> list[int]:
    """What each part comes to by itself, whether or not they come to ``total`` together."""
    return amounts(parts, total) or [
        divide_half_up(total * scaled(part.percent, "tax_percent"), WHOLE) if part.percent else part.amount
        for part in parts
    ]


def rest_into_last(parts: Sequence[PlanPart], total: int) -> tuple[PlanPart, ...]:
    """The plan with its last part changed so that it fits ``total``: its percentage where there are only those.

    Raises UserError when the parts before the last come to more than there is.
    """
    *before, last = parts
    if all(part.percent for part in before) and last.percent:
        percent = 100 - sum((part.percent for part in before), NONE)
        changed = replace(last, percent=percent, amount=0)
        left: Decimal | int = percent
    else:
        # the shares are rounded together: one by one they may miss their sum by more than a unit
        shares = sum(scaled(part.percent, "tax_percent") for part in before if part.percent)
        fixed = sum(part.amount for part in before if not part.percent)
        left = total - fixed - divide_half_up(total * shares, WHOLE)
        changed = replace(last, percent=NONE, amount=int(left))
    if left <= 0:
        raise UserError(N_("The parts before the last come to the whole already."), N_("Lower one of them."))
    return (*before, changed)


def check(parts: Sequence[PlanPart], total: int, currency: str) -> list[int]:
    """What each part comes to; raises UserError (field "plan", with ``row``) for a plan that cannot be."""
    if not parts:
        return []
    if len(parts) > MOST_PARTS:
        raise UserError(N_("A plan has at most %(count)s parts."), field="plan", count=MOST_PARTS)
    for row, part in enumerate(parts, start=1):
        _check_part(part, row)
    found = amounts(parts, total)
    if found is not None:
        if total and any(amount <= 0 for amount in found):
            raise UserError(N_("A part of the plan comes to nothing."), N_("Delete it."), field="plan")
        return found
    advice = N_("Put the rest into the last part, or change a part.")
    if all(part.percent for part in parts):
        percent = sum((part.percent for part in parts), NONE)
        said = N_("The parts come to %(percent)s ％ instead of 100 ％.")
        raise UserError(said, advice, field="plan", percent=format_quantity(percent))
    raise UserError(
        N_("The parts come to %(sum)s, the order to %(total)s."),
        advice,
        field="plan",
        sum=f"{to_major(sum(nearest(parts, total)), currency):,f}",
        total=f"{to_major(total, currency):,f}",
    )


def _check_part(part: PlanPart, row: int) -> None:
    if part.trigger not in set(InstalmentTrigger):
        raise ValueError(f"no trigger: {part.trigger}")
    if not part.name.strip():
        raise UserError(N_("Part %(row)s has no name."), N_("Type one or delete it."), field="plan", row=row)
    scaled(part.percent, "tax_percent")
    check_total(part.amount, "plan")
    if part.percent < 0 or part.amount < 0 or not (part.percent or part.amount):
        raise UserError(
            N_("Part %(row)s has neither a share nor an amount."), N_("Type one or delete it."), field="plan", row=row
        )
    if not 0 <= part.days <= DAYS_LIMIT:
        raise UserError(N_("Part %(row)s: at most %(most)s days."), field="plan", row=row, most=DAYS_LIMIT)
    if part.trigger == InstalmentTrigger.DATE:
        if part.due_on is None:
            raise UserError(N_("Part %(row)s has no due date."), N_("Type a day."), field="plan", row=row)
        check_day(part.due_on, "plan")


# -- plans in words --------------------------------------------------------------------------------

_PIECES = re.compile(r"[，,、；;。\n＋+]|(?<=[%％])\s+(?=[^\d，,、；;。]+\d+(?:\.\d+)?\s*[%％])")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]")
_DAYS = re.compile(r"(\d{1,3})\s*(?:天|日|days?)", re.IGNORECASE)
_WORDS = (
    (InstalmentTrigger.TERMS, ("月結", "月结", "monthly")),
    (InstalmentTrigger.ACCEPTANCE, ("驗收", "验收", "完工", "竣工", "accept", "sign-off", "completion")),
    (InstalmentTrigger.DELIVERY, ("貨", "货", "交付", "進場", "进场", "送達", "送达", "deliver", "shipment")),
    (InstalmentTrigger.ORDER, ("訂", "定金", "订", "簽約", "签约", "預付", "预付", "deposit", "order", "advance")),
)


def from_words(terms: str) -> tuple[PlanPart, ...]:
    """The plan that terms of payment spell out ("訂金 30%，出貨 40%，驗收 30%"); nothing unless it is plain.

    Each part must name its share and what makes it due, and the shares must come to 100.
    """
    parts: list[PlanPart] = []
    for piece in filter(None, (piece.strip() for piece in _PIECES.split(terms))):
        share = _SHARE.search(piece)
        if share is None:
            continue
        words = piece.casefold()
        trigger = next((trigger for trigger, names in _WORDS if any(name in words for name in names)), None)
        if trigger is None:
            return ()
        name = " ".join(f"{piece[: share.start()]} {piece[share.end() :]}".split()).strip(" :：()（）")
        days = _DAYS.search(piece) if trigger != InstalmentTrigger.TERMS else None
        parts.append(PlanPart(name or piece, trigger, Decimal(share[1]), days=int(days[1]) if days else 0))
    return tuple(parts) if parts and sum(part.percent for part in parts) == 100 else ()
