"""The grading tab over the sample shop: preview, tick, accept, take back, pictures that open customers."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_crm.services import customer_list, grading
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.store.journal import Changed
from desktop_crm.ui import shop_line
from desktop_crm.ui.context import Context
from desktop_crm.ui.grading.dialogs import RunsDialog
from desktop_crm.ui.grading.page import GradingPage, write_workbook
from desktop_crm.ui.lanes import Request


@pytest.fixture
def shop_path(sample_shop_file: Path, tmp_path: Path) -> Path:
    """The sample shop in the place of the empty one."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "shop.dcrm"))


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> GradingPage:
    made = GradingPage(ctx)
    qtbot.addWidget(made)
    made.resize(1268, 840)
    made.show()
    made.first_shown()
    return made


def grades(ctx: Context) -> dict[uuid.UUID, str]:
    with ctx.db.read() as session:
        return {row.id: row.grade for row in customer_list.window(session, CustomerQuery(), 0, 1000)}


def test_nothing_changes_before_it_is_accepted(page: GradingPage, ctx: Context) -> None:
    before = grades(ctx)
    page.grade_again()
    assert page.movers.model.rowCount() > 0
    assert grades(ctx) == before


def test_only_the_ticked_ones_move_and_the_way_back_is_whole(page: GradingPage, ctx: Context) -> None:
    before = grades(ctx)
    movers = page.movers.source.movers
    page.movers.toggle(movers[0].customer_id)
    page.movers.accept.click()
    after = grades(ctx)
    assert after[movers[0].customer_id] == before[movers[0].customer_id]
    assert all(after[mover.customer_id] == mover.new_grade for mover in movers[1:])
    assert [mover.customer_id for mover in page.movers.source.movers] == [movers[0].customer_id]
    with ctx.db.read() as session:
        run = next(run for run in grading.runs(session) if run.can_undo)
    ctx.db.run(grading.undo, run.id)
    assert grades(ctx) == before


def test_the_line_after_accepting_takes_all_of_it_back(page: GradingPage, ctx: Context, qtbot: QtBot) -> None:
    before = grades(ctx)
    with qtbot.waitSignal(ctx.toasted) as told:
        page.movers.accept.click()
    assert grades(ctx) != before
    shop_line.undo(ctx, told.args[1])
    assert grades(ctx) == before


def test_the_keyboard_stays_with_the_movers_when_there_are_none_left(page: GradingPage, qtbot: QtBot) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    page.movers.accept.setFocus()
    page.movers.accept.click()
    assert page.movers.view.isHidden()
    assert page.movers.hasFocus()


