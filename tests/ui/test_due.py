"""When something is due, as people say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from desktop_crm.core.i18n import translator
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.due import due_pill

T = translator("zh_TW")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-11-19", "逾期 3 天"),
        ("2026-11-22", "今日 09:30"),
        ("2026-11-23", "明天 09:30"),
        ("2026-12-31", "12/31 09:30"),
        ("2027-03-04", "03/04 09:30"),
        ("2027-05-22", "2027-05-22"),  # 05/22 would read as half a year ago
    ],
)
def test_a_day_far_in_another_year_has_its_year(clock_at: Callable[[str], dt.datetime], day: str, text: str) -> None:
    clock_at("2026-11-22 08:00")
    pill = due_pill(T, dt.date.fromisoformat(day), dt.time(9, 30))
    assert isinstance(pill, Pill)
    assert pill.text == text
