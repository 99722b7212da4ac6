"""The badges of the rail count what needs somebody, from the first moment and after every change."""

from __future__ import annotations

import datetime as dt

import pytest
from pytestqt.qtbot import QtBot

from desktop_crm.core.dates import clock
from desktop_crm.services import customers, followups
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.badges import Badges
from desktop_crm.ui.context import Context
from tests.ui.quotes import fill, issued

Shown = dict[str, tuple[int, bool]]


@pytest.fixture
def shown(ctx: Context) -> Shown:
    """What the rail would show, by tab."""
    badges: Shown = {}

    def note(key: str, count: int, urgent: bool) -> None:
        badges[key] = (count, urgent)

    ctx.badge_changed.connect(note)
    Badges(ctx, ctx).read()
    return badges


def test_an_empty_shop_asks_for_nothing(shown: Shown, qtbot: QtBot) -> None:
    assert shown == {"service": (0, False), "quotations": (0, False), "orders": (0, False)}


def test_a_follow_up_of_today_counts_and_a_late_one_is_urgent(ctx: Context, shown: Shown, qtbot: QtBot) -> None:
    customer = ctx.db.run(customers.create, CustomerForm({"name": "青田咖啡館"})).result
    ctx.tasks.write(followups.plan, customer, "回電", clock.today())
    ctx.tasks.write(followups.plan, customer, "以後", clock.today() + dt.timedelta(days=9))
    assert shown["service"] == (1, False)
    ctx.tasks.write(followups.plan, customer, "早該打了", clock.today() - dt.timedelta(days=1))
    assert shown["service"] == (2, True)


def test_an_issued_quotation_waits_to_be_sent(ctx: Context, shown: Shown, qtbot: QtBot) -> None:
    issued(ctx, fill(ctx))
    Badges(ctx, ctx).read()
    assert shown["quotations"] == (1, False)
