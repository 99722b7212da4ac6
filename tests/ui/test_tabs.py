"""Every tab of the sample shop, in each language, theme and text size: it opens, paints and says nothing broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_crm.ui.actions import CURRENT
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.theme import Theme
from tests.ui.walk import unnamed


@pytest.fixture
def shop_path(sample_shop_file: Path, tmp_path: Path) -> Path:
    """The sample shop in the place of the empty one."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "shop.dcrm"))


@pytest.fixture
def open_window(make_ctx: Callable[..., Context], qtbot: QtBot) -> Callable[[str], MainWindow]:
    def make(lang: str) -> MainWindow:
        ctx = make_ctx(lang)
        broken: list[BaseException] = []
        ctx.tasks.failure.connect(broken.append)
        window = MainWindow(ctx)
        window.broken = broken  # type: ignore[attr-defined]
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        window.begin()
        return window

    return make


def shown(window: MainWindow) -> str:
    """The key of the tab in front."""
    return next(key for key in window.page_keys() if window._pages.get(key) is window.page(CURRENT))


@pytest.mark.parametrize("lang", ["zh_TW", "zh_CN", "en"])
def test_every_tab_opens_and_paints(open_window: Callable[[str], MainWindow], lang: str) -> None:
    window = open_window(lang)
    for key in window.page_keys():
        window.show_page(key)
        assert not window.grab().toImage().isNull()
        assert window.broken == [], key  # type: ignore[attr-defined]
        assert unnamed(window) == [], key


@pytest.mark.parametrize(("mode", "size"), [("dark", 15), ("light", 20), ("dark", 13)])
def test_every_tab_opens_in_each_theme_and_size(
    open_window: Callable[[str], MainWindow], theme: Theme, mode: str, size: int
) -> None:
    theme.choose(mode=mode, text_size=size)
    window = open_window("zh_TW")
    for key in window.page_keys():
        window.show_page(key)
        assert not window.grab().toImage().isNull()
    assert window.broken == []  # type: ignore[attr-defined]


def test_the_keys_of_the_tabs_reach_them_all(open_window: Callable[[str], MainWindow], qtbot: QtBot) -> None:
    window = open_window("zh_TW")
    with qtbot.waitActive(window):
        window.activateWindow()
    for number, key in enumerate(window.page_keys()[:9], start=1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda key=key: shown(window) == key)


def test_the_customer_view_hides_private_tabs_and_comes_back(open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("zh_TW")
    for key in window.page_keys():
        window.show_page(key)
    window.ctx.customer_view.toggle()
    window.show_page("grading")
    assert shown(window) != "grading"
    window.ctx.customer_view.toggle()
    window.show_page("grading")
    assert shown(window) == "grading"
