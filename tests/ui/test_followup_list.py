"""The list of follow-ups: done, done-and-next, moved, dropped, undone."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop_crm.core.dates import clock
from desktop_crm.services import customers, followups, history
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.followups import FollowUpQuery
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.followups_view import FollowUpsView
from desktop_crm.ui.service.page import ServicePage
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog, time_of
from desktop_crm.ui.widgets.form_dialog import FormDialog


@pytest.fixture
def customer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "青田咖啡館"})).result


@pytest.fixture
def service(ctx: Context, customer: uuid.UUID, qtbot: QtBot) -> ServicePage:
    for days, subject in ((-3, "回電確認"), (0, "補報價"), (40, "年度保養")):
        ctx.db.run(followups.plan, customer, subject, clock.today() + dt.timedelta(days=days))
    service = ServicePage(ctx)
    qtbot.addWidget(service)
    service.first_shown()
    return service


@pytest.fixture
def page(service: ServicePage) -> FollowUpsView:
    view = service.show_view("followups")
    assert isinstance(view, FollowUpsView)
    view.show_mode("list")
    return view


def shown(page: FollowUpsView) -> list[str]:
    model = page.list.list.model
    return [str(model.data(model.index(row, 3))) for row in range(model.rowCount())]


def dialog_of(page: FollowUpsView, kind: type[FormDialog]) -> FormDialog:
    found = page.findChild(kind)
    assert isinstance(found, FormDialog)
    return found


def test_the_latest_due_is_on_top(page: FollowUpsView) -> None:
    assert shown(page) == ["回電確認", "補報價", "年度保養"]


def test_done_takes_it_off_and_can_be_undone(ctx: Context, page: FollowUpsView) -> None:
    batches: list[uuid.UUID] = []
    ctx.toasted.connect(lambda _text, batch: batches.append(batch))
    page.list.card.done_wanted.emit()
    assert shown(page) == ["補報價", "年度保養"]
    ctx.db.run(history.undo, batches[-1])
    page.reload()
    assert shown(page) == ["回電確認", "補報價", "年度保養"]


def test_done_and_next_plans_the_next(page: FollowUpsView) -> None:
    page.list.card.next_wanted.emit()
    dialog = dialog_of(page, FinishDialog)
    dialog.form.set_texts({"outcome": "已說明", "subject": "寄型錄", "due_on": "+2"})
    dialog._try()
    assert shown(page) == ["補報價", "寄型錄", "年度保養"]


def test_moving_shows_the_new_day(ctx: Context, page: FollowUpsView) -> None:
    page.list.card.move_wanted.emit()
    dialog = dialog_of(page, PostponeDialog)
    dialog.form.set_texts({"due_on": "+60"})
    dialog._try()
    assert shown(page) == ["補報價", "年度保養", "回電確認"]


def test_a_record_opened_from_elsewhere_is_selected_among_all_open_ones(ctx: Context, page: FollowUpsView) -> None:
    with ctx.db.read() as session:
        rows = followups.window(session, FollowUpQuery(clock.today()), 0, 9)
    page.list.list.model.change(chip="today")
    page.open_record("follow_up", rows[2].id)
    assert shown(page) == ["回電確認", "補報價", "年度保養"]
    assert page.list.list.view.current_id() == rows[2].id
    assert page.list.card.subject.text() == "年度保養"


def test_a_date_that_is_none_is_said_at_its_field(page: FollowUpsView) -> None:
    page.list.card.move_wanted.emit()
    dialog = dialog_of(page, PostponeDialog)
    dialog.form.set_texts({"due_on": "someday"})
    dialog._try()
    assert dialog.form.rows["due_on"].control.accessibleDescription()
    assert dialog.result() != QDialog.DialogCode.Accepted


def test_a_new_one_needs_a_customer_from_the_list(ctx: Context, page: FollowUpsView, customer: uuid.UUID) -> None:
    page.new_record()
    dialog = dialog_of(page, FollowUpDialog)
    assert isinstance(dialog, FollowUpDialog)
    dialog.form.set_texts({"subject": "送樣品", "due_on": "+1", "due_time": "14:30"})
    dialog._try()
    edit = dialog.form.rows["customer"].control
    assert isinstance(edit, TextEdit)
    assert edit.accessibleDescription()
    dialog._customer = (customer, "青田咖啡館")
    dialog._try()
    with ctx.db.read() as session:
        (row,) = [r for r in followups.window(session, FollowUpQuery(clock.today()), 0, 9) if r.subject == "送樣品"]
    assert (row.customer, row.due_time) == ("青田咖啡館", dt.time(14, 30))


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("14:00", dt.time(14)),
        ("1400", dt.time(14)),
        ("930", dt.time(9, 30)),
        ("9", dt.time(9)),
        ("１４：３０", dt.time(14, 30)),
    ],
)
def test_times_are_read_as_typed(typed: str, time: dt.time) -> None:
    assert time_of(typed) == time
