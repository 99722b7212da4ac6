"""Every text can be read on every ground it stands on, in both themes, and everything grows with the text."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication

from desktop_crm.ui.state import State
from desktop_crm.ui.theme import Theme, tokens
from desktop_crm.ui.widgets.labels import Note

ENOUGH = 4.5
PAIRS = [
    (mode, text, ground)
    for mode in ("light", "dark")
    for text, grounds in tokens()["text_on"].items()
    for ground in grounds
]


def luminance(color: QColor) -> float:
    """Relative luminance of WCAG 2."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(("mode", "text", "ground"), PAIRS)
def test_contrast(mode: str, text: str, ground: str) -> None:
    colors = tokens()[mode]
    dark, light = sorted((luminance(QColor(colors[text])), luminance(QColor(colors[ground]))))
    assert (light + 0.05) / (dark + 0.05) >= ENOUGH


def test_both_themes_have_the_same_names() -> None:
    assert set(tokens()["light"]) == set(tokens()["dark"])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_style_sheet_knows_every_name(theme: Theme, qapp: QApplication, mode: str) -> None:
    theme.choose(mode=mode)
    assert theme.dark == (mode == "dark")
    assert "@" not in qapp.styleSheet().partition("*/")[2]
    assert tokens()[mode]["accentbg"].lower() in qapp.styleSheet()


def test_everything_grows_with_the_text(theme: Theme, state: State) -> None:
    row, font = theme.size("row"), theme.font("title").pixelSize()
    theme.choose(text_size=20)
    assert (theme.size("row"), theme.font("title").pixelSize()) == (row * 20 // 15, font * 20 // 15 + 1)
    assert state.number("text_size", 0) == 20


def test_text_size_out_of_bounds_is_held(qapp: QApplication, state: State) -> None:
    state.put("text_size", 99)
    assert Theme(qapp, state).text_size == tokens()["limits"]["text_max"]


def test_compact_rows(theme: Theme) -> None:
    theme.choose(compact=True)
    assert theme.size("row") == tokens()["sizes"]["row_compact"]


def test_interface_font_has_chinese(theme: Theme) -> None:
    from PySide6.QtGui import QRawFont

    font = theme.font()
    assert QFontInfo(font).pixelSize() == 15
    assert QRawFont.fromFont(font).supportsCharacter(ord("戶"))


def test_the_letters_follow_the_language_at_once(theme: Theme, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_crm.ui.theme._interface_font", lambda lang: QFont([f"Font {lang}"]))
    state.put("language", "zh_CN")
    theme.speak()
    assert theme.font().families() == ["Font zh_CN"]


def test_english_quotes_are_not_as_wide_as_chinese_letters(theme: Theme, state: State) -> None:
    state.put("language", "en")
    theme.speak()
    metrics = QFontMetrics(theme.font())
    for mark in "“”’":
        assert metrics.horizontalAdvance(mark) < metrics.horizontalAdvance("戶") * 2 // 3


def test_a_warning_is_headed_in_the_colour_that_can_be_read_on_it(theme: Theme) -> None:
    note = Note(theme, "warning")
    assert note.lead.property("look") == "warn"
    assert "warnbg" in tokens()["text_on"]["warn"]
    assert Note(theme).lead.property("look") == "accent"
