"""The equipment screen: three panes, filters, visits of the month by mouse and keys, the card's verbs, the form."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.models import Site
from desktop_crm.services import (
    customers,
    equipment,
    equipment_card,
    history,
    inspections,
    products,
    visits,
)
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui import list_export
from desktop_crm.ui.context import Context
from desktop_crm.ui.service import equipment_view
from desktop_crm.ui.service.equipment_columns import EVERYBODY
from desktop_crm.ui.service.equipment_editor import EquipmentDialog
from desktop_crm.ui.service.equipment_month import VISIT
from desktop_crm.ui.service.equipment_view import EquipmentView
from desktop_crm.ui.service.page import ServicePage
from desktop_crm.ui.today.page import TodayPage
from desktop_crm.ui.widgets.completer import Suggestion
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.visit_dialogs import DoneDialog, MoveDialog, PlanDialog

TODAY = dt.date(2026, 11, 21)
QUARTER = "FREQ=MONTHLY;INTERVAL=3"
LEFT_BUTTON = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _morning(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def new_customer(ctx: Context, name: str) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": name})).result


def new_piece(ctx: Context, who: uuid.UUID, name: str, **values: Any) -> uuid.UUID:
    return ctx.db.run(equipment.create, {"customer_id": who, "name": name, **values}).result


@pytest.fixture
def firm(ctx: Context) -> uuid.UUID:
    return new_customer(ctx, "宏益建設有限公司")


@pytest.fixture
def tower(ctx: Context, firm: uuid.UUID) -> uuid.UUID:
    """A cooling tower looked after every quarter, next on the 25th."""
    key = new_piece(
        ctx, firm, "冷卻水塔", serial="SN 24-00871", consumables="填料 2 包、皮帶 1 條", warranty_until=TODAY
    )
    ctx.db.run(inspections.plan, key, dt.date(2026, 11, 25), QUARTER)
    return key


@pytest.fixture
def filter_piece(ctx: Context) -> uuid.UUID:
    """A water filter at somebody else's, out of warranty."""
    return new_piece(ctx, new_customer(ctx, "青田咖啡館"), "濾水器", warranty_until=TODAY - dt.timedelta(days=1))


@pytest.fixture
def page(ctx: Context, qtbot: QtBot, tower: uuid.UUID, filter_piece: uuid.UUID) -> ServicePage:
    """The service tab, which reloads its parts."""
    made = ServicePage(ctx)
    qtbot.addWidget(made)
    made.resize(1100, 820)
    made.show()
    return made


@pytest.fixture
def view(page: ServicePage) -> EquipmentView:
    made = page.show_view("equipment")
    assert isinstance(made, EquipmentView)
    return made


def card(ctx: Context, key: uuid.UUID) -> equipment_card.EquipmentCard:
    with ctx.db.read() as session:
        return equipment_card.load(session, key)


def names(view: EquipmentView) -> list[str]:
    """The second column of the table."""
    rows = [view.pieces.model.row(number) for number in range(view.pieces.model.rowCount())]
    return [row[2] for row in rows if row is not None]


def chips(view: EquipmentView) -> list[str]:
    return [button.text() for button in view.pieces.chips._buttons.values() if not button.isHidden()]


def select(view: EquipmentView, qtbot: QtBot, key: uuid.UUID) -> None:
    view.pieces.view.select(key)
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.id == key)


def dialog(view: EquipmentView, kind: type[Any]) -> Any:
    """The dialog of a kind that is open."""
    (found,) = (one for one in view.findChildren(kind) if one.isVisible())
    return found


# -- panes -----------------------------------------------------------------------------------------


