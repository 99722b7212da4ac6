"""Exporting a list: from every page that has one, just what it shows."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import CrmError, UserError
from desktop_crm.services import customers, price_lists, products
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui import list_export
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.page import CustomersPage
from desktop_crm.ui.list_page import ListPage
from desktop_crm.ui.pages import available, make
from desktop_crm.ui.settings.page import SettingsPage


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is chosen; its ending is typed by nobody."""
    path = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    return path.with_suffix(".xlsx")


@pytest.fixture
def toasts(ctx: Context) -> list[str]:
    heard: list[str] = []
    ctx.toasted.connect(lambda text, _batch: heard.append(text))
    return heard


def fill(ctx: Context) -> None:
    for name, number in (("宏益建設有限公司", "04595257"), ("=晨光,幼兒園", ""), ("大安診所", "")):
        ctx.tasks.write(customers.create, CustomerForm({"name": name, "tax_number": number}))


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> CustomersPage:
    fill(ctx)
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    return page


def rows(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def about(path: Path) -> dict[object, object]:
    return {row[0]: row[1] for row in openpyxl.load_workbook(path).worksheets[1].iter_rows(values_only=True)}


def test_the_workbook_has_the_columns_and_rows_in_the_order_of_the_list(
    page: CustomersPage, target: Path, toasts: list[str]
) -> None:
    page.list.model.change(sort="name", descending=True)
    page.export_list()
    model = page.list.model
    head, *found = rows(target)
    assert head == tuple(page.ctx.t(column.title) for column in model.columns)
    names = [model.index(row, 1).data() for row in range(model.rowCount())]
    assert [row[1] for row in found] == names
    t = page.ctx.t
    assert about(target)[t("Sorted by")] == t("%(column)s, descending", column=t("Customer"))
    assert toasts == [
        t("%(rows)s saved as %(name)s.", rows=t.plural("%(count)s row", "%(count)s rows", 3), name="out.xlsx")
    ]


def test_search_and_quick_filter_are_kept_and_told(page: CustomersPage, target: Path) -> None:
    page.list.model.change(text="宏益")
    page.export_list()
    assert [row[2] for row in rows(target)[1:]] == ["04595257"]
    assert about(target)[page.ctx.t("Search")] == "宏益"
    assert about(target)[page.ctx.t("Quick filter")] == page.ctx.t("All")


def test_customers_who_look_on_get_no_private_columns(page: CustomersPage, target: Path) -> None:
    page.ctx.customer_view.set(True)
    page.export_list()
    private = {page.ctx.t(column.title) for column in page.list.model.columns if column.private}
    assert private
    assert not private & set(rows(target)[0])
    assert page.ctx.t("Customer view") in about(target)


def test_customers_who_look_on_are_not_told_of_grades(page: CustomersPage, target: Path) -> None:
    t, column = page.ctx.t, next(column for column in page.list.model.columns if column.private and column.sort_key)
    page.list.model.change(chip="grade_a", sort=column.sort_key)
    page.export_list()
    assert about(target)[t("Quick filter")] == t("Grade A")
    assert about(target)[t("Sorted by")] == t(column.title)
    target.unlink()
    page.ctx.customer_view.set(True)
    page.export_list()
    said = about(target)
    assert t("Quick filter") not in said
    assert t("Sorted by") not in said


def test_it_is_in_the_menu_of_the_list(page: CustomersPage, target: Path) -> None:
    view = page.list.view
    assert view.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    (action,) = [one for one in view.actions() if one.text() == page.ctx.t("Export this list ...")]
    action.trigger()
    assert len(rows(target)) == 4


def test_nothing_is_written_when_no_file_is_chosen(
    page: CustomersPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: list[BaseException]
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    page.export_list()
    assert not list(tmp_path.glob("*.xlsx"))
    assert failures == []


def test_a_file_that_cannot_be_written_is_a_sentence(
    page: CustomersPage, target: Path, failures: list[BaseException]
) -> None:
    target.mkdir()
    page.export_list()
    assert [isinstance(error, CrmError) for error in failures] == [True]
    assert not list(target.parent.glob("*.part"))


def test_progress_is_told_and_a_cancel_leaves_no_file(page: CustomersPage, target: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise InterruptedError

    assert page.ctx.path is not None
    with pytest.raises(InterruptedError):
        list_export.write_list(page.ctx.path, page.list.job(), target, stop)
    assert told == [(0, 3)]
    assert not target.exists()


def test_too_many_rows_are_refused(page: CustomersPage, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = page.list.job()
    monkeypatch.setattr(type(job.source), "count", lambda *_args: 2_000_000)
    assert page.ctx.path is not None
    with pytest.raises(UserError):
        list_export.write_list(page.ctx.path, job, target, lambda _done, _total: None)


def test_every_list_tab_can_be_exported_and_goes_to_the_worker(
    make_ctx: Callable[..., Context], qtbot: QtBot, target: Path
) -> None:
    ctx = make_ctx("en")
    fill(ctx)
    tried = 0
    for spec in available():
        page = make(spec, ctx)
        qtbot.addWidget(page)
        if isinstance(page, ListPage):
            page.first_shown()
            pickle.loads(pickle.dumps(page.list.job()))
            page.export_list()
            assert rows(target)[0]
            target.unlink()
            tried += 1
    assert tried >= 3


def test_products_are_exported_whole_and_price_lists_by_the_one_selected(
    ctx: Context, qtbot: QtBot, target: Path, toasts: list[str]
) -> None:
    values = {"name": "閘閥", "unit": "個", "list_price": Decimal(800), "cost": Decimal(520), "code": "0012"}
    ctx.tasks.write(products.create, values)
    ctx.tasks.write(price_lists.create, {"name": "經銷", "currency": "TWD"})
    page = SettingsPage(ctx)
    qtbot.addWidget(page)
    page.choose("products")
    page.export_list()
    assert rows(target)[1] == ("0012", "閘閥", None, "個", 800, 520)
    ctx.customer_view.set(True)
    page.export_list()
    assert rows(target)[1] == ("0012", "閘閥", None, "個", 800)
    ctx.customer_view.set(False)
    page.choose("prices")
    page.export_list()
    assert about(target)[ctx.t("Currency")] == "TWD"
    toasts.clear()
    page.choose("company")
    page.export_list()
    assert toasts == [ctx.t("There is no list here. Products and price lists can be exported.")]
