"""The service tab: its sub-tabs, the board and the calendar, moved by drag and by key, and taken back."""

from __future__ import annotations

import datetime as dt
import uuid
import warnings
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import update
from sqlalchemy.orm import Session

from desktop_crm.models import CustomerFigures, Equipment, FollowUp, InspectionPlan, Staff
from desktop_crm.services import customers, followups, history
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.pages import PAGES
from desktop_crm.ui.service import board as boards
from desktop_crm.ui.service import followup_verbs
from desktop_crm.ui.service.card_list import CardList, mime_of
from desktop_crm.ui.service.followups_view import FollowUpsView
from desktop_crm.ui.service.month_grid import MonthGrid
from desktop_crm.ui.service.month_model import span
from desktop_crm.ui.service.page import ServicePage
from desktop_crm.ui.service.weeks import first_weekday
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog
from tests.ui.walk import settle

Plan = Callable[..., uuid.UUID]
TODAY = dt.date(2026, 11, 18)  # a Wednesday
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _wednesday(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-18 10:00")


@pytest.fixture
def customer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "青田咖啡館"})).result


@pytest.fixture
def plan(ctx: Context, customer: uuid.UUID) -> Plan:
    """``plan("回電", -1, ...)``: a follow-up so many days from today."""

    def make(subject: str, days: int, **more: object) -> uuid.UUID:
        day = TODAY + dt.timedelta(days=days)
        return ctx.db.run(followups.plan, customer, subject, day, **more).result  # type: ignore[arg-type]

    return make


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> Callable[[], ServicePage]:
    """The tab, shown after what a test has planned."""

    kept: list[ServicePage] = []  # a page whose last name is gone dies with its widgets

    def make() -> ServicePage:
        made = ServicePage(ctx)
        kept.append(made)
        qtbot.addWidget(made)
        made.resize(1240, 800)
        made.show()
        made.first_shown()
        return made

    return make


@pytest.fixture
def undo(ctx: Context) -> Callable[[], None]:
    """Takes back what the last toast offered."""
    batches: list[uuid.UUID] = []
    ctx.toasted.connect(lambda _text, batch: batches.append(batch))
    return lambda: ctx.tasks.write(history.undo, batches[-1])


def view_of(page: ServicePage) -> FollowUpsView:
    view = page.view()
    assert isinstance(view, FollowUpsView)
    return view


def board(view: FollowUpsView) -> dict[str, list[str]]:
    """What stands in each column that is not empty."""
    found = {key: [card.subject for card in one.list.model_.cards] for key, one in view.board.columns.items()}
    return {key: subjects for key, subjects in found.items() if subjects}


def press(target: CardList, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def drop(target: object, mime: QMimeData, place: QPoint = QPoint(9, 9)) -> bool:  # noqa: B008
    """Drag something into a column or onto the grid and let it go; whether it was taken."""
    viewport = target.viewport()  # type: ignore[attr-defined]
    left = Qt.MouseButton.LeftButton
    move, none = Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPointF(place), move, mime, left, none)
    QApplication.sendEvent(viewport, entered)
    if not entered.isAccepted():
        return False  # Qt would hand a drop to whoever took a drag last
    dropped = QDropEvent(QPointF(place), move, mime, left, none)
    QApplication.sendEvent(viewport, dropped)
    return dropped.isAccepted()


def drag_over(target: MonthGrid, mime: QMimeData, places: list[QPoint]) -> bool:
    """Drag something over the grid and let it go at the last place, told of as Qt tells it:
    who refuses what enters hears nothing more of it."""
    viewport, left = target.viewport(), Qt.MouseButton.LeftButton
    move, none = Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier
    event: QDropEvent = QDragEnterEvent(QPointF(places[0]), move, mime, left, none)
    QApplication.sendEvent(viewport, event)
    if not event.isAccepted():
        return False
    for place in places:
        with warnings.catch_warnings():  # PySide6 has no other way to make one
            warnings.simplefilter("ignore", DeprecationWarning)
            event = QDragMoveEvent(place, move, mime, left, none)
        QApplication.sendEvent(viewport, event)
    if not event.isAccepted():
        QApplication.sendEvent(viewport, QDragLeaveEvent())  # else Qt remembers a target that dies with the test
        return False
    event = QDropEvent(QPointF(places[-1]), move, mime, left, none)
    QApplication.sendEvent(viewport, event)
    return event.isAccepted()


