"""Lists read windows around what is painted, and keep what the user had selected."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import PAGE, PAGES_KEPT, Column, ListQuery, Pill, TableModel, show
from desktop_crm.ui.widgets.list_view import GROWN, ListView

COLUMNS = (
    Column("grade", "Grade", 40, "grade", private=True),
    Column("name", "Customer", 200, "bold", sort_key="name", stretch=True),
    Column("amount", "Total", 100, "money", sort_key="amount"),
)


@dataclass
class Numbers:
    """Rows 0 .. size-1; the list can be sorted downwards and filtered by the digits typed."""

    size: int = 1000
    asked: list[tuple[int, int]] = field(default_factory=list)

    def _all(self, query: ListQuery) -> list[int]:
        found = [n for n in range(self.size) if query.text in str(n)]
        return found[::-1] if query.descending else found

    def count(self, session: Any, query: ListQuery) -> int:
        return len(self._all(query))

    def window(self, session: Any, query: ListQuery, offset: int, limit: int) -> Sequence[tuple[Any, ...]]:
        self.asked.append((offset, limit))
        return [(uuid.UUID(int=n), "A", f"Firm {n}", n * 1000) for n in self._all(query)[offset : offset + limit]]

    def position(self, session: Any, query: ListQuery, record: uuid.UUID) -> int | None:
        found = self._all(query)
        return found.index(record.int) if record.int in found else None


def view_of(ctx: Context, qtbot: QtBot, source: Numbers) -> tuple[TableModel, ListView]:
    model = TableModel(ctx, COLUMNS, source)
    view = ListView(ctx, model, "Firms")
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitExposed(view)
    return model, view


def settle(qtbot: QtBot) -> None:
    qtbot.wait(20)


def test_rows_are_counted_anew_unless_only_their_order_changes(ctx: Context, qtbot: QtBot) -> None:
    source = Numbers(300)
    model, _view = view_of(ctx, qtbot, source)
    model.change(sort="name")
    source.size = 200  # another program has deleted some
    model.change(descending=True)
    assert model.rowCount() == 300
    model.change(text="1")
    assert model.rowCount() == len([n for n in range(200) if "1" in str(n)])
    model.change(text="")
    assert model.rowCount() == 200
    source.size = 100
    model.reload()
    assert model.rowCount() == 100


def test_pages_side_by_side_are_read_as_one_window(ctx: Context, qtbot: QtBot) -> None:
    source = Numbers(1000)
    model, _view = view_of(ctx, qtbot, source)
    model.change(sort="name")
    source.asked.clear()
    for row in (4 * PAGE - 1, 4 * PAGE):
        model.index(row, 1).data()
    settle(qtbot)
    assert (3 * PAGE, 2 * PAGE) in source.asked
    assert [model.index(row, 1).data() for row in (4 * PAGE - 1, 4 * PAGE)] == ["Firm 399", "Firm 400"]


def test_only_windows_around_painted_rows_are_read(ctx: Context, qtbot: QtBot) -> None:
    source = Numbers(100_000)
    model, view = view_of(ctx, qtbot, source)
    model.change(sort="name")
    view.scrollTo(model.index(50_050, 1))
    settle(qtbot)
    assert model.rowCount() == 100_000
    assert model.index(50_050, 1).data() == "Firm 50050"
    assert {offset // PAGE for offset, _limit in source.asked} <= {0, 499, 500, 501}


def test_an_unread_row_shows_nothing(ctx: Context, qtbot: QtBot) -> None:
    model, _view = view_of(ctx, qtbot, Numbers(100_000))
    model.change(sort="name")
    assert model.index(70_000, 1).data() is None


def test_few_pages_are_kept(ctx: Context, qtbot: QtBot) -> None:
    model, _view = view_of(ctx, qtbot, Numbers(100_000))
    model.change(sort="name")
    for page in range(40):
        model.index(page * PAGE, 1).data()
        settle(qtbot)
    assert len(model._pages) == PAGES_KEPT


def test_header_click_sorts_and_turns(ctx: Context, qtbot: QtBot) -> None:
    model, view = view_of(ctx, qtbot, Numbers(30))
    model.change(sort="amount")
    view.horizontalHeader().sectionClicked.emit(1)
    assert (model.query.sort, model.query.descending) == ("name", False)
    view.horizontalHeader().sectionClicked.emit(1)
    assert (model.query.descending, model.index(0, 1).data()) == (True, "Firm 29")
    assert model.headerData(1, Qt.Orientation.Horizontal).endswith("▼")
    view.horizontalHeader().sectionClicked.emit(0)  # no sort key
    assert model.query.sort == "name"


def test_selection_follows_the_record_over_a_reload(ctx: Context, qtbot: QtBot) -> None:
    source = Numbers(50)
    model, view = view_of(ctx, qtbot, source)
    model.change(sort="name")
    view.select(uuid.UUID(int=7))
    settle(qtbot)
    model.change(text="7")
    settle(qtbot)
    assert (view.current_id(), view.currentIndex().row()) == (uuid.UUID(int=7), 0)
    source.size = 8
    model.reload()
    settle(qtbot)
    assert (model.rowCount(), view.current_id()) == (1, uuid.UUID(int=7))


def test_a_record_far_away_can_be_selected(ctx: Context, qtbot: QtBot) -> None:
    model, view = view_of(ctx, qtbot, Numbers(5000))
    model.change(sort="name")
    view.select(uuid.UUID(int=4321))
    settle(qtbot)
    assert view.current_id() == uuid.UUID(int=4321)


def test_first_row_is_told_and_enter_opens(ctx: Context, qtbot: QtBot) -> None:
    model, view = view_of(ctx, qtbot, Numbers(10))
    current: list[object] = []
    opened: list[object] = []
    view.current_changed.connect(current.append)
    view.opened.connect(opened.append)
    model.change(sort="name")
    settle(qtbot)
    QTest.keyClick(view, Qt.Key.Key_Down)
    settle(qtbot)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert current == [uuid.UUID(int=0), uuid.UUID(int=1)]
    assert opened == [uuid.UUID(int=1)]


def test_letters_go_to_the_search_box(ctx: Context, qtbot: QtBot) -> None:
    model, view = view_of(ctx, qtbot, Numbers(10))
    box = QLineEdit()
    qtbot.addWidget(box)
    view.attach_search(box)
    model.change(sort="name")
    QTest.keyClick(view, Qt.Key.Key_4)
    assert box.text() == "4"


def test_private_columns_are_hidden_in_the_customer_view(ctx: Context, qtbot: QtBot) -> None:
    _model, view = view_of(ctx, qtbot, Numbers(10))
    ctx.customer_view.toggle()
    assert [view.isColumnHidden(n) for n in range(3)] == [True, False, False]
    ctx.customer_view.toggle()
    assert not view.isColumnHidden(0)


def test_an_empty_list(ctx: Context, qtbot: QtBot) -> None:
    model, view = view_of(ctx, qtbot, Numbers(5))
    model.change(text="x")
    settle(qtbot)
    assert (model.rowCount(), view.current_id()) == (0, None)


def test_what_cells_say(ctx: Context) -> None:
    t = ctx.t
    assert show(t, Column("a", "A", kind="money"), 1234567) == "1,234,567"
    assert show(t, Column("a", "A", kind="quantity"), Decimal("2.5000")) == "2.5"
    assert show(t, Column("a", "A"), None) == "—"
    assert show(t, Column("a", "A", show=lambda _t, v: Pill(str(v), "bad")), 3) == Pill("3", "bad")


WIDE = (
    Column("name", "Customer", 200, stretch=True),
    Column("phone", "Phone", 120, rank=1),
    Column("kind", "Type", 100, rank=3),
    Column("note", "Note", 150, stretch=True, rank=2),
)


class Notes(Numbers):
    """Rows of other columns, with a long phone number."""

    def window(self, session: Any, query: ListQuery, offset: int, limit: int) -> Sequence[tuple[Any, ...]]:
        return [(uuid.UUID(int=n), f"Firm {n}", self.phone, "Direct", "-") for n in range(self.size)]

    phone = "04-2258"


def columns_at(view: ListView, width: int) -> list[str]:
    view.resize(width, 400)
    return [column.key for n, column in enumerate(WIDE) if not view.isColumnHidden(n)]


def test_columns_give_way_by_rank_and_nothing_scrolls_sideways(ctx: Context, qtbot: QtBot) -> None:
    model = TableModel(ctx, WIDE, Notes(5))
    view = ListView(ctx, model, "Firms")
    model.setParent(view)
    qtbot.addWidget(view)
    view.show()
    model.change(sort="name")
    found = {width: (columns_at(view, width), view.horizontalScrollBar().maximum()) for width in range(900, 250, -50)}
    assert found[900] == (["name", "phone", "kind", "note"], 0)
    assert found[450] == (["name", "phone", "note"], 0)
    assert found[350] == (["name", "phone"], 0)
    assert all(scroll == 0 for _shown, scroll in found.values())
    assert columns_at(view, 100) == ["name"]


def test_a_column_grows_to_what_it_says_up_to_a_limit(ctx: Context, qtbot: QtBot) -> None:
    source = Notes(5)
    model = TableModel(ctx, WIDE, source)
    view = ListView(ctx, model, "Firms")
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(1200, 400)
    view.show()
    widths = []
    for phone in ("04-2258", "+886 4 2258 1180 #1234", "9" * 300):
        source.phone = phone
        model.change(text=str(len(widths)))
        widths.append(view.columnWidth(1))
    assert widths[0] == ctx.theme.px(120) < widths[1] < widths[2] == ctx.theme.px(120) * GROWN // 100
