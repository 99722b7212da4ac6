"""Build ``resources/text``: the small tables behind search, readings and sort orders.

Run by hand when a source changes (needs pypinyin and opencc, which the program itself does not):

    python packaging/build_text_tables.py path/to/strokes.csv

``strokes.csv`` has the columns char, strokes, radical, taken from the Unihan database. A change of
the tables changes what is found: raise ``NORMALISER_VERSION`` in ``core/readings.py`` with it.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

import opencc
from pypinyin import Style
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal, to_tone3
from pypinyin.style import convert

OUT = Path(__file__).resolve().parents[1] / "resources" / "text"
MIN_PHRASES = 2
MIN_SHARE = 0.04

# Readings of surnames that differ from the usual reading, with tone. Source: common dictionaries of surnames.
SURNAMES = """
單 shan4|单 shan4|曾 zeng1|解 xie4|任 ren2|仇 qiu2|查 zha1|朴 piao2|翟 zhai2|樂 yue4|乐 yue4|區 ou1|区 ou1|蓋 ge3
盖 ge3|種 chong2|种 chong2|召 shao4|折 she2|員 yun4|员 yun4|繁 po2|洗 xian3|燕 yan1|華 hua4|华 hua4|紀 ji3|纪 ji3
寧 ning4|宁 ning4|那 na1|過 guo1|过 guo1|宿 su4|覃 qin2|祭 zhai4|秘 bi4|祕 bi4|車 che1|车 che1|葉 ye4|叶 ye4
盛 sheng4|沈 shen3|逄 pang2|繆 miao4|缪 miao4|粘 nian2|么 yao1|曲 qu1|瞿 qu2|闞 kan4|阚 kan4|強 qiang2|强 qiang2
應 ying1|应 ying1|牟 mu4|都 du1|賁 ben1|贲 ben1|柏 bo2|隗 wei3|郗 xi1|石 shi2|黑 he4|蕭 xiao1|肖 xiao1|呂 lv3
吕 lv3|尹 yin3|佘 she2|俞 yu2|長孫 zhang3 sun1|长孙 zhang3 sun1|令狐 ling2 hu2|尉遲 yu4 chi2|尉迟 yu4 chi2
萬俟 mo4 qi2|万俟 mo4 qi2|澹臺 tan2 tai2|澹台 tan2 tai2|單于 chan2 yu2|单于 chan2 yu2|夏侯 xia4 hou2|万 wan4
"""

# Readings of Taiwan whose letter differs from the mainland's: added beside the others. Source: the Ministry of
# Education's 一字多音審訂表.
TAIWAN = {
    "圾": "se",
    "垃": "le",
    "液": "yi",
    "括": "gua",
    "蝸": "gua",
    "和": "han",
    "癌": "yan",
    "攜": "xi",
    "虹": "hong",
}


def main(strokes_csv: str) -> None:
    """Write every table; print its size."""
    strokes = _strokes(strokes_csv)
    primary, more = _readings()
    OUT.mkdir(parents=True, exist_ok=True)
    _write("simplified.txt", _simplified())
    _write("strokes.txt", _stroke_lines(strokes))
    _write("pinyin.txt", _pinyin_lines(primary, strokes))
    _write("more_readings.txt", _grouped(more))
    _write("surnames.txt", _surname_entries())
    _write("zhuyin.txt", _zhuyin_lines(set(primary.values()) | {s for group in more.values() for s in group}))


def _write(name: str, lines: list[str]) -> None:
    data = "\n".join(lines).encode() + b"\n"
    (OUT / name).write_bytes(data)
    print(f"{name}: {len(lines)} lines, {len(data)} bytes")


def _strokes(path: str) -> dict[str, tuple[int, int, int]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {r["char"]: (int(r["strokes"]), int(r["radical"]), ord(r["char"])) for r in rows}


def _stroke_lines(strokes: dict[str, tuple[int, int, int]]) -> list[str]:
    """One line for each stroke count: the count, a space, its characters by radical and code point."""
    groups: dict[int, list[str]] = defaultdict(list)
    for char in sorted(strokes, key=strokes.__getitem__):
        groups[strokes[char][0]].append(char)
    return [f"{count} {''.join(chars)}" for count, chars in groups.items()]


def _simplified() -> list[str]:
    """Two lines: the characters that change, and what each becomes; applied once, it is stable."""
    converters = [opencc.OpenCC(name) for name in ("t2s", "tw2s", "hk2s")]

    def step(char: str) -> str:
        for converter in converters:
            if (found := converter.convert(char)) != char and len(found) == 1:
                return str(found)
        return char

    pairs: dict[str, str] = {}
    for char in map(chr, (*range(0x3400, 0xA000), *range(0x20000, 0x323B0))):
        target, seen = step(char), {char}
        while target not in seen and step(target) != target:
            seen.add(target)
            target = step(target)
        if target not in seen:
            pairs[char] = target
    return ["".join(pairs), "".join(pairs.values())]


def _phrase_counts() -> dict[str, Counter[str]]:
    """How often each character has which reading in pypinyin's phrases."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == len(readings):
            for char, reading in zip(phrase, readings, strict=True):
                counts[char][to_normal(reading[0])] += 1
    return counts


