"""Repetitions in words."""

from __future__ import annotations

import datetime as dt

import pytest

from desktop_crm.core.i18n import translator
from desktop_crm.services import followups
from desktop_crm.ui.widgets.repeat_words import parts_of, repeat_words


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("", "", ""),
        ("FREQ=DAILY;INTERVAL=1", "每天", "Every day"),
        ("FREQ=WEEKLY", "每週", "Every week"),
        ("FREQ=MONTHLY;INTERVAL=6", "每 6 個月", "Every 6 months"),
        ("FREQ=MONTHLY;INTERVAL=24;BYMONTHDAY=28,29;BYSETPOS=-1", "每 2 年", "Every 2 years"),
        ("FREQ=YEARLY;UNTIL=20281231", "每年，到 2028-12-31", "Every year, until 2028-12-31"),
        ("FREQ=HOURLY", "重複", "Repeats"),
        ("FREQ=WEEKLY;INTERVAL=x", "重複", "Repeats"),
    ],
)
def test_rules_are_said_in_words(rule: str, zh: str, en: str) -> None:
    assert (repeat_words(translator("zh_TW"), rule), repeat_words(translator("en"), rule)) == (zh, en)


@pytest.mark.parametrize("unit", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
@pytest.mark.parametrize("every", [1, 3, 11])
@pytest.mark.parametrize("until", [None, dt.date(2099, 1, 31)])
def test_what_was_chosen_is_found_again(unit: str, every: int, until: dt.date | None) -> None:
    rule = followups.repeat_rule(unit, every, dt.date(2026, 1, 31), until)
    assert parts_of(rule) == (unit, every, until)
