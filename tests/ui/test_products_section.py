"""Products in the settings: added, searched, edited, archived, brought back; the cost is not for customers' eyes."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from desktop_crm.services import products
from desktop_crm.services.products import ProductRow
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.pages import PAGES
from desktop_crm.ui.settings import products as section_module
from desktop_crm.ui.settings.page import SettingsPage
from desktop_crm.ui.settings.products import COLUMNS, ProductsSection
from desktop_crm.ui.widgets.product_dialog import ProductDialog

COST = [column.key for column in COLUMNS].index("cost")


@pytest.fixture
def part(ctx: Context, qtbot: QtBot) -> ProductsSection:
    page = SettingsPage(ctx)
    qtbot.addWidget(page)
    ctx.data_changed.connect(lambda _changed: page.reload())
    page.show_products()
    made = page.section("products")
    assert isinstance(made, ProductsSection)
    return made


def filled(dialog: ProductDialog, **texts: str) -> ProductDialog:
    dialog.form.set_texts(texts)
    dialog.save()
    return dialog


def codes(part: ProductsSection) -> list[str]:
    return [row.code for row in part.rows]


def read_row(ctx: Context, row: ProductRow) -> ProductRow:
    with ctx.db.read() as session:
        return products.row(session, row.id)


def test_a_product_is_named_in_other_languages_and_takes_a_unit_of_the_shop(
    part: ProductsSection, ctx: Context
) -> None:
    dialog = ProductDialog(ctx, None, part)
    rows = dialog.form.rows
    assert [rows[f"name:{lang}"].isHidden() for lang in ("zh_TW", "zh_CN", "en")] == [True, False, False]
    assert dialog.unit.findText("坪") > 0
    assert not dialog.form.dirty
    filled(dialog, **{"name": "冷卻水塔", "unit": "座", "name:en": "Cooling tower"})
    with ctx.db.read() as session:
        assert products.worded(session, part.rows[0].id, "en")["name"] == "Cooling tower"
    again = ProductDialog(ctx, part.current(), part)
    assert (again.form.texts()["name:en"], again.form.texts()["unit"]) == ("Cooling tower", "座")
    filled(again, **{"name:en": ""})
    with ctx.db.read() as session:
        assert products.worded(session, part.rows[0].id, "en")["name"] == "冷卻水塔"


def test_the_first_product_of_a_shop(part: ProductsSection, ctx: Context) -> None:
    assert not part.note.isHidden()
    assert part.table.isHidden()
    assert not part.edit_button.isEnabled()
    filled(
        ProductDialog(ctx, None, part),
        name="循環水泵",
        unit="台",
        list_price="12,500.5",
        cost="8000",
        is_work=ctx.t("Work"),
        tax_kind=ctx.t("Zero-rated"),
        warranty_months="12",
    )
    (row,) = part.rows
    assert (row.code, row.name, row.unit, row.is_work) == ("P0001", "循環水泵", "台", True)
    assert (row.list_price, row.cost, row.tax_kind, row.warranty_months) == (
        Decimal("12500.5"),
        Decimal(8000),
        "zero_rated",
        12,
    )
    assert part.note.isHidden()
    assert not part.table.isHidden()


def test_a_product_saved_untouched_stays_as_it_is(part: ProductsSection, ctx: Context) -> None:
    values = {"code": "PP-1", "name": "水泵", "list_price": Decimal("0.125"), "tax_kind": "exempt", "note": "兩\n行"}
    ctx.tasks.write(products.create, values)
    ctx.customer_view.set(True)
    (before,) = part.rows
    filled(ProductDialog(ctx, part.current(), part))
    assert read_row(ctx, before) == before
    filled(ProductDialog(ctx, before, part), code="", name="沉水泵", list_price="")
    assert (part.rows[0].code, part.rows[0].name, part.rows[0].list_price) == ("PP-1", "沉水泵", Decimal(0))


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({}, "name"),
        ({"name": "x", "code": "PP-1"}, "code"),
        ({"name": "x", "list_price": "-1"}, "list_price"),
        ({"name": "x", "cost": "-1"}, "cost"),
        ({"name": "x", "warranty_months": "1.5"}, "warranty_months"),
        ({"name": "x", "warranty_months": "601"}, "warranty_months"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    part: ProductsSection, ctx: Context, texts: dict[str, str], field: str
) -> None:
    ctx.tasks.write(products.create, {"code": "PP-1", "name": "水泵"})
    dialog = filled(ProductDialog(ctx, None, part), **texts)
    assert dialog.form.rows[field]._error.text()
    assert codes(part) == ["PP-1"]


def test_typing_finds_and_many_are_cut_short(
    part: ProductsSection, ctx: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(section_module, "SHOWN", 2)
    for code, name in (("A-1", "循環水泵"), ("A-2", "沉水泵"), ("A-3", "冷卻水塔")):
        ctx.tasks.write(products.create, {"code": code, "name": name})
    assert codes(part) == ["A-1", "A-2"]
    assert "2" in part.note.text()
    qtbot.keyClicks(part.search, "lqst")
    qtbot.waitUntil(lambda: codes(part) == ["A-3"])
    assert part.note.isHidden()
    part.look_for("zzz")
    assert part.rows == []
    assert part.note.text() == ctx.t("Nothing found")


def test_an_archived_product_comes_back(part: ProductsSection, ctx: Context) -> None:
    for code in ("A-1", "A-2"):
        ctx.tasks.write(products.create, {"code": code, "name": code})
    part.table.selectRow(1)
    part.archive()
    assert codes(part) == ["A-1"]
    part.chips.chosen.emit("archived")
    assert codes(part) == ["A-2"]
    assert part.archive_button.text() == ctx.t("Bring back")
    part.archive()
    assert part.rows == []
    part.chips.chosen.emit("used")
    assert codes(part) == ["A-1", "A-2"]
    assert part.archive_button.text() == ctx.t("Archive")


def test_the_cost_is_hidden_from_the_customer(part: ProductsSection, ctx: Context) -> None:
    ctx.tasks.write(products.create, {"code": "A-1", "name": "水泵", "cost": Decimal(7)})
    assert not part.table.isColumnHidden(COST)
    ctx.customer_view.set(True)
    assert part.table.isColumnHidden(COST)
    dialog = ProductDialog(ctx, part.current(), part)
    assert dialog.form.rows["cost"].isHidden()
    filled(dialog, unit="台")
    assert (part.rows[0].unit, part.rows[0].cost) == ("台", Decimal(7))
    ctx.customer_view.set(False)
    assert not part.table.isColumnHidden(COST)
    assert part.table.columnWidth(COST) > 0


def test_the_menu_opens_the_products(ctx: Context, qtbot: QtBot) -> None:
    window = MainWindow(ctx, PAGES)
    qtbot.addWidget(window)
    window.begin()
    ctx.actions.get("products").trigger()
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    assert isinstance(page._place.currentWidget(), ProductsSection)


def test_a_product_is_opened_from_elsewhere(ctx: Context, qtbot: QtBot) -> None:
    made: list[uuid.UUID] = []
    for code in ("A-1", "A-2", "A-3"):
        ctx.tasks.write(products.create, {"code": code, "name": code}, done=lambda outcome: made.append(outcome.result))
    ctx.tasks.write(products.archive, made[2])
    window = MainWindow(ctx, PAGES)
    qtbot.addWidget(window)
    window.begin()
    for key, code in ((made[1], "A-2"), (made[2], "A-3"), (made[0], "A-1")):
        ctx.open_record("product", key)
        page = window.page("settings")
        assert isinstance(page, SettingsPage)
        part = page._place.currentWidget()
        assert isinstance(part, ProductsSection)
        row = part.current()
        assert row is not None
        assert (row.id, row.code) == (key, code)
