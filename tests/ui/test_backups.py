"""The window's backups: by themselves, at the end, told once when they fail, and brought back from the File menu."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from desktop_crm import app
from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.models import Customer
from desktop_crm.services import backup_words, backups, customers, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import backup, rotation
from desktop_crm.ui import backup_keeper, backup_restore, errors, leaving, shop_files, shop_line
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.backup_restore import RestoreDialog
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.state import State
from desktop_crm.ui.widgets import dialog_height
from desktop_crm.ui.widgets.backup_line import BackupLine


def copies(ctx: Context) -> list[rotation.Copy]:
    assert ctx.path is not None
    return backups.copies(ctx.path, paths.backups_dir(), BackupKeeper.of(ctx).outside)


def add(ctx: Context, name: str = "宏益") -> None:
    ctx.tasks.write(customers.create, CustomerForm({"name": name}))


@pytest.fixture
def keeper(ctx: Context) -> BackupKeeper:
    made = BackupKeeper.of(ctx)
    assert BackupKeeper.of(ctx) is made
    made.look()
    return made


@pytest.fixture
def usb(ctx: Context, keeper: BackupKeeper, tmp_path: Path) -> Path:
    """A second place that is in use."""
    (tmp_path / "usb").mkdir()
    assert ctx.path is not None
    place = backups.prepare_place(tmp_path / "usb", ctx.path).folder
    keeper.set_outside(place)
    return place


@pytest.fixture
def toasts(ctx: Context) -> list[str]:
    heard: list[str] = []
    ctx.toasted.connect(lambda text, _batch: heard.append(text))
    return heard


# -- by itself -------------------------------------------------------------------------------------


def test_the_timer_backs_up_only_what_changed(ctx: Context, keeper: BackupKeeper, toasts: list[str]) -> None:
    keeper._tick()
    assert copies(ctx) == []
    add(ctx)
    keeper._tick()
    assert len(copies(ctx)) == 1
    keeper._tick()
    assert len(copies(ctx)) == 1
    assert toasts == []
    assert not keeper.busy


def test_what_the_last_session_left_is_made_up(ctx: Context, keeper: BackupKeeper) -> None:
    """Nothing changed since it was opened, but the newest copy does not have everything."""
    assert keeper.situation is not None
    assert keeper.situation.changed
    assert not keeper.dirty
    keeper._catch_up()
    assert len(copies(ctx)) == 1
    keeper._catch_up()
    assert len(copies(ctx)) == 1


def test_asked_for_it_says_where_the_copy_is(ctx: Context, keeper: BackupKeeper, toasts: list[str]) -> None:
    keeper.run(always=True)
    keeper.run(always=True)
    assert len(copies(ctx)) == 2
    assert len(toasts) == 2
    assert ".dcrm" in toasts[0]
    assert shop_line.last_backup(ctx.path or Path()) is not None


def test_a_big_step_comes_after_its_backup(ctx: Context, keeper: BackupKeeper) -> None:
    seen: list[int] = []
    keeper.before(lambda: seen.append(len(copies(ctx))))
    assert seen == [1]


def test_a_big_step_is_done_even_if_the_backup_fails(
    ctx: Context, keeper: BackupKeeper, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "run", fail)
    done: list[bool] = []
    keeper.before(lambda: done.append(True))
    assert done == [True]
    assert len(failures) == 1


def fail(*_args: object, **_kw: object) -> None:
    raise EnvironmentFault("The disk is full.")


def test_trouble_here_is_told_once_and_tried_again(
    ctx: Context, keeper: BackupKeeper, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(backups, "run", fail)
        add(ctx)
        keeper._tick()
        keeper._tick()
    assert len(failures) == 1
    assert keeper.dirty
    keeper._tick()
    assert len(copies(ctx)) == 1


# -- the second place ------------------------------------------------------------------------------


def test_a_second_place_that_is_gone_is_told_once(
    ctx: Context, keeper: BackupKeeper, usb: Path, toasts: list[str], failures: list[BaseException]
) -> None:
    shutil.move(usb, usb.with_name("away"))
    for name in ("宏益", "大同"):
        add(ctx, name)
        keeper._tick()
    assert len(toasts) == 1
    assert str(usb) in toasts[0]
    assert failures == []
    shutil.move(usb.with_name("away"), usb)
    add(ctx, "永昌")
    keeper._tick()
    assert len([copy for copy in copies(ctx) if copy.path.is_relative_to(usb)]) == 2
    shutil.move(usb, usb.with_name("away"))
    add(ctx, "青田")
    keeper._tick()
    assert len(toasts) == 2, "told again after it had worked"


def test_the_status_line_says_how_old_the_last_copy_outside_is(
    ctx: Context, keeper: BackupKeeper, tmp_path: Path, clock_at: Callable[[str], dt.datetime], qtbot: QtBot
) -> None:
    line = BackupLine(ctx)
    qtbot.addWidget(line)
    line.refresh()
    assert not line.isHidden()
    assert keeper.line() == (ctx.t("No copy outside this computer yet"), "muted")
    clock_at("2026-11-21 09:00")
    (tmp_path / "usb").mkdir()
    assert ctx.path is not None
    place = backups.prepare_place(tmp_path / "usb", ctx.path).folder
    keeper.set_outside(place)
    assert keeper.line() == (ctx.t("Last copy outside today"), "muted")
    shutil.rmtree(place)  # unplugged: the age is remembered
    for day, tone in (("2026-11-23 10:00", "muted"), ("2026-11-29 09:00", "warn")):
        clock_at(day)
        keeper.look()
        pill = keeper.line()
        assert pill is not None
        assert pill.tone == tone
    assert "8" in line.text()
    clock_at("2024-01-01 09:00")  # a clock set back is no reason to worry anybody
    assert keeper.line() == (ctx.t("Last copy outside today"), "muted")


def test_the_sample_shop_needs_no_second_place(ctx: Context, keeper: BackupKeeper) -> None:
    ctx.path = shop_files.sample_path()
    assert keeper.line() is None
    add(ctx)
    keeper._catch_up()
    assert not leaving.is_needed(ctx)


# -- at the end ------------------------------------------------------------------------------------


def test_another_look_does_not_forget_what_changed(ctx: Context, keeper: BackupKeeper) -> None:
    add(ctx)
    again = BackupKeeper(ctx)
    assert not again.dirty
    again.follow(keeper)
    assert again.dirty


@pytest.fixture
def window(ctx: Context, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(ctx, [])
    qtbot.addWidget(made)
    made.show()
    made.begin()
    yield made
    made._left = True
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_closing_without_a_change_is_at_once(ctx: Context, window: MainWindow) -> None:
    assert window.close()
    assert copies(ctx) == []


def test_closing_after_a_change_backs_up_first(ctx: Context, window: MainWindow, qtbot: QtBot) -> None:
    add(ctx)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert len(copies(ctx)) == 1


def test_opening_another_shop_backs_this_one_up_first(ctx: Context, window: MainWindow, qtbot: QtBot) -> None:
    add(ctx)
    with qtbot.waitSignal(window.wanted_file):
        window.open_shop()
    assert len(copies(ctx)) == 1


def test_a_backup_that_fails_at_the_end_is_told_and_holds_the_window_once(
    ctx: Context, window: MainWindow, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(backups, "run", fail)
    monkeypatch.setattr(errors.Message, "open", lambda self: None)
    add(ctx)
    assert not window.close()
    QApplication.processEvents()
    assert window.isVisible()
    assert len(failures) == 1
    assert window.close()


def test_the_last_backup_is_made_in_the_worker(make_ctx: Callable[..., Context], qtbot: QtBot) -> None:
    """In real lanes and the real worker: a whole copy is there when the window has closed."""
    ctx = make_ctx(inline=False)
    window = MainWindow(ctx, [])
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.ready):
        window.begin()
    with qtbot.waitSignal(ctx.data_changed):
        add(ctx)
    with qtbot.waitSignal(window.closed, timeout=20_000):
        window.close()
    (copy,) = copies(ctx)
    assert backup.look_inside(copy.path).customers == 1


def test_a_backup_that_takes_too_long_is_given_up(
    make_ctx: Callable[..., Context], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """In real lanes and the real worker: the window closes, no half copy counts."""
    ctx = make_ctx(inline=False)
    monkeypatch.setattr(leaving, "PATIENCE", 1)
    window = MainWindow(ctx, [])
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.ready):
        window.begin()
    with qtbot.waitSignal(ctx.data_changed):
        add(ctx)
    with qtbot.waitSignal(window.closed):
        window.close()
    qtbot.waitUntil(lambda: not ctx.tasks.busy(), timeout=20_000)
    assert all(backup.look_inside(copy.path) for copy in copies(ctx))


# -- bringing one back -----------------------------------------------------------------------------


@pytest.fixture
def dialog(ctx: Context, keeper: BackupKeeper, qtbot: QtBot) -> RestoreDialog:
    """Over one copy without customers, while the shop has one."""
    keeper.run()
    add(ctx)
    made = RestoreDialog(ctx, None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made


def row(dialog: RestoreDialog, number: int = 0) -> list[str]:
    model = dialog.table.model()
    return [str(model.index(number, column).data()) for column in range(model.columnCount())]


def test_the_list_looks_inside_every_copy(ctx: Context, dialog: RestoreDialog, keeper: BackupKeeper) -> None:
    assert row(dialog)[3:] == ["0", "0", "0"]
    assert "明德水電工程行" in dialog.preview.text.text()
    assert dialog.restore_button.isEnabled()


def test_the_look_inside_tells_what_goes(ctx: Context, dialog: RestoreDialog, keeper: BackupKeeper) -> None:
    assert ctx.t.plural("%(count)s customer", "%(count)s customers", 1) in dialog.preview.text.text()
    old = {copy.path for copy in copies(ctx)}
    keeper.run()
    (new,) = {copy.path for copy in copies(ctx)} - old
    dialog.add_file(new)
    assert ctx.t.plural("%(count)s customer", "%(count)s customers", 1) not in dialog.preview.text.text()


def test_a_shop_that_cannot_be_read_warns_of_numbers(
    ctx: Context, keeper: BackupKeeper, qtbot: QtBot, tmp_path: Path
) -> None:
    keeper.run()
    (tmp_path / "broken.dcrm").write_bytes(b"half")
    made = RestoreDialog(ctx, None, tmp_path / "broken.dcrm")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.add_file(copies(ctx)[0].path)
    assert backup_words.gone(ctx.t, None) in made.preview.text.text()


def test_on_a_low_screen_the_list_of_copies_gives_way(
    dialog: RestoreDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_height, "FRAME", dialog.screen().availableGeometry().height() - 420)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(lambda: dialog.height() == 420)
    assert dialog.rect().contains(dialog.restore_button.geometry())
    assert dialog.table.height() < dialog.table.sizeHint().height()


def test_enter_restores_and_does_not_ask_for_another_file(
    dialog: RestoreDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(backup_restore, "confirm", lambda *_args: asked.append("restore"))
    monkeypatch.setattr(backup_restore, "ask_file", lambda *_args: asked.append("file"))
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert asked == ["restore"]


def test_yes_verifies_and_chooses(dialog: RestoreDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    dialog.chosen.connect(heard.append)
    monkeypatch.setattr(backup_restore, "confirm", lambda *_args: False)
    dialog.restore()
    assert heard == []
    monkeypatch.setattr(backup_restore, "confirm", lambda *_args: True)
    dialog.restore()
    assert heard == [str(dialog.current())]


def test_a_damaged_copy_is_marked_and_refused(ctx: Context, dialog: RestoreDialog, tmp_path: Path) -> None:
    heard: list[str] = []
    dialog.chosen.connect(heard.append)
    copy = tmp_path / "copy.dcrm"
    copy.write_bytes(copies(ctx)[0].path.read_bytes()[:5000])
    dialog.add_file(copy)
    assert row(dialog)[1] == ctx.t("Cannot be restored")
    assert not dialog.restore_button.isEnabled()
    assert "File >" not in dialog.error.text(), "that would lead back here"
    assert dialog.error.text().startswith(ctx.t("This backup is damaged."))
    dialog.take(copy)
    assert heard == []
    dialog.table.selectRow(1)
    assert dialog.restore_button.isEnabled()
    assert dialog.error.text() == ""


def test_a_copy_of_another_shop_is_named(ctx: Context, dialog: RestoreDialog, tmp_path: Path) -> None:
    shops.create_shop(tmp_path / "other.dcrm", "永昌機電").close()
    dialog.add_file(tmp_path / "other.dcrm")
    assert "永昌機電" in dialog.preview.text.text()
    assert "明德水電工程行" in dialog.preview.text.text()


@pytest.fixture
def program(qapp: QApplication, state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[app.Program]:
    monkeypatch.setattr(errors, "install_hooks", lambda reporter: None)
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: None))
    monkeypatch.setattr(backup_keeper, "AFTER_OPENING", 10_000_000)
    made = app.Program(qapp)
    yield made
    made.quit()
    if made.window is not None:
        made.window.hide()
        made.window.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened(program: app.Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow) and not program.tasks.busy(), timeout=20_000)
    assert isinstance(program.window, MainWindow)
    return program.window


def count(program: app.Program, qtbot: QtBot) -> int:
    """How many customers the open shop has."""
    found: list[int] = []
    query = select(func.count()).select_from(Customer)
    program.tasks.read(lambda session: session.scalar(query), done=found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    return found[0]


def test_a_restore_opens_the_shop_as_it_was(program: app.Program, qtbot: QtBot, shop_path: Path) -> None:
    copy = backup.backup(shop_path, paths.backups_dir() / "by hand")
    program.open(shop_path)
    window = opened(program, qtbot)
    with qtbot.waitSignal(window.ctx.data_changed):
        add(window.ctx)
    window.wanted_restore.emit(str(copy))
    again = opened(program, qtbot)
    assert again is not window
    assert program.path == shop_path
    assert count(program, qtbot) == 0
    kept = rotation.copies(rotation.folder_of(shop_path, paths.backups_dir()))
    assert [backup.look_inside(one.path).customers for one in kept] == [1]


def test_a_restore_that_fails_opens_the_shop_unchanged(
    program: app.Program, qtbot: QtBot, shop_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(errors.Reporter, "tell", lambda _self, error: told.append(error))
    program.open(shop_path)
    window = opened(program, qtbot)
    with qtbot.waitSignal(window.ctx.data_changed):
        add(window.ctx)
    (tmp_path / "half.dcrm").write_bytes(b"half")
    window.wanted_restore.emit(str(tmp_path / "half.dcrm"))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    opened(program, qtbot)
    assert isinstance(told[0], EnvironmentFault)
    assert count(program, qtbot) == 1
