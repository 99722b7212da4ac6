"""A file from another computer, one that another window has, a clock that stands back: asked in the window."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm import app, cli
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.services import customers, devices, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import faults, holder, machine
from desktop_crm.store.lock import ShopLock
from desktop_crm.ui import backup_keeper, errors, shop_files
from desktop_crm.ui.computer_dialog import ComputerDialog
from desktop_crm.ui.errors import Message
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.second_place import is_due
from desktop_crm.ui.start_page import NameDialog, StartPage
from desktop_crm.ui.state import State

ELSEWHERE = "e" * 32


@pytest.fixture
def program(qapp: QApplication, state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[app.Program]:
    monkeypatch.setattr(errors, "install_hooks", lambda reporter: None)
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: None))
    monkeypatch.setattr(backup_keeper, "AFTER_OPENING", 10_000_000)
    state.put("language", "en")
    state.save()
    made = app.Program(qapp)
    yield made
    made.quit()
    if made.window is not None:
        made.window.hide()
        made.window.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def strange(shop_path: Path) -> Path:
    """A shop that another computer was the last to use."""
    shop = shops.open_shop(shop_path)
    with shop.database.write("test") as session:
        session.connection().exec_driver_sql(f"UPDATE device SET machine = '{ELSEWHERE}', name = 'OFFICE'")
    shop.close()
    return shop_path


def opened(program: app.Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow) and not program.tasks.busy(), timeout=20_000)
    assert isinstance(program.window, MainWindow)
    return program.window


def asked(program: app.Program, qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    """The question that is open."""

    def found() -> list[QDialog]:
        return [one for one in program.window.findChildren(kind) if one.isVisible()] if program.window else []

    qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[0]


def started(program: app.Program, qtbot: QtBot) -> StartPage:
    qtbot.waitUntil(lambda: isinstance(program.window, StartPage), timeout=20_000)
    assert isinstance(program.window, StartPage)
    return program.window


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text).click()


# -- another computer ------------------------------------------------------------------------------


def test_the_question_names_the_computer_and_the_day(program: app.Program, qtbot: QtBot, strange: Path) -> None:
    before = strange.read_bytes()
    program.open(strange)
    dialog = asked(program, qtbot, ComputerDialog)
    assert isinstance(dialog, ComputerDialog)
    assert "OFFICE" in said(dialog)
    assert dialog.ctx.t.date(clock.today()) in said(dialog)
    assert dialog.moved.isChecked()
    assert not dialog.letter.isEnabled()
    dialog.reject()
    started(program, qtbot)
    assert strange.read_bytes() == before


def test_moved_here_is_asked_once(program: app.Program, qtbot: QtBot, strange: Path) -> None:
    program.open(strange)
    press(asked(program, qtbot, ComputerDialog), "Open the shop")
    window = opened(program, qtbot)
    assert window.windowTitle() == "明德水電工程行 - Desktop CRM"
    assert holder.of(strange).machine == machine.machine()
    program.start()
    program.open(strange)
    assert opened(program, qtbot) is not window


def test_a_laptop_copy_says_so_and_has_its_own_numbers(program: app.Program, qtbot: QtBot, strange: Path) -> None:
    program.open(strange)
    dialog = asked(program, qtbot, ComputerDialog)
    assert isinstance(dialog, ComputerDialog)
    dialog.copy.click()
    assert dialog.letter.isEnabled()
    held = holder.of(strange)
    assert dialog.letter.currentData() == devices.proposed(held)
    assert f"Q{devices.proposed(held)}2026-0001" in said(dialog)
    dialog.letter.setCurrentIndex(dialog.letter.findData("B"))
    press(dialog, "Open the shop")
    window = opened(program, qtbot)
    assert "Laptop copy B" in window.windowTitle()
    assert "Laptop copy B" in said(window.rail)
    with qtbot.waitSignal(window.ctx.data_changed):
        window.ctx.tasks.write(customers.create, CustomerForm({"name": "宏益"}))
    codes: list[str] = []
    window.ctx.tasks.read(
        lambda s: s.connection().exec_driver_sql("SELECT code FROM customer").scalar(), done=codes.append
    )
    qtbot.waitUntil(lambda: bool(codes))
    assert codes == ["CB00001"]
    window.theme_dark()
    assert "Laptop copy B" in opened(program, qtbot).windowTitle()


def test_the_letters_the_file_knows_of_are_named(program: app.Program, qtbot: QtBot, strange: Path) -> None:
    shops.open_shop(strange, here="K").close()
    shop = shops.open_shop(strange)
    with shop.database.write("test") as session:
        session.connection().exec_driver_sql(
            f"UPDATE device SET machine = '{ELSEWHERE}', name = 'LAPTOP-1' WHERE ordinal > 1"
        )
    shop.close()
    program.open(strange)
    dialog = asked(program, qtbot, ComputerDialog)
    assert isinstance(dialog, ComputerDialog)
    assert "Taken in this file: K (LAPTOP-1)." in said(dialog)
    assert dialog.letter.findData("K") == -1
    dialog.reject()


def test_a_look_without_an_answer_writes_nothing(program: app.Program, qtbot: QtBot, strange: Path) -> None:
    program.open(strange)
    press(asked(program, qtbot, ComputerDialog), "Look only")
    window = opened(program, qtbot)
    assert "Open for reading only" in window.windowTitle()
    refused: list[BaseException] = []
    window.ctx.tasks.write(customers.create, CustomerForm({"name": "x"}), failed=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert isinstance(refused[0], UserError)
    assert holder.of(strange).computer == "OFFICE"


def test_a_restored_backup_of_another_computer_is_asked_about(
    program: app.Program, qtbot: QtBot, strange: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(strange, tmp_path / "copy.dcrm"))
    program.open(strange)
    press(asked(program, qtbot, ComputerDialog), "Open the shop")
    window = opened(program, qtbot)
    window.wanted_restore.emit(str(copy))
    press(asked(program, qtbot, ComputerDialog), "Open the shop")
    assert opened(program, qtbot) is not window
    assert holder.of(strange).machine == machine.machine()


def test_the_command_line_names_its_options(strange: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = strange.read_bytes()
    assert cli.main(["--ui-lang", "en", "grade", str(strange), "--apply"]) == 2
    told = capsys.readouterr().err
    assert "OFFICE" in told
    assert "--moved" in told
    assert f"--copy {devices.proposed(holder.of(strange))}" in told
    assert strange.read_bytes() == before
    assert cli.main(["--ui-lang", "en", "grade", str(strange)]) == 0, "reading is never refused"
    assert cli.main(["--ui-lang", "en", "grade", str(strange), "--apply", "--copy", "b"]) == 0
    assert holder.of(strange).series == "B"
    assert cli.main(["--ui-lang", "en", "grade", str(strange), "--apply"]) == 0
    assert cli.main(["--ui-lang", "en", "grade", str(strange), "--apply", "--moved", "--copy", "C"]) == 2


# -- two windows -----------------------------------------------------------------------------------


def test_a_second_window_says_who_has_it_and_offers_to_read(
    program: app.Program, qtbot: QtBot, shop_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shops.open_shop(shop_path)
    program.open(shop_path)
    page = started(program, qtbot)
    assert "already open in another window on this computer" in said(page)
    press(page, "Open it for reading")
    window = opened(program, qtbot)
    assert "Open for reading only" in window.windowTitle()
    assert not hasattr(window, "midnight"), "nothing is written by itself"
    window.show_page("customers")
    pane = window.page("customers").list  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not program.tasks.busy())
    assert pane.model.rowCount() == 0
    first.database.run(customers.create, CustomerForm({"name": "宏益"}))
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))  # somebody comes back to it
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1, timeout=20_000)
    first.close()
    window.close()


# -- the clock -------------------------------------------------------------------------------------


def test_a_clock_two_years_back_is_said_and_may_be_overruled(
    program: app.Program, qtbot: QtBot, shop_path: Path, clock_at: Callable[[str], dt.datetime]
) -> None:
    before = shop_path.read_bytes()
    clock_at("2024-02-03 09:00")
    program.open(shop_path)
    box = asked(program, qtbot, Message)
    assert "2024-02-03" in said(box)
    box.reject()
    started(program, qtbot)
    assert shop_path.read_bytes() == before
    program.open(shop_path)
    press(asked(program, qtbot, Message), "Open all the same")
    opened(program, qtbot)


def test_both_questions_in_turn(
    program: app.Program, qtbot: QtBot, strange: Path, clock_at: Callable[[str], dt.datetime]
) -> None:
    clock_at("2024-02-03 09:00")
    program.open(strange)
    press(asked(program, qtbot, ComputerDialog), "Open the shop")
    press(asked(program, qtbot, Message), "Open all the same")
    opened(program, qtbot)
    assert holder.of(strange).machine == machine.machine()


# -- new shops -------------------------------------------------------------------------------------


def test_a_new_shop_from_the_menu_needs_its_name_only(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    program.open(shop_path)
    window = opened(program, qtbot)
    window.show_page("orders")
    window.ctx.actions.get("new_shop").trigger()
    [dialog] = window.findChildren(NameDialog)
    dialog.name.setText("永昌機電")
    dialog.accept()
    qtbot.waitUntil(lambda: program.path != shop_path, timeout=20_000)
    again = opened(program, qtbot)
    assert "永昌機電" in again.windowTitle()
    assert again._current == "today", "not on the tab of the other shop"
    program.open(shop_path)
    qtbot.waitUntil(lambda: program.window is not again, timeout=20_000)
    assert opened(program, qtbot)._current == "orders", "each shop remembers its own"


def test_a_second_place_is_asked_for_the_day_after_the_first_backup(
    program: app.Program, qtbot: QtBot, shop_path: Path, clock_at: Callable[[str], dt.datetime]
) -> None:
    tomorrow = f"{clock.today() + dt.timedelta(days=1)} 09:00"
    program.open(shop_path)
    window = opened(program, qtbot)
    with qtbot.waitSignal(window.ctx.data_changed):
        window.ctx.tasks.write(customers.create, CustomerForm({"name": "宏益"}))
    with qtbot.waitSignal(window.backups.ended, timeout=20_000):
        window.backups.run()
    qtbot.waitUntil(lambda: not program.tasks.busy())
    assert not is_due(window.backups.situation)
    assert window.findChildren(Message) == []
    clock_at(tomorrow)
    program.open(shop_path)
    box = asked(program, qtbot, Message)
    assert "second copy" in said(box)
    press(box, "Choose a place ...")
    again = opened(program, qtbot)
    assert again._current == "settings"
    program.open(shop_path)
    assert opened(program, qtbot).findChildren(Message) == [], "asked once"


def test_a_state_key_is_of_one_shop() -> None:
    assert shop_files.state_key(Path("/a"), "page") != shop_files.state_key(Path("/b"), "page")


def test_a_shop_on_a_read_only_medium_can_be_looked_at(
    program: app.Program, qtbot: QtBot, shop_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_lock: ShopLock) -> None:
        raise faults.unwritable()

    monkeypatch.setattr(ShopLock, "acquire", refuse)
    program.open(shop_path)
    page = started(program, qtbot)
    assert "is read-only" in said(page)
    press(page, "Open it for reading")
    window = opened(program, qtbot)
    assert "Open for reading only" in window.windowTitle()
    assert not window.ctx.actions.get("new_customer").isEnabled()
    window.theme_dark()
    assert not opened(program, qtbot).ctx.actions.get("new_customer").isEnabled()
