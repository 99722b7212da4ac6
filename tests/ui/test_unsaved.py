"""After a crash the form with unsaved typing opens by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.page import Screen
from desktop_crm.ui.recovery import Recovery


@pytest.fixture
def start(make_ctx: Callable[..., Context], qtbot: QtBot) -> Callable[[], tuple[MainWindow, Screen]]:
    """Start the window as after a crash and give the screen on top."""

    def run() -> tuple[MainWindow, Screen]:
        window = MainWindow(make_ctx())
        qtbot.addWidget(window)
        window.show()
        window.begin()
        page = window.page("*")
        assert page is not None
        return window, page.top()

    return run


def keep(ctx: Context, key: str, typed: dict[str, str]) -> None:
    """What a form wrote before the program ended."""
    recovery = Recovery(f"{ctx.path}/{key}", ctx)
    recovery.keep(typed)
    recovery.flush()


def test_a_new_customer_comes_back(ctx: Context, start: Callable[[], tuple[MainWindow, Screen]]) -> None:
    keep(ctx, "customer/new", {"name": "寫到一半"})
    _window, screen = start()
    assert isinstance(screen, CustomerEditor)
    assert screen.form.texts()["name"] == "寫到一半"
    screen.form.dirty = False


def test_an_edit_comes_back_over_what_is_stored(ctx: Context, start: Callable[[], tuple[MainWindow, Screen]]) -> None:
    key = ctx.db.run(customers.create, CustomerForm({"name": "宏益", "industry": "營造業"})).result
    keep(ctx, f"customer/{key}", {"name": "宏益建設"})
    ctx.tasks.close()
    _window, screen = start()
    assert isinstance(screen, CustomerEditor)
    assert (screen.form.texts()["name"], screen.form.texts()["industry"]) == ("宏益建設", "營造業")
    screen.form.dirty = False


def test_without_any_nothing_opens(start: Callable[[], tuple[MainWindow, Screen]]) -> None:
    window, screen = start()
    assert screen is window.page("*").home  # type: ignore[union-attr]