def test_customers_their_equipment_and_the_numbers_on_the_filters(
    view: EquipmentView, qtbot: QtBot, firm: uuid.UUID
) -> None:
    assert view.owners.model.rowCount() == 3
    assert view.owners.model.row(0) == (EVERYBODY, None, None, 2)
    assert names(view) == ["濾水器", "冷卻水塔"]
    assert chips(view) == ["全部 2", "30 天內保養 1", "保固將到期 1", "已過保 1"]
    view.owners.view.select(firm)
    qtbot.waitUntil(lambda: names(view) == ["冷卻水塔"])
    assert chips(view) == ["全部 1", "30 天內保養 1", "保固將到期 1", "已過保 0"]
    assert view.card.shown is not None
    assert view.card.name.text() == "冷卻水塔"
    assert view.status_text() == "1 台設備 · 本月保養 1 次"


def test_the_list_is_exported_for_the_customer_chosen(
    view: EquipmentView, qtbot: QtBot, firm: uuid.UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.owners.view.select(firm)
    qtbot.waitUntil(lambda: names(view) == ["冷卻水塔"])
    target = tmp_path / "list.xlsx"
    monkeypatch.setattr(list_export, "ask_target", lambda *_more: target)
    view.export_list()
    book = openpyxl.load_workbook(target)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "冷卻水塔" in cells
    assert "宏益建設有限公司" in cells
    assert "濾水器" not in cells
    titles, first = list(book.worksheets[0].iter_rows(values_only=True))[:2]
    row = dict(zip(titles, first, strict=True))
    assert (row["客戶"], row["設備"]) == ("宏益建設有限公司", "冷卻水塔")
    assert dt.datetime(2026, 11, 25) in cells  # noqa: DTZ001 - a cell has no zone


def test_without_equipment_each_list_says_within_its_width_what_belongs_there(ctx: Context, qtbot: QtBot) -> None:
    page = ServicePage(ctx)
    qtbot.addWidget(page)
    page.resize(1000, 760)
    page.show()
    made = page.show_view("equipment")
    assert isinstance(made, EquipmentView)
    for pane, title in ((made.owners, "Customers with equipment"), (made.pieces, "No equipment yet")):
        (said,) = (one for one in pane.findChildren(EmptyState) if one.isVisible())
        assert said.title.text() == ctx.t(title)
        assert said.width() <= pane.width()


def test_search_narrows_both_lists(view: EquipmentView) -> None:
    view.search("00871")
    assert names(view) == ["冷卻水塔"]
    assert view.owners.model.rowCount() == 2
    view.search("青田")
    assert names(view) == ["濾水器"]
    view.search("沒有這種東西")
    assert (view.owners.model.rowCount(), names(view)) == (0, [])


def test_the_customer_view_hides_the_grade(view: EquipmentView, ctx: Context) -> None:
    assert not view.owners.view.isColumnHidden(0)
    ctx.customer_view.toggle()
    assert view.owners.view.isColumnHidden(0)


def test_the_widths_of_the_panes_are_remembered(view: EquipmentView, ctx: Context, qtbot: QtBot) -> None:
    view._panes.setSizes([300, 500, 300])
    view._panes.splitterMoved.emit(300, 1)
    qtbot.waitUntil(lambda: bool(ctx.state.numbers(equipment_view.PANES)), timeout=2000)
    other = EquipmentView(ctx)
    qtbot.addWidget(other)
    other.resize(1100, 760)
    other.show()
    assert other._panes.sizes() == view._panes.sizes()


def test_a_record_opened_from_elsewhere_is_shown_whatever_was_narrowed(
    view: EquipmentView, ctx: Context, qtbot: QtBot, firm: uuid.UUID, filter_piece: uuid.UUID, tower: uuid.UUID
) -> None:
    view.owners.view.select(firm)
    qtbot.waitUntil(lambda: names(view) == ["冷卻水塔"])
    view.open_record("equipment", filter_piece)
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.id == filter_piece)
    view.open_record("inspection_plan", card(ctx, tower).visits[0].id)
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.id == tower)
    ctx.db.run(equipment.retire, filter_piece)
    view.reload()
    view.open_record("equipment", filter_piece)
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.id == filter_piece)
    assert chips(view)[-1] == "已停用 1"


