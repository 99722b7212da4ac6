"""Which quotations and orders a typed text means: words in number, project or reference, or the customer's name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from desktop_crm.services import search

CUSTOMERS = 500  # more customers than this are a text that says nothing


def matches(session: Session, text: str, ids: Select[Any], fields: Sequence[Any], customer: Any) -> Select[Any]:
    """The keys in ``ids`` for ``text``: every word in one of ``fields``, or a customer that a search finds.

    A subquery of keys: the lists put it in an order afterwards, which spares them a look at each row out of turn.
    What is typed is never syntax: ``%`` and ``_`` stand for themselves.
    """
    words = [or_(*(field.contains(word, autoescape=True) for field in fields)) for word in text.split()[:8]]
    found: list[uuid.UUID] = search.search(session, text, entity="customer", limit=CUSTOMERS).ids
    if not found:
        return ids.where(*words)
    named = ids.where(*words).union(ids.where(customer.in_(found))).subquery()
    return select(named.c.id)
