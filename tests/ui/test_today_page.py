"""The today tab: what its cards show, and what can be done with a line by mouse, key and menu."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.core.dates import clock
from desktop_crm.services import customers, followups, history, late_customers, orders
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.orders import OrderHeader
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.today.cards import ListCard
from desktop_crm.ui.today.lines import Line
from desktop_crm.ui.today.page import QUICK, TodayPage
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog


@pytest.fixture(autouse=True)
def _morning(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def day(offset: int) -> dt.date:
    return clock.today() + dt.timedelta(days=offset)


def new_customer(ctx: Context, name: str) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": name})).result


def new_order(ctx: Context, who: uuid.UUID, total: int, ago: int, due: int = 30) -> uuid.UUID:
    header = OrderHeader(ordered_on=day(-ago), due_on=day(due), tax_mode="untaxed")
    return ctx.db.run(orders.create, who, [DraftLine("水泵", Decimal(1), Decimal(total))], header).result


@pytest.fixture
def who(ctx: Context) -> uuid.UUID:
    return new_customer(ctx, "青田咖啡館")


@pytest.fixture
def make_page(ctx: Context, qtbot: QtBot) -> Callable[[], TodayPage]:
    def make() -> TodayPage:
        made = TodayPage(ctx)
        qtbot.addWidget(made)
        made.resize(1200, 900)
        made.show()
        made.first_shown()
        return made

    return make


@pytest.fixture
def page(ctx: Context, who: uuid.UUID, make_page: Callable[[], TodayPage]) -> TodayPage:
    for offset, subject, time in ((-3, "回電確認", None), (0, "補報價", None), (0, "冷氣保養", dt.time(9, 30))):
        ctx.db.run(followups.plan, who, subject, day(offset), due_time=time)
    return make_page()


def texts(card: ListCard) -> list[str]:
    return [line.text for line in card.list.lines()]


def dialog_of(page: TodayPage, kind: type[FormDialog]) -> FormDialog:
    found = page.findChild(kind)
    assert isinstance(found, FormDialog)
    return found


def opened(ctx: Context) -> list[tuple[str, object]]:
    heard: list[tuple[str, object]] = []
    ctx.opened.connect(lambda entity, record: heard.append((entity, record)))
    return heard


def click(card: ListCard, row: int, x: int) -> None:
    view = card.list
    place = view.visualRect(view.model().index(row, 0))
    at = QPoint(x if x >= 0 else place.width() + x, place.center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


# -- what is shown ---------------------------------------------------------------------------------


def test_the_date_is_the_title_and_cards_count_what_is_due(page: TodayPage) -> None:
    assert page.home.tool.title.text() == "11 月 21 日 星期六"
    assert texts(page.board.visits) == ["冷氣保養"]
    assert texts(page.board.calls) == ["回電確認", "補報價"]
    assert page.board.calls.heading.text().endswith(" 2")
    assert page.board.visits.list.lines()[0].lead == "09:30"
    pills = [line.pill.tone for line in page.board.calls.list.lines() if line.pill]
    assert pills == ["bad", "warn"]


def test_an_empty_card_says_so_and_a_filled_one_does_not(page: TodayPage) -> None:
    assert page.board.owing.empty.isVisible()
    assert page.board.owing.list.isHidden()
    assert page.board.calls.empty.isHidden()
    assert page.board.calls.all.isHidden()


def test_an_empty_shop_teaches_the_first_steps(make_page: Callable[[], TodayPage], ctx: Context) -> None:
    page = make_page()
    assert page.stack.currentWidget() is page.start
    ctx.tasks.write(customers.create, CustomerForm({"name": "第一家"}))
    assert page.stack.currentWidget() is page.area


def test_overdue_money_shows_firms_and_sum_and_opens_the_order(
    ctx: Context, who: uuid.UUID, make_page: Callable[[], TodayPage]
) -> None:
    order = new_order(ctx, who, 31500, 60, due=-41)
    page, heard = make_page(), opened(ctx)
    (line,) = page.board.owing.list.lines()
    assert (line.name, line.amount) == ("青田咖啡館", "31,500")
    assert "31,500" in page.board.owing.heading.text()
    click(page.board.owing, 0, 20)
    assert heard == [("customer_order", order)]
    page.do("pay", line)
    assert dialog_of(page, PaymentDialog).isVisible()


def test_late_customers_can_be_shown_all_together(
    ctx: Context, make_page: Callable[[], TodayPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_crm.services.today.SHOWN", 1)
    found = [new_customer(ctx, name) for name in ("永昌機電", "振宇五金")]
    for key in found:
        for ago in (145, 117, 89, 61):
            new_order(ctx, key, 1000, ago)
    page, heard = make_page(), opened(ctx)
    (line,) = page.board.late.list.lines()
    assert "28" in line.text
    assert "61" in line.text
    assert page.board.late.all.isVisible()
    page.board.late.all.click()
    with ctx.db.read() as session:
        assert heard == [("customers", late_customers.ids(session, day(0)))]
    assert len(found) == 2


# -- the chart -------------------------------------------------------------------------------------


def test_the_chart_tells_figures_and_opens_the_buyers(
    ctx: Context, who: uuid.UUID, make_page: Callable[[], TodayPage]
) -> None:
    new_order(ctx, who, 620000, 3)
    new_order(ctx, who, 990000, 365)
    page, heard = make_page(), opened(ctx)
    card = page.board.revenue
    assert "620,000" in card.heading.text()
    assert "990,000" in card.heading.text()
    assert "11/1" in card.span.text()
    right = QPointF(card.chart.width() - 3, 20)
    assert "620,000" in card.chart.tip_at(right)
    QTest.keyClick(card.chart, Qt.Key.Key_Right)
    assert "990,000" in card.chart.accessibleDescription()
    QTest.keyClick(card.chart, Qt.Key.Key_Return)
    assert heard == [("customers", (who,))]


def test_the_customer_view_hides_revenue_and_grades(ctx: Context, page: TodayPage) -> None:
    assert page.board.revenue.isVisible()
    ctx.customer_view.set(True)
    assert page.board.revenue.isHidden()
    view = page.board.calls.list
    assert view._painter.private
    shown = Line(("customer", uuid.UUID(int=1)), (uuid.UUID(int=1), "甲"), "甲", grade="A")
    view.show_lines([shown])
    assert view.model().data(view.model().index(0, 0)) == "甲"
    ctx.customer_view.set(False)
    assert view.model().data(view.model().index(0, 0)) == "A, 甲"
    assert page.board.revenue.isVisible()
    assert not page.board.calls.list._painter.private


# -- doing -----------------------------------------------------------------------------------------


def test_the_circle_marks_as_done_and_it_can_be_undone(ctx: Context, page: TodayPage) -> None:
    batches: list[uuid.UUID] = []
    ctx.toasted.connect(lambda _text, batch: batches.append(batch))
    click(page.board.calls, 0, 8)
    assert texts(page.board.calls) == ["補報價"]
    ctx.tasks.write(history.undo, batches[-1])
    assert texts(page.board.calls) == ["回電確認", "補報價"]


def test_a_click_on_the_line_opens_it(ctx: Context, page: TodayPage) -> None:
    heard = opened(ctx)
    click(page.board.calls, 0, 120)
    assert [entity for entity, _record in heard] == ["follow_up"]


def test_the_buttons_of_a_line_stand_before_its_pill(page: TodayPage) -> None:
    view = page.board.calls.list
    rect = view.visualRect(view.model().index(0, 0))
    names = [view._painter.command_at(rect, x) for x in range(rect.width())]
    assert [name for name in dict.fromkeys(names) if name] == ["done", "next", "move"]
    assert not names[-1]


@pytest.mark.parametrize(("key", "kind"), [(Qt.Key.Key_N, FinishDialog), (Qt.Key.Key_M, PostponeDialog)])
def test_keys_open_the_dialogs_of_a_follow_up(page: TodayPage, key: Qt.Key, kind: type[FormDialog]) -> None:
    page.board.calls.list.enter()
    QTest.keyClick(page.board.calls.list, key)
    assert dialog_of(page, kind).isVisible()


def test_space_is_done_and_enter_opens(ctx: Context, page: TodayPage) -> None:
    heard = opened(ctx)
    view = page.board.calls.list
    view.enter(last=True)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert len(heard) == 1
    assert texts(page.board.calls) == ["回電確認"]
    assert view.currentIndex().row() == 0


def test_done_and_next_plans_the_next_step(page: TodayPage) -> None:
    page.do("next", page.board.calls.list.lines()[0])
    dialog = dialog_of(page, FinishDialog)
    dialog.form.set_texts({"outcome": "已說明", "subject": "寄型錄", "due_on": "+2"})
    dialog._try()
    assert texts(page.board.calls) == ["補報價", "寄型錄"]


def test_arrows_go_from_card_to_card(page: TodayPage) -> None:
    board = page.board
    seen: list[str] = []
    board.calls.list.enter = lambda *, last=False: seen.append("calls" + str(last))  # type: ignore[method-assign]
    board.visits.list.enter()
    QTest.keyClick(board.visits.list, Qt.Key.Key_Down)
    assert seen == ["callsFalse"]
    QTest.keyClick(board.visits.list, Qt.Key.Key_Up)
    assert seen == ["callsFalse"]


def test_the_menu_of_a_line_offers_everything(ctx: Context, page: TodayPage, who: uuid.UUID) -> None:
    heard = opened(ctx)
    menu = page.board.calls.list.menu(page.board.calls.list.lines()[0])
    actions: list[QAction] = menu.actions()
    assert len(actions) == 5
    actions[-1].trigger()
    assert heard == [("customer", who)]
    menu.deleteLater()


def test_planning_from_a_line_knows_the_customer(page: TodayPage, who: uuid.UUID) -> None:
    page.do("plan", Line(("customer", who), (who, "青田咖啡館"), "青田咖啡館"))
    dialog = dialog_of(page, FollowUpDialog)
    assert "customer" not in dialog.form.rows


# -- the window ------------------------------------------------------------------------------------


def test_midnight_brings_another_day(page: TodayPage, clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-22 00:01")
    page._look_at_clock()
    assert page.home.tool.title.text() == "11 月 22 日 星期日"
    assert texts(page.board.visits) == []
    assert "冷氣保養" in texts(page.board.calls)


def test_what_changes_behind_another_tab_is_read_when_the_tab_is_shown(
    ctx: Context, page: TodayPage, who: uuid.UUID
) -> None:
    page.hide()
    ctx.tasks.write(followups.plan, who, "寄目錄", day(0))
    assert "寄目錄" not in texts(page.board.calls)
    page.show()
    assert "寄目錄" in texts(page.board.calls)


def test_one_column_where_there_is_no_room(page: TodayPage) -> None:
    assert page.board.late.x() > page.board.calls.x()
    page.resize(700, 900)
    page.board._columns.activate()
    assert page.board.late.x() == page.board.calls.x()
    assert page.board.late.y() > page.board.calls.y()


def test_quick_add_offers_what_the_window_can_do(ctx: Context, qtbot: QtBot) -> None:
    window = MainWindow(ctx)
    qtbot.addWidget(window)
    window.begin()
    page = window.page("today")
    assert isinstance(page, TodayPage)
    page.quick.aboutToShow.emit()
    assert [action.objectName() for action in page.quick.actions()] == list(QUICK)
    page._act("new_customer")
    assert window.page("*") is not page


def test_every_list_and_button_has_a_name(page: TodayPage) -> None:
    board = page.board
    named: list[QWidget] = [board.revenue.chart, page.add, *(card.list for card in board.cards)]
    assert all(widget.accessibleName() for widget in named)
    model = board.calls.list.model()
    assert "青田咖啡館" in model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
