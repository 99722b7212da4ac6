"""Patterns of document numbers such as ``Q{device}{year}-{n:4}``: filling them, and what is wrong with one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from desktop_crm.core.dates import roc_year
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

COUNT = re.compile(r"\{n(?::(\d+))?\}")
LONGEST = 40  # characters of a pattern
DIGITS = 9
_PLACE = re.compile(r"\{[^{}]*\}")
_PLACES = ("{year}", "{roc}", "{month}", "{device}")


def fill(pattern: str, on: dt.date, device: str = "") -> str:
    """``pattern`` for a document of ``on`` made on ``device``, with the count still open."""
    return (
        pattern.replace("{year}", str(on.year))
        .replace("{roc}", str(roc_year(on)))
        .replace("{month}", f"{on.month:02}")
        .replace("{device}", device)
    )


def counted(filled: str, value: int) -> str:
    """The number of count ``value``."""
    return COUNT.sub(lambda match: f"{value:0{match[1] or 1}}", filled, count=1)


def check(patterns: Mapping[str, str]) -> dict[str, str]:
    """The patterns without outer blanks; raises UserError at the first one that gives no proper numbers."""
    clean = {name: pattern.strip() for name, pattern in patterns.items()}
    for name, pattern in clean.items():
        _check_one(name, pattern)
        if any(pattern == other for key, other in clean.items() if key != name):
            raise UserError(
                N_("Two kinds of documents would get the same numbers."),
                N_("Begin one of them with another letter."),
                field=name,
            )
    return clean


def _check_one(name: str, pattern: str) -> None:
    counts = COUNT.findall(pattern)
    if len(counts) != 1:
        raise UserError(
            N_("The pattern needs the running number {n} once."), N_("For example Q{year}-{n:4}."), field=name
        )
    if counts[0] and not 1 <= int(counts[0]) <= DIGITS:
        raise UserError(N_("The running number has 1 to 9 digits."), field=name)
    rest = COUNT.sub("", pattern)
    for place in _PLACES:
        rest = rest.replace(place, "")
    if unknown := _PLACE.search(rest):
        raise UserError(
            N_("%(place)s is not known."),
            N_("Use {year}, {roc}, {month}, {device} and {n}."),
            field=name,
            place=unknown[0],
        )
    if "{" in rest or "}" in rest or not pattern.isprintable():
        raise UserError(N_("The pattern has a brace or sign that belongs to nothing."), field=name)
    if len(pattern) > LONGEST:
        raise UserError(N_("The pattern is too long."), N_("At most 40 characters."), field=name)
