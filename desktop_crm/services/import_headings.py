"""Which headings mean which field: as shops, accounting programs and address books write them in three languages.

The words stand in ``resources/text/headings.txt``; those of address books are the export headings of Google,
Outlook and QQ.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from desktop_crm.core.readings import normalise, read_lines


@cache
def _by_word() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for place, words in read_lines("headings.txt"):
        kind, _, name = place.partition(".")
        for word in words.split("|"):
            found.setdefault(plain(word), []).append((kind, name))
    return {word: tuple(pairs) for word, pairs in found.items()}


def plain(heading: str) -> str:
    """A heading without case, blanks, signs, what stands in brackets, and the difference of characters."""
    text = unicodedata.normalize("NFKC", heading).strip(" *:")
    head = text.partition("(")[0].strip()
    return normalise(head or text)


def _key(heading: str) -> str:
    """As ``plain``; where what stands in brackets makes a word that is known, as in 品名(英文), that too."""
    whole = normalise(unicodedata.normalize("NFKC", heading))
    return whole if whole in _by_word() else plain(heading)


def meanings(heading: str) -> tuple[tuple[str, str], ...]:
    """The (kind, field) pairs that a heading is known to mean."""
    key = _key(heading)
    return _by_word().get(key, ()) if key else ()


def likeness(heading: str, kind: str) -> dict[str, float]:
    """How surely a heading means each field of a kind, from 0 to 1; known words inside a longer one count half."""
    key = _key(heading)
    found = {name: 1.0 for where, name in _by_word().get(key, ()) if where == kind}
    if found or len(key) < 3:
        return found
    for word, pairs in _by_word().items():
        share = len(word) / len(key)
        if word in key and (len(word) >= 2 if not word.isascii() else len(word) >= 4 and share >= 0.6):
            for where, name in pairs:
                if where == kind:
                    found[name] = max(found.get(name, 0), 0.3 + 0.4 * share)
    return found
