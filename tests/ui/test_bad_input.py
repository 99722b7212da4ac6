"""Bad backups, bad places, bad pictures, a full disk, a file that goes away: said in a sentence, nothing lost."""

from __future__ import annotations

import errno
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import event, func, select
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.settings import Company
from desktop_crm.models import Customer
from desktop_crm.services import backups, check, customers, settings, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import backup, faults, rotation
from desktop_crm.ui import errors, shop_files
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.backup_restore import RestoreDialog
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.settings.backup import BackupSection
from desktop_crm.ui.settings.company import CompanySection
from desktop_crm.ui.settings.page import SettingsPage
from desktop_crm.ui.widgets.backup_line import BackupLine
from tests.unit.test_shop_file import BAD, NEWER

UNLIMITED = 4294967294


@pytest.fixture
def ctx(make_ctx: Callable[..., Context]) -> Context:
    """In English, so that sentences can be compared."""
    return make_ctx(lang="en")


@pytest.fixture
def window(ctx: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(errors.Message, "open", lambda self: None)
    made = MainWindow(ctx)
    qtbot.addWidget(made)
    made.show()
    made.begin()
    yield made
    made._left = True
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def add(ctx: Context, name: str) -> None:
    ctx.tasks.write(customers.create, CustomerForm({"name": name}))


def names(path: Path) -> list[str]:
    shop = shops.open_shop(path, writable=False)
    try:
        with shop.database.read() as session:
            assert check.run(session) == []
            return sorted(session.scalars(select(Customer.name)))
    finally:
        shop.close()


def section(ctx: Context, key: str, qtbot: QtBot) -> Any:
    page = SettingsPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    return page.section(key)


# -- a backup that is none -------------------------------------------------------------------------


@pytest.mark.parametrize(("spoil", "sentence"), BAD, ids=[spoil.__name__ for spoil, _ in BAD])
def test_a_bad_backup_is_refused_in_the_dialog_and_the_shop_stays(
    ctx: Context, window: MainWindow, tmp_path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    add(ctx, "宏益")
    assert ctx.path is not None
    sentence = sentence.replace("The shop file is damaged.", "This backup is damaged.")
    copy = backup.backup(ctx.path, tmp_path / "usb")
    spoil(copy)
    before = copy.read_bytes()
    heard: list[str] = []
    window.restore_backup()
    [dialog] = window.findChildren(RestoreDialog)
    dialog.chosen.connect(heard.append)
    dialog.add_file(copy)
    assert sentence in dialog.error.text()
    assert not dialog.restore_button.isEnabled()
    dialog.restore()
    dialog.take(copy)  # also when it goes bad between the look and the restore
    assert heard == []
    assert sentence in dialog.error.text()
    assert copy.read_bytes() == before
    dialog.reject()
    assert names(ctx.path) == ["宏益"]


def test_a_newer_backup_says_so(ctx: Context, window: MainWindow, tmp_path: Path) -> None:
    spoil = next(spoil for spoil, sentence in BAD if sentence == NEWER)
    assert ctx.path is not None
    copy = backup.backup(ctx.path, tmp_path / "usb")
    spoil(copy)
    window.restore_backup()
    [dialog] = window.findChildren(RestoreDialog)
    dialog.add_file(copy)
    assert "newer Desktop CRM" in dialog.error.text()


def test_a_half_written_copy_is_never_offered(ctx: Context, window: MainWindow, tmp_path: Path) -> None:
    add(ctx, "宏益")
    assert ctx.path is not None
    whole = backup.backup(ctx.path, rotation.folder_of(ctx.path, paths.backups_dir()))
    half = whole.with_name(f"{whole.stem}-1.part")
    half.write_bytes(whole.read_bytes()[:20_000])
    window.restore_backup()
    [dialog] = window.findChildren(RestoreDialog)
    assert [copy.path for copy in dialog._copies] == [whole]
    dialog.add_file(half)
    assert "damaged" in dialog.error.text()
    assert not dialog.restore_button.isEnabled()


def test_a_file_that_is_gone_when_it_is_chosen(ctx: Context, window: MainWindow, tmp_path: Path) -> None:
    window.restore_backup()
    [dialog] = window.findChildren(RestoreDialog)
    dialog.add_file(tmp_path / "gone.dcrm")
    assert "gone.dcrm is not there" in dialog.error.text()


# -- a place that takes no backup ------------------------------------------------------------------


def no_space(*_args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def read_only(*_args: object) -> None:
    raise OSError(errno.EROFS, "Read-only file system")


@pytest.fixture
def usb(ctx: Context, window: MainWindow, tmp_path: Path) -> Path:
    """A second place that has a copy."""
    add(ctx, "宏益")
    (tmp_path / "usb").mkdir()
    assert ctx.path is not None
    place = backups.prepare_place(tmp_path / "usb", ctx.path).folder
    BackupKeeper.of(ctx).set_outside(place)
    return place


def whole_copies(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.dcrm"))
    assert all(isinstance(backups.look(copy), backup.Contents) for copy in found)
    return found


@pytest.mark.parametrize("trouble", [no_space, read_only])
def test_a_second_place_that_is_full_or_read_only_is_told_once_and_its_copy_stays(
    ctx: Context, window: MainWindow, usb: Path, trouble: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    toasts: list[str] = []
    ctx.toasted.connect(lambda text, _batch: toasts.append(text))
    part = section(ctx, "backup", qtbot)
    assert isinstance(part, BackupSection)
    [line] = window.findChildren(BackupLine)
    [older] = whole_copies(usb)
    before = older.read_bytes()
    replace = os.replace

    def fail_outside(origin: Path, target: Path) -> None:
        (trouble if str(target).startswith(str(usb)) else replace)(origin, target)

    with monkeypatch.context() as patched:
        patched.setattr(backup.os, "replace", fail_outside)
        for name in ("大同", "永昌"):
            add(ctx, name)
            BackupKeeper.of(ctx)._tick()
    assert len(toasts) == 1, "told once"
    assert "could not be written" in toasts[0]
    assert "older backups are intact" in toasts[0]
    assert line.text() == "The last backup failed"
    assert not part.trouble.isHidden()
    assert "older backups are intact" in part.trouble.text.text()
    assert older.read_bytes() == before
    assert list(usb.rglob("*.part")) == []
    add(ctx, "青田")
    BackupKeeper.of(ctx)._tick()
    assert len(whole_copies(usb)) == 2
    assert line.text() == "Last copy outside today"
    assert part.trouble.isHidden()


def test_a_disk_that_was_pulled_is_told_and_what_is_on_it_stays(
    ctx: Context, window: MainWindow, usb: Path, qtbot: QtBot
) -> None:
    toasts: list[str] = []
    ctx.toasted.connect(lambda text, _batch: toasts.append(text))
    part = section(ctx, "backup", qtbot)
    [line] = window.findChildren(BackupLine)
    drawer = usb.with_name("in the drawer")
    shutil.move(usb, drawer)
    for name in ("大同", "永昌"):
        add(ctx, name)
        BackupKeeper.of(ctx)._tick()
    assert len(toasts) == 1
    assert "The second backup place is not there" in toasts[0]
    assert line.text() == "Last copy outside today", "an unplugged disk is what one wants; its age counts"
    assert "not there now" in part.away_line.text()
    assert not usb.exists(), "the folder is not made anew on another disk"
    assert len(whole_copies(drawer)) == 1


def test_no_space_on_this_computer_is_told_in_status_bar_and_settings(
    ctx: Context, window: MainWindow, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    add(ctx, "宏益")
    BackupKeeper.of(ctx)._tick()
    part = section(ctx, "backup", qtbot)
    [line] = window.findChildren(BackupLine)
    [older] = whole_copies(paths.backups_dir())
    with monkeypatch.context() as patched:
        patched.setattr(backup.os, "replace", no_space)
        for name in ("大同", "永昌"):
            add(ctx, name)
            BackupKeeper.of(ctx)._tick()
    assert len(failures) == 1
    assert line.text() == "The last backup failed"
    part.reload()
    assert "not full" in part.trouble.text.text()
    assert whole_copies(paths.backups_dir()) == [older]


@pytest.mark.parametrize("trouble", [no_space, read_only])
def test_a_place_that_takes_nothing_is_refused_when_it_is_chosen(
    ctx: Context, window: MainWindow, tmp_path: Path, trouble: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    part = section(ctx, "backup", qtbot)
    (tmp_path / "usb").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", trouble)
        part.take(tmp_path / "usb")
    assert "Nothing can be written to" in part.error.text()
    assert BackupKeeper.of(ctx).outside is None
    part.take(tmp_path / "usb")
    assert part.error.isHidden()


def test_the_folder_of_the_shop_is_no_second_place(ctx: Context, window: MainWindow, qtbot: QtBot) -> None:
    part = section(ctx, "backup", qtbot)
    assert ctx.path is not None
    part.take(ctx.path.parent)
    assert "the folder of the shop itself" in part.error.text()


# -- pictures --------------------------------------------------------------------------------------


def huge(path: Path) -> None:
    """30,000 x 30,000 pixels in a few bytes: a whole file in which only the size is another one."""
    Image.new("1", (8, 8)).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 30_000, 30_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)


def drawing(path: Path) -> None:
    path.write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')


def words(path: Path) -> None:
    path.write_text("only text")


def torn(path: Path) -> None:
    Image.effect_noise((400, 400), 90).save(path)
    path.write_bytes(path.read_bytes()[:4000])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (huge, "too many pixels"),
        (drawing, "SVG drawings cannot be used"),
        (words, "logo.png is no PNG or JPEG picture"),
        (torn, "logo.png is damaged"),
    ],
)
def test_a_picture_that_is_none_leaves_the_logo(
    ctx: Context, tmp_path: Path, make: Callable[[Path], None], sentence: str, qtbot: QtBot,
    failures: list[BaseException],
) -> None:  # fmt: skip
    part = section(ctx, "company", qtbot)
    assert isinstance(part, CompanySection)
    Image.new("RGB", (300, 60), "green").save(tmp_path / "good.png")
    part.logo.take(tmp_path / "good.png")
    with ctx.db.read() as session:
        before = settings.load(session, Company).logo_sha
    make(tmp_path / "logo.png")
    part.logo.take(tmp_path / "logo.png")
    assert sentence in part.logo.error.text()
    assert not part.logo.picture.pixmap().isNull()
    assert part.logo.choose_button.isEnabled()
    with ctx.db.read() as session:
        assert settings.load(session, Company).logo_sha == before != ""
    assert failures == []


# -- saving where it cannot be ---------------------------------------------------------------------


@pytest.fixture
def editor(window: MainWindow) -> CustomerEditor:
    """A new customer, typed and not saved."""
    window.show_page("customers")
    page: Any = window.page("customers")
    page.new_record()
    made = page.top()
    assert isinstance(made, CustomerEditor)
    name = made.form.rows["name"].control
    assert isinstance(name, QLineEdit)
    name.setText("寫到一半")
    name.textEdited.emit("寫到一半")
    return made


def count(ctx: Context) -> int:
    with ctx.db.read() as session:
        return session.scalar(select(func.count()).select_from(Customer)) or 0


def test_a_full_disk_keeps_what_was_typed_and_the_next_save_works(
    ctx: Context, window: MainWindow, editor: CustomerEditor, failures: list[BaseException]
) -> None:
    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    editor.form.rows["note"].control.setPlainText("很長的備註。" * 3000)  # type: ignore[attr-defined]
    event.listen(ctx.db.engine, "checkout", limit)
    editor.save()
    event.remove(ctx.db.engine, "checkout", limit)
    assert [str(failure) for failure in failures] == [faults.SENTENCES[faults.FULL][0]]
    page = window.page("customers")
    assert page is not None
    assert page.top() is editor, "the form is still there"
    assert editor.form.texts()["name"] == "寫到一半"
    assert count(ctx) == 0
    editor.recovery.flush()
    assert (editor.recovery.found() or {})["name"] == "寫到一半"
    with ctx.db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {UNLIMITED}")
    editor.save()
    assert count(ctx) == 1
    assert page.top() is not editor
    assert ctx.path is not None
    assert names(ctx.path) == ["寫到一半"]


@pytest.mark.parametrize("code", [faults.IOERR, faults.READONLY, faults.BUSY, faults.CANTOPEN])
def test_a_disk_that_is_gone_keeps_the_form(
    ctx: Context, window: MainWindow, editor: CustomerEditor, failures: list[BaseException], code: int
) -> None:
    def refuse(*_args: Any) -> None:
        error = dbapi2.OperationalError("as the library says it")
        error.sqlite_errorcode = code
        raise error

    event.listen(ctx.db.engine, "before_cursor_execute", refuse)
    editor.save()
    event.remove(ctx.db.engine, "before_cursor_execute", refuse)
    assert faults.SENTENCES[code][0] in [str(failure) for failure in failures]
    assert editor.form.texts()["name"] == "寫到一半"
    editor.save()
    assert count(ctx) == 1


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be deleted on Windows")
def test_a_shop_file_deleted_while_open_is_noticed_and_nothing_saved_is_lost(
    ctx: Context, window: MainWindow, editor: CustomerEditor, failures: list[BaseException], tmp_path: Path
) -> None:
    add(ctx, "宏益")
    assert ctx.path is not None
    for file in ctx.path.parent.glob(f"{ctx.path.name}*"):
        if "lock" not in file.name:
            file.unlink()
    editor.save()
    assert len(failures) == 1
    told = ctx.t.error(failures[0])  # type: ignore[arg-type]
    assert "no longer where it was" in told
    assert "what was saved before is in a new backup" in told
    assert editor.form.texts()["name"] == "寫到一半"
    assert not ctx.path.exists(), "no empty file is made in its place"
    [rescued] = backups.copies(ctx.path, paths.backups_dir())
    shops.restore_file(tmp_path / "again.dcrm", rescued.path)
    assert names(tmp_path / "again.dcrm") == ["宏益"]
    editor.form.dirty = False


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved on Windows")
def test_a_shop_file_moved_away_and_back_goes_on(
    ctx: Context, window: MainWindow, failures: list[BaseException]
) -> None:
    add(ctx, "宏益")
    assert ctx.path is not None
    away = ctx.path.with_name("away.dcrm")
    ctx.path.rename(away)
    add(ctx, "大同")
    assert len(failures) == 1
    away.rename(ctx.path)
    add(ctx, "永昌")
    assert len(failures) == 1
    ctx.tasks.close()
    assert names(ctx.path) == ["宏益", "永昌"]


def test_another_file_in_its_place_is_not_written_to(
    ctx: Context, window: MainWindow, failures: list[BaseException], tmp_path: Path
) -> None:
    add(ctx, "宏益")
    assert ctx.path is not None
    shops.create_shop(tmp_path / "other.dcrm", "永昌").close()
    os.replace(tmp_path / "other.dcrm", ctx.path)
    add(ctx, "大同")
    assert len(failures) == 1
    assert "no longer where it was" in str(failures[0])


def test_a_name_for_a_file_that_is_taken_meanwhile(ctx: Context, failures: list[BaseException], qtbot: QtBot) -> None:
    path = shop_files.free_path("永昌")
    path.write_bytes(b"somebody else's")
    made: list[Path] = []
    ctx.tasks.background(shop_files.create, path, "永昌", "zh_TW", done=made.append)
    assert made == []
    assert "exists already" in str(failures[0])
    assert path.read_bytes() == b"somebody else's"
