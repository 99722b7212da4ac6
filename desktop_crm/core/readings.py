"""How names are written and read: folded for searching, and spelt in pinyin and 注音.

Stored texts hold three kinds of marks that typed text can never contain, so that letters of a reading
are not mistaken for letters of a name: pinyin initials are capitals ``U+00C0`` to ``U+00DE``, whole
syllables are one sign each from ``U+F0001``, and ``SEPARATOR`` stands between fields.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

from desktop_crm.core.paths import resource_dir

NORMALISER_VERSION = 1  # raised whenever normalise(), the readings or their tables change: the index is then rebuilt
SEPARATOR = "\uf8ff"
MAX_VARIANTS = 8
MAX_SYLLABLE_VARIANTS = 4
READ_CHARS = 48  # of a longer name only the beginning is given readings
MAX_FORMS = 24

_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "".join(chr(c) for c in range(0xC0, 0xDF) if c != 0xD7)[:26])
_FIRST_SYLLABLE = 0xF0001


def normalise(text: str) -> str:
    """Fold ``text`` for searching: NFKC, lower case, no spaces or punctuation, no accents, simplified characters.

    Applying it twice changes nothing. Digits of any script become 0 to 9.
    """
    while True:
        text = unicodedata.normalize("NFKC", text).translate(_folds())
        if unicodedata.is_normalized("NFKC", text):
            return text


def has_han(text: str) -> bool:
    """Whether a Chinese character stands in ``text``."""
    return any(_is_han(char) for char in text)


def readings(name: str) -> list[str]:
    """The initials of a Chinese name: up to 8 in pinyin (as capitals from U+00C0), then up to 8 in 注音.

    Surname readings come first. A name without a Chinese character has none.
    """
    spelt = _spelt(name)
    return _variants([s.capitals for s in spelt], MAX_VARIANTS) + _variants([s.zhuyin for s in spelt], MAX_VARIANTS)


def search_readings(name: str) -> list[str]:
    """All readings the search index keeps of a name: ``readings`` and the whole pinyin, a sign for each syllable."""
    spelt = _spelt(name)
    return [
        *_variants([s.capitals for s in spelt], MAX_VARIANTS),
        *_variants([s.zhuyin for s in spelt], MAX_VARIANTS),
        *_variants([s.signs for s in spelt], MAX_SYLLABLE_VARIANTS),
    ]


def pinyin_full(name: str) -> str:
    """The name spelt in pinyin without tones or spaces: 宏益 ``hongyi``; other letters as they are."""
    return "".join(spelling.pinyin[0] for spelling in _spelt(name)) or normalise(name)


def typed_forms(term: str) -> list[str]:
    """What a normalised word may stand for in a stored text: itself, its initials, its syllables.

    ``hy`` also gives the capitals that mark initials; ``hongyi`` the signs of hong-yi, hong-yin and hong-ying
    (the last syllable may be unfinished); 注音 gives itself and, spelt out, the same signs.
    """
    if term.isascii() and not term.isdigit():
        forms = [term, term.translate(_CAPITALS)]
        return forms + (_segmented(term, _spellings("pinyin")) if term.isalpha() and len(term) > 1 else [])
    if term and all("ㄅ" <= char <= "ㄯ" for char in term):
        return [term] + (_segmented(term, _spellings("zhuyin")) if len(term) > 1 else [])
    return [term]


def read_lines(name: str) -> Iterator[tuple[str, str]]:
    """The lines of ``resources/text/name`` parted at their first space."""
    for line in (resource_dir() / "text" / name).read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(" ")
        yield key, rest


# -- folding ---------------------------------------------------------------------------------------


class _Folds(dict[int, str]):
    """What each character becomes; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code), self.simplified)
        return folded

    def __init__(self, simplified: dict[int, int]) -> None:
        super().__init__()
        self.simplified = simplified


@cache
def _folds() -> _Folds:
    (source, _), (target, _) = read_lines("simplified.txt")
    return _Folds(str.maketrans(source, target))


def _fold(char: str, simplified: dict[int, int]) -> str:
    """One character folded until nothing changes any more."""
    while True:
        parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", char.casefold()))
        kept = "".join(_plain(c) for c in parts if _is_kept(c))
        folded = unicodedata.normalize("NFKC", kept).translate(simplified)
        if folded == char:
            return folded
        if len(folded) != 1:
            return "".join(_fold(c, simplified) for c in folded)
        char = folded


def _plain(char: str) -> str:
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


def _is_kept(char: str) -> bool:
    """Letters, digits, emoji, private characters of a user's font; no accents, tone marks, signs or our own marks."""
    code = ord(char)
    if 0x2B0 <= code < 0x370 or 0xFE00 <= code <= 0xFE0F or code >= 0xE0000 or char == SEPARATOR:
        return False
    kind = unicodedata.category(char)
    return kind[0] in "LNM" or kind == "Co" or (kind == "So" and code >= 0x1F000)


