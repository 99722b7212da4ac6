"""A shop that stays open over night is brought to the new day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from desktop_crm.services import customers, followups, quotation_list
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from tests.ui.quotes import fill, issued


def test_a_new_day_lapses_offers_and_reads_the_tabs_again(
    make_ctx: Callable[..., Context], clock_at: Callable[[str], dt.datetime], qtbot: QtBot
) -> None:
    clock_at("2026-11-20 18:00")
    ctx = make_ctx()
    issued(ctx, fill(ctx))
    customer = ctx.db.run(customers.create, CustomerForm({"name": "青田咖啡館"})).result
    ctx.db.run(followups.plan, customer, "回電", dt.date(2027, 1, 3))
    window = MainWindow(ctx)
    qtbot.addWidget(window)
    window.begin()
    window.show_page("service")
    read: list[bool] = []
    page = window.page("service")
    assert page is not None
    page.reload = lambda: read.append(True)  # type: ignore[method-assign]
    window.midnight.look()
    assert read == []
    clock_at("2027-01-02 00:01")
    window.midnight.look()
    assert read == [True]
    with ctx.db.read() as session:
        assert quotation_list.counts(session)["expired"] == 1
    window.midnight.look()
    assert read == [True]