# -- the month -------------------------------------------------------------------------------------


def test_the_month_shows_visits_and_what_they_are(view: EquipmentView, qtbot: QtBot, tower: uuid.UUID) -> None:
    load = view.load
    assert load.grid.count(dt.date(2026, 11, 25)) == 1
    assert load.list.count() == 0
    load.grid.setFocus()
    QTest.keyClick(load.grid, Qt.Key.Key_Right)
    for _ in range(3):
        QTest.keyClick(load.grid, Qt.Key.Key_Right)
    assert load.grid.day == dt.date(2026, 11, 25)
    assert load.list.item(0).text() == "冷卻水塔 · 宏益建設有限公司 · 每 3 個月"
    QTest.keyClick(load.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.id == tower)
    QTest.keyClick(load.grid, Qt.Key.Key_PageDown)
    assert load.grid.first == dt.date(2026, 12, 1)
    load.turn(0)
    assert load.grid.first == dt.date(2026, 11, 1)


def test_a_day_is_dragged_to_another_and_undone(view: EquipmentView, ctx: Context, tower: uuid.UUID) -> None:
    grid = view.load.grid
    toasts: list[Any] = []
    ctx.toasted.connect(lambda _text, undo: toasts.append(undo))
    start, end = (grid.rect_of(dt.date(2026, 11, day)).center() for day in (25, 27))
    QTest.mousePress(grid, LEFT_BUTTON, pos=start)
    QTest.mouseMove(grid, (start + end) / 2)
    QTest.mouseMove(grid, end)
    QTest.mouseRelease(grid, LEFT_BUTTON, pos=end)
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 27)
    assert (grid.count(dt.date(2026, 11, 25)), grid.count(dt.date(2026, 11, 27))) == (0, 1)
    ctx.tasks.write(history.undo, toasts[-1])
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 25)


def test_keys_move_a_visit_and_the_past_is_refused(
    view: EquipmentView, ctx: Context, tower: uuid.UUID, failures: list[BaseException]
) -> None:
    view.load._choose(dt.date(2026, 11, 25))
    view.load.grid.day = dt.date(2026, 11, 25)
    QTest.keyClick(view.load.list, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 24)
    view.load.grid._choose(dt.date(2026, 11, 24))
    QTest.keyClick(view.load.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 25)
    assert failures == []
    view.load.move_visits([card(ctx, tower).visits[0].id], TODAY - dt.timedelta(days=1))
    assert [str(error) for error in failures] == ["That day is over."]


def test_a_visit_from_the_list_is_dropped_on_a_day(view: EquipmentView, ctx: Context, tower: uuid.UUID) -> None:
    view.load.grid._choose(dt.date(2026, 11, 25))
    data = view.load.list.mimeData([view.load.list.item(0)])
    assert data.hasFormat(VISIT)
    point = QPointF(view.load.grid.rect_of(dt.date(2026, 11, 30)).center())
    drop = QDropEvent(point, Qt.DropAction.CopyAction, data, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier)
    view.load.grid.dropEvent(drop)
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 30)
    assert not QMimeData().hasFormat(VISIT)


def test_of_several_visits_one_or_all_are_moved(
    view: EquipmentView, ctx: Context, tower: uuid.UUID, filter_piece: uuid.UUID
) -> None:
    ctx.db.run(inspections.plan, filter_piece, dt.date(2026, 11, 25))
    with ctx.db.read() as session:
        found = visits.between(session, dt.date(2026, 11, 25), dt.date(2026, 11, 25))
    actions = view.load.menu_for(found, dt.date(2026, 11, 28)).actions()
    assert actions[0].text() == "2 次保養全部移動"
    last = next(action for action in actions if "濾水器" in action.text())
    last.trigger()
    assert card(ctx, filter_piece).visits[0].on == dt.date(2026, 11, 28)
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 25)
    actions[0].trigger()
    assert card(ctx, tower).visits[0].on == dt.date(2026, 11, 28)


