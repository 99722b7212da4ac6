"""What a revision of a quotation changed against the one before it."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import QuotationLine, QuotationRevision

NONE: Counter[Any] = Counter()  # what is said of a product that does not stand there


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of lines in the order of the sheet; a line is changed by its amount, kind or specification.

    Of several lines of one product some may be changed while others come or go.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def of_revisions(session: Session, quotation_id: uuid.UUID) -> dict[int, Changes]:
    """For each revision but the first, by its number."""
    lines: dict[int, list[QuotationLine]] = {
        number: []
        for number in session.scalars(
            select(QuotationRevision.revision)
            .where(QuotationRevision.quotation_id == quotation_id)
            .order_by(QuotationRevision.revision)
        )
    }
    if len(lines) < 2:
        return {}
    query = (
        select(QuotationRevision.revision, QuotationLine)
        .join(QuotationLine, QuotationLine.revision_id == QuotationRevision.id)
        .where(QuotationRevision.quotation_id == quotation_id)
        .order_by(QuotationRevision.revision, QuotationLine.position)
    )
    for number, line in session.execute(query):
        lines[number].append(line)
    return {new: between(lines[old], lines[new]) for old, new in pairwise(lines)}


def between(old: Sequence[QuotationLine], new: Sequence[QuotationLine]) -> Changes:
    """The lines are known by their product, without one by their name; the same product may stand there twice."""
    before, after = _known(old), _known(new)
    names = {_key(line): line.name for line in (*old, *new)}
    gone = {key: (before.get(key, NONE) - after.get(key, NONE)).total() for key in names}
    come = {key: (after.get(key, NONE) - before.get(key, NONE)).total() for key in names}
    return Changes(
        tuple(names[key] for key in after if come[key] > gone[key]),
        tuple(names[key] for key in before if gone[key] > come[key]),
        tuple(names[key] for key in after if come[key] and gone[key]),
    )


def _known(lines: Sequence[QuotationLine]) -> defaultdict[Any, Counter[Any]]:
    found: defaultdict[Any, Counter[Any]] = defaultdict(Counter)
    for line in lines:
        said = (line.kind, line.specification, line.quantity, line.unit, line.unit_price, line.discount_percent)
        found[_key(line)][said] += 1
    return found


def _key(line: QuotationLine) -> Any:
    return line.product_id or line.name
