"""Fields, errors under them, dates and numbers as people type them, and typing that survives a crash."""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPlainTextEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import UserError
from desktop_crm.services import customers
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui import recovery
from desktop_crm.ui.context import Context
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit, parse_date, parse_time
from desktop_crm.ui.widgets.followup_dialog import customers_like
from desktop_crm.ui.widgets.form import Form, combo

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def form(ctx: Context, qtbot: QtBot) -> Form:
    made = Form(ctx, 2)
    qtbot.addWidget(made)
    made.add("name", "Name", TextEdit(), required=True)
    made.add("total", "Total", NumberEdit(ctx.t, "total", 2))
    made.add("day", "Day", DateEdit(ctx.t, "day"))
    made.add("kind", "Kind", combo([("direct", "Direct"), ("agent", "Agent")]))
    made.add("notes", "Notes", QPlainTextEdit(), span=2)
    made.add("archived", "Archived", QCheckBox())
    made.set_values({"name": "永昌", "total": Decimal("1234.5"), "day": TODAY, "kind": "agent", "notes": None})
    made.show()
    return made


def test_values_come_back_as_what_they_are(form: Form) -> None:
    assert form.values() == {
        "name": "永昌",
        "total": Decimal("1234.5"),
        "day": TODAY,
        "kind": "agent",
        "notes": "",
        "archived": False,
    }
    assert not form.dirty


def test_controls_are_named_by_their_labels(form: Form) -> None:
    assert form.rows["name"].control.accessibleName() == "Name"
    assert form.rows["name"].label.text() == "Name *"


def test_typing_makes_it_dirty_and_setting_does_not(form: Form) -> None:
    QTest.keyClicks(form.rows["name"].control, "a")
    assert form.dirty
    form.set_values({"name": "A"})
    assert not form.dirty


def test_an_error_stands_under_its_field(form: Form) -> None:
    assert form.show_error(UserError("Bad name", "Mend it.", field="name"))
    shown = [label.text() for label in form.rows["name"].findChildren(QLabel) if label.isVisible()]
    assert any("Mend it." in text for text in shown)
    assert form.rows["name"].control.property("bad") == "true"
    form.clear_errors()
    assert form.rows["name"].control.property("bad") == "false"
    assert not form.show_error(UserError("Elsewhere", field="other"))
    assert not form.show_error(ValueError())


def test_a_sentence_goes_when_its_field_is_mended(form: Form) -> None:
    form.show_error(UserError("Bad name", "Mend it.", field="name"))
    QTest.keyClicks(form.rows["total"].control, "1")
    assert form.rows["name"].control.property("bad") == "true"
    QTest.keyClicks(form.rows["name"].control, "a")
    assert form.rows["name"].control.property("bad") == "false"


