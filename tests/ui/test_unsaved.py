"""After a crash the form with unsaved typing opens by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.page import Screen
from desktop_crm.ui.recovery import Recovery, erase, waiting
from desktop_crm.ui.widgets.interaction_dialog import InteractionDialog


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


def test_the_note_of_a_call_comes_back(ctx: Context, start: Callable[[], tuple[MainWindow, Screen]]) -> None:
    key = ctx.db.run(customers.create, CustomerForm({"name": "宏益"})).result
    parent = QWidget()
    first = InteractionDialog(ctx, key, "宏益", [], None, parent)
    said = first.form.rows["summary"].control
    assert isinstance(said, QPlainTextEdit)
    said.setPlainText("要加裝第二台")
    (recovery,) = first.findChildren(Recovery)
    recovery.flush()
    ctx.tasks.close()
    window, _screen = start()
    (dialog,) = window.findChildren(InteractionDialog)
    assert dialog.form.texts()["summary"] == "要加裝第二台"
    assert dialog.form.dirty
    dialog.discard()
    assert waiting("") == []
    parent.deleteLater()


def test_what_is_saved_or_thrown_away_does_not_come_back(ctx: Context, qtbot: QtBot) -> None:
    key = ctx.db.run(customers.create, CustomerForm({"name": "宏益"})).result
    parent = QWidget()
    qtbot.addWidget(parent)
    for ends in (InteractionDialog.save, InteractionDialog.discard):
        dialog = InteractionDialog(ctx, key, "宏益", [], None, parent)
        assert dialog.form.texts()["summary"] == ""
        said = dialog.form.rows["summary"].control
        assert isinstance(said, QPlainTextEdit)
        said.setPlainText("要加裝第二台")
        dialog.findChildren(Recovery)[0].flush()
        assert len(waiting("")) == 1
        ends(dialog)
        assert waiting("") == []


def test_erasing_somebody_takes_what_may_be_about_them(ctx: Context) -> None:
    gone, other = uuid.uuid4(), uuid.uuid4()
    for form in (f"note/{gone}", f"noted/{other}/{gone}", f"visit/{other}/{gone}", f"finish/{other}", f"note/{other}"):
        keep(ctx, form, {"summary": "x"})
    erase(str(ctx.path), [gone])
    assert waiting("") == [f"{ctx.path}/note/{other}"]
