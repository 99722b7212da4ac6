"""Texts, numbers and dates in the user's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_crm.core.errors import EnvironmentFault, NeedsConfirmation, UserError
from desktop_crm.core.i18n import LANGUAGES, N_, Translator, translator
from desktop_crm.store import faults

DAY = dt.date(2026, 11, 21)


def test_an_unknown_language_falls_back_to_the_first() -> None:
    assert translator("xx").lang == "zh_TW"
    assert translator("en") is translator("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_nobody_translated_stays_as_it_is_written(lang: str) -> None:
    t = translator(lang)
    assert t("A text nobody translated") == "A text nobody translated"
    assert t("") == ""  # gettext would give the header of the catalogue
    assert t("%(count)s apples, 5 %% off", count=3) == "3 apples, 5 % off"
    assert t("100 % of what the user typed") == "100 % of what the user typed"


def test_plurals_count_with_separators() -> None:
    t = translator("en")
    assert t.plural("%(count)s apple", "%(count)s apples", 1) == "1 apple"
    assert t.plural("%(count)s apple", "%(count)s apples", 1234) == "1,234 apples"
    assert t.plural("%(count)s apple of %(name)s", "%(count)s apples of %(name)s", 2, name="A") == "2 apples of A"


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0, 0, "0"),
        (-1234567, 0, "-1,234,567"),
        (Decimal("1234.5000"), 4, "1,234.5"),
        (Decimal("0.12345"), 4, "0.1234"),
        (Decimal(10) ** 15, 0, "1,000,000,000,000,000"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers(lang: str, value: Decimal | int, digits: int, shown: str) -> None:
    assert translator(lang).number(value, digits) == shown


@given(
    st.one_of(st.integers(-(10**18), 10**18), st.decimals(-(10**12), 10**12, places=5)),
    st.integers(0, 6),
    st.sampled_from(list(LANGUAGES)),
)
@example(Decimal("-0.00001"), 2, "en")
@example(Decimal("0.5"), 0, "en")
@example(Decimal("1.5"), 0, "en")
def test_numbers_are_written_as_the_locale_data_says(value: int | Decimal, digits: int, lang: str) -> None:
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    assert translator(lang).number(value, digits) == format_decimal(value, format=pattern, locale=lang)
    part = Decimal(value) / 10**8
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    assert translator(lang).percent(part, digits) == format_percent(part, format=pattern, locale=lang)


@given(st.dates(), st.sampled_from(list(LANGUAGES)))
def test_days_are_written_as_the_locale_data_says(day: dt.date, lang: str) -> None:
    patterns = {"zh_TW": "M 月 d 日 EEEE", "zh_CN": "M月d日 EEEE", "en": "EEEE, d MMMM"}
    assert translator(lang).date(day, "long") == format_date(day, patterns[lang], locale=lang)


def test_money_has_the_decimals_of_its_currency() -> None:
    t = translator("zh_TW")
    assert t.money(1234567, "USD") == "12,345.67"
    assert t.money(-5, "USD") == "-0.05"
    assert t.money(286703, "JPY") == "286,703"
    assert t.money(286703) == t.money(286703, "TWD")


def test_percentages() -> None:
    assert translator("en").percent(Decimal("0.314")) == "31%"
    assert translator("en").percent(Decimal("0.314"), 1) == "31.4%"


def test_dates() -> None:
    assert translator("en").date(DAY) == "2026-11-21"
    assert translator("en").date(DAY, "day") == "11/21"
    assert translator("en").date(DAY, "long") == "Saturday, 21 November"
    assert translator("zh_TW").date(DAY, "long") == "11 月 21 日 星期六"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_error_is_told_with_its_advice_in_every_language(lang: str) -> None:
    t = translator(lang)
    fault = EnvironmentFault(
        N_("%(path)s is not there."), N_("Choose another file or restore a backup."), path="a<b>%s"
    )
    assert "a<b>%s" in t.error(fault)
    assert t("Choose another file or restore a backup.") in t.error(fault)
    assert "%(" not in t.error(fault)


def test_kinds_of_errors_carry_what_the_window_needs() -> None:
    user = UserError("The name %(name)s is taken.", field="name", name="A")
    assert (str(user), user.field, user.advice, user.params) == ("The name A is taken.", "name", "", {"name": "A"})
    ask = NeedsConfirmation("tax_number", "It fails its check.", "Keep it?")
    assert (ask.key, ask.advice) == ("tax_number", "Keep it?")
    assert str(faults.damaged()) == "The shop file is damaged."


@pytest.mark.parametrize(
    ("lang", "code", "text"),
    [
        ("zh_TW", "TWD", "36,000 元"),
        ("zh_CN", "CNY", "360.00 元"),
        ("zh_TW", "USD", "US$\N{NO-BREAK SPACE}360.00"),
        ("en", "TWD", "NT$\N{NO-BREAK SPACE}36,000"),
    ],
)
def test_an_amount_in_a_sentence_names_the_home_currency(lang: str, code: str, text: str) -> None:
    t = Translator(lang)
    t.home_currency = code
    assert t.amount(36_000) == text


def test_texts_can_be_stretched_to_try_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Translator, "stretch", 40)
    t = Translator("en")
    assert t("Save") == "SaveSa"
    assert t("%(count)s orders", count=3) == "3 orders or"
    assert t("") == ""
