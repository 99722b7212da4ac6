"""The settings tab: every section reads, checks, stores, can be undone, and brings typing back after a crash."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_crm.core.settings import Company, Numbering, Trade, Units
from desktop_crm.services import company, customers, history, quotations, service_levels, settings, staff
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui import backup_keeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings import page as page_module
from desktop_crm.ui.settings.backup import BackupSection
from desktop_crm.ui.settings.company import CompanySection
from desktop_crm.ui.settings.computer import ComputerSection
from desktop_crm.ui.settings.levels import LevelsSection
from desktop_crm.ui.settings.numbering import NumberingSection
from desktop_crm.ui.settings.page import SECTIONS, SettingsPage
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.settings.staff import StaffDialog, StaffSection
from desktop_crm.ui.settings.trade import TradeSection
from desktop_crm.ui.settings.units import UnitsSection
from desktop_crm.ui.widgets.form_dialog import FormDialog


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(ctx)
    qtbot.addWidget(made)
    made.first_shown()
    return made


def section(page: SettingsPage, key: str) -> Any:
    return page.section(key)


def type_in(part: FormSection, name: str, text: str) -> None:
    control = part.form.rows[name].control
    assert isinstance(control, QLineEdit)
    control.setText(text)
    control.textEdited.emit(text)


def said(part: FormSection, name: str) -> str:
    return part.form.rows[name]._error.text()


def stored(ctx: Context, kind: type[Any]) -> Any:
    with ctx.db.read() as session:
        return settings.load(session, kind)


def toasts(ctx: Context) -> list[tuple[str, uuid.UUID | None]]:
    heard: list[tuple[str, uuid.UUID | None]] = []
    ctx.toasted.connect(lambda text, batch: heard.append((text, batch)))
    return heard


def test_every_section_opens_without_a_failure(page: SettingsPage, failures: list[BaseException]) -> None:
    for spec in SECTIONS:
        assert page.section(spec.key).isVisibleTo(page)
        assert not page.save_button.isEnabled()
    assert failures == []


def test_every_control_has_a_name(page: SettingsPage) -> None:
    for spec in SECTIONS:
        page.section(spec.key)
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton)
    controls = [one for kind in kinds for one in page.findChildren(kind)]
    assert len(controls) > 60
    nameless = [one for one in controls if not one.accessibleName() and not one.objectName().startswith("qt_")]
    assert nameless == []


# -- company ---------------------------------------------------------------------------------------


def test_the_company_is_stored_and_the_change_can_be_undone(page: SettingsPage, ctx: Context) -> None:
    heard = toasts(ctx)
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "bank_branch", "中山分行")
    assert page.save_button.isEnabled()
    assert page.status_text()
    page.save()
    assert stored(ctx, Company).bank_branch == "中山分行"
    assert not page.save_button.isEnabled()
    ((_text, batch),) = heard
    ctx.tasks.write(history.undo, batch)
    assert stored(ctx, Company).bank_branch == ""
    assert part.form.values()["bank_branch"] == ""


def test_a_company_without_a_name_is_said_at_the_field(page: SettingsPage, ctx: Context) -> None:
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "name", " ")
    page.save()
    assert said(part, "name")
    assert stored(ctx, Company).name == "明德水電工程行"
    type_in(part, "name", "明德")
    type_in(part, "email", "no mail")
    page.save()
    assert said(part, "email")
    assert not said(part, "name")


def test_a_wrong_tax_number_is_asked_about(page: SettingsPage, ctx: Context) -> None:
    asked: list[Callable[[], object]] = []
    ctx.tasks.confirmation.connect(lambda _warning, retry: asked.append(retry))
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "tax_number", "12345678")
    page.save()
    assert stored(ctx, Company).tax_number == ""
    asked[0]()
    assert stored(ctx, Company).tax_number == "12345678"


def test_typing_comes_back_after_a_crash(page: SettingsPage, ctx: Context, qtbot: QtBot) -> None:
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "phone", "02-1234")
    part.recovery.flush()
    again = SettingsPage(ctx)
    qtbot.addWidget(again)
    again.first_shown()
    found = cast(CompanySection, section(again, "company"))
    assert found.form.values()["phone"] == "02-1234"
    assert not found.found.isHidden()
    again.save()
    assert part.recovery.found() is None


def test_a_change_from_elsewhere_does_not_wipe_what_is_typed(page: SettingsPage, ctx: Context) -> None:
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "phone", "02-1234")
    ctx.tasks.write(company.change, {"fax": "02-9"})
    assert part.form.values()["phone"] == "02-1234"
    page.save()
    assert stored(ctx, Company).phone == "02-1234"


def test_leaving_with_typing_asks_once(page: SettingsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(page_module, "confirm", lambda *_args: answers.pop(0))
    assert page.may_close()
    part = cast(CompanySection, section(page, "company"))
    type_in(part, "phone", "02-1234")
    assert not page.may_close()
    assert page.may_close()
    assert page.may_close()
    assert part.recovery.found() is None


def test_a_refused_logo_leaves_the_chop_where_it_is(page: SettingsPage, tmp_path: Path) -> None:
    page.resize(1200, 800)
    page.show()
    part = cast(CompanySection, section(page, "company"))
    (tmp_path / "logo.png").write_text("only text")
    part.logo.take(tmp_path / "logo.png")
    QApplication.processEvents()
    assert part.logo.error.isVisible()
    assert part.logo.picture.y() == part.chop.picture.y()
    assert part.logo.y() == part.chop.y()
    assert page.focusWidget() is part.logo.choose_button


def test_a_logo_is_shown_stored_and_taken_away(page: SettingsPage, ctx: Context, tmp_path: Path) -> None:
    part = cast(CompanySection, section(page, "company"))
    Image.new("RGB", (3000, 600), "green").save(tmp_path / "logo.png")
    part.logo.take(tmp_path / "logo.png")
    assert not part.logo.picture.pixmap().isNull()
    assert part.chop.picture.pixmap().isNull()
    with ctx.db.read() as session:
        letterhead = company.load(session)
    assert letterhead.logo is not None
    assert letterhead.chop is None
    part.logo.store(None)
    assert part.logo.picture.pixmap().isNull()
    assert stored(ctx, Company).logo_sha == ""


def test_a_bad_picture_is_one_sentence_under_it(page: SettingsPage, ctx: Context, tmp_path: Path) -> None:
    part = cast(CompanySection, section(page, "company"))
    (tmp_path / "logo.png").write_text("only text")
    part.logo.take(tmp_path / "logo.png")
    assert "logo.png" in part.logo.error.text()
    assert part.logo.choose_button.isEnabled()
    assert stored(ctx, Company).logo_sha == ""


# -- staff -----------------------------------------------------------------------------------------


def test_staff_is_added_edited_archived_and_brought_back(page: SettingsPage, ctx: Context, qtbot: QtBot) -> None:
    part = cast(StaffSection, section(page, "staff"))
    for row, name in ((None, "陳雅婷"), (part.rows[0], "許明德")):
        dialog = StaffDialog(ctx, row, part)
        dialog.form.set_texts({"name": name})
        dialog.save()
    assert [(row.code, row.name) for row in part.rows] == [("S01", "許明德"), ("S02", "陳雅婷")]
    part.table.selectRow(1)
    part.archive()
    assert part.rows[1].is_archived
    assert not part.me_button.isEnabled()
    part.archive()
    assert [row.is_archived for row in part.rows] == [False, False]
    part._be_me()
    assert ctx.state.text("me") == str(part.rows[1].id)


def test_a_new_person_is_selected(page: SettingsPage, ctx: Context) -> None:
    part = cast(StaffSection, section(page, "staff"))
    part.add()
    dialog = part.findChild(StaffDialog)
    assert dialog is not None
    dialog.form.set_texts({"name": "陳雅婷"})
    dialog.save()
    current = part.current()
    assert current is not None
    assert current.name == "陳雅婷"


def test_a_code_in_use_is_said_at_the_field(page: SettingsPage, ctx: Context) -> None:
    part = cast(StaffSection, section(page, "staff"))
    dialog = StaffDialog(ctx, None, part)
    dialog.form.set_texts({"name": "陳雅婷", "code": "S01"})
    dialog.save()
    assert dialog.form.rows["code"]._error.text()
    with ctx.db.read() as session:
        assert len(staff.rows(session)) == 1


# -- terms and numbers -----------------------------------------------------------------------------


def test_terms_are_stored_exactly(page: SettingsPage, ctx: Context) -> None:
    part = cast(TradeSection, section(page, "trade"))
    type_in(part, "tax_percent", "5.25")
    type_in(part, "valid_days", "45")
    part.form.set_texts({"notes": "一\n二"})
    page.save()
    trade = stored(ctx, Trade)
    assert (trade.tax_percent, trade.valid_days, trade.notes) == ("5.25", 45, "一\n二")
    assert part.form.rows["currency"].control.isEnabled()


def test_units_are_typed_into_a_table(page: SettingsPage, ctx: Context) -> None:
    part = cast(UnitsSection, section(page, "units"))
    assert part.rows()[0] == {"zh_TW": "式", "zh_CN": "项", "en": "lot"}
    assert not page.save_button.isEnabled()
    part.table.setCurrentCell(0, 0)
    part.add()
    cell = part.table.item(1, 0)
    assert cell is not None
    cell.setText("坪")
    page.save()
    assert "坪" not in part.error.text()  # the same word in one language only is another unit
    assert stored(ctx, Units).rows[1] == {"zh_TW": "坪"}
    part.add()
    part.table.item(part.table.currentRow(), 2).setText("x" * 21)  # type: ignore[union-attr]
    page.save()
    assert not part.error.isHidden()
    assert part.table.currentRow() == 2
    part.remove()
    page.save()
    assert len(stored(ctx, Units).rows) == 17
    assert not page.save_button.isEnabled()


def test_terms_are_said_in_each_language(page: SettingsPage, ctx: Context) -> None:
    part = cast(TradeSection, section(page, "trade"))
    rows = part.form.rows
    assert [rows[f"notes:{lang}"].isHidden() for lang in ("zh_TW", "zh_CN", "en")] == [True, False, False]
    part.form.set_texts({"payment_terms": "月結三十天", "payment_terms:en": "30 days net", "notes:zh_CN": " "})
    page.save()
    assert stored(ctx, Trade).payment_terms == "月結三十天"
    assert stored(ctx, Trade).translations == {"en": {"payment_terms": "30 days net"}}
    # documents in English from now on: the English words go up, the Chinese ones to their own fields
    box = cast(QComboBox, rows["document_language"].control)
    box.setCurrentIndex(box.findData("en"))
    box.activated.emit(box.currentIndex())
    assert rows["payment_terms:en"].isHidden()
    page.save()
    trade = stored(ctx, Trade)
    assert (trade.document_language, trade.payment_terms) == ("en", "30 days net")
    assert trade.translations == {"zh_TW": {"payment_terms": "月結三十天"}}


@pytest.mark.parametrize(
    ("name", "typed"), [("tax_percent", "101"), ("valid_days", "0"), ("payment_days", "1.5"), ("payment_days", "x")]
)
def test_odd_terms_are_said_at_the_field(page: SettingsPage, ctx: Context, name: str, typed: str) -> None:
    part = cast(TradeSection, section(page, "trade"))
    type_in(part, name, typed)
    page.save()
    assert said(part, name)
    assert stored(ctx, Trade) == Trade()


def test_the_currency_is_fixed_by_the_first_document(page: SettingsPage, ctx: Context) -> None:
    key = ctx.db.run(customers.create, CustomerForm({"name": "宏益"})).result
    ctx.db.run(quotations.create_draft, key)
    assert not section(page, "trade").form.rows["currency"].control.isEnabled()


def test_patterns_show_their_number_and_bad_ones_are_refused(
    page: SettingsPage, ctx: Context, clock_at: Callable[[str], object]
) -> None:
    clock_at("2026-11-21 09:00")
    part = cast(NumberingSection, section(page, "numbering"))
    type_in(part, "quotation", "報{roc}{month}-{n:3}")
    assert "報11511-001" in part.examples["quotation"].text()
    page.save()
    assert stored(ctx, Numbering).quotation == "報{roc}{month}-{n:3}"
    type_in(part, "order", "S{year}")
    assert part.examples["order"].text() == ""
    page.save()
    assert said(part, "order")
    assert stored(ctx, Numbering).order == Numbering().order


# -- levels ----------------------------------------------------------------------------------------


def test_levels_are_stored_per_grade(page: SettingsPage, ctx: Context) -> None:
    part = cast(LevelsSection, section(page, "levels"))
    type_in(part, "B.response_hours", "12")
    type_in(part, "B.discount_percent", "2.5")
    type_in(part, "D.contact_days", "")
    page.save()
    with ctx.db.read() as session:
        offers = service_levels.offers(session)
    assert (offers["B"].response_hours, offers["B"].discount_percent) == (12, Decimal("2.5"))
    assert offers["D"].contact_days is None
    type_in(part, "A.discount_percent", "120")
    page.save()
    assert said(part, "A.discount_percent")


def test_levels_are_hidden_from_the_customer(page: SettingsPage, ctx: Context) -> None:
    section(page, "levels")
    ctx.customer_view.set(True)
    assert page._current == "company"
    assert page._tabs["levels"].isHidden()
    assert section(page, "trade").form.rows["margin_floor_percent"].isHidden()


# -- this computer ---------------------------------------------------------------------------------


def test_the_look_changes_at_once(page: SettingsPage, ctx: Context, qtbot: QtBot) -> None:
    part = cast(ComputerSection, section(page, "computer"))
    with qtbot.waitSignal(ctx.rebuild_wanted):
        part.mode.setCurrentIndex(part.mode.findData("dark"))
        part.mode.activated.emit(0)
    assert ctx.theme.dark
    with qtbot.waitSignal(ctx.rebuild_wanted):
        part.language.setCurrentIndex(part.language.findData("en"))
        part.language.activated.emit(0)
    assert ctx.state.text("language") == "en"
    part.me.setCurrentIndex(1)
    part.me.activated.emit(1)
    assert ctx.state.text("me") == part.me.itemData(1)
    assert stored(ctx, Trade) == Trade()  # nothing of it went into the shop


# -- backup ----------------------------------------------------------------------------------------


def test_a_second_place_is_tried_and_filled(
    page: SettingsPage, ctx: Context, tmp_path: Path, failures: list[BaseException]
) -> None:
    part = cast(BackupSection, section(page, "backup"))
    (tmp_path / "usb").mkdir()
    part.take(tmp_path / "usb")
    assert part.keeper.outside == tmp_path / "usb" / "Desktop CRM backups"
    assert len(list((tmp_path / "usb").rglob("*.dcrm"))) == 1
    assert not part.note.isHidden()  # the same disk
    assert "usb" in part.place_line.text()
    part.drop_button.click()
    assert ctx.state.text(backup_keeper.PLACE) == ""
    part.take(Path("/proc"))
    assert part.error.text()
    assert ctx.state.text(backup_keeper.PLACE) == ""
    assert failures == []


def test_the_page_opens_at_the_section_asked_for(page: SettingsPage, ctx: Context, some_id: uuid.UUID) -> None:
    page.open_record("backup", some_id)
    assert isinstance(page._place.currentWidget(), BackupSection)
    assert ctx.state.text("settings/section") == "backup"


def test_in_a_narrow_window_the_sections_stand_above(page: SettingsPage) -> None:
    page.resize(1200, 700)
    page.show()
    assert page._side.isVisible()
    assert not page._top.isVisible()
    page.resize(700, 700)
    assert not page._side.isVisible()
    page._top.choose("backup")
    assert page._current == "backup"
    page.choose("staff")
    assert page._top._buttons["staff"].isChecked()


def test_a_new_record_is_one_of_the_section_shown(page: SettingsPage, qtbot: QtBot) -> None:
    for key in ("products", "staff", "prices"):
        part = section(page, key)
        assert page.can_add()
        page.new_record()
        (dialog,) = part.findChildren(FormDialog)
        qtbot.waitUntil(dialog.isVisible)
        dialog.close()
    section(page, "company")
    assert not page.can_add()
    page.new_record()


def test_saving_by_the_button_leaves_the_keyboard_in_the_section(page: SettingsPage, qtbot: QtBot) -> None:
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    company = section(page, "company")
    page.choose("company")
    qtbot.keyClicks(company.form.rows["phone"].control, "02-2592-0000")
    page.save_button.setFocus()
    assert page.save_button.hasFocus()
    page.save_button.click()
    qtbot.waitUntil(lambda: not page.save_button.isEnabled())
    assert company.hasFocus()
