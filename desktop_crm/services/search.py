"""Finding records by what somebody typed: any part of a name, phone digits, tax number, code, pinyin or 注音."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop_crm.core.readings import normalise, typed_forms
from desktop_crm.store import search_index

MAX_WORDS = 8
MAX_TYPED = 300
_PHONE = re.compile(r"[\d\s()+\-./#]+")


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first. ``total`` counts up to 1,000; ``more`` says there are yet more ("1000+")."""

    ids: list[uuid.UUID]
    total: int
    more: bool
    entities: list[str]  # of each id; they differ only when every entity is searched


NOTHING = Hits([], 0, False, [])


def search(session: Session, typed: str, *, entity: str | None = "customer", limit: int = 50) -> Hits:
    """Records in which every typed word occurs; exact hits first, then those that begin so, then the newest.

    ``entity`` None searches all of them. Spaces and signs in a phone number do not matter; without a hit its
    parts are taken as words. What is typed is never syntax; nothing but signs and spaces finds nothing.
    """
    typed = typed[:MAX_TYPED]
    if is_number(typed):
        hits = _find(session, [normalise(typed)], entity, limit)
        if hits.ids:
            return hits
    return _find(session, [normalise(word) for word in typed.split()], entity, limit)


def is_number(typed: str) -> bool:
    """Whether what was typed can only be a phone number, whose spaces and signs do not matter."""
    return _PHONE.fullmatch(typed) is not None


def _find(session: Session, words: list[str], entity: str | None, limit: int) -> Hits:
    used = list(dict.fromkeys(word for word in words if word))[:MAX_WORDS]
    if not used:
        return NOTHING
    terms = [typed_forms(word) for word in used]
    whole = terms[0] if len(terms) == 1 else ["".join(used)]
    found = search_index.find(session, entity, terms, limit, whole=whole)
    ids = [uuid.UUID(bytes=ref) for _, ref in found.rows]
    return Hits(ids, found.total, found.more, [name for name, _ in found.rows])
