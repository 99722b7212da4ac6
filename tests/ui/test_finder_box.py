"""Ctrl+K: what is typed, what stands there, what a key does; the one action list as commands."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import LANGUAGES, Translator
from desktop_crm.services import customers, orders, products, quotations
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.orders import OrderHeader
from desktop_crm.ui import finder_commands, finder_lines, pages
from desktop_crm.ui.actions import ACTIONS
from desktop_crm.ui.context import Context
from desktop_crm.ui.finder import Finder
from desktop_crm.ui.finder_lines import Command, Line
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.page import Page
from desktop_crm.ui.recent import KEPT, Recent
from desktop_crm.ui.widgets.followup_dialog import FollowUpDialog
from desktop_crm.ui.widgets.interaction_dialog import InteractionDialog

Ids = dict[str, uuid.UUID]


def write(ctx: Context, function: Callable[..., Any], *args: Any) -> Any:
    came: list[Any] = []
    ctx.tasks.write(function, *args, done=lambda outcome: came.append(outcome.result))
    return came[0]


@pytest.fixture
def ids(ctx: Context) -> Ids:
    hongyi = write(ctx, customers.create, CustomerForm({"name": "宏益建設有限公司", "tax_number": "04595257"}))
    coffee = write(ctx, customers.create, CustomerForm({"name": "青田咖啡館"}))
    draft = write(ctx, quotations.create_draft, hongyi)
    head = OrderHeader(ordered_on=clock.today(), project_name="吧台冷氣")
    order = write(ctx, orders.create, coffee, [DraftLine("冷氣機", Decimal(1), Decimal(1000))], head)
    return {"hongyi": hongyi, "coffee": coffee, "draft": draft, "order": order}


@pytest.fixture
def window(ctx: Context, ids: Ids, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(pages, "make", lambda spec, ctx: Page(ctx, ctx.t(spec.title)))
    made = MainWindow(ctx, [spec for spec in pages.PAGES if spec.key not in ("today", "settings")])
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.begin()
    yield made
    made.hide()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def box(window: MainWindow) -> Finder:
    window.ctx.actions.get("find_anything").trigger()
    assert window._finder is not None
    return window._finder


@pytest.fixture
def heard(ctx: Context) -> list[tuple[str, object]]:
    asked: list[tuple[str, object]] = []
    ctx.opened.connect(lambda entity, record: asked.append((entity, record)))
    return asked


def say(box: Finder, text: str) -> None:
    box.edit.setText(text)
    box._ask()


def shown(box: Finder) -> list[Line]:
    return [box._line(row) for row in range(box.list.count())]


def texts(box: Finder) -> list[str]:
    return [line.text for line in shown(box) if not line.is_heading]


def press(box: Finder, key: Qt.Key) -> None:
    QTest.keyClick(box.edit, key)


def dialogs(window: MainWindow, kind: type[QDialog]) -> list[QDialog]:
    return [one for one in window.findChildren(kind) if one.isVisible()]


# -- finding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["宏益", "hongyi", "ㄏㄧ", "04595257", " 宏益　", "建設"])
def test_a_customer_is_found_and_opened(box: Finder, ids: Ids, heard: list[tuple[str, object]], typed: str) -> None:
    say(box, typed)
    assert texts(box)[0] == "宏益建設有限公司"
    press(box, Qt.Key.Key_Return)
    assert heard == [("customer", ids["hongyi"])]
    assert not box.isVisible()


def test_groups_in_order(box: Finder) -> None:
    say(box, "青田")
    assert [line.text for line in shown(box) if line.is_heading] == ["客戶", "報價與訂單", "指令"]
    order = next(line for line in shown(box) if line.hit is not None and line.hit.entity == "customer_order")
    assert order.note.startswith("青田咖啡館 · 吧台冷氣 · NT$")
    assert order.key == "未結"


def test_a_product_is_found_with_its_price_and_opened(box: Finder, heard: list[tuple[str, object]]) -> None:
    pump = {"code": "PP-100", "name": "循環水泵", "specification": "10HP", "list_price": Decimal(21500)}
    key = write(box._ctx, products.create, pump)
    say(box, "xhsb")
    assert texts(box)[0] == "循環水泵"
    (line,) = [line for line in shown(box) if line.hit is not None]
    assert line.note == "PP-100 · 10HP · NT$\N{NO-BREAK SPACE}21,500"
    press(box, Qt.Key.Key_Return)
    assert heard == [("product", key)]


def test_lines_come_a_moment_after_typing_and_the_newest_text_wins(box: Finder, qtbot: QtBot) -> None:
    box.edit.setText("宏")
    box.edit.setText("青田")
    qtbot.waitUntil(lambda: "青田咖啡館" in texts(box))
    assert "宏益建設有限公司" not in texts(box)


def test_enter_before_the_lines_came_opens_the_first_that_comes(
    box: Finder, ids: Ids, heard: list[tuple[str, object]]
) -> None:
    box.edit.setText("青田")
    press(box, Qt.Key.Key_Return)
    assert heard == [("customer", ids["coffee"])]


def test_keys_go_round_and_pass_headings(box: Finder) -> None:
    say(box, "青田")
    last = box.list.count() - 1
    press(box, Qt.Key.Key_Up)
    assert box.list.currentRow() == last
    press(box, Qt.Key.Key_Down)
    assert box.list.currentRow() == 1
    for _ in range(last * 2):
        press(box, Qt.Key.Key_Down)
        assert not box._line(box.list.currentRow()).is_heading


def test_nothing_found_says_so_and_enter_does_nothing(box: Finder, heard: list[tuple[str, object]]) -> None:
    say(box, "<b>zebra</b>")
    assert [line.text for line in shown(box)] == ["找不到「<b>zebra</b>」。"]
    press(box, Qt.Key.Key_Return)
    assert heard == []
    assert box.isVisible()


def test_escape_and_a_click_beside_close_it(box: Finder, window: MainWindow) -> None:
    press(box, Qt.Key.Key_Escape)
    assert not box.isVisible()
    window.find_anything()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.card.geometry().center())
    assert box.isVisible()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(3, box.height() - 3))
    assert not box.isVisible()


def test_the_cursor_goes_back_where_it_was(window: MainWindow) -> None:
    tab = window.rail._tabs["customers"]
    window.activateWindow()
    tab.setFocus()
    window.find_anything()
    assert window._finder is not None
    assert window.focusWidget() is window._finder.edit
    press(window._finder, Qt.Key.Key_Escape)
    assert window.focusWidget() is tab


def test_a_click_on_a_line_opens_it(box: Finder, ids: Ids, heard: list[tuple[str, object]]) -> None:
    say(box, "宏益")
    QTest.mouseClick(
        box.list.viewport(), Qt.MouseButton.LeftButton, pos=box.list.visualItemRect(box.list.item(1)).center()
    )
    assert heard == [("customer", ids["hongyi"])]


def test_it_stays_within_a_small_window(box: Finder, window: MainWindow) -> None:
    window.resize(760, 480)
    say(box, "青田")
    assert box.rect().contains(box.card.geometry())
    assert box.size() == window.body.size()


# -- a customer's verbs ----------------------------------------------------------------------------


def test_verbs_of_the_first_customer(box: Finder, window: MainWindow, heard: list[tuple[str, object]]) -> None:
    say(box, "宏益")
    assert texts(box)[-3:] == [
        "新增報價給 宏益建設有限公司",
        "記錄互動：宏益建設有限公司",
        "安排追蹤：宏益建設有限公司",
    ]
    box.list.setCurrentRow(box.list.count() - 3)
    press(box, Qt.Key.Key_Return)
    assert [entity for entity, _record in heard] == ["quotation"]


@pytest.mark.parametrize(
    ("typed", "dialog"),
    [("電話 宏益", InteractionDialog), ("宏益追蹤", FollowUpDialog), ("zhuizong hongyi", FollowUpDialog)],
)
def test_a_verb_and_a_name_at_once(box: Finder, window: MainWindow, typed: str, dialog: type[QDialog]) -> None:
    say(box, typed)
    press(box, Qt.Key.Key_Return)
    (opened,) = dialogs(window, dialog)
    assert "宏益建設有限公司" in [label.text() for label in opened.findChildren(QLabel)]
    opened.reject()


@pytest.mark.parametrize(
    ("lang", "typed", "verb", "name"),
    [
        ("zh_TW", "報價 宏益", "quotation", "宏益"),
        ("zh_TW", "宏益報價", "quotation", "宏益"),
        ("zh_TW", "新增報價給宏益", "quotation", "宏益"),
        ("zh_TW", "baojia hongyi", "quotation", "hongyi"),
        ("zh_TW", "new quote for Acme", "quotation", "Acme"),
        ("zh_CN", "报价 宏益", "quotation", "宏益"),
        ("en", "New Quote for Acme Ltd", "quotation", "Acme Ltd"),
        ("en", "Acme quote", "quotation", "Acme"),
        ("en", "call Acme", "interaction", "Acme"),
        ("en", "callahan", None, "callahan"),
        ("en", "quote", None, "quote"),
        ("en", "quote ", None, "quote"),
        ("en", "İstanbul call", None, "İstanbul call"),
        ("zh_TW", "", None, ""),
    ],
)
def test_what_was_meant(lang: str, typed: str, verb: str | None, name: str) -> None:
    meant, rest = finder_lines.parse(Translator(lang), typed)
    assert (meant.id if meant else None, rest) == (verb, name)


def test_tab_narrows_to_a_customer_and_backspace_widens(box: Finder, ids: Ids, heard: list[tuple[str, object]]) -> None:
    say(box, "宏益")
    press(box, Qt.Key.Key_Tab)
    assert box.edit.text() == ""
    assert box.scope_pill.isVisible()
    assert len(texts(box)) == 5  # the customer, three verbs, the draft
    say(box, "追蹤")
    assert texts(box) == ["安排追蹤：宏益建設有限公司"]
    box.edit.clear()
    press(box, Qt.Key.Key_Backspace)
    assert not box.scope_pill.isVisible()
    say(box, "宏益")
    press(box, Qt.Key.Key_Tab)
    press(box, Qt.Key.Key_Escape)
    assert box.isVisible()
    assert not box.scope_pill.isVisible()


def test_tab_on_anything_else_stays(box: Finder) -> None:
    say(box, "備份")
    press(box, Qt.Key.Key_Tab)
    assert box.edit.hasFocus()
    assert not box.scope_pill.isVisible()


# -- commands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("立即備份", "立即備份"),
        ("beifen", "立即備份"),
        ("back up", "立即備份"),
        ("undo", "復原上一步"),
        ("估價", "新增報價"),
    ],
)
def test_commands_are_found_in_both_languages_and_pinyin(box: Finder, typed: str, command: str) -> None:
    say(box, typed)
    assert command in texts(box)


def test_a_command_runs(box: Finder, window: MainWindow) -> None:
    assert not window.ctx.customer_view.on
    say(box, "客戶檢視")
    press(box, Qt.Key.Key_Return)
    assert window.ctx.customer_view.on
    assert not box.isVisible()


def test_a_tab_is_a_command(box: Finder, window: MainWindow) -> None:
    say(box, "前往 訂單")
    press(box, Qt.Key.Key_Return)
    assert window._current == "orders"


def test_every_enabled_action_is_a_command_but_itself(window: MainWindow) -> None:
    found = {one.text for one in finder_commands.commands(window)}
    actions = window.ctx.actions
    enabled = {window.ctx.t(spec.text) for spec in ACTIONS if actions.has(spec.id) and actions.get(spec.id).isEnabled()}
    assert enabled - found == {window.ctx.t("Find anything")}
    assert not actions.get("edit_record").isEnabled()
    assert window.ctx.t("Edit") not in found


def test_the_customer_view_hides_private_tabs_and_their_commands(window: MainWindow) -> None:
    private = {
        window.ctx.t("Segment report as workbook ..."),
        window.ctx.t("Go to %(tab)s", tab=window.ctx.t("Grading")),
    }
    assert private <= {one.text for one in finder_commands.commands(window)}
    window.ctx.customer_view.toggle()
    assert not private & {one.text for one in finder_commands.commands(window)}


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_matching_puts_beginnings_first(lang: str) -> None:
    def nothing() -> None:
        """Stands for a command."""

    some = [Command("Open shop", nothing), Command("Shop report", nothing, also="figures"), Command("Quit", nothing)]
    assert [one.text for one in finder_lines.matching(some, "shop")] == ["Shop report", "Open shop"]
    assert [one.text for one in finder_lines.matching(some, "rep figures")] == ["Shop report"]
    assert finder_lines.matching(some, "...") == []
    assert finder_lines.lines(Translator(lang), finder_lines.Answer(), "x", lambda *_: Line(""))[0].is_heading


# -- what was opened last --------------------------------------------------------------------------


def test_what_was_opened_last_stands_there_before_typing(box: Finder, window: MainWindow, ids: Ids) -> None:
    assert "青田咖啡館" not in texts(box)
    window.ctx.open_record("customer", ids["coffee"])
    window.ctx.open_record("quotation", ids["draft"])
    window.find_anything()
    assert [line.hit.id for line in shown(box) if line.hit] == [ids["draft"], ids["coffee"]]
    assert shown(box)[0].text == "最近開啟"


def test_recent_is_kept_per_shop_without_names(ctx: Context, ids: Ids, some_id: uuid.UUID) -> None:
    recent = Recent(ctx)
    for number in range(KEPT + 5):
        ctx.open_record("customer", uuid.UUID(int=number))
    ctx.open_record("customers", (some_id,))
    ctx.open_record("follow_up", some_id)
    ctx.open_record("customer", some_id)
    assert len(recent.refs()) == KEPT
    assert recent.refs()[0] == ("customer", some_id)
    assert recent.refs().count(("customer", some_id)) == 1
    assert Recent(ctx).refs() == recent.refs()
    ctx.path = Path("another.dcrm")
    assert Recent(ctx).refs() == []


def test_damaged_recent_records_are_left_out(ctx: Context, some_id: uuid.UUID) -> None:
    recent = Recent(ctx)
    ctx.state.put(recent._key, f"customer:;;quotation:zz;staff:{some_id.hex};customer:{some_id.hex}")
    assert recent.refs() == [("customer", some_id)]


def test_a_failing_read_is_told_and_the_box_stays(
    box: Finder, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(finder_lines, "look", broken)
    box.edit.setText("宏益")
    press(box, Qt.Key.Key_Return)
    assert len(failures) == 1
    assert "defect" in caplog.text
    caplog.clear()
    assert box.isVisible()
    monkeypatch.undo()
    say(box, "青田")  # the Enter that failed is forgotten
    assert box.isVisible()


def test_another_tab_closes_it(box: Finder, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert not box.isVisible()


def test_the_place_of_the_cursor_may_be_gone(box: Finder, window: MainWindow) -> None:
    editor = QLabel("an editor", window)
    box._before = editor
    shiboken6.delete(editor)
    box.leave()
    assert not box.isVisible()


# -- opening on the tabs themselves ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "entity", "name", "chip"),
    [
        ("customers", "customer", "coffee", "grade_a"),
        ("quotations", "quotation", "draft", "accepted"),
    ],
)
def test_a_record_that_a_filter_hides_is_shown(
    ctx: Context, ids: Ids, qtbot: QtBot, key: str, entity: str, name: str, chip: str
) -> None:
    page: Any = pages.make(next(spec for spec in pages.PAGES if spec.key == key), ctx)
    qtbot.addWidget(page)
    page.first_shown()
    page.list.chips.choose(chip)
    page.list.model.change(chip=chip, text="zebra")
    assert page.list.model.rowCount() == 0
    page.open_record(entity, ids[name])
    assert page.list.view.current_id() == ids[name]
    assert page.list.model.query.chip == "all"
    qtbot.wait(100)  # the search box that was emptied has its say
    assert page.list.view.current_id() == ids[name]
