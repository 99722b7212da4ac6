"""Every page, every action that is enabled there, every button: something happens, nothing breaks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QTimer
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from desktop_crm.core.errors import CrmError
from desktop_crm.models import JournalEntry
from desktop_crm.ui import pages, reading
from desktop_crm.ui.actions import ACTIONS, CURRENT
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow

PAGES = [spec.key for spec in pages.available()]
ENDS = {"quit"}  # closes the window: tried last

# Actions whose work cannot be seen in a shop that stands still.
QUIET = {
    "reload": "reads the same again",
    "undo": "there is nothing to undo before the first change",
}


class Watched:
    """A window, and everything by which one sees that something happened in it."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.folder = folder
        self.heard: list[str] = []
        self.broken: list[BaseException] = []
        ctx = window.ctx
        ctx.tasks.failure.connect(self.broken.append)
        ctx.toasted.connect(lambda text, _batch: self.heard.append(text))
        ctx.rebuild_wanted.connect(lambda: self.heard.append("rebuild"))
        window.wanted_file.connect(lambda what: self.heard.append(f"file {what}"))
        window.closed.connect(lambda: self.heard.append("closed"))
        ctx.customer_view.changed.connect(lambda on: self.heard.append(f"customer view {on}"))

    def traces(self) -> object:
        """What would be another if something happened."""
        page = self.window.page(CURRENT)
        with self.window.ctx.db.read() as session:
            written = session.scalar(select(func.count()).select_from(JournalEntry))
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        focus = self.window.focusWidget()
        return (
            page,
            page and page.currentWidget(),
            written,
            len(shown),
            len(self.heard),
            id(focus),
            sum(w.isVisible() for w in self.window.findChildren(QWidget)),
            QGuiApplication.clipboard().text(),
            sorted(self.folder.rglob("*")),
        )

    def settle(self) -> None:
        """Let what was put off happen."""
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()

    def tidy(self) -> None:
        """Close what the action opened and go back to the page, without saving."""
        for widget in QApplication.topLevelWidgets():
            if widget is not self.window and widget.isVisible():
                widget.close()
        while (page := self.window.page(CURRENT)) is not None and page.pop():
            pass
        self.window.ctx.customer_view.set(False)
        self.settle()


@pytest.fixture
def shop_path(sample_shop_file: Path, tmp_path: Path) -> Path:
    """The sample shop in the place of the empty one."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "shop.dcrm"))


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files are chosen, other programs are not started, and a box that waits for its answer gets one."""
    opened: list[str] = []
    out = tmp_path / "out"
    out.mkdir()
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args, **_named: (opened.append("file dialog"), ("", ""))[1])
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda *_args, **_named: (opened.append("folder dialog"), "")[1]
    )
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: (opened.append(url.toString()), True)[1])

    def answer(self: QDialog) -> int:
        opened.append("asked")
        return int(QDialog.DialogCode.Accepted)

    def pop_up(self: QMenu, *_args: object, **_named: object) -> None:
        opened.append("menu")

    monkeypatch.setattr(QDialog, "exec", answer)
    monkeypatch.setattr(QMenu, "exec", pop_up)
    monkeypatch.setattr(QMenu, "popup", pop_up)
    return opened


@pytest.fixture
def open_window(
    make_ctx: Callable[..., Context], qtbot: QtBot, answered: list[str], tmp_path: Path
) -> Callable[[], Watched]:
    def make() -> Watched:
        window = MainWindow(make_ctx("zh_TW"))
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        window.begin()
        watched = Watched(window, tmp_path)
        watched.heard = answered if not watched.heard else watched.heard
        return watched

    return make


def defects(watched: Watched) -> list[BaseException]:
    """What broke: a sentence for the user is an answer, anything else is ours."""
    return [error for error in watched.broken if not isinstance(error, CrmError)]


@pytest.mark.parametrize("key", PAGES)
def test_every_enabled_action_does_something_on_every_page(open_window: Callable[[], Watched], key: str) -> None:
    watched = open_window()
    window = watched.window
    idle, tried = [], 0
    for spec in ACTIONS:
        window.show_page(key)
        watched.settle()
        if spec.id in ENDS or not window.ctx.actions.has(spec.id) or not window.ctx.actions.get(spec.id).isEnabled():
            continue
        before, said = watched.traces(), len(watched.broken)
        window.ctx.actions.get(spec.id).trigger()
        watched.settle()
        if watched.traces() == before and len(watched.broken) == said and spec.id not in QUIET:
            idle.append(spec.id)
        assert defects(watched) == [], spec.id
        watched.tidy()
        tried += 1
    assert idle == []
    assert tried > 25


@pytest.mark.parametrize("key", PAGES)
def test_every_button_of_every_page_does_something(open_window: Callable[[], Watched], key: str) -> None:
    watched = open_window()
    window = watched.window
    window.show_page(key)
    watched.settle()
    page = window.page(CURRENT)
    assert page is not None
    idle = []
    for path in [path for one in buttons(page) for path in paths(one)]:
        window.show_page(key)
        found = find(page, path)
        if found is None or (found.isCheckable() and found.isChecked()):
            continue  # gone with another record, or the filter that is chosen already
        before, said = watched.traces(), len(watched.broken)
        press(found)
        watched.settle()
        changed = watched.traces() != before or len(watched.broken) > said
        if not changed and not found.isCheckable():
            idle.append(" > ".join(path))
        assert defects(watched) == [], path
        watched.tidy()
    assert idle == []