def test_a_dialog_grows_by_the_sentence(ctx: Context, qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    form = Form(ctx, 2)
    row = form.add("name", "Name", TextEdit())
    form.add("code", "Code", TextEdit())
    QVBoxLayout(dialog).addWidget(form)
    dialog.resize(300, dialog.sizeHint().height())
    dialog.show()
    form.show_error(UserError("A sentence that is much too long for one line of a narrow field", field="name"))
    QCoreApplication.sendPostedEvents()
    said = next(label for label in row.findChildren(QLabel) if "sentence" in label.text())
    assert said.height() >= said.heightForWidth(said.width())
    assert said.geometry().top() >= row.control.geometry().bottom()
    assert form.rows["name"].width() == form.rows["code"].width()


def test_a_number_that_is_none_is_refused_with_its_field(form: Form) -> None:
    control = form.rows["total"].control
    assert isinstance(control, NumberEdit)
    control.setText("abc")
    with pytest.raises(UserError) as caught:
        form.values()
    assert caught.value.field == "total"


def test_typing_comes_back_after_a_crash(form: Form, ctx: Context, qtbot: QtBot) -> None:
    key = "shop/customer/1"
    keeper = Recovery(key, form)
    form.changed.connect(lambda: keeper.keep(form.texts()))
    name = form.rows["name"].control
    assert isinstance(name, TextEdit)
    name.end(False)
    QTest.keyClicks(name, "X")
    keeper.flush()
    assert recovery.waiting("shop/customer/") == [key]
    form.set_values({"name": ""})
    found = Recovery(key, form).found()
    assert found is not None
    form.set_texts(found)
    assert form.values()["name"] == "永昌X"
    assert form.dirty
    keeper.forget()
    assert Recovery(key, form).found() is None


def test_a_damaged_recovery_file_is_no_obstacle(form: Form) -> None:
    recovery.file_of("k").write_text("{", encoding="utf-8")
    assert Recovery("k", form).found() is None
    assert recovery.waiting("") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-21", TODAY),
        ("2026/1/5", dt.date(2026, 1, 5)),
        ("115/11/21", TODAY),
        ("１１５．１１．２１", TODAY),
        ("12/24", dt.date(2026, 12, 24)),
        ("9", dt.date(2026, 11, 9)),
        ("20261224", dt.date(2026, 12, 24)),
        ("+3", dt.date(2026, 11, 24)),
        ("民國115年11月21日", TODAY),
    ],
)
def test_dates_as_people_type_them(typed: str, meant: dt.date) -> None:
    assert parse_date(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "13/45",
        "abc",
        "2026-02-30",
        "1/2/3/4",
        "99999999",
        "+99999999999",
        "0/0/0",
        "0001-01-01",
        "9999-12-31",
        "--",
        "²",
    ],
)
def test_what_is_no_date(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_date(typed, TODAY, "day")
    assert caught.value.field == "day"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_every_shown_date_is_read_back(day: dt.date) -> None:
    assert parse_date(day.isoformat(), TODAY) == day


@given(st.text(min_size=1, max_size=20))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    with contextlib.suppress(UserError):
        assert isinstance(parse_date(text, TODAY), dt.date)


def test_customers_of_one_name_are_told_apart_by_their_codes(ctx: Context) -> None:
    for name in ("宏益建設", "宏益建設", "宏益水電"):
        ctx.db.run(customers.create, CustomerForm({"name": name}))
    with ctx.db.read() as session:
        found = sorted((one.text, one.note) for one in customers_like(session, "宏益"))
    assert [text for text, _note in found] == ["宏益建設", "宏益建設", "宏益水電"]
    assert found[0][1] != found[1][1]
    assert all(found[n][1] for n in (0, 1))
    assert not found[2][1]


def test_completion_is_read_and_taken_by_enter(ctx: Context, qtbot: QtBot) -> None:
    edit = TextEdit()
    qtbot.addWidget(edit)

    def source(_session: object, typed: str) -> list[Suggestion]:
        return [Suggestion(number, f"{typed}-{number}") for number in range(20)]

    completer = Completer(ctx, edit, source)
    chosen: list[Suggestion] = []
    completer.chosen.connect(chosen.append)
    edit.show()
    edit.activateWindow()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    QTest.keyClicks(edit, "pump")
    qtbot.waitUntil(completer.popup.isVisible)
    assert completer.popup.count() == 8
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert [one.data for one in chosen] == [1]
    assert edit.text() == "pump-1"
    assert not completer.popup.isVisible()


@pytest.mark.parametrize("from_foot", [40, 500])
def test_suggestions_stay_on_the_screen(ctx: Context, qtbot: QtBot, from_foot: int) -> None:
    edit = TextEdit()
    qtbot.addWidget(edit)
    completer = Completer(ctx, edit, lambda _session, typed: [Suggestion(number, typed) for number in range(8)])
    room = edit.screen().availableGeometry()
    edit.move(0, room.bottom() - from_foot)
    edit.show()
    edit.activateWindow()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    QTest.keyClicks(edit, "p")
    qtbot.waitUntil(completer.popup.isVisible)
    assert room.contains(completer.popup.geometry())
    assert not completer.popup.geometry().intersects(edit.geometry())


def test_a_proposed_number_gives_way_when_a_form_opens(ctx: Context, qtbot: QtBot) -> None:
    edit = NumberEdit(ctx.t, "total")
    qtbot.addWidget(edit)
    edit.set_value(120000)
    edit.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    QTest.keyClicks(edit, "30")
    assert edit.value() == Decimal(30)
    edit.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.ActiveWindowFocusReason))
    QTest.keyClicks(edit, "5")
    assert edit.value() == Decimal(305), "half typed when the window was left"


def test_number_edit_shows_separators_when_left(ctx: Context, qtbot: QtBot) -> None:
    edit = NumberEdit(ctx.t, "total")
    qtbot.addWidget(edit)
    edit.set_value(1234567)
    assert (edit.text(), edit.value()) == ("1,234,567", Decimal(1234567))
    edit.set_value(None)
    assert edit.value() is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", (14, 30)),
        ("1430", (14, 30)),
        ("930", (9, 30)),
        (" 9 ", (9, 0)),
        ("９：０５", (9, 5)),
        ("0:00", (0, 0)),
    ],
)
def test_times_are_typed_as_people_type_them(typed: str, meant: tuple[int, int]) -> None:
    assert parse_time(typed) == dt.time(*meant)


@pytest.mark.parametrize("typed", ["", "25", "12:60", "noon", "1:2:3", "12:5"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_time(typed, "at")
    assert caught.value.field == "at"
