"""The shell: tabs on demand, menus, customer view, badges, going to a record, closing, undo."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop_crm.core.settings import Company
from desktop_crm.services import settings
from desktop_crm.ui import pages
from desktop_crm.ui.actions import ACTIONS, MENUS, SUBMENUS, with_key
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message, confirm
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.page import Page, Screen


class Plain(Page):
    """A page that notes what it is asked."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "Plain", search="Find")
        self.asked: list[Any] = []
        self.may = True

    def first_shown(self) -> None:
        self.asked.append("first")

    def reload(self) -> None:
        self.asked.append("reload")

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        self.asked.append((entity, record))

    def new_record(self) -> None:
        self.asked.append("new")

    def status_text(self) -> str:
        return "3 things"


class Editor(Screen):
    """An editor with unsaved edits until ``clean``."""

    clean = False

    def may_leave(self) -> bool:
        return self.clean

    def status_text(self) -> str:
        return "a draft"


def spec(key: str, *, private: bool = False, entities: tuple[str, ...] = ()) -> pages.PageSpec:
    return pages.PageSpec(key, key.title(), "users", "desktop_crm.ui.page:Page", entities, private=private)


@pytest.fixture
def window(ctx: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(pages, "make", lambda _spec, ctx: Plain(ctx))
    specs = [spec("customers", entities=("customer",)), spec("grading", private=True), spec("orders")]
    made = MainWindow(ctx, specs)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.begin()
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def plain(window: MainWindow) -> Plain:
    page = window.page("*")
    assert isinstance(page, Plain)
    return page


def texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def test_begin_shows_the_shop_and_the_first_tab(window: MainWindow) -> None:
    assert "明德水電工程行" in texts(window)
    assert "3 things" in texts(window)
    assert plain(window).asked == ["first"]


def test_a_narrow_window_has_a_narrow_rail(window: MainWindow) -> None:
    wide = window.rail.width()
    window.resize(1000, 700)
    QCoreApplication.processEvents()
    assert window.rail.width() < wide // 2
    assert "明德水電工程行" not in texts(window)
    window.resize(1200, 700)
    QCoreApplication.processEvents()
    assert window.rail.width() == wide
    assert "明德水電工程行" in texts(window)


def test_the_first_window_is_no_larger_than_the_screen(ctx: Context, qtbot: QtBot) -> None:
    window = MainWindow(ctx, [spec("orders")])
    qtbot.addWidget(window)
    room = window.screen().availableSize()
    assert window.width() <= room.width()
    assert window.height() <= room.height()


def test_tabs_are_made_once_and_reached_by_key(window: MainWindow, qtbot: QtBot) -> None:
    first = plain(window)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert plain(window) is not first
    window.show_page("customers")
    assert plain(window) is first
    assert first.asked == ["first"]


def test_no_two_actions_share_a_key() -> None:
    keys = [QKeySequence(one.shortcut).toString() for one in ACTIONS if one.shortcut]
    keys += [f"Ctrl+{number}" for number in range(1, 10)]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert all(keys)


def test_actions_name_menus_there_are() -> None:
    assert {one.menu for one in ACTIONS if one.menu} <= {*MENUS, *SUBMENUS}
    assert len({one.id for one in ACTIONS}) == len(ACTIONS)


def test_every_window_action_has_its_handler(window: MainWindow) -> None:
    assert [one.id for one in ACTIONS if one.page == "" and not hasattr(window, one.handler)] == []


def test_menus_have_entries_and_only_of_tabs_there_are(window: MainWindow) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]
    assert menus
    assert all(isinstance(menu, QMenu) and menu.actions() for menu in menus)
    assert window.ctx.actions.has("new_order")
    assert not window.ctx.actions.has("new_quotation")


def test_each_menu_has_a_letter_of_its_own(window: MainWindow) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1] for title in titles]
    assert len({*letters}) == len(titles)
    assert (with_key("File", "F"), with_key("文件", "F")) == ("&File", "文件(&F)")


def test_an_action_goes_to_its_tab_first(window: MainWindow) -> None:
    window.ctx.actions.get("new_order").trigger()
    assert window._current == "orders"
    assert plain(window).asked == ["first", "new"]


def test_actions_that_cannot_be_done_here_are_grey(window: MainWindow) -> None:
    assert window.ctx.actions.get("new_record").isEnabled()
    assert not window.ctx.actions.get("edit_record").isEnabled()
    assert not window.ctx.actions.get("archive_record").isEnabled()


