"""Files dropped onto the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent

LISTS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls")


def dropped_file(event: QDropEvent) -> Path | None:
    """The one list among what is dragged, None if it is something else."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in LISTS else None
