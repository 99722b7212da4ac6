"""The customers tab, as a user works with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QStyle, QStyleOptionHeaderV2
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import translator
from desktop_crm.models import Interaction
from desktop_crm.services import contacts, customer_list, customers, interactions, price_lists, staff
from desktop_crm.services.completeness import Completeness
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.erasing import Extent
from desktop_crm.ui import shop_line
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers import erasing, facts_view, reach
from desktop_crm.ui.customers.contact_editor import ContactEditor
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.customers.page import CustomersPage
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.interaction_dialog import InteractionDialog
from desktop_crm.ui.widgets.site_dialog import SiteDialog
from desktop_crm.ui.widgets.timeline import EventRow

NAMES = ("宏益建設有限公司", "青田咖啡館", "Harbour View Hotel Ltd.")


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> CustomersPage:
    for number, name in enumerate(NAMES):
        ctx.db.run(customers.create, CustomerForm({"name": name}, (Point("phone", f"02-2592-000{number}"),)))
    made = CustomersPage(ctx)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.first_shown()
    return made


def shown(page: CustomersPage) -> list[str]:
    model = page.list.model
    return [model.data(model.index(row, 1)) for row in range(model.rowCount())]


def typed(editor: CustomerEditor | ContactEditor, field: str, text: str, qtbot: QtBot) -> None:
    control = editor.form.rows[field].control
    assert isinstance(control, QLineEdit)
    control.clear()
    qtbot.keyClicks(control, text)


def test_the_list_is_sorted_by_strokes_and_the_first_card_is_open(page: CustomersPage) -> None:
    assert shown(page) == ["Harbour View Hotel Ltd.", "宏益建設有限公司", "青田咖啡館"]
    assert page.card.name.text() == "Harbour View Hotel Ltd."
    assert page.status_text().startswith("3 家客戶")


def test_typing_in_the_box_filters(page: CustomersPage, qtbot: QtBot) -> None:
    box = page.home.tool.search
    assert box is not None
    qtbot.keyClicks(box, "qt")
    qtbot.waitUntil(lambda: shown(page) == ["青田咖啡館"])
    assert page.card.name.text() == "青田咖啡館"


def test_the_keyboard_is_on_the_list_and_comes_back_to_it(page: CustomersPage, qtbot: QtBot) -> None:
    page.take_focus()
    assert page.focusWidget() is page.list.view
    page.edit_record()
    editor = page.top()
    qtbot.waitUntil(lambda: page.focusWidget() is not page.list.view)
    assert editor.isAncestorOf(page.focusWidget())
    page.pop()
    assert page.focusWidget() is page.list.view


def test_a_new_customer_needs_only_a_name(page: CustomersPage, qtbot: QtBot) -> None:
    page.new_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    typed(editor, "name", "Corner Shop", qtbot)
    qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    editor.save_button.click()
    assert page.top() is page.home
    assert page.card.name.text() == "Corner Shop"
    assert "Corner Shop" in shown(page)


def test_without_a_name_the_form_says_so_at_the_field(page: CustomersPage) -> None:
    page.new_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    editor.save()
    assert page.top() is editor
    assert editor.form.rows["name"].control.accessibleDescription() == "客戶沒有名稱。請輸入名稱。"


def test_an_edit_shows_everywhere_and_undo_is_offered(page: CustomersPage, ctx: Context, qtbot: QtBot) -> None:
    toasts: list[tuple[str, object]] = []
    ctx.toasted.connect(lambda text, undo: toasts.append((text, undo)))
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    typed(editor, "name", "Seaside Hotel", qtbot)
    editor.save()
    assert "Seaside Hotel" in shown(page)
    assert page.card.name.text() == "Seaside Hotel"
    assert toasts[-1][1] is not None


def test_a_form_saved_untouched_changes_nothing(page: CustomersPage, ctx: Context) -> None:
    with ctx.db.read() as session:
        ((staff_id, _name), *_rest) = staff.names(session)
    assert page.card.shown is not None
    key = page.card.shown.card.id
    agreed = ctx.db.run(price_lists.create, {"name": "經銷價"}).result
    ctx.db.run(price_lists.archive, agreed)
    values = {
        "owner_id": staff_id,
        "price_list_id": agreed,
        "legal_form": "person",
        "customer_type": "agent",
        "language": "en",
        "note": "兩\n行",
    }
    abroad = PostalAddress("delivery", "10623", "Berlin", "", "Kantstraße 1", "DE")
    ctx.db.run(customers.update, key, CustomerForm(values, address=abroad))
    with ctx.db.read() as session:
        before = customers.load(session, key)
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    editor.save()
    with ctx.db.read() as session:
        assert customers.load(session, key) == before


def test_a_price_list_is_agreed_on_and_not_shown_to_the_customer(page: CustomersPage, ctx: Context) -> None:
    agreed = ctx.db.run(price_lists.create, {"name": "經銷價"}).result
    ctx.db.run(price_lists.archive, ctx.db.run(price_lists.create, {"name": "舊價"}).result)
    assert page.card.shown is not None
    key = page.card.shown.card.id
    for chosen, wanted in (("經銷價", agreed), ("—", None)):
        page.edit_record()
        editor = page.top()
        assert isinstance(editor, CustomerEditor)
        box = editor.form.rows["price_list_id"].control
        assert isinstance(box, QComboBox)
        assert [box.itemText(number) for number in range(box.count())] == ["—", "經銷價"]
        box.setCurrentText(chosen)
        editor.save()
        with ctx.db.read() as session:
            assert customers.load(session, key).values["price_list_id"] == wanted
    ctx.customer_view.set(True)
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    assert editor.form.rows["price_list_id"].isHidden()


def test_days_to_pay_and_closing_day_are_agreed_on(page: CustomersPage, ctx: Context, qtbot: QtBot) -> None:
    assert page.card.shown is not None
    key = page.card.shown.card.id

    def agree(days: str, closing: str) -> CustomerEditor:
        page.edit_record()
        editor = page.top()
        assert isinstance(editor, CustomerEditor)
        typed(editor, "agreed_payment_days", days, qtbot)
        typed(editor, "closing_day", closing, qtbot)
        editor.save()
        return editor

    def agreed() -> tuple[object, object]:
        with ctx.db.read() as session:
            values = customers.load(session, key).values
        return values["agreed_payment_days"], values["closing_day"]

    agree("60", "25")
    assert agreed() == (60, 25)
    agree("", "")
    assert agreed() == (None, None)
    for wrong in ("32", "2.5"):
        editor = agree("", wrong)
        assert page.top() is editor
        assert "31" in editor.form.rows["closing_day"].control.accessibleDescription()
        editor.form.dirty = False
        page.pop()


def test_typing_survives_a_crash(page: CustomersPage, qtbot: QtBot) -> None:
    page.new_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    typed(editor, "name", "Half typed", qtbot)
    editor.recovery.flush()
    page.removeWidget(editor)  # the program ends here
    page.new_record()
    again = page.top()
    assert isinstance(again, CustomerEditor)
    assert again.form.texts()["name"] == "Half typed"
    assert not again.found.isHidden()
    again.form.dirty = False


def test_archiving_takes_it_off_the_list(page: CustomersPage) -> None:
    page.archive_record()
    assert shown(page) == ["宏益建設有限公司", "青田咖啡館"]
    page.list.chips.chosen.emit("archived")
    assert shown(page) == ["Harbour View Hotel Ltd."]


def test_a_contact_is_added_from_the_card(page: CustomersPage, qtbot: QtBot) -> None:
    page.card.contact_wanted.emit(None)
    editor = page.top()
    assert isinstance(editor, ContactEditor)
    typed(editor, "name", "Ms Chen", qtbot)
    typed(editor, "mobile", "0912000345", qtbot)
    editor.save()
    assert page.card.shown is not None
    assert [(row.name, row.points[0].typed) for row in page.card.shown.contacts] == [("Ms Chen", "0912000345")]


def test_a_call_of_yesterday_is_noted_as_of_yesterday(
    page: CustomersPage, ctx: Context, clock_at: Callable[[str], dt.datetime]
) -> None:
    clock_at("2026-11-21 09:00")
    page.note_interaction()
    box = page.findChild(InteractionDialog)
    assert isinstance(box, InteractionDialog)
    assert (box.form.texts()["on"], box.form.texts()["at"]) == ("2026-11-21", "09:00")
    box.form.set_values({"summary": "call", "on": dt.date(2026, 11, 22)})
    box._try()
    assert box.form.rows["on"].control.accessibleDescription()
    box.form.set_values({"on": dt.date(2026, 11, 20), "at": "1630"})
    box._try()
    with ctx.db.read() as session:
        noted = session.scalars(select(Interaction.happened_at)).one()
    assert clock.local(noted) == clock.local(clock.now()).replace(day=20, hour=16, minute=30)


def test_the_customer_view_hides_what_a_customer_must_not_see(page: CustomersPage, ctx: Context) -> None:
    ctx.customer_view.toggle()
    assert page.card.revenue.isHidden()
    assert page.card.margin.isHidden()
    assert page.card.why.isHidden()
    assert page.card.badge.isHidden()
    hidden = {column.key for n, column in enumerate(page.list.model.columns) if page.list.view.isColumnHidden(n)}
    assert hidden == {"grade", "stage", "revenue"}


def test_an_empty_shop_teaches(ctx: Context, qtbot: QtBot) -> None:
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    assert page.list.model.rowCount() == 0
    assert page.card.isHidden()
    page.show()
    [state] = [found for found in page.list.findChildren(EmptyState) if found.isVisible()]
    assert state.findChildren(QPushButton)[0].text() == ctx.t("New customer")


def test_an_empty_shop_teaches_also_who_has_said_who_works_here(ctx: Context, qtbot: QtBot) -> None:
    ctx.state.put("me", str(uuid.uuid4()))
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    page.show()
    [state] = [found for found in page.list.findChildren(EmptyState) if found.isVisible()]
    assert state.findChildren(QPushButton)[0].text() == ctx.t("New customer")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_it_opens_in_every_language(make_ctx: Callable[..., Context], qtbot: QtBot, lang: str) -> None:
    page = CustomersPage(make_ctx(lang))
    qtbot.addWidget(page)
    page.first_shown()


def field(editor: CustomerEditor, name: str) -> QLineEdit:
    control = editor.form.rows[name].control
    assert isinstance(control, QLineEdit)
    return control


def notes(editor: CustomerEditor, name: str) -> list[str]:
    return [
        note.accessibleName() for note in editor.form.rows[name].findChildren(QFrame) if note.property("look") == "note"
    ]


def test_a_customer_that_is_there_already_is_told_while_typing(page: CustomersPage, qtbot: QtBot) -> None:
    page.new_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    typed(editor, "phone", "+886225920001", qtbot)
    qtbot.waitUntil(lambda: bool(editor.duplicates.found))
    assert notes(editor, "phone") == ["已有 青田咖啡館（C00002），電話相同。"]
    field(editor, "phone").setText("")
    field(editor, "name").setText("harbour view hotel limited")
    editor.duplicates.look()
    [found] = editor.duplicates.found
    assert (found.name, found.reason) == ("Harbour View Hotel Ltd.", "name")
    editor.form.dirty = False
    [way] = [one for one in editor.form.rows["name"].findChildren(QPushButton) if "Harbour" in one.accessibleName()]
    way.click()
    assert page.top() is page.home
    assert page.card.name.text() == "Harbour View Hotel Ltd."


def test_a_customer_is_not_its_own_duplicate(page: CustomersPage) -> None:
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, CustomerEditor)
    editor.duplicates.look()
    assert editor.duplicates.found == []


def test_a_site_is_added_from_the_card(page: CustomersPage) -> None:
    page.card.site_wanted.emit(None)
    box = page.findChild(SiteDialog)
    assert isinstance(box, SiteDialog)
    box._try()
    assert box.form.rows["name"].control.accessibleDescription()
    box.form.set_values({"name": "B 棟", "county": "台中市"})
    box._try()
    assert page.card.shown is not None
    [site] = page.card.shown.sites
    assert (site.name, site.county) == ("B 棟", "台中市")


def people_of(page: CustomersPage) -> list[str]:
    model = page.people.model
    return [model.data(model.index(row, 0)) for row in range(model.rowCount())]


def test_all_contacts_are_listed_and_lead_to_their_customer(page: CustomersPage, ctx: Context, qtbot: QtBot) -> None:
    assert page.card.shown is not None
    harbour = page.card.shown.card.id
    with ctx.db.read() as session:
        ids = {row.name: row.id for row in customer_list.window(session, CustomerQuery(), 0, 9)}
    ctx.db.run(contacts.create, harbour, {"name": "Amy Wong"})
    ctx.db.run(contacts.create, ids["青田咖啡館"], {"name": "張美麗"}, (Point("mobile", "0912345678"),))
    page.sides.choose("contacts")
    assert people_of(page) == ["Amy Wong", "張美麗"]
    assert page.status_text() == "2 位聯絡人"
    page.take_focus()
    assert page.focusWidget() is page.people.view
    qtbot.keyClicks(page.people_search, "zml")
    qtbot.waitUntil(lambda: people_of(page) == ["張美麗"])
    qtbot.waitUntil(lambda: page.card.name.text() == "青田咖啡館")
    assert page.card.stack.currentWidget() is page.card.contacts
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, ContactEditor)
    editor.page.pop()
    qtbot.keyClick(page.people.view, Qt.Key.Key_Return)
    assert shown(page)[page.list.view.currentIndex().row()] == "青田咖啡館"
    assert page.card.name.text() == "青田咖啡館"


def test_archiving_in_the_list_of_contacts_takes_the_contact(page: CustomersPage, ctx: Context) -> None:
    assert page.card.shown is not None
    ctx.db.run(contacts.create, page.card.shown.card.id, {"name": "Amy Wong"})
    page.reload()
    page.sides.choose("contacts")
    page.archive_record()
    assert people_of(page) == []
    page.sides.choose("customers")
    assert len(shown(page)) == 3


def test_numbers_are_shown_as_people_write_them(page: CustomersPage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(reach, "open_uri", opened.append)
    page.card.tabs.choose("facts")
    buttons = [one for one in page.card.facts.findChildren(QPushButton) if "02-2592 0002" in one.accessibleName()]
    assert len(buttons) == 1
    buttons[0].click()
    assert opened == ["tel:+886225920002"]


def test_a_noted_call_is_corrected_and_deleted_from_the_timeline(page: CustomersPage, ctx: Context) -> None:
    assert page.card.shown is not None
    key = page.card.shown.card.id
    person = ctx.db.run(contacts.create, key, {"name": "Amy Wong"}).result
    noted = ctx.db.run(interactions.record, key, "call", "wants a quote", minutes=5, contact_id=person).result
    page.reload()
    [row] = [one for one in page.card.timeline.findChildren(EventRow) if "wants" in one.accessibleName()]
    assert "電話 · Amy Wong" in row.accessibleName()
    assert "5 分鐘" in row.accessibleName()
    row.pressed.emit(("interaction", noted))
    box = page.findChild(InteractionDialog)
    assert isinstance(box, InteractionDialog)
    box.form.set_values({"summary": "wants two quotes", "kind": "visit", "minutes": -1})
    box._try()
    assert box.form.rows["minutes"].control.accessibleDescription()
    box.form.set_values({"minutes": 15})
    box._try()
    with ctx.db.read() as session:
        stored = interactions.load(session, noted).values
    assert (stored["summary"], stored["kind"], stored["minutes"], stored["contact_id"]) == (
        "wants two quotes", "visit", 15, person,
    )  # fmt: skip
    box._delete()
    assert page.card.shown.timeline == []


def test_a_customer_without_documents_is_erased_after_a_question(
    page: CustomersPage, monkeypatch: pytest.MonkeyPatch, failures: list[BaseException]
) -> None:
    asked: list[str] = []

    def answer(_ctx: Context, what: str, advice: str, *_rest: object) -> bool:
        asked.append(f"{what} {advice}")
        return len(asked) > 1

    monkeypatch.setattr(erasing, "confirm", answer)
    kept = Recovery(f"{page.ctx.path}/customer/{page.card.shown.card.id}", page)
    kept.keep({"note": "怕狗"})
    kept.flush()
    page.card.erase_wanted.emit()
    assert len(shown(page)) == 3
    assert kept.found()
    page.card.erase_wanted.emit()
    assert kept.found() is None
    assert shown(page) == ["宏益建設有限公司", "青田咖啡館"]
    assert "Harbour View Hotel Ltd." in asked[0]
    assert "0" not in asked[0]
    assert failures == []


def test_erasing_lists_what_goes_with_the_comma_of_the_language(
    page: CustomersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(erasing, "confirm", lambda _ctx, _what, advice, *_rest: asked.append(advice))
    monkeypatch.setattr(page.ctx.tasks, "read", lambda _fn, _key, done, **_kw: done(Extent("王秀英", 0, 2, 0, 0, 1, 0)))
    page.card.erase_wanted.emit()
    assert "2 位聯絡人、1 " in asked[0]
    assert "0" not in asked[0]
    monkeypatch.setattr(
        page.ctx.tasks, "read", lambda _fn, _key, done, **_kw: done(Extent("王秀英", 1, 2, 0, 0, 1, 0, 3))
    )
    page.card.erase_wanted.emit()
    assert "2 位聯絡人、" in asked[1]
    assert "own" not in asked[1]


@pytest.mark.parametrize("lang", ["zh_TW", "zh_CN"])
def test_what_to_ask_for_next_is_said_in_the_language_of_the_window(lang: str) -> None:
    known = Completeness(2, 8, ("person",))
    assert "next" not in facts_view._known(translator(lang), known)


def test_nothing_is_asked_when_there_is_nothing_to_erase(
    page: CustomersPage, monkeypatch: pytest.MonkeyPatch, failures: list[BaseException]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(erasing, "confirm", lambda *about: asked.append(about))
    monkeypatch.setattr(page.ctx.tasks, "read", lambda _fn, _key, done, **_kw: done(Extent("王秀英", 1, 0, 0, 0, 0, 0)))
    page.card.erase_wanted.emit()
    assert asked == []
    assert [str(failure) for failure in failures] == [
        "王秀英 has documents that must be kept, and no contacts to erase."
    ]


def test_titles_that_have_room_are_whole(page: CustomersPage, qtbot: QtBot) -> None:
    page.setStyleSheet(page.ctx.theme._style_sheet())
    page.resize(1300, 700)
    page.show()
    qtbot.waitExposed(page)
    view = page.list.view
    header = view.horizontalHeader()
    assert header.textElideMode() == Qt.TextElideMode.ElideNone  # or Qt shortens also what has just enough room
    for number in range(header.count()):
        if not view.isColumnHidden(number):
            option = QStyleOptionHeaderV2()
            header.initStyleOption(option)
            option.rect = QRect(0, 0, header.sectionSize(number), header.height())
            label = header.style().subElementRect(QStyle.SubElement.SE_HeaderLabel, option, header)
            title = view.model().headerData(number, Qt.Orientation.Horizontal)
            assert QFontMetrics(page.ctx.theme.font("small")).horizontalAdvance(title) <= label.width()


def test_the_list_that_is_shown_is_exported(page: CustomersPage, monkeypatch: pytest.MonkeyPatch) -> None:
    exported: list[object] = []
    for pane in (page.list, page.people):
        monkeypatch.setattr(pane, "export", lambda pane=pane: exported.append(pane))
    page.export_list()
    page.sides.choose("contacts")
    page.export_list()
    assert exported == [page.list, page.people]


def test_undo_names_what_it_took_back(page: CustomersPage, ctx: Context) -> None:
    toasts: list[tuple[str, uuid.UUID]] = []
    ctx.toasted.connect(lambda text, batch: toasts.append((text, batch)))
    page.archive_record()
    assert len(shown(page)) == 2
    shop_line.undo(ctx, toasts[-1][1])
    assert toasts[-1][0] == "已復原：封存客戶 Harbour View Hotel Ltd."
    assert len(shown(page)) == 3
    with ctx.db.write("both") as session:
        for row in customer_list.window(session, CustomerQuery(), 0, 2):
            customers.archive(session, row.id)
        batch = session.info["batch"].id
    shop_line.undo(ctx, batch)
    assert "另 1 筆" in toasts[-1][0]


def test_without_a_customer_a_call_cannot_be_noted(ctx: Context, qtbot: QtBot) -> None:
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    said: list[str] = []
    ctx.toasted.connect(lambda text, _batch: said.append(text))
    page.note_interaction()
    assert said == [ctx.t("Choose a customer first.")]


def test_the_card_of_a_customer_taken_back_is_empty(page: CustomersPage, failures: list[BaseException]) -> None:
    page.show_card(uuid.uuid4())
    assert failures == []
    assert page.card.shown is None