def find(ctx: Context, key: uuid.UUID) -> FollowUp:
    with ctx.db.read() as session:
        found = session.get(FollowUp, key)
        assert found is not None
        return found


# -- the frame -------------------------------------------------------------------------------------


def test_the_tab_stands_after_the_orders() -> None:
    keys = [spec.key for spec in PAGES]
    assert keys.index("service") == keys.index("orders") + 1
    assert "followups" not in keys


def test_records_from_elsewhere_open_in_their_sub_tab(ctx: Context, plan: Plan, qtbot: QtBot) -> None:
    key = plan("回電", 40)
    window = MainWindow(ctx)
    qtbot.addWidget(window)
    window.begin()
    shown = window.page("service")
    assert isinstance(shown, ServicePage)
    shown.show_view("equipment")
    ctx.open_record("follow_up", key)
    view = view_of(shown)
    assert (shown.key, view.mode) == ("followups", "list")
    assert view.list.list.view.current_id() == key


def test_the_buttons_belong_to_the_sub_tab(page: Callable[[], ServicePage]) -> None:
    shown = page()
    mine = list(shown.view().tools)
    other = list(shown.show_view("equipment").tools)
    assert [one.isVisibleTo(shown) for one in mine] == [False] * len(mine)
    assert [one.isVisibleTo(shown) for one in other] == [True] * len(other)
    assert other


def test_each_sub_tab_keeps_what_was_searched_for(plan: Plan, page: Callable[[], ServicePage], qtbot: QtBot) -> None:
    plan("回電", 0)
    plan("補報價", 0)
    shown = page()
    shown.search.setText("報價")
    qtbot.waitUntil(lambda: board(view_of(shown)) == {"today": ["補報價"]})
    shown.show_view("equipment")
    assert shown.search.text() == ""
    shown.show_view("followups")
    assert shown.search.text() == "報價"
    assert board(view_of(shown)) == {"today": ["補報價"]}


def test_what_changes_in_the_background_is_read_when_seen_again(
    ctx: Context, customer: uuid.UUID, page: Callable[[], ServicePage]
) -> None:
    shown = page()
    view = view_of(shown)
    shown.show_view("equipment")
    ctx.tasks.write(followups.plan, customer, "回電", TODAY)
    assert board(view) == {}
    shown.show_view("followups")
    assert board(view) == {"today": ["回電"]}


def test_a_new_day_moves_the_cards_and_opens_the_week(
    ctx: Context, plan: Plan, page: Callable[[], ServicePage], clock_at: Callable[[str], dt.datetime]
) -> None:
    clock_at("2026-11-21 23:59")  # a Saturday ends the week in zh_TW
    plan("星期日", 4)
    shown = page()
    view = view_of(shown)
    week = view.board.columns["week"].list
    assert board(view) == {"later": ["星期日"]}
    assert not drop(week, mime_of(view.board.columns["later"].list.model_.cards[0]))
    shown.show_view("equipment")
    clock_at("2026-11-22 00:01")
    shown.reload()
    shown.show_view("followups")
    assert board(view) == {"today": ["星期日"]}
    assert drop(week, mime_of(view.board.columns["today"].list.model_.cards[0]))
    assert board(view) == {"week": ["星期日"]}


# -- the board -------------------------------------------------------------------------------------


def test_cards_stand_in_their_columns(plan: Plan, page: Callable[[], ServicePage], ctx: Context) -> None:
    for subject, days in (("晚了", -3), ("今天", 0), ("星期五", 2), ("下週", 5)):
        plan(subject, days)
    ctx.db.run(followups.finish, plan("做完", -1))
    view = view_of(page())
    assert board(view) == {
        "overdue": ["晚了"],
        "today": ["今天"],
        "week": ["星期五"],
        "later": ["下週"],
        "lately": ["做完"],
    }
    assert view.board.columns["overdue"].heading.text() == "逾期 1"


