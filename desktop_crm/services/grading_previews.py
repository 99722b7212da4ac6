"""A preview of the grading worked out by the worker, and its movers on their way to the window.

They are packed in parts and unpacked where they are looked at: 100,000 at once would hold the window up for half a
second. Nothing here brings the arithmetic along before it is needed.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from desktop_crm.services.grading import GradingPreview
    from desktop_crm.services.grading_movers import Mover

PART = 200


def of_file(shop: Path) -> GradingPreview:
    """What the active scheme says today about the shop in a file; the movers are packed.

    Raises UserError when there is no scheme.
    """
    from desktop_crm.services import grading, shops

    opened = shops.open_shop(shop, writable=False)
    try:
        with opened.database.read() as session:
            found = grading.preview(session)
    finally:
        opened.close()
    return replace(found, movers=PackedMovers(found.movers))


class PackedMovers(Sequence["Mover"]):
    """A sequence of movers that keeps one part unpacked at a time."""

    def __init__(self, movers: Sequence[Mover]) -> None:
        self._count = len(movers)
        starts = range(0, len(movers), PART)
        self._parts = [pickle.dumps(movers[start : start + PART], pickle.HIGHEST_PROTOCOL) for start in starts]
        self._shown: tuple[int, Sequence[Mover]] = (-1, ())

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Mover: ...
    @overload
    def __getitem__(self, place: slice) -> list[Mover]: ...
    def __getitem__(self, place: int | slice) -> Mover | list[Mover]:
        if isinstance(place, slice):
            return [self._at(number) for number in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return self._at(place % self._count)

    def _at(self, place: int) -> Mover:
        part, within = divmod(place, PART)
        shown = self._shown
        if shown[0] != part:  # another thread may look at another part: what it keeps is taken whole
            shown = self._shown = (part, pickle.loads(self._parts[part]))
        return shown[1][within]
