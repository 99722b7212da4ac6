"""What comes of equipment on paper: the list of due visits, and the quotation of its consumables."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import pypdf
import pytest

from desktop_crm.core.i18n import translator
from desktop_crm.reports import due_list
from desktop_crm.services import consumables, equipment, inspections, products, quotation_view, visits
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, read, write


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.mark.parametrize("lang", ["zh_TW", "en"])
def test_the_list_of_due_visits_is_a_pdf_with_every_visit(shop: Shop, lang: str) -> None:
    key = write(shop, equipment.create, {"customer_id": customer(shop), "name": "水塔"})
    for number in range(60):
        write(shop, inspections.plan, key, TODAY + dt.timedelta(days=number % 9 - 3), "", f"Plan{number:02}")
    rows = read(shop, visits.due_in, TODAY, TODAY)
    made = due_list.render(rows, "明德水電工程行", TODAY, TODAY, translator(lang))
    assert made == due_list.render(rows, "明德水電工程行", TODAY, TODAY, translator(lang))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert all(f"Plan{number:02}" in text for number in range(60))
    assert due_list.render([], "", TODAY, TODAY, translator(lang))[:4] == b"%PDF"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("填料 2 包、皮帶 1 條", [("填料", "2", "包"), ("皮帶", "1", "條")]),
        ("filter x 2 pcs; belt", [("filter", "2", "pcs"), ("belt", "1", "")]),
        ("濾心1.5組", [("濾心", "1.5", "組")]),
        ("濾網 x2", [("濾網", "2", "")]),
        (" ，、\n", []),
        ("R-410A 冷媒", [("R-410A 冷媒", "1", "")]),
    ],
)
def test_consumables_are_read_as_people_type_them(text: str, found: list[tuple[str, str, str]]) -> None:
    assert consumables.read(text) == [(name, Decimal(number), unit) for name, number, unit in found]


def test_consumables_become_lines_with_the_products_prices(shop: Shop) -> None:
    made = write(shop, products.create, {"name": "填料", "unit": "包", "list_price": Decimal(800)})
    values = {
        "customer_id": customer(shop),
        "name": "冷卻水塔",
        "serial": "SN 1",
        "consumables": "填料 2 包、皮帶 1 條",
    }
    key = write(shop, consumables.quote, write(shop, equipment.create, values))
    found = read(shop, quotation_view.load, key)
    assert found.header.project_name == "冷卻水塔 SN 1"
    typed = [line.typed for line in found.lines]
    lines = [(line.name, line.quantity, line.unit, line.unit_price, line.product_id) for line in typed]
    assert lines == [("填料", Decimal(2), "包", Decimal(800), made), ("皮帶", Decimal(1), "條", Decimal(0), None)]