# -- readings --------------------------------------------------------------------------------------


def _is_han(char: str) -> bool:
    return "㐀" <= char <= "\u9fff" or char >= "\U00020000"


class _Spelling(NamedTuple):
    """The readings of one sign, the likeliest first, in four ways of writing."""

    pinyin: Sequence[str]
    capitals: Sequence[str]
    zhuyin: Sequence[str]
    signs: Sequence[str]


class _Spellings(dict[str, _Spelling]):
    """The readings of each sign that was met."""

    def __missing__(self, char: str) -> _Spelling:
        syllables = _readings().get(char)
        found = _spelling(syllables) if syllables else _Spelling(char, char.translate(_CAPITALS), char, char)
        self[char] = found
        return found


_spellings_of = _Spellings()


def _spelling(syllables: Sequence[str]) -> _Spelling:
    zhuyin, signs = _zhuyin(), _signs()
    return _Spelling(
        syllables,
        _unique(s[0].translate(_CAPITALS) for s in syllables),
        _unique(zhuyin[s][0] for s in syllables),
        _unique(signs[s] for s in syllables),
    )


def _spelt(name: str) -> list[_Spelling]:
    """The readings of each letter or digit of ``name``; empty without a Chinese character."""
    if name.isascii():
        return []
    text = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name)[: 2 * READ_CHARS]))[:READ_CHARS].lower()
    if not has_han(text):
        return []
    spelt = [_spellings_of[char] for char in text]
    for position, syllable in enumerate(_surname(text)):
        if spelt[position].pinyin[0] != syllable:
            spelt[position] = _spelling(_unique((syllable, *spelt[position].pinyin)))
    return spelt


def _surname(text: str) -> Sequence[str]:
    table = _surnames()
    return table.get(text[:2]) or table.get(text[:1]) or ()


def _unique(options: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(options))


def _variants(options: Sequence[Sequence[str]], limit: int) -> list[str]:
    """Up to ``limit`` spellings: the likeliest, then those that differ from it in one place, in two, ..."""
    if not options:
        return []
    base = [choice[0] for choice in options]
    if len(base) == sum(map(len, options)):
        return ["".join(base)]
    several = [i for i, choice in enumerate(options) if len(choice) > 1]
    found = ["".join(base)]
    for places in (group for size in range(1, len(several) + 1) for group in combinations(several, size)):
        for choices in product(*(options[i][1:] for i in places)):
            if len(found) == limit:
                return found
            varied = base.copy()
            for place, choice in zip(places, choices, strict=True):
                varied[place] = choice
            found.append("".join(varied))
    return found


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for syllable, chars in read_lines("pinyin.txt"):
        table.update(dict.fromkeys(chars.partition("|")[0], (syllable.rstrip("12345"),)))
    for syllable, chars in read_lines("more_readings.txt"):
        for char in chars:
            table[char] += (syllable,)
    return table


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    return {name: tuple(s.rstrip("12345") for s in rest.split(" ")) for name, rest in read_lines("surnames.txt")}


@cache
def _zhuyin() -> dict[str, str]:
    return dict(read_lines("zhuyin.txt"))


@cache
def _signs() -> dict[str, str]:
    return {syllable: chr(_FIRST_SYLLABLE + i) for i, syllable in enumerate(_zhuyin())}


# -- what was typed --------------------------------------------------------------------------------


@cache
def _spellings(system: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Spelling to sign, and every beginning of a spelling to the signs it may become."""
    spell: Callable[[str], str] = (lambda s: s) if system == "pinyin" else (lambda s: _zhuyin()[s])
    whole = {spell(syllable): sign for syllable, sign in _signs().items()}
    begun: dict[str, list[str]] = {}
    for spelling in sorted(whole, key=len):
        for end in range(1, len(spelling) + 1):
            begun.setdefault(spelling[:end], []).append(whole[spelling])
    return whole, begun


def _segmented(term: str, spellings: tuple[dict[str, str], dict[str, list[str]]]) -> list[str]:
    """The ways to cut ``term`` into syllables, the last perhaps unfinished; at most ``MAX_FORMS``, fewest cuts first.

    A last syllable of one letter counts only where there is no other way (``hongy``, but not ``xia-n``).
    """
    whole, begun = spellings
    ways: list[list[str]] = [[""], *([] for _ in term)]
    for end in range(1, len(term)):
        for start in range(max(0, end - 6), end):
            sign = whole.get(term[start:end])
            ways[end] += [way + sign for way in ways[start]][: MAX_FORMS - len(ways[end])] if sign else []
    last = range(max(0, len(term) - 6), len(term))
    cuts = [(start, way + sign) for start in last for sign in begun.get(term[start:], ()) for way in ways[start]]
    complete = [form for start, form in cuts if start < len(term) - 1]
    return sorted(complete or [form for _, form in cuts], key=len)[:MAX_FORMS]