def test_the_box_ticks_by_click_and_by_space(page: GradingPage, qtbot: QtBot) -> None:
    view, source = page.movers.view, page.movers.source
    index = page.movers.model.index(1, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    qtbot.waitUntil(lambda: source.left_out == {source.movers[1].customer_id})
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert source.left_out == set()


def test_a_cell_of_the_heat_map_opens_its_customers(page: GradingPage, ctx: Context, qtbot: QtBot) -> None:
    opened: list[tuple[str, tuple[uuid.UUID, ...]]] = []
    ctx.opened.connect(lambda entity, ids: opened.append((entity, ids)))
    cell = page.heat._cell(5, 5).center().toPoint()
    qtbot.mouseClick(page.heat, Qt.MouseButton.LeftButton, pos=QPoint(cell))
    assert opened[0][0] == "customers"
    assert len(opened[0][1]) == page.heat.cells[4][4] > 0
    qtbot.keyClick(page.heat, Qt.Key.Key_Return)
    assert opened[1] == opened[0]


def test_a_bar_opens_the_customers_of_the_grade(page: GradingPage, ctx: Context, qtbot: QtBot) -> None:
    opened: list[tuple[uuid.UUID, ...]] = []
    ctx.opened.connect(lambda _entity, ids: opened.append(ids))
    qtbot.mouseClick(page.shares, Qt.MouseButton.LeftButton, pos=QPoint(30, 20))
    assert len(opened[0]) == page.shares.shares[0].customers


def test_the_curve_has_no_mark_for_customers_who_are_nobody(page: GradingPage, monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[int] = []
    monkeypatch.setattr(page.curve, "_mark", lambda _painter, percent, *_rest, **_kw: marked.append(percent))
    page.curve.show_curve(((0.0, 0.0), (0.2, 1.0), (1.0, 1.0)), ((5, 0.0), (20, 1.0)))
    page.curve.grab()
    assert marked == [20]


def test_the_pictures_say_their_figures(page: GradingPage) -> None:
    assert "%" in page.curve.tip_at(page.curve._plot().center())
    assert page.heat.tip_at(page.heat._cell(1, 1).center())
    assert "A" in page.shares.tip_at(page.shares._row(0).center().toPointF())


def test_leaving_all_as_they_are_says_how_to_look_again(page: GradingPage) -> None:
    page.movers.skip.click()
    assert page.movers.model.rowCount() == 0
    assert not page.movers.nothing.isHidden()
    page.grade_again()
    assert page.movers.model.rowCount() > 0


def test_an_empty_shop_is_told_where_grades_come_from(ctx: Context, qtbot: QtBot, shop_template: Path) -> None:
    assert ctx.path is not None
    shutil.copy(shop_template, ctx.path)
    page = GradingPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    assert page.movers.accept.isHidden()
    assert page.movers.nothing.text().startswith("等級由訂單算出")


def test_the_workbook_is_written_whole(ctx: Context, tmp_path: Path) -> None:
    assert ctx.path is not None
    file = write_workbook(ctx.path, tmp_path / "分群.xlsx", "zh_TW")
    assert len(load_workbook(file, read_only=True).sheetnames) == 6
    assert list(tmp_path.glob("*.part")) == []


class Held:
    """Stands for the worker: takes the work and hands it out when a test says so."""

    def __init__(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[dict[str, Any]] = []
        monkeypatch.setattr(ctx.tasks, "heavy", self._take)

    def _take(self, fn: Callable[[Path], object], path: Path, **what: Any) -> Request:
        self.asked.append({**what, "fn": fn, "path": path})
        return Request(lambda: None, what["done"], what["failed"])

    def deliver(self) -> None:
        what = self.asked.pop(0)
        what["done"](what["fn"](what["path"]))


@pytest.fixture
def held(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(ctx, monkeypatch)


def test_the_last_grading_is_shown_with_its_day_until_todays_is_worked_out(held: Held, page: GradingPage) -> None:
    with page.ctx.db.read() as session:
        day = page.ctx.t.date(grading.runs(session)[0].as_of)
    assert day in page.dated.text()
    assert "正在計算" in page.dated.text()
    assert sum(share.customers for share in page.shares.shares) == sum(map(sum, page.heat.cells)) > 0
    assert page.curve.points[-1] == (1.0, 1.0)
    assert page.movers.model.rowCount() == 0
    assert not page.movers.nothing.isHidden()
    held.deliver()
    assert page.movers.model.rowCount() > 0
    assert day not in page.dated.text()


def test_bars_and_cells_of_the_last_grading_open_their_customers(
    held: Held, page: GradingPage, ctx: Context, qtbot: QtBot
) -> None:
    opened: list[tuple[uuid.UUID, ...]] = []
    ctx.opened.connect(lambda _entity, ids: opened.append(ids))
    page.shares.chosen.emit("A")
    page.heat.chosen.emit(5, 5)
    assert [len(ids) for ids in opened] == [page.shares.shares[0].customers, page.heat.cells[4][4]]
    assert all(grades(ctx)[key] == "A" for key in opened[0])


def test_changes_while_it_is_worked_out_ask_once_more_and_not_twice(held: Held, page: GradingPage) -> None:
    page.reload()
    page.reload()
    assert len(held.asked) == 1
    held.deliver()
    assert len(held.asked) == 1
    held.deliver()
    assert held.asked == []


def test_a_proposal_somebody_stopped_can_be_asked_for_again(held: Held, page: GradingPage, qtbot: QtBot) -> None:
    request = page._request
    assert request is not None
    page.ctx.tasks.finished.emit(request)
    qtbot.waitUntil(lambda: "重新分級" in page.movers.nothing.text())
    assert "正在計算" not in page.dated.text()
    page.grade_again()
    assert len(held.asked) == 2


def test_another_tab_shown_leaves_the_proposal_for_later(held: Held, page: GradingPage) -> None:
    held.deliver()
    page.hide()
    page.ctx.data_changed.emit(Changed(uuid.uuid4(), "test", {"customer": frozenset()}))
    assert held.asked == []
    page.show()
    assert len(held.asked) == 1


def test_enter_takes_no_grading_back(page: GradingPage, qtbot: QtBot) -> None:
    page.show_runs()
    dialog = page.findChild(RunsDialog)
    assert dialog is not None
    qtbot.addWidget(dialog)
    focused = dialog.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == page.ctx.t("Close window")