@pytest.mark.parametrize(("column", "day"), [("today", 0), ("week", 1), ("later", 5)])
def test_a_card_let_go_in_a_column_gets_its_day_and_can_be_undone(
    ctx: Context,
    plan: Plan,
    page: Callable[[], ServicePage],
    undo: Callable[[], None],
    column: str,
    day: int,
) -> None:
    key = plan("回電", -3)
    view = view_of(page())
    (card,) = view.board.columns["overdue"].list.model_.cards
    assert drop(view.board.columns[column].list, mime_of(card))
    assert board(view) == {column: ["回電"]}
    assert find(ctx, key).due_on == TODAY + dt.timedelta(days=day)
    undo()
    assert board(view) == {"overdue": ["回電"]}


def test_nothing_can_be_made_overdue(ctx: Context, plan: Plan, page: Callable[[], ServicePage]) -> None:
    key = plan("回電", 0)
    view = view_of(page())
    (card,) = view.board.columns["today"].list.model_.cards
    assert not drop(view.board.columns["overdue"].list, mime_of(card))
    assert find(ctx, key).due_on == TODAY


def test_foreign_things_are_not_taken(plan: Plan, page: Callable[[], ServicePage]) -> None:
    plan("回電", 0)
    view = view_of(page())
    mime = QMimeData()
    mime.setText("a text from elsewhere")
    assert not drop(view.board.columns["later"].list, mime)


def test_a_card_let_go_on_done_asks_what_came_of_it(plan: Plan, page: Callable[[], ServicePage]) -> None:
    plan("回電", 0)
    view = view_of(page())
    (card,) = view.board.columns["today"].list.model_.cards
    assert drop(view.board.columns["lately"].list, mime_of(card))
    dialog = view.findChild(FinishDialog)
    assert isinstance(dialog, FinishDialog)
    dialog.form.set_texts({"outcome": "已說明", "subject": "寄型錄", "due_on": "+1"})
    dialog._try()
    assert board(view) == {"week": ["寄型錄"], "lately": ["回電"]}


def test_a_done_card_is_opened_again_by_moving_it(plan: Plan, page: Callable[[], ServicePage], ctx: Context) -> None:
    ctx.db.run(followups.finish, plan("回電", 0))
    view = view_of(page())
    (card,) = view.board.columns["lately"].list.model_.cards
    assert drop(view.board.columns["today"].list, mime_of(card))
    assert board(view) == {"today": ["回電"]}


@pytest.mark.parametrize(
    ("key", "modifiers", "column"),
    [
        (Qt.Key.Key_0, Qt.KeyboardModifier.KeypadModifier, "today"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "week"),
        (Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "later"),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, "lately"),
        (Qt.Key.Key_Right, CONTROL, "today"),
    ],
)
def test_keys_move_a_card(
    plan: Plan,
    page: Callable[[], ServicePage],
    undo: Callable[[], None],
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    column: str,
) -> None:
    plan("回電", -3)
    view = view_of(page())
    late = view.board.columns["overdue"].list
    late.set_row(0)
    press(late, key, modifiers)
    assert board(view) == {column: ["回電"]}
    undo()
    assert board(view) == {"overdue": ["回電"]}


def test_the_keyboard_marks_its_card_and_goes_with_it(
    plan: Plan, page: Callable[[], ServicePage], qtbot: QtBot
) -> None:
    plan("回電", 0)
    plan("以後", 9)
    shown = page()
    with qtbot.waitActive(shown):
        shown.activateWindow()
    view = view_of(shown)
    today = view.board.columns["today"].list
    shown.search.setFocus()
    qtbot.keyClick(shown.search, Qt.Key.Key_Down)
    assert today.hasFocus()
    assert today.selectionModel().isSelected(today.model_.index(0, 0))
    press(today, Qt.Key.Key_Right, CONTROL)
    found = view.board.current()
    assert found is not None
    assert found.subject == "回電"
    assert not today.hasFocus()


