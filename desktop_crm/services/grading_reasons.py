"""Why a customer moved, as data: msgid, figures and tone; put into words where it is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.services import lifecycle

GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", "plain"  # bad: what is overdue, and nothing else
NOTABLE_PERCENT = 10  # smaller changes of revenue explain nothing
NOTABLE_POINTS = 3  # of the margin rate
OVERDUE_RHYTHM = 1.5  # times the usual interval


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence not yet in words; ``params`` are whole numbers or grades, ``amount`` is in home minor units."""

    msgid: str
    params: dict[str, int | str]
    tone: str = PLAIN

    def text(self, t: Translator) -> str:
        """The sentence in the user's language."""
        return t(self.msgid, **{name: _shown(t, name, value) for name, value in self.params.items()})

    def stored(self) -> dict[str, Any]:
        """The reason as JSON."""
        return {"msgid": self.msgid, "params": self.params, "tone": self.tone}


def _shown(t: Translator, name: str, value: int | str) -> str:
    if isinstance(value, str):
        return value
    return t.amount(value) if name == "amount" else t.number(value)


def from_stored(stored: dict[str, Any]) -> tuple[Reason, ...]:
    """The reasons of a ``GradeChange``."""
    return tuple(Reason(item["msgid"], item["params"], item["tone"]) for item in stored.get("reasons", ()))


FIRST_GRADING = Reason(N_("Graded for the first time"), {})
SCHEME_CHANGED = Reason(N_("The grading criteria were changed"), {})
OTHERS_MOVED = Reason(N_("Own figures similar, others moved"), {})
SILENT = N_("%(days)s days without an order (usually %(usual)s)")


@dataclass(frozen=True, slots=True)
class Period:
    """A customer's orders in one period, money in home currency minor units."""

    orders: int = 0
    revenue: int = 0
    margin: int = 0

    @property
    def margin_percent(self) -> int | None:
        """The margin rate in whole percent, None without revenue."""
        return divide_half_up(100 * self.margin, self.revenue) if self.revenue > 0 else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a customer outside the two periods."""

    first_on: dt.date | None = None
    last_on: dt.date | None = None
    orders_total: int = 0
    overdue: int = 0


def reasons(now: Period, before: Period, standing: Standing, as_of: dt.date, rose: bool) -> tuple[Reason, ...]:
    """Up to three reasons for a move, the weightiest first; ``rose`` tells which ones bear on it."""
    if rose and now.orders and not before.orders and standing.orders_total == now.orders:
        return (_arrival(now),)
    found = [*_revenue(now, before), *_rhythm(now, before, standing, as_of), *_margin(now, before)]
    if not rose and standing.overdue:
        found.append(Reason(N_("%(amount)s overdue"), {"amount": standing.overdue}, BAD))
    fitting = [reason for reason in found if (reason.tone == GOOD) == rose]
    return tuple(fitting[:3]) or (OTHERS_MOVED,)


def _arrival(now: Period) -> Reason:
    if now.orders == 1:
        return Reason(N_("First order %(amount)s"), {"amount": now.revenue}, GOOD)
    return Reason(N_("New: %(orders)s orders, %(amount)s"), {"orders": now.orders, "amount": now.revenue}, GOOD)


def _revenue(now: Period, before: Period) -> list[Reason]:
    if before.revenue <= 0:
        return [Reason(N_("Back with orders of %(amount)s"), {"amount": now.revenue}, GOOD)] if now.revenue > 0 else []
    if not now.orders:
        return [Reason(N_("No orders in the period, %(amount)s before"), {"amount": before.revenue}, WARN)]
    percent = divide_half_up(100 * (now.revenue - before.revenue), before.revenue)
    if percent >= NOTABLE_PERCENT:
        return [Reason(N_("Revenue +%(percent)s%%"), {"percent": percent}, GOOD)]
    if percent <= -NOTABLE_PERCENT:
        return [Reason(N_("Revenue −%(percent)s%%"), {"percent": -percent}, WARN)]
    return []


def _rhythm(now: Period, before: Period, standing: Standing, as_of: dt.date) -> list[Reason]:
    usual = lifecycle.rhythm_days(standing.first_on, standing.last_on, standing.orders_total)
    if usual and standing.last_on:
        days = (as_of - standing.last_on).days
        if days > max(OVERDUE_RHYTHM * usual, lifecycle.SHORTEST_RHYTHM):
            return [Reason(SILENT, {"days": days, "usual": usual}, WARN)]
    if before.orders and now.orders > before.orders:
        return [Reason(N_("Orders %(before)s → %(now)s"), {"before": before.orders, "now": now.orders}, GOOD)]
    if now.orders and now.orders < before.orders:
        return [Reason(N_("Orders %(before)s → %(now)s"), {"before": before.orders, "now": now.orders}, WARN)]
    return []


def _margin(now: Period, before: Period) -> list[Reason]:
    rate, earlier = now.margin_percent, before.margin_percent
    if rate is None or earlier is None:
        return []
    if rate - earlier >= NOTABLE_POINTS:
        return [Reason(N_("Margin %(points)s points higher"), {"points": rate - earlier}, GOOD)]
    if earlier - rate >= NOTABLE_POINTS:
        return [Reason(N_("Margin %(points)s points lower"), {"points": earlier - rate}, WARN)]
    return []
