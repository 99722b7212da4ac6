"""Who buys when: kinds, sizes and order days of all customers, drawn at once with numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_crm.services.sample.words import words

DAYS = 1095  # three years; day 0 is the first, day DAYS is today
KINDS = "bfrsohdx"  # builder, factory, restaurant, shop, organisation, household, dealer, abroad
KEY, REGULAR, OCCASIONAL, ONCE, LEAD = range(5)
CHUNK = 50_000

SIZES = (0.05, 0.15, 0.30, 0.42, 0.08)
KINDS_BY_SIZE = (
    (0.29, 0.27, 0.09, 0.02, 0.09, 0.00, 0.21, 0.03),
    (0.14, 0.15, 0.25, 0.16, 0.14, 0.05, 0.10, 0.01),
    (0.05, 0.06, 0.23, 0.25, 0.08, 0.30, 0.03, 0.00),
    (0.01, 0.01, 0.13, 0.15, 0.02, 0.68, 0.00, 0.00),
    (0.12, 0.08, 0.20, 0.20, 0.10, 0.28, 0.02, 0.00),
)
ORDERS_A_YEAR = (40.0, 13.0, 2.8, 0.0, 0.0)
ORDER_VALUE = (12_000.0, 5_200.0, 4_600.0, 3_900.0, 9_000.0)
VALUE_SPREAD = (0.6, 0.5, 0.5, 0.5, 0.6)
OLD_SHARE = 0.45  # customers we had before the three years
YEARLY_LOSS = 0.10
SUMMER = (0.75, 0.70, 0.85, 0.95, 1.15, 1.45, 1.60, 1.40, 1.10, 0.90, 0.80, 0.85)
GROWTH_A_YEAR = 0.08


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry per customer: places in ``KINDS``, sizes, first and last day, usual value of an order in dollars.

    ``pay``: 0 in time, 1 a little late, 2 late, 3 hardly ever. ``events`` are ``day << 32 | customer``, sorted.
    """

    kind: NDArray[Any]
    size: NDArray[Any]
    start: NDArray[Any]
    end: NDArray[Any]
    value: NDArray[Any]
    pay: NDArray[Any]
    events: NDArray[Any]


def draw(customers: int, seed: int, first_weekday: int, first_month: int) -> Plan:
    """The plan of a shop; ``first_weekday`` (Monday is 0) and ``first_month`` (1 to 12) are those of day 0."""
    chance = np.random.default_rng(seed)
    size = chance.choice(5, customers, p=SIZES).astype(np.int8)
    start = _starts(chance, size)
    size, start = _in_order_of_start(size, start)
    kind = _kinds(chance, size)
    value = np.exp(chance.normal(0, 1, customers) * np.take(VALUE_SPREAD, size)) * np.take(ORDER_VALUE, size)
    rate = np.take(ORDERS_A_YEAR, size) * chance.uniform(0.6, 1.4, customers)
    stay = chance.exponential(365 / YEARLY_LOSS, customers) * np.where(size == KEY, 2, 1)
    end = np.minimum(np.maximum(start, 0) + stay + 20, DAYS)
    once = size >= ONCE
    end = np.where(once, np.minimum(np.maximum(start, 0) + 25, DAYS), end)
    pay = chance.choice(4, customers, p=(0.72, 0.18, 0.075, 0.025)).astype(np.int8)
    _name(kind, size, start, end, value, rate, pay)
    years = (end - np.maximum(start, 0)) / 365
    count = np.where(once, 1 + (chance.random(customers) < 0.1), np.maximum(1, np.round(rate * years)))
    events = _events(chance, kind, count.astype(np.int64), np.maximum(start, 0), end, first_weekday, first_month)
    return Plan(kind, size, start.astype(np.int16), end.astype(np.int16), value, pay, events)


def _starts(chance: np.random.Generator, size: NDArray[Any]) -> NDArray[Any]:
    """The first day of each customer; -1 for those of old. Who buys once is never of old."""
    later = chance.integers(1, DAYS - 3, len(size))
    return np.where((chance.random(len(size)) < OLD_SHARE) & (size < ONCE), -1, later)


def _in_order_of_start(size: NDArray[Any], start: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Customers are numbered as they come."""
    order = np.argsort(start, kind="stable")
    return size[order], start[order]


def _kinds(chance: np.random.Generator, size: NDArray[Any]) -> NDArray[Any]:
    edges = np.cumsum(np.array(KINDS_BY_SIZE), axis=1)
    drawn = chance.random(len(size))
    kind = (drawn[:, None] > edges[size]).sum(axis=1)
    found: NDArray[Any] = np.minimum(kind, len(KINDS) - 1).astype(np.int8)
    return found


def _name(
    kind: NDArray[Any],
    size: NDArray[Any],
    start: NDArray[Any],
    end: NDArray[Any],
    value: NDArray[Any],
    rate: NDArray[Any],
    pay: NDArray[Any],
) -> None:
    """The customers with a name of their own come first; their days count back from today."""
    for i, named in enumerate(words()["named"]):
        kind[i], size[i] = KINDS.index(named["kind"]), min(named["size"], OCCASIONAL)
        start[i] = named["start"] if named["start"] < 0 else DAYS - named["start"]
        end[i], value[i] = DAYS + named["end"], named["value"] * 0.75
        rate[i], pay[i] = named["rate"], named["pay"]


def _events(
    chance: np.random.Generator,
    kind: NDArray[Any],
    count: NDArray[Any],
    start: NDArray[Any],
    end: NDArray[Any],
    first_weekday: int,
    first_month: int,
) -> NDArray[Any]:
    """Each customer orders in a rhythm of its own, stretched by the seasons; nobody orders on a Sunday."""
    curves = (_curve(first_month, 0.4), _curve(first_month, 1.0))
    seasonal = np.isin(kind, [KINDS.index(letter) for letter in "rsoh"])
    parts = []
    for low in range(0, len(count), CHUNK):
        who = np.repeat(np.arange(low, min(low + CHUNK, len(count))), count[low : low + CHUNK])
        first = np.concatenate(([0], np.cumsum(count[low : low + CHUNK])[:-1]))
        place = np.arange(len(who)) - first[who - low] + chance.uniform(0.15, 0.85, len(who))
        share = place / count[who]
        day = np.empty(len(who), dtype=np.int64)
        for curve, members in zip(curves, (~seasonal[who], seasonal[who]), strict=True):
            a = np.interp(start[who[members]], np.arange(DAYS + 1), curve)
            b = np.interp(end[who[members]], np.arange(DAYS + 1), curve)
            day[members] = np.searchsorted(curve, a + share[members] * (b - a))
        day = np.minimum(day, DAYS)
        sunday = (day + first_weekday) % 7 == 6
        day = np.where(sunday, np.where(day < end[who].astype(np.int64), day + 1, day - 1), day)
        parts.append(np.clip(day, 0, DAYS) << 32 | who)
    events = np.concatenate(parts)
    events.sort()
    return events


def _curve(first_month: int, strength: float) -> NDArray[Any]:
    """How much of the three years' business is done by each day."""
    day = np.arange(DAYS)
    month = (first_month - 1 + (day * 12 / 365.25).astype(np.int64)) % 12
    weight = 1 + strength * (np.take(SUMMER, month) - 1)
    weight = weight * (1 + GROWTH_A_YEAR * day / 365)
    return np.concatenate(([0.0], np.cumsum(weight)))
