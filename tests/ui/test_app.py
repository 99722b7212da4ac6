"""From the start page to a window and back: new shop, damaged file, other look, and the end."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm import app
from desktop_crm.__main__ import wants_window
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.services.shops import Shop
from desktop_crm.ui import errors, screenshots, shop_files, start_page
from desktop_crm.ui import main_window as main_window_module
from desktop_crm.ui.backup_restore import RestoreDialog
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.start_page import NameDialog, StartPage
from desktop_crm.ui.state import State, of_system
from desktop_crm.ui.widgets import progress
from desktop_crm.ui.widgets.rail import RailTab


@pytest.fixture
def program(qapp: QApplication, state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[app.Program]:
    monkeypatch.setattr(errors, "install_hooks", lambda reporter: None)
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: None))
    made = app.Program(qapp)
    yield made
    made.quit()
    if made.window is not None:
        made.window.hide()
        made.window.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main_window(program: app.Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow) and not program.tasks.busy(), timeout=20_000)
    assert isinstance(program.window, MainWindow)
    return program.window


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_a_new_shop_is_made_and_opened_in_one_step(program: app.Program, qtbot: QtBot) -> None:
    program.start().make_shop("永昌/機電")
    window = main_window(program, qtbot)
    assert "永昌/機電" in texts(window.rail)
    assert program.path == shop_files.free_path("永昌/機電").with_name("永昌 機電.dcrm")
    assert program.state.text("last_shop") == str(program.path)


def test_a_shop_that_opens_slowly_says_what_it_is_waiting_for(
    program: app.Program, qtbot: QtBot, shop_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    opened = shop_files.open_asking

    def slow(path: Path, answers: shop_files.Answers) -> Shop:
        may_go_on.wait(20)
        return opened(path, answers)

    monkeypatch.setattr(shop_files, "open_asking", slow)
    monkeypatch.setattr(main_window_module, "SLOW", 1)
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    program.open(shop_path)
    window = program.window
    assert window is not None
    try:
        strip = window.findChild(progress.ProgressStrip)
        assert strip is not None
        qtbot.waitUntil(lambda: window.ctx.t("Bringing the file up to date ...") in texts(strip))
        assert strip.isVisible()
    finally:
        may_go_on.set()
    main_window(program, qtbot)
    assert not strip.isVisible()


def test_a_damaged_file_leads_back_to_the_start_page(program: app.Program, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "empty.dcrm"
    file.write_bytes(b"")
    program.open(file)
    qtbot.waitUntil(lambda: isinstance(program.window, StartPage), timeout=20_000)
    assert program.window is not None
    said = [label for label in program.window.findChildren(QLabel) if label.property("look") == "error"]
    assert len([label for label in said if label.text()]) == 1
    assert file.read_bytes() == b""


def test_a_damaged_shop_is_brought_back_from_the_start_page(
    program: app.Program, qtbot: QtBot, shop_path: Path
) -> None:
    copy = Path(shutil.copy(shop_path, shop_path.with_name("copy.dcrm")))
    shop_path.write_bytes(shop_path.read_bytes()[:9000])
    program.open(shop_path)
    qtbot.waitUntil(lambda: isinstance(program.window, StartPage), timeout=20_000)
    page = program.window
    assert isinstance(page, StartPage)
    page.choose_backup()
    [dialog] = page.findChildren(RestoreDialog)
    dialog.take(copy)
    main_window(program, qtbot)
    assert program.path == shop_path


def test_language_and_theme_build_the_window_again_over_the_open_shop(
    program: app.Program, qtbot: QtBot, shop_path: Path
) -> None:
    program.open(shop_path)
    first = main_window(program, qtbot)
    first.language_en()
    second = main_window(program, qtbot)
    assert second is not first
    assert (second.ctx.t.lang, program.path) == ("en", shop_path)
    second.theme_dark()
    third = main_window(program, qtbot)
    assert third.ctx.theme.dark
    third.larger_text()
    assert main_window(program, qtbot).ctx.theme.text_size == 16


def test_customer_view_outlives_another_look(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.open(shop_path)
    first = main_window(program, qtbot)
    first.toggle_customer_view()
    first.theme_dark()
    again = main_window(program, qtbot)
    assert again is not first
    assert again.ctx.customer_view.on
    assert again.ctx.actions.get("customer_view").isChecked()


def test_the_shop_is_free_for_others_after_the_end(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.open(shop_path)
    main_window(program, qtbot).close()
    shop_files.open_file(shop_path).close()


def test_a_second_window_is_told_who_holds_the_shop(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.open(shop_path)
    main_window(program, qtbot)
    with pytest.raises(EnvironmentFault):
        shop_files.open_file(shop_path)


def test_start_page_controls_are_named(program: app.Program) -> None:
    page = program.start()
    controls = [*page.findChildren(QPushButton), *page.findChildren(QComboBox)]
    assert len(controls) >= 5
    assert [one for one in controls if not one.accessibleName()] == []


def test_a_long_sentence_leaves_every_choice_its_height(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    page = program.start("The shop is already open elsewhere. " * 8, in_use=shop_path)
    qtbot.waitExposed(page)
    shown = [one for one in page.findChildren(QPushButton) if one.isVisible()]
    assert len(shown) == 4
    for one in shown:
        assert one.height() >= one.sizeHint().height()
        assert one.visibleRegion().boundingRect() == one.rect()


def test_a_shop_needs_a_name(program: app.Program, qtbot: QtBot) -> None:
    page = program.start()
    dialog = NameDialog(page.ctx, page)
    make = dialog.findChildren(QPushButton)[-1]
    assert not make.isEnabled()
    dialog.findChildren(QLineEdit)[0].setText("永昌")
    assert make.isEnabled()


def test_pictures_of_every_tab(state: State, qapp: QApplication, shop_path: Path, tmp_path: Path) -> None:
    made = screenshots.render_shop(shop_path, tmp_path / "out", lang="en", mode="dark", size=(900, 700))
    assert [file.name for file in made] == [f"{key}-en-dark.png" for key in screenshots.tabs()]
    assert all(file.stat().st_size > 2000 for file in made)


def test_names_that_are_no_file_names() -> None:
    assert shop_files.free_path('a<b>:"c"').name == "a b c.dcrm"
    assert shop_files.free_path(" .. ").name == "shop.dcrm"
    assert len(shop_files.free_path("名" * 300).name) < 80


def test_a_taken_name_is_numbered(state: State) -> None:
    shop_files.free_path("x").touch()
    assert shop_files.free_path("x").name == "x 2.dcrm"


@pytest.mark.parametrize(("display", "platform", "shown"), [("", "", False), (":0", "", True), ("", "offscreen", True)])
def test_display(monkeypatch: pytest.MonkeyPatch, display: str, platform: str, shown: bool) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in {"DISPLAY": display, "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": platform}.items():
        monkeypatch.setenv(name, value)
    assert app.has_display() is shown


def test_rail_tabs_are_reached_by_key(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.open(shop_path)
    window = main_window(program, qtbot)
    assert [tab for tab in window.findChildren(RailTab) if not tab.accessibleName()] == []


@pytest.mark.parametrize(("lang", "text"), [("zh_TW", "複製(&C)"), ("zh_CN", "复制(&C)"), ("en", "&Copy")])
def test_the_menus_of_text_fields_follow_the_language(program: app.Program, lang: str, text: str) -> None:
    program.state.put("language", lang)
    program.start()
    assert QCoreApplication.translate("QWidgetTextControl", "&Copy") == text


@pytest.mark.parametrize(("system", "lang"), [("en_GB", "en"), ("fr_FR", "en"), ("zh_CN", "zh_CN"), ("zh_HK", "zh_TW")])
def test_the_first_start_speaks_the_language_of_the_system(
    program: app.Program, monkeypatch: pytest.MonkeyPatch, system: str, lang: str
) -> None:
    monkeypatch.setattr("desktop_crm.ui.state.of_system", of_system)
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(system)))
    assert program.start().ctx.t.lang == lang
    program.state.put("language", "zh_TW")
    assert program.start().ctx.t.lang == "zh_TW"


def test_the_window_stays_where_it_was_when_a_backup_is_restored(
    program: app.Program, qtbot: QtBot, shop_path: Path
) -> None:
    copy = Path(shutil.copy(shop_path, shop_path.with_name("copy.dcrm")))
    program.open(shop_path)
    before = main_window(program, qtbot)
    before.resize(790, 590)
    size = before.size()
    program.restore(copy)
    assert main_window(program, qtbot) is not before
    assert main_window(program, qtbot).size() == size


# -- files named from outside ----------------------------------------------------------------------


def told(program: app.Program, file: Path) -> None:
    """As macOS does after a double click."""
    application = QApplication.instance()
    assert isinstance(application, app.Application)
    application.file_wanted.connect(program.want)
    try:
        QCoreApplication.sendEvent(application, QFileOpenEvent(str(file)))
    finally:
        application.file_wanted.disconnect(program.want)


def test_a_file_named_on_the_start_page_is_opened(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.start()
    told(program, shop_path)
    main_window(program, qtbot)
    assert program.path == shop_path


def test_a_file_named_over_an_open_shop_takes_its_place(
    program: app.Program, qtbot: QtBot, shop_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copy(shop_path, shop_path.with_name("other.dcrm")))
    program.open(shop_path)
    window = main_window(program, qtbot)
    told(program, shop_path)
    assert main_window(program, qtbot) is window, "it is open already"
    with monkeypatch.context() as patch:
        patch.setattr(window, "may_close", lambda: False)
        told(program, other)
    assert main_window(program, qtbot) is window, "somebody is typing"
    told(program, other)
    qtbot.waitUntil(lambda: program.path == other)
    assert main_window(program, qtbot) is not window
    shop_files.open_file(shop_path).close()


def test_a_file_named_while_a_window_comes_up_is_opened_after_it(
    program: app.Program, qtbot: QtBot, shop_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = StartPage.show

    def show(page: StartPage) -> None:
        shown(page)
        QTimer.singleShot(0, page, lambda: told(program, shop_path))

    monkeypatch.setattr(StartPage, "show", show)
    program.start()
    main_window(program, qtbot)
    assert program.path == shop_path


def test_a_file_that_is_not_there_is_named_on_the_start_page(
    program: app.Program, qtbot: QtBot, tmp_path: Path
) -> None:
    told(program, tmp_path / "gone.dcrm")
    qtbot.waitUntil(lambda: isinstance(program.window, StartPage), timeout=20_000)
    assert program.window is not None
    assert "gone.dcrm" in texts(program.window)


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["--sample"], True),
        (["shop.dcrm"], True),
        (["C:\\Shops\\明德 水電.DCRM"], True),
        (["open", "shop"], True),
        (["open", "--help"], False),
        (["list", "shop.dcrm"], False),
        (["--help"], False),
    ],
)
def test_what_opens_the_window(words: list[str], window: bool) -> None:
    assert wants_window(words) is window


def test_a_double_click_opens_the_file(
    program: app.Program, qapp: app.Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(app, "Program", lambda _app: program)
    monkeypatch.setattr(program, "open", opened.append)
    monkeypatch.setattr(QApplication, "exec", staticmethod(lambda: 0))
    monkeypatch.setattr(app.crash_log, "start", lambda: None)
    assert app.main(["明德 水電.dcrm"]) == 0
    qapp.file_wanted.disconnect(program.want)
    assert opened == [Path("明德 水電.dcrm").absolute()]


def test_a_file_that_is_no_shop_leaves_the_open_one(
    program: app.Program, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.start().make_shop("永昌機電")
    window = main_window(program, qtbot)
    other = tmp_path / "list.csv"
    other.write_text("名稱,電話\n宏益,02-2999-1234\n" * 20, encoding="utf-8")
    monkeypatch.setattr(start_page, "ask_shop", lambda *_args: other)
    refused: list[BaseException] = []
    window.ctx.tasks.failure.disconnect(window.reporter.tell)
    window.ctx.tasks.failure.connect(refused.append)
    window.wanted_file.emit("open")
    qtbot.waitUntil(lambda: bool(refused), timeout=5_000)
    assert program.window is window
    assert isinstance(refused[0], EnvironmentFault)
