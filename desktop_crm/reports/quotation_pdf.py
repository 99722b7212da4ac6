"""The quotation as a PDF, and the characters it cannot show."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.reports import fonts
from desktop_crm.reports.offer_sheet import OfferSheet


def render(snapshot: QuotationSnapshot, t: Translator, *, second: Translator | None = None) -> bytes:
    """The PDF of a quotation in the language of ``t``; with ``second``, its labels come in both languages.

    Equal input gives equal bytes. Characters without a glyph are shown as 〓 (``uncovered`` lists them),
    an unreadable logo or chop is left out.
    """
    drawn = OfferSheet(snapshot, t, second)
    return drawn.render(" ".join(drawn.words.both(_DRAFT)).upper() if snapshot.is_draft else "")


def uncovered(snapshot: QuotationSnapshot) -> list[str]:
    """The characters of the printed texts that no bundled face has, each once, in order of appearance."""
    face = fonts.typeface("zh_TW")
    seen: dict[str, None] = {}
    for text in _texts(snapshot):
        for char in fonts.clean(text):
            if char not in seen and not face.covers(char):
                seen[char] = None
    return list(seen)


_DRAFT = N_("Draft")


def _texts(thing: object) -> Iterator[str]:
    """Every text in a snapshot, however deep."""
    if isinstance(thing, str):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for item in dataclasses.fields(thing):
            yield from _texts(getattr(thing, item.name))
    elif isinstance(thing, (tuple, list)):
        for item in thing:
            yield from _texts(item)
    elif isinstance(thing, dict):
        yield from _texts(list(thing.values()))