def test_customer_view_hides_private_tabs(window: MainWindow) -> None:
    window.show_page("grading")
    window.ctx.actions.get("customer_view").trigger()
    assert window._current == "customers"
    window.show_page("grading")
    assert window._current == "customers"
    assert not window.ctx.actions.get("segment_workbook").isVisible()
    window.ctx.customer_view.toggle()
    assert window.ctx.actions.get("segment_workbook").isVisible()
    window.show_page("grading")
    assert window._current == "grading"


def test_a_record_is_shown_by_the_tab_of_its_kind(window: MainWindow, some_id: uuid.UUID) -> None:
    window.show_page("orders")
    window.ctx.open_record("customer", some_id)
    assert window._current == "customers"
    assert plain(window).asked[-1] == ("customer", some_id)
    window.ctx.open_record("unheard-of", some_id)
    assert window._current == "customers"


def test_escape_leaves_an_editor_that_lets_go(window: MainWindow, qtbot: QtBot) -> None:
    page = plain(window)
    editor = Editor(window.ctx, "Editor")
    page.push(editor)
    assert "a draft" in texts(window)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.top() is editor
    assert not window.close()
    editor.clean = True
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.top() is page.home
    assert window.close()


def test_a_question_on_closing_shows_the_page_it_is_about(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    page = plain(window)
    lower, upper = Editor(window.ctx, "Typed"), Editor(window.ctx, "Clean")
    upper.clean = True
    shown: list[object] = []
    monkeypatch.setattr(Message, "exec", lambda _question: shown.append((plain(window), page.top())))
    monkeypatch.setattr(lower, "may_leave", lambda: confirm(window.ctx, "Typed", "", "Discard", lower))
    page.push(lower)
    page.push(upper)
    window.show_page("orders")
    assert not window.close()
    assert shown == [(page, lower)]
    monkeypatch.setattr(lower, "may_leave", lambda: True)


def test_ctrl_f_goes_to_the_search_box(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.ctx.actions.get("find").trigger()
    assert window.focusWidget() is plain(window).home.tool.search


def test_a_write_is_shown_told_and_undone(window: MainWindow, failures: list[BaseException]) -> None:
    def rename(session: Any) -> None:
        settings.save(session, Company(name="永昌"))

    rename.__module__ = "desktop_crm.services.settings"
    window.ctx.tasks.write(rename, done=lambda outcome: window.ctx.toast("Renamed", undo=outcome.changed.batch_id))
    assert "永昌" in texts(window)
    assert "Renamed" in texts(window)
    assert plain(window).asked[-1] == "reload"
    window.ctx.actions.get("undo").trigger()
    assert failures == []
    assert "明德水電工程行" in texts(window)


def test_changes_elsewhere_do_not_reload(window: MainWindow) -> None:
    page = plain(window)
    page.entities = ("customer",)
    window.ctx.tasks.write(lambda session: settings.save(session, Company(name="A")))
    assert page.asked == ["first"]


def test_badge_is_part_of_the_tabs_name(window: MainWindow) -> None:
    window.ctx.set_badge("orders", 1200, urgent=True)
    name = window.ctx.t("Orders")
    assert window.rail._tabs["orders"].accessibleName() == f"{name} 1,200"
    window.ctx.set_badge("orders", 0)
    assert window.rail._tabs["orders"].accessibleName() == name


def test_a_shop_that_does_not_open_is_told(make_ctx: Callable[..., Context], qtbot: QtBot, shop_path: Any) -> None:
    shop_path.write_bytes(b"")
    ctx = make_ctx()
    made = MainWindow(ctx, [])
    qtbot.addWidget(made)
    refused: list[BaseException] = []
    made.refused.connect(refused.append)
    made.begin()
    assert len(refused) == 1


def test_window_is_painted_before_heavy_imports(shop_path: Any, tmp_path: Any) -> None:
    code = f"""
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from desktop_crm import app
from desktop_crm.ui.errors import Message, confirm
from desktop_crm.ui.main_window import MainWindow
seen = []
def begin(self):
    seen.extend(m for m in ("sqlalchemy", "reportlab", "openpyxl", "babel", "typer", "numpy") if m in sys.modules)
    seen.append("visible" if self.isVisible() else "hidden")
MainWindow.begin = begin
qt = QApplication([])
program = app.Program(qt)
program.open(Path({str(shop_path)!r}))
print(*seen)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["visible"], done.stderr
