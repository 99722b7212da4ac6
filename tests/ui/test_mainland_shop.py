"""A shop that speaks Simplified Chinese sells in China, and new customers get papers in its language."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_crm.core import places
from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Trade
from desktop_crm.models import ServiceLevel
from desktop_crm.services import settings, shops
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.page import Page
from desktop_crm.ui.settings.trade import TradeSection


def test_a_shop_in_simplified_chinese_sells_in_china(tmp_path: Path) -> None:
    shop = shops.create_shop(tmp_path / "a.dcrm", "冷暖机电", language="zh_CN")
    with closing(shop), shop.database.read() as session:
        trade = settings.load(session, Trade)
        levels = {level.payment_terms for level in session.query(ServiceLevel)}
    assert "货到付款" in levels  # in its own characters
    assert (trade.country, trade.currency, trade.zone, trade.tax_percent) == ("CN", "CNY", "Asia/Shanghai", "13")


def test_what_is_usual_in_a_country() -> None:
    assert places.usual("CN") == {"currency": "CNY", "zone": "Asia/Shanghai", "tax_percent": "13"}
    assert "zone" not in places.usual("US")  # it has many
    assert places.usual("ZZ") == {}


def test_currency_zone_and_tax_follow_a_country_that_is_chosen(ctx: Context, qtbot: QtBot) -> None:
    section = TradeSection(ctx)
    qtbot.addWidget(section)
    section.first_shown()
    box = section.form.rows["country"].control
    box.setCurrentIndex(box.findData("CN"))
    box.activated.emit(box.currentIndex())
    values = section.values()
    assert (values["currency"], values["zone"], values["tax_percent"]) == ("CNY", "Asia/Shanghai", Decimal(13))
    assert section.form.dirty


def test_a_new_customer_gets_papers_in_the_language_of_the_shop(ctx: Context, qtbot: QtBot) -> None:
    ctx.tasks.database().run(settings.save, Trade(document_language="zh_CN"))
    editor = CustomerEditor(ctx, Page(ctx, "客户"), None)
    qtbot.addWidget(editor)
    assert editor.form.rows["language"].control.currentData() == "zh_CN"
    assert not editor.form.dirty


def test_the_yuan_has_its_plain_sign_in_china() -> None:
    assert translator("zh_CN").price(8_061_985, "CNY") == "¥\N{NO-BREAK SPACE}80,619.85"
    assert translator("zh_CN").price(100, "JPY").startswith("JP¥")
    assert translator("zh_TW").price(100, "CNY").startswith("CN¥")
