"""Stored keys that put names in order: by strokes (zh_TW) and by pinyin (zh_CN).

A key is bytes and compares byte by byte, so that SQLite and PostgreSQL sort alike. Digits and Latin
letters come first, then other scripts, then Chinese characters (two bytes each), then characters the
tables do not know. Source of the orders: Unihan stroke counts, then radical, then code point, as the
CLDR stroke order; pinyin with tones, then strokes, as the CLDR pinyin order.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from desktop_crm.core.readings import read_lines

MAX_CHARS = 20
_HAN = 0x8000
_OTHER = b"\x7f"
_UNKNOWN_HAN = b"\xff"

Ranks = dict[str, bytes]


def stroke_key(text: str) -> bytes:
    """The key of the zh_TW order: strokes of the first character, then of the second, ..."""
    return _key(text, _stroke_ranks(), {})


def pinyin_key(text: str) -> bytes:
    """The key of the zh_CN order; the first characters are read as a surname where that differs (曾 zeng, 單 shan)."""
    ranks, surnames = _pinyin_ranks()
    return _key(text, ranks, surnames)


def _key(text: str, ranks: Ranks, surnames: dict[str, bytes]) -> bytes:
    clean = _clean(text)[:MAX_CHARS]
    for length in (2, 1):
        if key := surnames.get(clean[:length]):
            return key + b"".join(_sign(char, ranks) for char in clean[length:])
    return b"".join(_sign(char, ranks) for char in clean)


def _clean(text: str) -> str:
    """Folded for ordering: width, case and accents do not count, of the signs between words one space remains."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return " ".join("".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", bare)).split())


def _sign(char: str, ranks: Ranks) -> bytes:
    if char < "\x7f":
        return char.encode()
    if found := ranks.get(char):
        return found
    code = ord(char)
    is_han = 0x3400 <= code <= 0x9FFF or code >= 0x20000
    return (_UNKNOWN_HAN if is_han else _OTHER) + code.to_bytes(3, "big")


@cache
def _stroke_ranks() -> Ranks:
    chars = "".join(chars for _, chars in read_lines("strokes.txt"))
    return {char: (_HAN + rank).to_bytes(2, "big") for rank, char in enumerate(chars)}


@cache
def _pinyin_ranks() -> tuple[Ranks, dict[str, bytes]]:
    """Ranks of the characters (two bytes hold those of the BMP), and keys of surnames read in their own way."""
    ranks: Ranks = {}
    apart: dict[tuple[str, str], bytes] = {}
    rank = _HAN
    for syllable, line in read_lines("pinyin.txt"):
        chars, _, surnames = line.partition("|")
        basic = [char for char in chars if char < "\U00010000"]
        ranks.update((char, (rank + i).to_bytes(2, "big")) for i, char in enumerate(basic))
        rank += len(basic)
        for char in surnames:
            apart[char, syllable] = rank.to_bytes(2, "big")
            rank += 1
    keys = {}
    for name, spelt in read_lines("surnames.txt"):
        pairs = zip(name, spelt.split(" "), strict=True)
        keys[name] = b"".join(apart.get(pair) or ranks[pair[0]] for pair in pairs)
    return ranks, keys