def test_left_and_right_go_to_the_next_column_with_cards(
    plan: Plan, page: Callable[[], ServicePage], qtbot: QtBot
) -> None:
    plan("晚了", -3)
    plan("以後", 30)
    shown = page()
    with qtbot.waitActive(shown):
        shown.activateWindow()
    view = view_of(shown)
    late, later = (view.board.columns[key].list for key in ("overdue", "later"))
    late.setFocus()
    press(late, Qt.Key.Key_Right)
    assert later.hasFocus()
    press(later, Qt.Key.Key_Left)
    assert late.hasFocus()


def test_the_menu_offers_what_a_card_allows(ctx: Context, plan: Plan, page: Callable[[], ServicePage]) -> None:
    plan("回電", 0)
    ctx.db.run(followups.finish, plan("做完", -1))
    view = view_of(page())
    names = {}
    for key in ("today", "lately"):
        (card,) = view.board.columns[key].list.model_.cards
        names[key] = {action.objectName() for action in view.board.columns[key].list.menu(card).actions()} - {""}
    assert {"next", "drop", "tomorrow"} <= names["today"]
    assert names["lately"] == {"today", "tomorrow", "next_week", "list", "customer"}


def test_enter_opens_a_card_for_changing(ctx: Context, plan: Plan, page: Callable[[], ServicePage]) -> None:
    key = plan("濾心更換", 0, rrule="FREQ=MONTHLY;INTERVAL=6", due_time=dt.time(14))
    view = view_of(page())
    today = view.board.columns["today"].list
    today.set_row(0)
    press(today, Qt.Key.Key_Return)
    dialog = view.findChild(FollowUpDialog)
    assert isinstance(dialog, FollowUpDialog)
    assert dialog.form.texts()["due_time"] == "14:00"
    assert "每 6 個月" in dialog.repeat.text()
    dialog.form.set_texts({"subject": "濾心與水質", "due_on": "+2"})
    dialog._try()
    found = find(ctx, key)
    assert (found.subject, found.due_on, found.planned_on) == ("濾心與水質", TODAY + dt.timedelta(days=2), TODAY)
    assert found.rrule == "FREQ=MONTHLY;INTERVAL=6"


def test_the_repetition_is_chosen_and_said_in_words(ctx: Context, page: Callable[[], ServicePage]) -> None:
    customer = ctx.db.run(customers.create, CustomerForm({"name": "王太太"})).result
    view = view_of(page())
    view.new_record()
    dialog = view.findChild(FollowUpDialog)
    assert isinstance(dialog, FollowUpDialog)
    dialog._customer = (customer, "王太太")
    texts = {"subject": "濾心更換", "due_on": "2026-11-30", "unit": "每月", "every": "3", "until": "2027-12-31"}
    dialog.form.set_texts(texts)
    assert dialog.repeat.text() == "每 3 個月，到 2027-12-31 · 2027-02-28, 2027-05-30, 2027-08-30"
    dialog.form.set_texts({"every": "0"})
    dialog._try()
    assert dialog.form.rows["every"].control.accessibleDescription()
    dialog.form.set_texts({"every": "3"})
    dialog._try()
    assert board(view) == {"later": ["濾心更換"]}


def test_only_mine_shows_those_of_who_works_here(ctx: Context, plan: Plan, page: Callable[[], ServicePage]) -> None:
    with ctx.db.write("test") as session:
        me = Staff(code="E01", name="林書豪")
        session.add(me)
        session.flush()
        mine = me.id
    plan("我的", 0, staff_id=mine)
    plan("別人的", 0)
    shown = page()
    view = view_of(shown)
    said: list[str] = []
    ctx.toasted.connect(lambda text, _batch: said.append(text))
    view.only_mine.click()
    assert said
    assert not view.only_mine.isChecked()
    ctx.state.put("me", str(mine))
    view.only_mine.click()
    assert board(view) == {"today": ["我的"]}
    view.show_mode("list")
    assert view.list.list.model.rowCount() == 1
    view.show_mode("calendar")
    assert view.calendar.count() == 1
    view.only_mine.click()
    assert view.calendar.count() == 2


