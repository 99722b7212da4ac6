"""The quotations tab: list, quick filters, card, and what its buttons do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.services import quotation_view, quotations
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.editor import QuotationEditor
from desktop_crm.ui.quotations.page import QuotationsPage
from desktop_crm.ui.quotations.revisions_view import RevisionsView
from desktop_crm.ui.quotations.sharing import file_name
from desktop_crm.ui.quotations.viewer import QuotationViewer
from desktop_crm.ui.widgets.share import NAME_LIMIT, write_file
from tests.ui.quotes import draft, fill, issued, item, read, shown, view, write


@pytest.fixture(autouse=True)
def clean_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing behind."""
    yield
    QGuiApplication.clipboard().clear()


def dialog(name: str) -> object:
    """The open dialog of a class."""
    return next(one for one in QApplication.topLevelWidgets() if type(one).__name__ == name and one.isVisible())


def test_the_list_counts_and_filters(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    draft(ctx, customer)
    sent = issued(ctx, customer, item(price=2000))
    write(ctx, quotations.mark_sent, sent)
    page = shown(ctx, qtbot)
    assert page.list.model.rowCount() == 2
    page.list.model.change(chip="sent")
    assert page.list.model.rowCount() == 1
    assert page.card.shown is not None
    assert page.card.shown.id == sent


def test_the_list_is_searched_by_customer_and_number(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    for text, rows in (("宏益", 1), (view(ctx, quotation).number, 1), ("nothing", 0)):
        page.list.model.change(text=text)
        assert page.list.model.rowCount() == rows


def test_a_draft_opens_in_the_editor_and_escape_goes_back(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.list.opened.emit(quotation)
    assert isinstance(page.top(), QuotationEditor)
    page.top().setFocus()
    qtbot.keyClick(page.top(), Qt.Key.Key_Escape)
    assert page.top() is page.home
    assert page.list.view.current_id() == quotation


def test_an_issued_one_opens_as_it_went_out(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.list.opened.emit(quotation)
    top = page.top()
    assert isinstance(top, QuotationViewer)
    assert top.view is not None
    assert top.tool.title.text() == top.view.number


def test_an_older_revision_says_that_there_is_a_newer_one(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    for revision, newer in ((1, False), (2, False), (1, True)):
        if revision == 2:
            write(ctx, quotations.new_revision, quotation)
            write(ctx, quotations.issue, quotation, lambda _snapshot: b"%PDF-1.4 of the test")
        page.view_revision(quotation, revision, fresh=False)
        viewer = page.top()
        assert isinstance(viewer, QuotationViewer)
        assert viewer._newer.isVisible() == newer
        page.pop()


def test_in_a_small_window_its_buttons_go_into_the_menu(make_ctx: Callable[..., Context], qtbot: QtBot) -> None:
    ctx = make_ctx(lang="en")
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.resize(720, 600)
    page.list.opened.emit(quotation)
    top = page.top()
    assert isinstance(top, QuotationViewer)
    assert top.tool.minimumSizeHint().width() <= top.width()
    assert all(made.isHidden() for made, _action in top._direct)


def test_marking_as_sent_and_a_new_revision(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.do("mark_sent")
    assert view(ctx, quotation).state == "sent"
    page.do("new_revision")
    assert isinstance(page.top(), QuotationEditor)
    stored = view(ctx, quotation)
    assert (stored.revision, stored.is_draft) == (2, True)
    page.pop()
    page.do("delete_draft")
    assert view(ctx, quotation).revision == 1


def test_buttons_of_the_viewer_become_lines_of_its_menu_where_there_is_no_room(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.view_revision(quotation, 0, fresh=False)
    viewer = page.top()
    assert isinstance(viewer, QuotationViewer)
    assert [(made.isHidden(), action.isVisible()) for made, action in viewer._direct] == [(False, False)] * 2
    least = viewer.tool.minimumSizeHint().width()
    viewer.resize(least - 1, 700)
    assert [(made.isHidden(), action.isVisible()) for made, action in viewer._direct] == [(False, False), (True, True)]
    viewer.resize(least, 700)
    assert not any(made.isHidden() for made, _action in viewer._direct)


def test_marking_as_sent_in_the_viewer_keeps_the_keyboard_there(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.view_revision(quotation, 0, fresh=True)
    viewer = page.top()
    assert isinstance(viewer, QuotationViewer)
    assert viewer.note.isVisible()
    pressed = viewer._buttons[-1]
    assert isinstance(pressed, QPushButton)
    pressed.setFocus()
    pressed.click()
    assert view(ctx, quotation).state == "sent"
    assert page.window().focusWidget() is viewer
    assert not viewer.note.isVisible()


def test_accepting_the_first_revision_with_an_option_makes_the_order(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx), item(), item("選購品", price=500, kind="option"))
    write(ctx, quotations.new_revision, quotation)
    write(ctx, quotations.issue, quotation, lambda _snapshot: b"%PDF-1.4 second")
    page = shown(ctx, qtbot)
    opened: list[str] = []
    ctx.opened.connect(lambda entity, _record: opened.append(entity))
    page.do("accept")
    box = dialog("AcceptDialog")
    revision = box.form.rows["revision"].control  # type: ignore[attr-defined]
    assert [revision.itemData(n) for n in range(revision.count())] == [2, 1]
    revision.setCurrentIndex(1)
    (option,) = box._options.values()  # type: ignore[attr-defined]
    option.setChecked(True)
    box._try()  # type: ignore[attr-defined]
    stored = view(ctx, quotation)
    assert (stored.state, stored.accepted_revision) == ("accepted", 1)
    assert stored.order_number
    assert opened == ["customer_order"]
    assert read(ctx, _order_total, stored.order_id) == 1575


def test_an_alternative_is_taken_instead_of_the_item_before_it(ctx: Context, qtbot: QtBot) -> None:
    lines = [item("塔", price=3000), item("泵"), item("靜音泵", price=1500, kind="alternative")]
    quotation = issued(ctx, fill(ctx), *lines)
    page = shown(ctx, qtbot)
    page.do("accept")
    box = dialog("AcceptDialog")
    (choice,) = box._options.values()  # type: ignore[attr-defined]
    assert choice.text() == "靜音泵 NT$\N{NO-BREAK SPACE}1,500，取代 泵"
    assert [kind for kind, one in box._headings.items() if one.isVisible()] == ["alternative"]  # type: ignore[attr-defined]
    choice.setChecked(True)
    box._try()  # type: ignore[attr-defined]
    assert read(ctx, _order_total, view(ctx, quotation).order_id) == 4725


def test_the_status_says_the_order_of_the_list_until_a_column_is_chosen(ctx: Context, qtbot: QtBot) -> None:
    issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    assert page.status_text() == "1 張報價單 · 最近更動的在前"
    page.list.model.change(sort="date")
    assert page.status_text() == "1 張報價單"


def test_a_lapsed_offer_is_extended_and_accepted(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    day = view(ctx, quotation).header.valid_until
    assert day is not None
    page = shown(ctx, qtbot)
    asked: list[str] = []
    ctx.tasks.confirmation.connect(lambda warning, retry: (asked.append(warning.key), retry()))
    page.do("accept")
    box = dialog("AcceptDialog")
    box.form.set_values({"on": day + dt.timedelta(days=2)})  # type: ignore[attr-defined]
    box._try()  # type: ignore[attr-defined]
    assert asked == ["extend_and_accept"]
    assert view(ctx, quotation).state == "accepted"


def test_declining_keeps_the_reason_and_reopening_forgets_it(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.do("decline")
    box = dialog("DeclineDialog")
    box.form.set_values({"reason": "太貴"})  # type: ignore[attr-defined]
    box._try()  # type: ignore[attr-defined]
    assert (view(ctx, quotation).state, view(ctx, quotation).lost_reason) == ("declined", "太貴")
    assert page.card.note.text.text() == "太貴"
    page.do("reopen")
    dialog("ReopenDialog")._try()  # type: ignore[attr-defined]
    assert (view(ctx, quotation).state, view(ctx, quotation).lost_reason) == ("issued", "")


def test_the_card_offers_what_is_possible(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    issued(ctx, customer)
    page = shown(ctx, qtbot)

    def offered() -> list[str]:
        return [one.text() for one in page.card._row_place.findChildren(QPushButton) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(offered()))
    assert offered()[0] == ctx.t("Mark as sent")
    ctx.customer_view.set(True)
    assert not page.card.margin.isVisible()
    ctx.customer_view.set(False)


def test_the_pdf_file_is_put_on_the_clipboard(ctx: Context, qtbot: QtBot) -> None:
    quotation = issued(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.do("clipboard")
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    assert url.fileName().startswith(view(ctx, quotation).number)
    with open(url.toLocalFile(), "rb") as file:
        assert file.read() == b"%PDF-1.4 of the test"


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("宏益建設", "Q1-2 宏益建設.pdf"),
        ('a/b\\c:d*e?f"g<h>i|j', "Q1-2 a b c d e f g h i j.pdf"),
        ("..\u202egpj.exe ", "Q1-2 .. gpj.exe.pdf"),
        ("長" * 300, ("Q1-2 " + "長" * 300)[:NAME_LIMIT] + ".pdf"),
    ],
)
def test_file_names_hold_nothing_forbidden(customer: str, expected: str) -> None:
    assert file_name("Q1", 2, customer) == expected


def test_a_file_that_cannot_be_written_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("gone")
    with pytest.raises(EnvironmentFault):
        write_file(folder / "missing" / "a.pdf", b"x")
    assert list(folder.iterdir()) == []


def test_a_page_without_quotations_says_what_belongs_there(ctx: Context, qtbot: QtBot) -> None:
    page: QuotationsPage = shown(ctx, qtbot)
    assert page.list.model.rowCount() == 0
    assert not page.card.isVisible()
    assert page.status_text().startswith("0")


def _order_total(session: object, order: object) -> int:
    from desktop_crm.models import Order

    return int(session.get_one(Order, order).total)  # type: ignore[attr-defined]


def test_a_revision_says_what_it_changed(ctx: Context, qtbot: QtBot) -> None:
    key = issued(ctx, fill(ctx), item("水泵", 1, 1000), item("配管", 1, 200))
    write(ctx, quotations.new_revision, key)
    header = read(ctx, quotation_view.load, key).header
    write(ctx, quotations.save_draft, key, header, [item("水泵", 1, 900), item("電盤", 1, 400)])
    revisions = RevisionsView(ctx)
    qtbot.addWidget(revisions)
    revisions.show_view(view(ctx, key))
    newest, first = (row.accessibleName() for row in revisions._rows)
    assert ctx.t("%(amount)s more", amount=ctx.t.price(105, "TWD")) in newest
    for text, name in (("Changed: %(names)s", "水泵"), ("Added: %(names)s", "電盤"), ("Removed: %(names)s", "配管")):
        assert ctx.t(text, names=name) in newest
        assert name not in first