# -- verbs -----------------------------------------------------------------------------------------


def test_a_visit_is_noted_with_person_and_minutes(
    view: EquipmentView, ctx: Context, qtbot: QtBot, tower: uuid.UUID
) -> None:
    select(view, qtbot, tower)
    view.card.wanted.emit("done")
    form = dialog(view, DoneDialog)
    note = form.form.rows["summary"].control
    assert isinstance(note, QPlainTextEdit)
    note.setPlainText("正常；更換填料 2 包")
    form.form.rows["minutes"].control.setText("1.5")
    form._try()
    assert form.isVisible()
    form.form.rows["minutes"].control.setText("90")
    form._try()
    assert not form.isVisible()
    shown = card(ctx, tower)
    assert (shown.events[0].text, shown.events[0].minutes) == ("正常；更換填料 2 包", 90)
    assert shown.visits[0].on == dt.date(2027, 2, 25)


def test_visits_are_planned_changed_moved_skipped_and_ended(
    view: EquipmentView, ctx: Context, qtbot: QtBot, filter_piece: uuid.UUID
) -> None:
    select(view, qtbot, filter_piece)
    view.card.wanted.emit("plan")
    form = dialog(view, PlanDialog)
    form.form.set_values({"starts_on": dt.date(2027, 1, 31), "rrule": 1, "name": "濾心"})
    form._try()
    (visit,) = card(ctx, filter_piece).visits
    assert (visit.on, visit.plan, visit.rrule) == (
        dt.date(2027, 1, 31), "濾心", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    )  # fmt: skip
    select(view, qtbot, filter_piece)
    view.card.wanted.emit("change")
    form = dialog(view, PlanDialog)
    assert form.form.values()["rrule"] == 1
    form.form.set_values({"name": "濾心更換"})
    form._try()
    (visit,) = card(ctx, filter_piece).visits
    assert (visit.plan, visit.on) == ("濾心更換", dt.date(2027, 1, 31))
    view.card.wanted.emit("move")
    form = dialog(view, MoveDialog)
    form.form.set_values({"due_on": dt.date(2027, 1, 29)})
    form._try()
    assert card(ctx, filter_piece).visits[0].on == dt.date(2027, 1, 29)
    view.card.wanted.emit("skip")
    assert card(ctx, filter_piece).visits[0].on == dt.date(2027, 2, 28)
    view.card.wanted.emit("end")
    assert card(ctx, filter_piece).visits == ()


def test_retiring_and_going_elsewhere(
    view: EquipmentView, ctx: Context, qtbot: QtBot, filter_piece: uuid.UUID, tower: uuid.UUID, firm: uuid.UUID
) -> None:
    opened: list[tuple[str, object]] = []
    ctx.opened.connect(lambda entity, record: opened.append((entity, record)))
    select(view, qtbot, tower)
    view.card.wanted.emit("user")
    view.card.wanted.emit("quote")
    assert opened[0] == ("customer", firm)
    assert opened[1][0] == "quotation"
    select(view, qtbot, filter_piece)
    view.card.wanted.emit("retire")
    assert card(ctx, filter_piece).state == "retired"
    assert chips(view)[-1] == "已停用 1"
    assert names(view) == ["冷卻水塔"]


# -- the form --------------------------------------------------------------------------------------


