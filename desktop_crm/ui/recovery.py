"""Unsaved typing, kept in one small file per form until it is saved or thrown away. Never in the shop file."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from desktop_crm.core import paths

PAUSE = 800  # milliseconds after the last key
NAMELESS = "finish"  # the form whose key does not name the customer


class Recovery(QObject):
    """One form's file. ``key`` names shop, form and record, like ``"<shop>/customer/<id>"``."""

    def __init__(self, key: str, parent: QObject) -> None:
        super().__init__(parent)
        self._key = key
        self._path = file_of(key)
        self._pending: dict[str, Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.flush)

    def keep(self, typed: dict[str, Any]) -> None:
        """Remember what stands in the form, a moment later."""
        self._pending = typed
        self._timer.start()

    def found(self) -> dict[str, Any] | None:
        """What was typed before a crash; None when there is nothing, or nothing readable."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            typed = stored["typed"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return typed if isinstance(typed, dict) else None

    def forget(self) -> None:
        """Saved or thrown away: remove the file."""
        self._timer.stop()
        self._pending = None
        self._path.unlink(missing_ok=True)

    def flush(self) -> None:
        """Write now what waits. A full disk must not stop the typing."""
        if self._pending is None:
            return
        part = self._path.with_suffix(".part")
        try:
            part.write_text(
                json.dumps({"key": self._key, "typed": self._pending}, ensure_ascii=False), encoding="utf-8"
            )
            part.replace(self._path)
        except OSError:
            return
        self._pending = None


def file_of(key: str) -> Path:
    """Where the typing of form ``key`` is kept."""
    import hashlib  # not for the start

    return paths.recovery_dir() / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def waiting(prefix: str) -> list[str]:
    """The keys of forms with unsaved typing that start with ``prefix``, the newest first."""
    found = []
    for file in sorted(paths.recovery_dir().glob("*.json"), key=_age):
        try:
            key = str(json.loads(file.read_text(encoding="utf-8"))["key"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if key.startswith(prefix):
            found.append(key)
    return found


def erase(prefix: str, records: Collection[uuid.UUID]) -> None:
    """Remove the typing of forms of some records, who were erased, and what does not say about whom it is."""
    names = {str(record) for record in records}
    for key in waiting(prefix):
        if key.rpartition("/")[2] in names or f"/{NAMELESS}/" in key.removeprefix(prefix):
            file_of(key).unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0