def test_an_empty_board_says_what_belongs_there(plan: Plan, page: Callable[[], ServicePage], ctx: Context) -> None:
    view = view_of(page())
    assert view.stack.currentWidget() is view.empty
    ctx.tasks.write(followups.plan, ctx.db.run(customers.create, CustomerForm({"name": "甲"})).result, "回電", TODAY)
    assert view.stack.currentWidget() is view.board


def test_a_column_of_hundreds_is_cut_and_leads_to_the_list(
    ctx: Context, customer: uuid.UUID, page: Callable[[], ServicePage]
) -> None:
    def many(session: Session) -> None:
        session.add_all(
            FollowUp(customer_id=customer, subject=f"第{n}件", due_on=TODAY - dt.timedelta(days=n))
            for n in range(1, 501)
        )

    with ctx.db.write("test") as session:
        many(session)
    view = view_of(page())
    late = view.board.columns["overdue"]
    assert late.heading.text() == "逾期 500"
    assert len(late.list.model_.cards) < 100
    late.rest.click()
    assert view.mode == "list"
    assert view.list.list.model.query.chip == "overdue"
    assert view.list.list.model.rowCount() == 500


def test_the_customer_view_hides_grades(
    ctx: Context, plan: Plan, customer: uuid.UUID, page: Callable[[], ServicePage]
) -> None:
    plan("回電", 0)
    with ctx.db.write("test") as session:
        session.execute(update(CustomerFigures).where(CustomerFigures.customer_id == customer).values(grade="A"))
    today = view_of(page()).board.columns["today"].list
    role = Qt.ItemDataRole.AccessibleTextRole
    before = today.grab().toImage()
    assert "A 級" in today.model_.index(0, 0).data(role)
    ctx.customer_view.set(True)
    assert "等級" not in today.model_.index(0, 0).data(role)
    assert today.grab().toImage() != before


def test_a_narrow_board_puts_done_under_later(plan: Plan, page: Callable[[], ServicePage], qtbot: QtBot) -> None:
    plan("回電", 0)
    shown = page()
    columns = view_of(shown).board.columns
    qtbot.waitUntil(lambda: columns["lately"].y() == columns["later"].y())
    shown.resize(800, 700)
    qtbot.waitUntil(lambda: columns["lately"].x() == columns["later"].x())
    assert columns["lately"].y() > columns["later"].y() > columns["today"].y() - 1


def test_no_card_covers_the_next_at_any_width(plan: Plan, page: Callable[[], ServicePage]) -> None:
    """Titles of growing length: some fit in one line only until a scroll bar or a narrower window takes room."""
    for letters in range(1, 17):
        plan("回電" + "確" * letters, 20)
    shown = page()
    later = view_of(shown).board.columns["later"].list
    for width in (1240, 1180, 1100, 1060, 1000, 1380):
        shown.resize(width, 700)
        settle(shown)
        places = [later.visualRect(later.model_.index(row, 0)) for row in range(16)]
        assert all(one.bottom() < below.top() for one, below in pairwise(places)), width


@pytest.mark.parametrize(
    ("lang", "today", "week", "later"),
    [
        ("en", "2026-11-18", "2026-11-19", "2026-11-23"),
        ("en", "2026-11-21", "2026-11-22", "2026-11-23"),
        ("en", "2026-11-22", None, "2026-11-23"),
        ("zh_TW", "2026-11-18", "2026-11-19", "2026-11-23"),
        ("zh_TW", "2026-11-21", None, "2026-11-23"),
        ("zh_TW", "2026-11-22", "2026-11-23", "2026-11-30"),  # a Sunday begins the week there
    ],
)
def test_this_week_is_tomorrow_unless_it_is_over(
    clock_at: Callable[[str], dt.datetime], lang: str, today: str, week: str | None, later: str
) -> None:
    clock_at(f"{today} 10:00")
    assert boards.day_of("week", lang) == (dt.date.fromisoformat(week) if week else None)
    assert boards.day_of("later", lang) == followup_verbs.day_of("next_week", lang) == dt.date.fromisoformat(later)