@pytest.mark.parametrize("key", PAGES)
def test_a_window_that_only_reads_offers_nothing_that_would_be_refused(
    make_ctx: Callable[..., Context], qtbot: QtBot, answered: list[str], tmp_path: Path, key: str
) -> None:
    ctx = make_ctx("zh_TW")
    ctx.tasks.database().permissions = frozenset()
    window = MainWindow(ctx, reading=True)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.begin()
    watched = Watched(window, tmp_path)
    window.show_page(key)
    watched.settle()
    page = window.page(CURRENT)
    assert page is not None
    refused = []
    for path in [path for one in buttons(page) for path in paths(one)]:
        window.show_page(key)
        watched.settle()
        if (found := find(page, path)) is not None:
            press(found)
            watched.settle()
            refused += [(path, str(error)) for error in watched.broken]
            watched.broken.clear()
            watched.tidy()
    for spec in ACTIONS if key == PAGES[0] else ():
        if (
            spec.page and ctx.actions.has(spec.id) and ctx.actions.get(spec.id).isEnabled()
        ):  # the window's write nothing
            ctx.actions.get(spec.id).trigger()
            watched.settle()
            refused += [((spec.id,), str(error)) for error in watched.broken]
            watched.broken.clear()
            watched.tidy()
            window.show_page(key)
    assert refused == []


def test_the_words_of_what_writes_are_those_of_the_pages() -> None:
    assert {spec.id for spec in ACTIONS} >= reading.WRITES
    folder = Path(reading.__file__).parent
    code = "".join(file.read_text("utf-8") for file in folder.rglob("*.py") if file.name != "reading.py")
    assert [text for text in (*reading.BUTTONS, reading.TICKED) if f'"{text}"' not in code] == []


def test_what_writes_stays_grey_and_says_why(make_ctx: Callable[..., Context], qtbot: QtBot) -> None:
    ctx = make_ctx("en")
    ctx.tasks.database().permissions = frozenset()
    window = MainWindow(ctx, reading=True)
    qtbot.addWidget(window)
    window.show()
    window.begin()
    window.show_page("orders")
    card = window.page("orders").card  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(card.deliver.property("reading")))
    actions = (ctx.actions.get(name) for name in ("new_order", "import_file", "merge_customer"))
    for thing in (card.deliver, card.more["cancel"], *actions):
        thing.setEnabled(True)  # as pages do when another record is shown
        ctx.actions.refresh()
        assert not thing.isEnabled()
        assert "open for reading only" in thing.toolTip()
    assert card.more["statement"].isEnabled()
    assert ctx.actions.get("export_list").isEnabled()


Place = tuple[str, ...]  # the name of a button, and of the entry in its menu


def paths(found: QAbstractButton) -> list[Place]:
    """What can be pressed at a button: itself, or the entries of its menu."""
    menu = found.menu() if isinstance(found, QPushButton) else None
    if menu is None:
        return [(name_of(found),)]
    menu.aboutToShow.emit()  # some are filled when they open
    entries = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert entries, f"the menu of {name_of(found)} is empty"
    return [(name_of(found), entry) for entry in entries]


def find(page: QWidget, path: Place) -> QAbstractButton | QAction | None:
    """The button or menu entry, None when it is no longer there."""
    button = next((one for one in buttons(page) if name_of(one) == path[0]), None)
    if len(path) == 1 or button is None:
        return button
    assert isinstance(button, QPushButton)
    actions = button.menu().actions() if button.menu() else []
    return next((one for one in actions if one.text() == path[1] and one.isEnabled()), None)


def press(found: QAbstractButton | QAction) -> None:
    """Click it."""
    if isinstance(found, QAction):
        found.trigger()
    else:
        found.click()


def buttons(page: QWidget) -> list[QAbstractButton]:
    """The buttons that can be pressed, from the top down."""
    found = [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
    ours = [one for one in found if not isinstance(one.parent(), QLineEdit)]
    return sorted(ours, key=lambda one: (one.mapTo(page, QPoint(0, 0)).y(), one.mapTo(page, QPoint(0, 0)).x()))


def name_of(found: QAbstractButton) -> str:
    """How a person would call it."""
    return found.accessibleName() or found.text()


def test_every_action_names_a_handler_that_its_page_has(open_window: Callable[[], Watched]) -> None:
    window = open_window().window
    for spec in ACTIONS:
        if spec.page == "":
            assert hasattr(window, spec.handler), spec.id
        elif spec.page != CURRENT:
            assert hasattr(window.page(spec.page), spec.handler), spec.id


def test_quitting_closes_the_window(open_window: Callable[[], Watched]) -> None:
    watched = open_window()
    QTimer.singleShot(0, watched.window.ctx.actions.get("quit").trigger)
    watched.settle()
    assert defects(watched) == []
