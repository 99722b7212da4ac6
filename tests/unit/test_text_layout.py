"""The line breaker: nothing lost, nothing too wide, 禁則 kept wherever it can be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.reports.text_layout import BLANKS, break_text, is_tidy, may_break

ALPHABET = st.sampled_from("冷卻水塔器工程ab CD-/12.,%（）「」、。，！…—“”’$\u00a0 \u3000é")
TEXTS = st.text(ALPHABET, max_size=80)
NO_BLANKS = str.maketrans("", "", BLANKS)
LIMITS = st.integers(min_value=2, max_value=24)


def advance(char: str) -> float:
    """Two units for Chinese, one for the rest."""
    return 2.0 if char >= "\u2e80" else 1.0


def width(text: str) -> float:
    return sum(map(advance, text))


@given(TEXTS, LIMITS)
def test_every_character_is_kept_but_blanks_at_breaks(text: str, limit: int) -> None:
    lines = break_text(text, advance, limit)
    assert "".join(lines).translate(NO_BLANKS) == text.translate(NO_BLANKS)
    rest = text
    for line in lines:  # blanks may only go where lines meet
        if not rest.startswith(line):
            rest = rest.lstrip(BLANKS)
        assert rest.startswith(line)
        rest = rest[len(line) :]
    assert not rest.strip(BLANKS)


@given(TEXTS, LIMITS)
def test_every_line_fits(text: str, limit: int) -> None:
    assert all(width(line) <= limit for line in break_text(text, advance, limit))


@given(TEXTS, LIMITS)
def test_an_untidy_break_has_no_tidy_alternative(text: str, limit: int) -> None:
    lines = break_text(text, advance, limit)
    for line, following in pairwise(lines):
        if line and following and not is_tidy(line[-1], following[0]) and not _blank_between(text, line, following):
            inside = [(a, b) for a, b in pairwise(line) if a not in BLANKS and is_tidy(a, b)]
            assert not inside, (line, following)


@given(TEXTS, LIMITS)
def test_a_word_is_cut_only_when_it_is_wider_than_the_line(text: str, limit: int) -> None:
    for line, following in pairwise(break_text(text, advance, limit)):
        cut = line[-1:].isalnum() and following[:1].isalnum() and (line[-1] + following[0]).isascii()
        if cut and not _blank_between(text, line, following):
            assert not any(may_break(a, b) for a, b in pairwise(line.lstrip(BLANKS)))


def _blank_between(text: str, line: str, following: str) -> bool:
    places = [at + len(line) for at in range(len(text)) if text.startswith(line, at)]
    return any(text[at : at + 1] in tuple(BLANKS) and text[at:].lstrip(BLANKS).startswith(following) for at in places)


@given(st.text(max_size=60), LIMITS)
def test_any_text_at_all_comes_through(text: str, limit: int) -> None:
    kept = "".join("".join(break_text(text, advance, limit)).split())
    assert kept == "".join("".join(text.splitlines()).split())


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("", 10, [""]),
        ("循環水泵", 4, ["循環", "水泵"]),
        ("冷卻水塔，含基礎座", 8, ["冷卻水", "塔，含基", "礎座"]),  # no comma at the start
        ("水泵（含安裝）", 6, ["水泵", "（含安", "裝）"]),  # no opening mark at the end
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("循環水泵 10HP 兩台", 10, ["循環水泵", "10HP 兩台"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("CT-200RT", 4, ["CT-2", "00RT"]),
        ("非破壞性well-known檢測", 14, ["非破壞性well-", "known檢測"]),
        ("等等……好", 5, ["等", "等……", "好"]),
        ("一\n\n二", 10, ["一", "", "二"]),
        ("總價 1,234,567.89 元", 12, ["總價", "1,234,567.89", "元"]),
        ("a\u00a0b c", 4, ["a\u00a0b", "c"]),
        ("寬", 1, ["寬"]),
    ],
)
def test_known_breaks(text: str, limit: int, lines: list[str]) -> None:
    assert break_text(text, advance, limit) == lines
