"""Every text of every tab and editor has room: three languages, widths and text sizes, texts 40 % longer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.labels import ElidedLabel, ElidedPill
from tests.ui.walk import unnamed, views

SLACK = 2  # pixels by which Qt's own hint may be wider than the letters
LOOKS = [  # language, width, text size, percent by which texts are longer
    ("zh_TW", 1000, 15, 0),
    ("zh_TW", 1920, 20, 0),
    ("zh_CN", 1440, 13, 40),
    ("en", 1000, 15, 0),
    ("en", 1000, 20, 0),
    ("en", 1440, 15, 40),
    ("en", 1440, 20, 0),
]


@pytest.fixture
def shop_path(sample_shop_file: Path, tmp_path: Path) -> Path:
    """The sample shop in the place of the empty one."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "shop.dcrm"))


@pytest.fixture
def open_window(make_ctx: Callable[..., Context], qtbot: QtBot, theme: Theme) -> Callable[..., MainWindow]:
    def make(lang: str, width: int, size: int) -> MainWindow:
        theme.choose(mode="light", text_size=size)
        window = MainWindow(make_ctx(lang))
        qtbot.addWidget(window)
        window.resize(width, 900)
        window.show()
        window.begin()
        return window

    return make


def cut(window: QWidget) -> list[str]:
    """The texts that are wider or higher than the place they have, with the texts themselves."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not _shows_text(widget):
            continue
        need, have = _needed(widget), widget.size()
        if need[0] > have.width() + SLACK or need[1] > have.height() + SLACK:
            found.append(f"{type(widget).__name__} {widget.text()!r}: {need} in {have.toTuple()}")  # type: ignore[attr-defined]
    return found


def _shows_text(widget: QWidget) -> bool:
    """A label or button with words that does not shorten them itself, and is not scrolled away."""
    if isinstance(widget, ElidedLabel | ElidedPill) or not isinstance(widget, QLabel | QAbstractButton):
        return False
    return bool(widget.text()) and not isinstance(widget.parent(), QLineEdit | QTableView)


def _needed(widget: QWidget) -> tuple[int, int]:
    """The width and height its words take."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, QLabel):
        return widget.minimumSizeHint().width(), widget.minimumSizeHint().height()
    assert isinstance(widget, QAbstractButton)
    metrics, picture = widget.fontMetrics(), 0 if widget.icon().isNull() else widget.iconSize().width()
    return metrics.horizontalAdvance(widget.text()) + picture, metrics.height()


def scrolled_sideways(window: QWidget) -> list[str]:
    """Lists and panes that do not fit across."""
    areas = [one for one in window.findChildren(QScrollArea) if one.isVisible()]
    tables = [one for one in window.findChildren(QTableView) if one.isVisible()]
    return [
        f"{type(one).__name__} {one.accessibleName()} by {one.horizontalScrollBar().maximum()}"
        for one in [*areas, *tables]
        if one.horizontalScrollBar().maximum() > 0
    ]


@pytest.mark.parametrize(("lang", "width", "size", "longer"), LOOKS)
def test_every_text_has_room_and_every_control_a_name(
    open_window: Callable[..., MainWindow],
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    width: int,
    size: int,
    longer: int,
) -> None:
    monkeypatch.setattr(Translator, "stretch", longer)
    window = open_window(lang, width, size)
    wrong = {}
    for key in window.page_keys():
        for name in views(window, key):
            if found := cut(window) + scrolled_sideways(window) + unnamed(window):
                wrong[name] = found
            assert window.width() <= width, f"{name} makes the window {window.width()} wide"
    assert len(wrong) == 0, "\n".join(f"{name}: {text}" for name, texts in wrong.items() for text in texts)
