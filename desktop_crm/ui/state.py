"""What the window remembers between two starts: language, sizes, geometry, last shop. Never business data."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QLocale, QSettings

from desktop_crm.core import paths
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, nearest_language


class State:
    """A small typed face of one INI file in the user's data folder."""

    def __init__(self) -> None:
        self._settings = QSettings(str(paths.data_dir() / "window.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """The stored text, or ``default``."""
        return str(self._settings.value(key, default))

    def language(self) -> str:
        """The language that was chosen; until then that of the system."""
        return self.text("language") or of_system()

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


def of_system() -> str:
    """The one of our languages that is nearest to the system's; the default where the system names none."""
    name = next(iter(QLocale.system().uiLanguages()), "C")
    return DEFAULT_LANGUAGE if name == "C" else nearest_language(name)
