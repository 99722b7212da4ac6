"""The building blocks: rows that wrap, choices, the timeline, toast, progress strip, panes that remember."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.ui.context import Context
from desktop_crm.ui.lanes import Request
from desktop_crm.ui.page import ToolBar
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.toast import ABOVE, Toast
from desktop_crm.ui.widgets import progress
from desktop_crm.ui.widgets.buttons import ButtonRow, Chip, ChipsBar, EvenLayout, SubTabs, button
from desktop_crm.ui.widgets.hint_line import PARTED, HintLine
from desktop_crm.ui.widgets.inset_table import InsetTable
from desktop_crm.ui.widgets.labels import ElidedLabel, ElidedPill, Kpi, Label, PillLabel, tooltip
from desktop_crm.ui.widgets.rail import Rail, Tab
from desktop_crm.ui.widgets.search_box import SearchBox
from desktop_crm.ui.widgets.split import Split
from desktop_crm.ui.widgets.timeline import Event, EventRow, Timeline
from desktop_crm.ui.widgets.yielding import Yielding, give_way

CHIPS = [Chip("all", "All"), Chip("a", "Grade A"), Chip("late", "Late & more")]


def shown(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)


def test_buttons_wrap_where_there_is_no_room(ctx: Context, qtbot: QtBot) -> None:
    made = [button(f"Button {number}") for number in range(4)]
    row = ButtonRow(ctx.theme, made)
    shown(row, qtbot)
    row.resize(1000, 50)
    assert len({one.y() for one in made}) == 1
    row.resize(made[0].width() * 2 + 20, 200)
    assert len({one.y() for one in made}) == 2
    assert all(one.width() >= one.sizeHint().width() for one in made)
    made[1].hide()
    row.layout().activate()
    assert made[2].y() == made[0].y()


def test_enter_presses_the_button_with_the_focus_in_any_window(ctx: Context, qtbot: QtBot) -> None:
    pressed: list[bool] = []
    made = button("Add", lambda: pressed.append(True))
    place = QWidget()
    QVBoxLayout(place).addWidget(made)
    shown(place, qtbot)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert pressed == [True]


def test_figures_share_a_row_and_are_never_cut(ctx: Context, qtbot: QtBot) -> None:
    kpis = [
        Kpi(ctx.theme, "Revenue, 12 months", "1,592,452"),
        Kpi(ctx.theme, "Unpaid", "0"),
        Kpi(ctx.theme, "Margin", "3%"),
    ]
    place = QWidget()
    row = EvenLayout(place, 8)
    for kpi in kpis:
        row.addWidget(kpi)
    shown(place, qtbot)
    place.resize(900, 200)
    assert len({kpi.y() for kpi in kpis}) == 1
    assert max(kpi.width() for kpi in kpis) - min(kpi.width() for kpi in kpis) <= 1
    least = sum(kpi.minimumSizeHint().width() for kpi in kpis) + 16 + 2 * place.layout().contentsMargins().left()
    place.resize(least, 200)
    assert len({kpi.y() for kpi in kpis}) == 1
    place.resize(least - 1, 300)
    assert len({kpi.y() for kpi in kpis}) > 1
    assert all(kpi.width() >= kpi.minimumSizeHint().width() for kpi in kpis)


def test_a_pill_without_room_is_shortened_and_told(ctx: Context, qtbot: QtBot) -> None:
    pill = ElidedPill(Pill("Revenue 50 · Frequency 20 · Recency 15", "neutral"))
    shown(pill, qtbot)
    pill.resize(pill.sizeHint())
    assert pill.text() == pill.accessibleName() == "Revenue 50 · Frequency 20 · Recency 15"
    assert not pill.toolTip()
    pill.resize(120, pill.height())
    assert pill.text().endswith("…")
    assert pill.toolTip() == tooltip("Revenue 50 · Frequency 20 · Recency 15")
    assert pill.minimumSizeHint().width() <= 120


def test_a_small_table_shortens_words_before_names_and_never_numbers(ctx: Context, qtbot: QtBot) -> None:
    columns = (
        Column("name", "Name", 150, "bold", stretch=True),
        Column("more", "More", 130, "muted"),
        Column("price", "Price", 84, "quantity"),
    )
    table = InsetTable(ctx, "Products", columns)
    shown(table, qtbot)
    table.show_rows([(0, "A pump that stands in the cellar", "For wells and tanks", Decimal(1234))])
    figure = QFontMetrics(ctx.theme.font()).horizontalAdvance("1,234") + 16
    for width in (500, 330, 290, 240):
        table.resize(width, 100)
        widths = [table.columnWidth(n) for n in range(3)]
        assert sum(widths) == width
        assert table.horizontalScrollBar().maximum() == 0
        assert widths[2] >= figure
        assert widths[0] >= (100 if width > 240 else 40)


def test_a_small_table_gives_numbers_what_they_say_and_the_rest_to_names(ctx: Context, qtbot: QtBot) -> None:
    columns = (
        Column("name", "Item", 130, stretch=True),
        Column("ordered", "Ordered", 58, "quantity"),
        Column("handed", "Handed over to them", 58, "quantity", rank=1),
        Column("amount", "Amount", 84, "quantity"),
    )
    table = InsetTable(ctx, "Lines", columns)
    shown(table, qtbot)
    table.show_rows([(0, "Circulation pump", Decimal(1), Decimal(0), Decimal(123456789))])
    metrics = QFontMetrics(ctx.theme.font())
    table.resize(600, 100)
    assert not table.isColumnHidden(2)
    table.resize(330, 100)
    assert table.isColumnHidden(2)
    assert table.columnWidth(3) >= metrics.horizontalAdvance("123,456,789")
    assert table.columnWidth(0) >= metrics.horizontalAdvance("Circulation pump")
    assert sum(table.columnWidth(n) for n in (0, 1, 3)) == 330


def test_chips_tell_which_one_and_show_counts(ctx: Context, qtbot: QtBot) -> None:
    bar = ChipsBar(ctx.theme, CHIPS)
    shown(bar, qtbot)
    bar.show_counts({"late": "17"})
    last = bar.findChildren(QPushButton)[-1]
    assert (last.text(), last.accessibleName()) == ("Late && more 17", "Late & more 17")
    with qtbot.waitSignal(bar.chosen) as chosen:
        last.click()
    assert chosen.args == ["late"]


def test_sub_tabs_by_keyboard(ctx: Context, qtbot: QtBot) -> None:
    tabs = SubTabs(ctx.theme, CHIPS)
    shown(tabs, qtbot)
    heard: list[str] = []
    tabs.chosen.connect(heard.append)
    first = tabs.findChildren(QPushButton)[0]
    tabs.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert heard == ["a"]


def test_user_text_is_never_mark_up(ctx: Context, qtbot: QtBot) -> None:
    text = "<b>王</b> & <img src='x'>"
    for label in (Label(text), ElidedLabel(text), PillLabel(Pill(text))):
        qtbot.addWidget(label)
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.text() == text
    assert "&lt;b&gt;" in tooltip(text)


def test_a_long_text_is_elided_with_the_whole_as_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("名" * 300)
    shown(label, qtbot)
    label.resize(100, 20)
    qtbot.waitUntil(lambda: "名" * 300 in label.toolTip())
    assert label.minimumSizeHint().width() < 200


def test_kpi_is_named_with_its_figure(ctx: Context, qtbot: QtBot) -> None:
    kpi = Kpi(ctx.theme, "Unpaid")
    qtbot.addWidget(kpi)
    kpi.set_figure("120,000", bad=True)
    assert kpi.accessibleName() == "Unpaid 120,000"


def test_search_is_told_once_after_the_last_key(ctx: Context, qtbot: QtBot) -> None:
    box = SearchBox(ctx.theme, "Find")
    shown(box, qtbot)
    heard: list[str] = []
    box.searched.connect(heard.append)
    QTest.keyClicks(box, "abc")
    qtbot.waitUntil(lambda: heard == ["abc"])
    QTest.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: heard == ["abc", ""])


def test_timeline_opens_the_record_behind_an_event(ctx: Context, qtbot: QtBot, some_id: uuid.UUID) -> None:
    line = Timeline(ctx.theme, "Nothing yet")
    shown(line, qtbot)
    assert any(label.text() == "Nothing yet" for label in line.findChildren(QLabel))
    line.show_events(
        [Event("11/18", "mail", "Mail", "x" * 500), Event("11/12", "phone", "Call", target=("order", some_id))]
    )
    rows = line.widget().findChildren(EventRow)
    with qtbot.waitSignal(line.opened) as opened:
        QTest.keyClick(rows[1], Qt.Key.Key_Return)
    assert opened.args == ["order", some_id]
    qtbot.waitUntil(lambda: rows[0].height() > 2 * rows[1].height())


def test_toast_offers_undo_once(ctx: Context, qtbot: QtBot, some_id: uuid.UUID) -> None:
    parent = QWidget()
    undone: list[uuid.UUID] = []
    toast = Toast(ctx, parent, undone.append)
    shown(parent, qtbot)
    ctx.toast("Saved")
    assert toast.isVisible()
    assert not toast.findChildren(QPushButton)[0].isVisible()
    ctx.toast("Archived", undo=some_id)
    toast.findChildren(QPushButton)[0].click()
    assert undone == [some_id]
    assert not toast.isVisible()


def test_a_long_toast_stays_in_the_window(ctx: Context, qtbot: QtBot, some_id: uuid.UUID) -> None:
    parent = QWidget()
    toast = Toast(ctx, parent, lambda _batch: None)
    parent.resize(700, 300)
    shown(parent, qtbot)
    ctx.toast("名" * 300, undo=some_id)
    assert parent.rect().contains(toast.geometry())


def test_the_line_under_the_name_of_the_shop_breaks_between_its_parts(ctx: Context, qtbot: QtBot) -> None:
    rail = Rail(ctx.theme, [Tab("today", "Today", "sun")])
    shown(rail, qtbot)
    for line, said in (("本机 · 尚未备份", "本机 · 尚未备份"), ("本机数据文件 · 尚未备份", "本机数据文件\n尚未备份")):
        rail.show_shop("明德", line)
        assert rail._line.text() == said


def test_a_toast_leaves_the_foot_of_the_page_free(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    toast = Toast(ctx, parent, lambda _batch: None)
    parent.resize(700, 400)
    shown(parent, qtbot)
    ctx.toast("Saved")
    assert toast.geometry().bottom() <= 400 - ctx.theme.px(ABOVE)


def test_progress_appears_late_with_figures_and_cancel(
    ctx: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    strip = progress.ProgressStrip(ctx)
    qtbot.addWidget(strip)
    stopped: list[int] = []
    request = Request(lambda: None, _hear, _hear, title="Importing", cancel=lambda: stopped.append(1))
    ctx.tasks.started.emit(request)
    strip._tick()
    assert not strip.isVisible()
    request.started -= 10
    request.progress = (500, 2000)
    strip._tick()
    assert strip.isVisible()
    told = " ".join(label.text() for label in strip.findChildren(QLabel))
    assert all(part in told for part in ("Importing", "500", "2,000", "50"))
    strip.findChildren(QPushButton)[0].click()
    assert stopped == [1]
    ctx.tasks.finished.emit(request)
    assert not strip.isVisible()


def test_panes_remember_their_widths(make_ctx: Callable[..., Context], qtbot: QtBot) -> None:
    ctx = make_ctx()
    split = Split(ctx, "test", QWidget(), QWidget())
    shown(split, qtbot)
    split.resize(1200, 300)
    split.setSizes([500, 700])
    split.splitterMoved.emit(500, 1)
    qtbot.waitUntil(lambda: ctx.state.numbers("split/test") == split.sizes())
    again = Split(ctx, "test", QWidget(), QWidget())
    shown(again, qtbot)
    again.resize(1200, 300)
    assert abs(again.sizes()[1] - split.sizes()[1]) <= 1


def test_the_second_pane_takes_its_share_until_the_handle_is_moved(ctx: Context, qtbot: QtBot) -> None:
    split = Split(ctx, "share", QWidget(), QWidget(), 340, 560)
    shown(split, qtbot)
    for width, right in ((900, 340), (1200, 420), (1800, 560)):
        split.resize(width, 300)
        assert abs(split.sizes()[1] - right) <= 1
    split.setSizes([700, 1100])
    split.splitterMoved.emit(700, 1)
    split.resize(1700, 300)
    assert split.sizes()[1] > 1000


def test_a_search_box_in_the_tool_bar_takes_what_room_there_is(ctx: Context, qtbot: QtBot) -> None:
    tool, box = ToolBar(ctx, "Service"), SearchBox(ctx.theme, "Customer, equipment or serial number")
    tool.add_left(box)
    shown(tool, qtbot)
    tool.resize(1200, tool.height())
    assert box.width() == box.maximumWidth()


def test_a_yielding_part_is_whole_until_there_is_no_room(ctx: Context, qtbot: QtBot) -> None:
    words = QVBoxLayout()
    for number in range(8):
        words.addWidget(Label(f"Line {number}"))
    place = QWidget()
    column = QVBoxLayout(place)
    head, below = Yielding(ctx.theme, words), QTextEdit()
    give_way(ctx.theme, below)
    column.addWidget(head)
    column.addWidget(below, 1)
    shown(place, qtbot)
    place.resize(300, 700)
    assert head.verticalScrollBar().maximum() == 0
    assert head.height() == head.sizeHint().height()
    assert below.height() > head.height()
    place.resize(300, 260)
    assert head.verticalScrollBar().maximum() > 0
    assert below.height() >= below.minimumHeight()
    assert head.geometry().bottom() < below.geometry().top()


def _hear(_value: object) -> None:
    return None


def test_a_title_is_shortened_to_the_number_and_no_further(ctx: Context, qtbot: QtBot) -> None:
    tool = ToolBar(ctx, "New quotation")
    qtbot.addWidget(tool)
    tool.add(QPushButton("Issue and send"))
    assert tool.title.minimumSizeHint() == QLabel.minimumSizeHint(tool.title)
    tool.set_title("Q2026-0620, revision 2", "Q2026-0620")
    tool.show()
    tool.resize(tool.minimumSizeHint().width(), tool.height())
    metrics, room = tool.title.fontMetrics(), tool.title.contentsRect().width()
    assert room < metrics.horizontalAdvance(tool.title.text())
    shown = metrics.elidedText(tool.title.text(), Qt.TextElideMode.ElideRight, room)
    assert shown.startswith("Q2026-0620")
    assert shown.endswith("…")


def test_the_keys_at_the_foot_are_whole_or_not_there(ctx: Context, qtbot: QtBot) -> None:
    line = HintLine(ctx)
    shown(line, qtbot)
    parts = line.text().split(PARTED)
    assert len(parts) == 3
    two = line.fontMetrics().horizontalAdvance(PARTED.join(parts[:2]))
    line.resize(two + 8, line.height())
    assert line.shown() == PARTED.join(parts[:2])
    line.resize(line.sizeHint())
    assert line.shown() == line.text()


def test_a_heading_without_room_is_shortened_with_a_sign(ctx: Context, qtbot: QtBot) -> None:
    columns = (Column("name", "Item", 120, stretch=True), Column("handed", "Handed over to them", 40, "quantity"))
    table = InsetTable(ctx, "Lines", columns)
    shown(table, qtbot)

    def heading() -> str:
        return str(table.model().headerData(1, Qt.Orientation.Horizontal))

    table.resize(600, 200)
    assert heading() == "Handed over to them"
    table.resize(150, 200)
    assert heading().endswith("…")
    assert table.model().headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "Handed over to them"
