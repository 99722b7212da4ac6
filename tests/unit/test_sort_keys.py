"""Orders of names: strokes in Taiwan, pinyin on the mainland."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.sort_keys import MAX_CHARS, pinyin_key, stroke_key

Key = Callable[[str], bytes]


@pytest.mark.parametrize(
    ("key", "ordered"),
    [
        (
            stroke_key,
            ["3M", "7-11", "abc", "Hy Tech", "Hytech", "丁一", "王大同", "王小明", "林口", "陳", "黃", "鑫鑫"],
        ),
        (stroke_key, ["Éclair", "Edam", "カフェ", "一", "一一", "乙", "𪛖"]),
        (pinyin_key, ["ABC", "安", "大", "李", "令狐冲", "單", "单小明", "王", "曾国藩", "张", "长荣", "重庆"]),
        (pinyin_key, ["妈", "麻", "马", "骂"]),
        (pinyin_key, ["重", "重庆", "重庆一"]),
    ],
)
def test_order(key: Key, ordered: list[str]) -> None:
    keys = [key(name) for name in ordered]
    assert sorted(set(keys)) == keys


@pytest.mark.parametrize("key", [stroke_key, pinyin_key])
@pytest.mark.parametrize(
    ("left", "right"), [("ＡＢＣ", "abc"), ("宏益-（股）", "宏益 股"), ("Café", "CAFE"), ("", " -")]
)
def test_width_case_accents_and_signs_do_not_count(key: Key, left: str, right: str) -> None:
    assert key(left) == key(right)


@pytest.mark.parametrize("key", [stroke_key, pinyin_key])
def test_two_characters_never_share_a_key(key: Key) -> None:
    chars = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    assert len({key(char) for char in chars}) == len(chars)


@given(st.text())
def test_keys_are_bounded(text: str) -> None:
    assert len(stroke_key(text)) <= 4 * MAX_CHARS
    assert len(pinyin_key(text)) <= 4 * MAX_CHARS


@given(st.text(alphabet="王林陳大小一丁ABz9 "), st.text(alphabet="王林陳大小一丁ABz9", min_size=1, max_size=3))
def test_a_name_sorts_before_a_longer_name_that_begins_with_it(name: str, rest: str) -> None:
    longer = name + rest
    assert stroke_key(name) < stroke_key(longer) or len(name.strip()) >= MAX_CHARS
