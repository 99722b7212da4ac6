"""The month of visits can be painted before its visits are read, in a month of any length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_crm.ui.context import Context
from desktop_crm.ui.service.equipment_month import MonthGrid


@pytest.mark.parametrize(("today", "days"), [("2026-02-10", 28), ("2026-11-21", 30), ("2026-12-31", 31)])
def test_it_is_painted_before_anything_is_read(
    ctx: Context, qtbot: QtBot, clock_at: Callable[[str], dt.datetime], today: str, days: int
) -> None:
    clock_at(f"{today} 12:00")
    grid = MonthGrid(ctx.theme, ctx.t)
    qtbot.addWidget(grid)
    grid.resize(400, 200)
    assert not grid.grab().isNull()
    last = dt.date.fromisoformat(today).replace(day=days)
    assert grid.day_at(grid.rect_of(last).center()) == last
