"""Colours, sizes and fonts from ``resources/tokens.json``; palette and style sheet for the whole program."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop_crm.core import paths
from desktop_crm.ui.state import State

MODES = ("system", "light", "dark")
_LENGTH = re.compile(r"(\d+)px")
_NAME = re.compile(r"@(\w+)")


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """The token file: ``light`` and ``dark`` colours, ``text_on`` pairs, ``sizes`` at 15 px text, ``limits``."""
    loaded: dict[str, Any] = json.loads((paths.resource_dir() / "tokens.json").read_text(encoding="utf-8"))
    return loaded


class Theme(QObject):
    """The look in force: light or dark, text size, row height; ``changed`` when one of them is."""

    changed = Signal()

    def __init__(self, app: QApplication, state: State) -> None:
        super().__init__(app)
        self._app = app
        self._state = state
        self._sizes: dict[str, int] = tokens()["sizes"]
        limits = tokens()["limits"]
        wanted = state.number("text_size", self._sizes["text"])
        self.text_size = min(max(wanted, limits["text_min"]), limits["text_max"])
        self.mode = state.text("theme", "system")
        self.compact = state.flag("compact")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._load()

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        if self.mode in ("light", "dark"):
            return self.mode == "dark"
        return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def color(self, name: str) -> QColor:
        """The colour token ``name``."""
        return self._colors[name]

    def px(self, length: int) -> int:
        """``length`` (drawn for 15 px text) at the text size in force; hairlines stay."""
        return length if length <= 1 else max(1, (length * self.text_size + 7) // 15)

    def size(self, name: str) -> int:
        """The size token ``name`` at the text size in force."""
        if name == "row" and self.compact:
            name = "row_compact"
        return self.px(self._sizes[name])

    def font(self, size: str = "text", bold: bool = False) -> QFont:
        """The interface font at the size token ``size``; figures have equal widths."""
        return self._fonts[size, bold]

    def choose(self, *, mode: str | None = None, text_size: int | None = None, compact: bool | None = None) -> None:
        """Change and remember the look."""
        self.mode = mode or self.mode
        self.text_size = text_size or self.text_size
        self.compact = self.compact if compact is None else compact
        for key, value in (("theme", self.mode), ("text_size", self.text_size), ("compact", self.compact)):
            self._state.put(key, value)
        self._load()
        self.apply()
        self.changed.emit()

    def speak(self) -> None:
        """Take the letters of the language in force: Taiwan and the mainland write some of them differently."""
        if self._state.language() != self._lang:
            self._load()
            self.apply()

    def apply(self) -> None:
        """Give font, palette and style sheet to the application."""
        self._app.setStyle("fusion")
        self._app.setFont(self.font())
        self._app.setPalette(self._palette())
        self._app.setStyleSheet(self._style_sheet())

    def _load(self) -> None:
        colors: dict[str, str] = tokens()["dark" if self.dark else "light"]
        self._colors = {name: QColor(value) for name, value in colors.items()}
        self._lang = self._state.language()
        base = _interface_font(self._lang)
        if self._lang == "en":  # fonts for Chinese draw “ ” and ’ as wide as a Chinese letter
            base.setFeature(QFont.Tag("pwid"), 1)
        self._fonts: dict[tuple[str, bool], QFont] = {}
        for size in ("text", "title", "name", "kpi", "small", "medium"):
            for bold in (False, True):
                self._fonts[size, bold] = self._font(base, self.px(self._sizes[size]), bold)

    @staticmethod
    def _font(base: QFont, pixels: int, bold: bool) -> QFont:
        font = QFont(base)
        font.setPixelSize(pixels)
        font.setBold(bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _system_changed(self) -> None:
        if self.mode == "system":
            self._load()
            self.apply()
            self.changed.emit()

    def _palette(self) -> QPalette:
        roles = QPalette.ColorRole
        palette = QPalette()
        for role, name in (
            (roles.Window, "bg"),
            (roles.WindowText, "ink"),
            (roles.Base, "panel"),
            (roles.AlternateBase, "panel2"),
            (roles.Text, "ink"),
            (roles.Button, "panel"),
            (roles.ButtonText, "ink"),
            (roles.PlaceholderText, "ink3"),
            (roles.Highlight, "accent"),
            (roles.HighlightedText, "on_accent"),
            (roles.ToolTipBase, "panel"),
            (roles.ToolTipText, "ink"),
            (roles.Link, "accentink"),
        ):
            palette.setColor(role, self.color(name))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("ink3"))
        return palette

    def _style_sheet(self) -> str:
        text = (paths.resource_dir() / "style.qss").read_text(encoding="utf-8")
        icons = (paths.resource_dir() / "icons").as_posix()
        text = text.replace("$arrow", f"{icons}/combo-{'dark' if self.dark else 'light'}.svg")
        text = text.replace("$tick", f"{icons}/tick.svg")
        text = _LENGTH.sub(lambda found: f"{self.px(int(found[1]))}px", text)
        return _NAME.sub(lambda found: self.color(found[1]).name(), text)


def _interface_font(lang: str) -> QFont:
    """The system's font; the bundled one where the system has no Chinese, or only a stopgap without a bold face."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.TraditionalChinese)
    if _bundled or not any(len(QFontDatabase.styles(family)) > 1 for family in chinese):
        families = _bundled_families()
        wanted = "SC" if lang == "zh_CN" else "TC"
        font.setFamilies([*sorted(families, key=lambda name: wanted not in name), font.family()])
    return font


_bundled: list[str] = []


def _bundled_families() -> list[str]:
    """Load the fonts of the PDFs for the interface, once; their family names."""
    if not _bundled:
        for file in sorted((paths.resource_dir() / "fonts").glob("NotoSans*.ttf")):
            number = QFontDatabase.addApplicationFont(str(file))
            for family in QFontDatabase.applicationFontFamilies(number) if number >= 0 else []:
                if family not in _bundled:
                    _bundled.append(family)
    return _bundled
