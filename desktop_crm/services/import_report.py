"""What an import found and did: counts, sums, and every row that was refused, changed or is worth a look."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

REFUSED, CHANGED, NOTED = "refused", "changed", "noted"
MOST_REMARKS = 20_000
ENTITIES = ("customers", "products", "orders", "lines")


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one row (``line`` 0: about the file): ``message`` is a msgid with ``params``.

    ``kind`` is refused (the row was left out), changed (taken with a correction) or noted (taken as it is).
    ``rows`` are further lines that were left out with it.
    """

    kind: str
    file: str
    line: int
    message: str
    params: dict[str, Any]
    rows: tuple[int, ...] = ()


@dataclass(slots=True)
class Counts:
    """How many records of one kind the source has and what became of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def accepted(self) -> int:
        """Records that are in the shop after the import."""
        return self.created + self.updated + self.unchanged


@dataclass(slots=True)
class ImportReport:
    """The result; ``revenue`` in minor units of ``currency`` by our rule (each line rounded half up),

    ``exact_revenue`` the unrounded sum; ``top`` the customers with most revenue as (key, name, minor units).
    """

    mapping: str
    source: str
    currency: str
    dry_run: bool = False
    counts: dict[str, Counts] = field(default_factory=lambda: {entity: Counts() for entity in ENTITIES})
    issues: list[Issue] = field(default_factory=list)
    revenue: int = 0
    exact_revenue: Decimal = Decimal(0)
    top: tuple[tuple[str, str, int], ...] = ()
    batch_id: uuid.UUID | None = None
    _told: Counter[str] = field(default_factory=Counter)

    def tell(self, kind: str, file: str, line: int, message: str, /, **params: Any) -> None:
        """Add an issue about a line and the further ``rows``; of those that leave nothing out only the first."""
        rows = tuple(params.pop("rows", ()))
        self._told[kind] += 1
        if kind == REFUSED or self._told[kind] <= MOST_REMARKS:
            self.issues.append(Issue(kind, file, line, message, params, rows))

    def of_kind(self, kind: str) -> list[Issue]:
        """The issues of one kind in the order they were found."""
        return [issue for issue in self.issues if issue.kind == kind]