def _readings() -> tuple[dict[str, str], dict[str, list[str]]]:
    """The usual reading of each character with its tone, and its further ones that phrases really use."""
    counts, to_simple = _phrase_counts(), opencc.OpenCC("t2s")
    primary: dict[str, str] = {}
    more: dict[str, list[str]] = {}
    for code, listed in PINYIN_DICT.items():
        char = chr(code)
        toned = [t for t in (_toned(r) for r in listed.split(",")) if t]
        if not toned:
            continue
        primary[char] = toned[0]
        simple = to_simple.convert(char)
        used = counts[char] + (counts[simple] if simple != char else Counter())
        total = sum(used.values())
        plain = dict.fromkeys(t.rstrip("12345") for t in toned)
        extra = [p for p in list(plain)[1:] if used[p] >= MIN_PHRASES and used[p] >= MIN_SHARE * total]
        if char in TAIWAN and TAIWAN[char] not in (*extra, next(iter(plain))):
            extra.append(TAIWAN[char])
        if extra:
            more[char] = extra
    return primary, more


def _toned(reading: str) -> str:
    """``hóng`` as ``hong2``; empty for the few syllables (ḿ, ê) nobody types."""
    text = str(to_tone3(reading, neutral_tone_with_five=True)).replace("ü", "v")
    plain = text.rstrip("12345")
    return text if plain.isascii() and plain.isalpha() and set(plain) & set("aeiouv") else ""


def _surname_entries() -> list[str]:
    return [entry for line in SURNAMES.split("\n") for entry in line.split("|") if entry]


def _pinyin_lines(primary: dict[str, str], strokes: dict[str, tuple[int, int, int]]) -> list[str]:
    """One line for each toned syllable: its characters in stroke order, ``|``, and those that read so as surnames."""
    groups: dict[str, list[str]] = defaultdict(list)
    surnames: dict[str, list[str]] = defaultdict(list)
    for char in sorted(primary, key=lambda c: (strokes.get(c, (99, 999, 0))[:2], ord(c))):
        groups[primary[char]].append(char)
    for entry in _surname_entries():
        name, *syllables = entry.split(" ")
        for char, syllable in zip(name, syllables, strict=True):
            if primary[char] != syllable and char not in surnames[syllable]:
                surnames[syllable].append(char)
    names = sorted(groups.keys() | {s for s in surnames if surnames[s]})
    return [f"{s} {''.join(groups[s])}" + (f"|{''.join(surnames[s])}" if surnames[s] else "") for s in names]


def _grouped(more: dict[str, list[str]]) -> list[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for char, syllables in more.items():
        for syllable in syllables:
            groups[syllable].append(char)
    return [f"{s} {''.join(groups[s])}" for s in sorted(groups)]


def _zhuyin_lines(toned: set[str]) -> list[str]:
    """Each toneless syllable and its 注音 spelling."""
    lines = []
    for syllable in sorted(
        {t.rstrip("12345") for t in toned} | {entry.split(" ")[1][:-1] for entry in _surname_entries()}
    ):
        spelling = convert(syllable.replace("v", "ü"), Style.BOPOMOFO, strict=True)
        lines.append(f"{syllable} {''.join(c for c in spelling if 'ㄅ' <= c <= 'ㄯ')}")
    return lines


if __name__ == "__main__":
    main(sys.argv[1])
