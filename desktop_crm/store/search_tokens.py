"""The tokens of the search index: how a text is cut, and which tokens tell that a form occurs in it.

At each place of a field stands a token of its next three characters (fewer at its end); of digits, Latin
letters and pinyin initials also one of the next four, of the letters one of the next five. The beginning of
a field has a token of its own: the separator and two characters.
"""

from __future__ import annotations

import re

from desktop_crm.core.readings import SEPARATOR

MAX_PIECES = 12  # of a longer form; the rest is left to the verification

_PLACES = re.compile(f"(?=({SEPARATOR}[^{SEPARATOR}]{{1,2}}|[^{SEPARATOR}]{{1,3}}))")
_FOUR = "[0-9]{4}|[a-z]{4}|[À-Þ]{4}"
_FIVE = "[a-z]{5}|[À-Þ]{5}"
_FOURS = re.compile(f"(?=({_FOUR}))")
_FIVES = re.compile(f"(?=({_FIVE}))")
_RUN = re.compile(f"{_FIVE}|{_FOUR}")


def tokens(body: str) -> set[str]:
    """The tokens of a text, each once: FTS5 counts them and must be told as many when they are deleted."""
    return {*_PLACES.findall(body), *_FOURS.findall(body), *_FIVES.findall(body)}


def is_one_token(form: str) -> bool:
    """Whether the index alone tells if ``form`` occurs."""
    return len(form) <= 3 or _RUN.fullmatch(form) is not None


def match(form: str) -> str:
    """The FTS5 query of one form; for a longer one the pieces that must all be there."""
    if len(form) < 3:
        return _quoted(form) + "*"
    pieces: list[str] = []
    for i in range(len(form) - 2):
        run = _RUN.match(form, i)
        piece = run.group() if run else form[i : i + 3]
        if not any(piece in known for known in pieces):
            pieces.append(piece)
    return "(" + " AND ".join(map(_quoted, pieces[:MAX_PIECES])) + ")"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