def test_a_piece_is_added_for_a_customer_with_product_user_and_site(
    view: EquipmentView, ctx: Context, qtbot: QtBot, firm: uuid.UUID
) -> None:
    tenant = new_customer(ctx, "晨光幼兒園")
    with ctx.db.write("test") as session:
        site = Site(customer_id=tenant, name="B 棟")
        session.add(site)
    ctx.db.run(products.create, {"name": "循環水泵", "code": "PP-100", "warranty_months": 12})
    with ctx.db.read() as session:
        (row,) = products.find(session, "PP-100")
    view.new_record()
    form: EquipmentDialog = dialog(view, EquipmentDialog)
    form._try()
    assert form.isVisible()  # nobody is chosen
    form._edit("customer_id").setText("宏益")
    form._try()
    assert form.form.rows["customer_id"]._error.text().startswith("這不在清單中。")
    form.links["customer_id"].chosen.emit(Suggestion(firm, "宏益建設有限公司"))
    form.links["user_id"].chosen.emit(Suggestion(tenant, "晨光幼兒園"))
    form.links["product_id"].chosen.emit(Suggestion(row, "PP-100"))
    sites = form.form.rows["site_id"].control
    assert isinstance(sites, QComboBox)
    sites.setCurrentIndex(sites.findText("B 棟"))
    form.form.set_values({"accepted_on": dt.date(2026, 2, 28), "serial": "SN 25"})
    form._try()
    assert not form.isVisible()
    qtbot.waitUntil(lambda: view.card.shown is not None and view.card.shown.serial == "SN 25")
    shown = view.card.shown
    assert shown is not None
    assert (shown.name, shown.model, shown.user, shown.site) == ("循環水泵", "PP-100", "晨光幼兒園", "B 棟")
    assert shown.warranty_until == dt.date(2027, 2, 28)


def test_a_piece_is_edited_and_a_wrong_day_is_said_at_the_field(
    view: EquipmentView, ctx: Context, qtbot: QtBot, tower: uuid.UUID
) -> None:
    select(view, qtbot, tower)
    view.edit_record()
    form: EquipmentDialog = dialog(view, EquipmentDialog)
    assert form._edit("customer_id").text() == "宏益建設有限公司"
    form.form.set_values({"accepted_on": dt.date(2026, 12, 1)})
    form._try()
    assert form.form.rows["warranty_until"]._error.text()
    form.form.set_values({"accepted_on": None, "location": "B 棟屋頂"})
    form._try()
    assert not form.isVisible()
    assert card(ctx, tower).location == "B 棟屋頂"


# -- elsewhere -------------------------------------------------------------------------------------


def test_due_visits_are_on_the_today_tab_and_noted_from_there(ctx: Context, qtbot: QtBot, tower: uuid.UUID) -> None:
    page = TodayPage(ctx)
    qtbot.addWidget(page)
    page.show()
    page.first_shown()
    assert page.board.inspections.isHidden()
    ctx.tasks.write(inspections.move_visits, [card(ctx, tower).visits[0].id], TODAY)
    lines = page.board.inspections.list.lines()
    assert [(line.name, line.text) for line in lines] == [("宏益建設有限公司", "冷卻水塔")]
    page.do("move_visit", lines[0])
    assert [one.isVisible() for one in page.findChildren(MoveDialog)] == [True]
    page.do("visited", lines[0])
    (form,) = page.findChildren(DoneDialog)
    form.form.set_values({"summary": "看過"})
    form._try()
    assert page.board.inspections.isHidden()


def test_in_a_low_window_the_table_gives_way_to_the_month(ctx: Context, tower: uuid.UUID, qtbot: QtBot) -> None:
    view = EquipmentView(ctx)
    qtbot.addWidget(view)
    view.resize(930, 560)
    view.show()
    view.first_shown()
    grid, told = view.load.grid, view.load.day_label
    qtbot.waitUntil(lambda: grid.geometry().bottom() < told.y())
    assert view.pieces.view.height() > 0


def test_with_little_width_the_customers_are_left_to_the_search_box(
    ctx: Context, tower: uuid.UUID, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    view = EquipmentView(ctx, window)
    window.show()
    for width, there in ((930, True), (700, False), (930, True)):
        view.resize(width, 700)
        assert view.owners.isVisible() == there
