"""Document numbers by the shop's own patterns, and the counters they leave behind."""

from __future__ import annotations

from desktop_crm.core.settings import Numbering
from desktop_crm.services.sample.stage import Stage

SERIES = ("quotation", "order", "delivery", "payment", "customer", "product")


class Numbers:
    """Counts each series by year, as ``services.numbering`` does for one computer."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._patterns: dict[str, str] = {name: getattr(Numbering(), name).replace("{device}", "") for name in SERIES}
        self._last: dict[str, int] = {}

    def next(self, series: str, day: int) -> str:
        """The next number of a document of ``day``."""
        pattern = self._patterns[series].replace("{year}", self._stage.text(day)[:4])
        key = f"{series}:{pattern}"
        count = self._last[key] = self._last.get(key, 0) + 1
        return pattern.replace("{n:4}", f"{count:04}")

    def write(self, customers: int) -> None:
        """Leave the counters where the next document goes on."""
        rows = self._stage.bulk.table("counter", "series last")
        rows.extend(self._last.items())
        rows.append((f"customer:{self._patterns['customer']}", customers))
