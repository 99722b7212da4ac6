"""What the window remembers between two starts: language, sizes, geometry, last shop. Never business data."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from desktop_crm.core import paths


class State:
    """A small typed face of one INI file in the user's data folder."""

    def __init__(self) -> None:
        self._settings = QSettings(str(paths.data_dir() / "window.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """The stored text, or ``default``."""
        return str(self._settings.value(key, default))

    def number(self, key: str, default: int) -> int:
        """The stored whole number; ``default`` when there is none or it is damaged."""
        try:
            return int(str(self._settings.value(key, default)))
        except ValueError:
            return default

    def flag(self, key: str, default: bool = False) -> bool:
        """The stored yes or no."""
        return self.text(key, "true" if default else "false") == "true"

    def numbers(self, key: str) -> list[int]:
        """A stored list of whole numbers; empty when there is none or it is damaged."""
        try:
            return [int(part) for part in self.text(key).split(";") if part]
        except ValueError:
            return []

    def blob(self, key: str) -> QByteArray:
        """Stored bytes such as a window geometry."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, key: str, value: Any) -> None:
        """Store a text, number, yes/no, list of numbers or bytes."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, list):
            value = ";".join(str(part) for part in value)
        self._settings.setValue(key, value)

    def save(self) -> None:
        """Write the file now."""
        self._settings.sync()
