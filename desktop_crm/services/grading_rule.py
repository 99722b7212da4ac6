"""What a grading scheme weighs and where it cuts, as plain numbers; the arithmetic is in ``grading_scores``."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.models.grading import Criterion

CRITERIA = (Criterion.REVENUE, Criterion.FREQUENCY, Criterion.RECENCY, Criterion.MARGIN)


@dataclass(frozen=True, slots=True)
class Rule:
    """Weights in the order of ``CRITERIA`` and cumulative limits of A, B, C; all percentages x 10^4."""

    weights: tuple[int, int, int, int]
    limits_by: str
    limits: tuple[int, int, int]