def test_on_a_sunday_board_and_list_know_the_week_of_the_calendar(
    clock_at: Callable[[str], dt.datetime], plan: Plan, page: Callable[[], ServicePage]
) -> None:
    for subject, days in {"量尺寸": 5, "驗收": 10, "回電": 11}.items():
        plan(subject, days)
    clock_at("2026-11-22 10:00")
    view = view_of(page())
    assert board(view) == {"week": ["量尺寸", "驗收"], "later": ["回電"]}
    view.show_mode("list")
    view.list.list.model.change(chip="week")
    assert view.list.list.model.rowCount() == 2


# -- the calendar ----------------------------------------------------------------------------------


@pytest.fixture
def calendar(plan: Plan, page: Callable[[], ServicePage]) -> FollowUpsView:
    plan("回電", 0)
    plan("季保養", 2)
    shown = page()
    shown.resize(1240, 800)
    view = view_of(shown)
    view.show_mode("calendar")
    return view


def cell(view: FollowUpsView, day: dt.date) -> QPoint:
    grid = view.calendar.grid
    return grid.visualRect(grid.model_.place(day)).center()


def test_each_day_says_how_much_there_is(calendar: FollowUpsView) -> None:
    model = calendar.calendar.grid.model_
    said = model.data(model.place(TODAY), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "11 月 18 日 星期三: 1 件事"
    assert calendar.calendar.count() == 2


def test_a_thing_dragged_to_another_day_moves_and_can_be_undone(
    calendar: FollowUpsView, undo: Callable[[], None]
) -> None:
    model = calendar.calendar.grid.model_
    card = calendar.calendar.list.model_.cards[0]
    target = TODAY + dt.timedelta(days=6)
    assert drop(calendar.calendar.grid, mime_of(card), cell(calendar, target))
    there = model.data(model.place(target), Qt.ItemDataRole.AccessibleTextRole)
    assert there.endswith("1 件事")
    undo()
    assert model.data(model.place(target), Qt.ItemDataRole.AccessibleTextRole).endswith("0 件事")


def test_what_is_late_is_dragged_from_a_day_that_is_over(calendar: FollowUpsView) -> None:
    card = calendar.calendar.list.model_.cards[0]
    over, target = (cell(calendar, TODAY + dt.timedelta(days=days)) for days in (-2, 6))
    assert drag_over(calendar.calendar.grid, mime_of(card), [over, target])
    assert not drag_over(calendar.calendar.grid, mime_of(card), [target, over])
    assert not drag_over(calendar.calendar.grid, QMimeData(), [target])


def test_a_day_that_is_over_takes_nothing(calendar: FollowUpsView) -> None:
    card = calendar.calendar.list.model_.cards[0]
    assert not drop(calendar.calendar.grid, mime_of(card), cell(calendar, TODAY - dt.timedelta(days=1)))


def test_what_is_to_be_done_is_taken_where_it_is_painted(calendar: FollowUpsView) -> None:
    grid = calendar.calendar.grid
    index = grid.model_.place(TODAY)
    rect = grid.visualRect(index)
    ((box, _card),) = grid.painter_.slots(rect, index.data(Qt.ItemDataRole.UserRole + 1))
    found = grid.thing_at(box.center())
    assert found is not None
    assert found.subject == "回電"
    assert grid.thing_at(rect.topLeft() + QPoint(3, 3)) is None


@pytest.mark.parametrize(
    ("key", "day"),
    [
        (Qt.Key.Key_Right, dt.date(2026, 11, 19)),
        (Qt.Key.Key_Up, dt.date(2026, 11, 11)),
        (Qt.Key.Key_PageDown, dt.date(2026, 12, 18)),
        (Qt.Key.Key_PageUp, dt.date(2026, 10, 18)),
        (Qt.Key.Key_Home, dt.date(2026, 11, 15)),
        (Qt.Key.Key_End, dt.date(2026, 11, 21)),
    ],
)
def test_keys_move_the_day_and_t_comes_back(calendar: FollowUpsView, qtbot: QtBot, key: Qt.Key, day: dt.date) -> None:
    grid = calendar.calendar.grid
    qtbot.keyClick(grid, key)
    assert (calendar.calendar.day, grid.day()) == (day, day)
    qtbot.keyClick(grid, Qt.Key.Key_T)
    assert grid.day() == TODAY


def test_the_end_of_a_month_is_kept_within_it(calendar: FollowUpsView) -> None:
    part = calendar.calendar
    part.choose(dt.date(2027, 1, 31))
    assert part.grid.further(1) == dt.date(2027, 2, 28)
    part.choose(dt.date(2028, 1, 31))
    assert part.grid.further(1) == dt.date(2028, 2, 29)


def test_n_plans_something_on_the_day(calendar: FollowUpsView, qtbot: QtBot) -> None:
    qtbot.keyClick(calendar.calendar.grid, Qt.Key.Key_Right)
    qtbot.keyClick(calendar.calendar.grid, Qt.Key.Key_N)
    dialog = calendar.findChild(FollowUpDialog)
    assert isinstance(dialog, FollowUpDialog)
    assert dialog.form.values()["due_on"] == TODAY + dt.timedelta(days=1)


def test_the_keys_go_back_to_the_days_after_the_last_card(calendar: FollowUpsView, undo: Callable[[], None]) -> None:
    side = calendar.calendar
    side.list.setFocus()
    side.list.set_row(0)
    press(side.list, Qt.Key.Key_7)  # to next week: the day is empty now
    assert not side.list.model_.cards
    assert side.window().focusWidget() is side.grid
    undo()
    assert side.list.model_.cards
    assert side.window().focusWidget() is side.grid


def test_a_week_has_seven_days_and_is_remembered(calendar: FollowUpsView, ctx: Context) -> None:
    calendar.calendar.show_span("week")
    model = calendar.calendar.grid.model_
    assert (model.weeks, model.first, model.last()) == (1, dt.date(2026, 11, 15), dt.date(2026, 11, 21))
    assert calendar.calendar.grid.further(1) == TODAY + dt.timedelta(days=7)
    assert ctx.state.text("service/span") == "week"


@pytest.mark.parametrize(("lang", "first"), [("zh_TW", 6), ("zh_CN", 0), ("en", 0)])
def test_weeks_begin_as_the_language_says(lang: str, first: int) -> None:
    from babel import Locale

    assert first_weekday(lang) == Locale.parse(lang).first_week_day
    start, weeks = span(dt.date(2026, 2, 10), lang, month=True)
    assert start.weekday() == first_weekday(lang)
    assert start <= dt.date(2026, 2, 1)
    assert start + dt.timedelta(days=7 * weeks - 1) >= dt.date(2026, 2, 28)
    assert first in (0, 6)


def test_an_inspection_stands_on_its_day_and_moves_too(
    ctx: Context, customer: uuid.UUID, page: Callable[[], ServicePage], undo: Callable[[], None]
) -> None:
    with ctx.db.write("test") as session:
        thing = Equipment(customer_id=customer, name="冷卻水塔")
        session.add(thing)
        session.flush()
        visit = InspectionPlan(
            equipment_id=thing.id, name="季保養", rrule="FREQ=MONTHLY;INTERVAL=3", starts_on=TODAY, next_on=TODAY
        )
        session.add(visit)
        session.flush()
        key = visit.id
    view = view_of(page())
    view.show_mode("calendar")
    (card,) = view.calendar.list.model_.cards
    assert card.id == key
    target = TODAY + dt.timedelta(days=2)
    assert drop(view.calendar.grid, mime_of(card), cell(view, target))

    def next_on() -> dt.date | None:
        with ctx.db.read() as session:
            found = session.get(InspectionPlan, key)
            assert found is not None
            return found.next_on

    assert next_on() == target
    undo()
    assert next_on() == TODAY
    opened: list[tuple[str, uuid.UUID]] = []
    ctx.opened.connect(lambda entity, record: opened.append((entity, record)))
    view.calendar.list.set_row(0)
    press(view.calendar.list, Qt.Key.Key_Return)
    assert [entity for entity, _record in opened] == ["equipment"]
