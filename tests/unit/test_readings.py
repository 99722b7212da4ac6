"""Folding, readings and what typed letters may stand for."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_crm.core import readings
from desktop_crm.core.readings import (
    MAX_FORMS,
    MAX_VARIANTS,
    SEPARATOR,
    normalise,
    pinyin_full,
    search_readings,
    typed_forms,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CAPITALS = [chr(code) for code in range(0xC0, 0xDF) if code != 0xD7][:26]


def capitals(initials: str) -> str:
    """Pinyin initials as they are stored."""
    return "".join(CAPITALS[LETTERS.index(letter)] for letter in initials)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣宏益（股）公司", "台湾宏益股公司"),
        ("ＡＢＣ-12 號", "abc12号"),
        ("Café Müller", "cafemuller"),
        ("STRASSE Straße", "strassestrasse"),
        ("O'Brien & Sons, Ltd.", "obriensonsltd"),
        ("100%_*\"NEAR'", "100near"),
        ("१२٣", "123"),
        ("㈱ ① ﬁ", "株1fi"),
        ("ㄏㄨㄥˊ ㄧˋ", "ㄏㄨㄥㄧ"),
        ("が ガ 한국 ไทย", "がガ한국ไทย"),
        ("茶🍵", "茶🍵"),
        ("峯羣裏綫乾", "峰群里线干"),
        (f"a{SEPARATOR}b\0\U000f0001c", "abc"),
        ("\u202eabc\u200d", "abc"),
        (" \t-/", ""),
        ("", ""),
    ],
)
def test_normalise(text: str, folded: str) -> None:
    assert normalise(text) == folded


@given(st.text())
@example("ᄀ-ᅡ")
@example("İ")
@example("ΐ\u0345ẞ")
def test_normalise_twice_is_once_and_has_no_marks_of_ours(text: str) -> None:
    folded = normalise(text)
    assert normalise(folded) == folded
    assert not any(char == SEPARATOR or "À" <= char <= "Þ" or char >= "\U000e0000" or char == " " for char in folded)


@pytest.mark.parametrize(
    ("name", "pinyin", "zhuyin"),
    [
        ("宏益", ["hy"], ["ㄏㄧ"]),
        ("張 書豪", ["zsh"], ["ㄓㄕㄏ"]),
        ("單曉明", ["sxm", "dxm"], ["ㄕㄒㄇ", "ㄉㄒㄇ"]),
        ("曾國藩", ["zgf", "cgf"], ["ㄗㄍㄈ", "ㄘㄍㄈ"]),
        ("令狐沖", ["lhc"], ["ㄌㄏㄔ"]),
        ("长荣", ["zr", "cr"], ["ㄓㄖ", "ㄔㄖ"]),
    ],
)
def test_readings(name: str, pinyin: list[str], zhuyin: list[str]) -> None:
    assert readings.readings(name) == [capitals(p) for p in pinyin] + zhuyin


@pytest.mark.parametrize(
    ("name", "initials"), [("重慶小吃", "cqxc"), ("第一銀行", "dyyh"), ("長榮航空", "crhk"), ("音樂教室", "yyjs")]
)
def test_names_with_several_readings_have_the_right_one_among_them(name: str, initials: str) -> None:
    assert capitals(initials) in readings.readings(name)


@pytest.mark.parametrize("name", ["", "Hy Tech", "12345", "ハンバーグ", "---", "🍵"])
def test_names_without_chinese_characters_have_no_readings(name: str) -> None:
    assert readings.readings(name) == []
    assert search_readings(name) == []


def test_latin_letters_in_a_chinese_name_stand_among_its_initials() -> None:
    assert readings.readings("A臺北") == [capitals("atb"), "aㄊㄅ"]


@given(st.text(alphabet="重長行樂單曾都會好大宏益A1", max_size=60))
def test_readings_are_few_and_different(name: str) -> None:
    found = readings.readings(name)
    assert len(found) <= 2 * MAX_VARIANTS
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("name", "spelt"), [("宏益", "hongyi"), ("曾國藩", "zengguofan"), ("呂A", "lva"), ("Hy Tech", "hytech")]
)
def test_pinyin_full(name: str, spelt: str) -> None:
    assert pinyin_full(name) == spelt


def forms_in(typed: str, name: str) -> bool:
    """Whether a form of what was typed occurs in the readings of a name."""
    return any(form in reading for form in typed_forms(typed) for reading in search_readings(name))


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("hy", "宏益", True),
        ("hongyi", "宏益", True),
        ("hongy", "宏益", True),
        ("hongying", "宏益", False),
        ("hong", "宏益", True),
        ("ong", "宏益", False),
        ("xian", "西安", True),
        ("xian", "縣政府", True),
        ("yi", "宏英", True),
        ("lvdao", "綠島", True),
        ("ㄏㄧ", "宏益", True),
        ("ㄏㄨㄥㄧ", "宏益", True),
        ("ㄏㄨ", "宏益", True),
        ("ㄧㄏ", "宏益", False),
        ("yh", "宏益", False),
        ("3mtw", "3M台灣", True),
    ],
)
def test_typed_forms_meet_readings(typed: str, name: str, found: bool) -> None:
    assert forms_in(typed, name) is found


@given(st.one_of(st.text(alphabet="aeinguoh", max_size=40), st.text(alphabet="ㄧㄨㄏㄥㄤ", max_size=40), st.text()))
def test_typed_forms_begin_with_what_was_typed_and_are_few(typed: str) -> None:
    forms = typed_forms(typed)
    assert forms[0] == typed
    assert len(forms) <= MAX_FORMS + 2
