"""Rounding half up and spreading a whole amount so that the parts always add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import lcm


def round_half_up(value: Decimal) -> int:
    """The nearest integer; a half goes away from zero, so that a credit mirrors its debit.

    Raises ValueError or OverflowError for NaN and Infinity.
    """
    return int(value.to_integral_value(ROUND_HALF_UP))


def divide_half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` rounded like ``round_half_up``, exact for integers of any size."""
    quotient, rest = divmod(abs(numerator), abs(denominator))
    quotient += 2 * rest >= abs(denominator)
    return -quotient if (numerator < 0) != (denominator < 0) else quotient


def spread(total: int, numerators: Sequence[int], denominator: int, ranks: Sequence[int] | None = None) -> list[int]:
    """Whole parts of ``total`` next to the exact parts ``numerator / denominator`` (> 0), by largest remainder.

    The exact parts must add up to ``total`` give or take less than one. Equal remainders: the larger part
    first, then the lower rank, then the smaller index. A negative total mirrors the positive one.
    """
    if total < 0:
        return [-part for part in spread(-total, [-numerator for numerator in numerators], denominator, ranks)]
    halves = [divmod(numerator, denominator) for numerator in numerators]
    parts = [whole for whole, _ in halves]
    missing = total - sum(parts)
    if missing:
        tie = ranks or [0] * len(parts)
        order = sorted(range(len(parts)), key=lambda i: (-halves[i][1], -numerators[i], tie[i], i))
        for i in order[:missing]:
            parts[i] += 1
    return parts


def allocate(total: int, weights: Sequence[int | Decimal]) -> list[int]:
    """``total`` in whole parts in proportion to ``weights``; the parts always add up to it.

    Largest remainder; ties go to the larger weight, then to the smaller index. Weights that add up to
    zero are treated as equal ones; no weights give no parts.
    """
    exact = [Fraction(weight) for weight in weights]
    common = lcm(*(weight.denominator for weight in exact))
    whole = [int(weight * common) for weight in exact]
    if sum(whole) == 0:
        whole = [1] * len(whole)
    if sum(whole) < 0:
        whole = [-weight for weight in whole]
    return spread(total, [total * weight for weight in whole], sum(whole))
