"""The quotation PDF, read back: where its texts stand, what they say, what the file tells about itself."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

import pdfplumber
import pypdf
import pytest
from reportlab.pdfbase.ttfonts import TTFont

from desktop_crm.core import paths
from desktop_crm.core.i18n import translator
from desktop_crm.core.words import amount_in_words
from desktop_crm.models.snapshot import Buyer, QuotationSnapshot, Seller, SnapshotLine
from desktop_crm.reports import fonts
from desktop_crm.reports.quotation_pdf import render, uncovered
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import LEFT, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, Style, Writer

T = translator("zh_TW")
SELLER = Seller(
    name="明德水電工程行",
    name_en="Ming De Plumbing & Electric",
    tax_number="99128084",
    address="台北市中山區中山北路三段 22 號",
    phone="02-2592-0000",
    fax="02-2592-0001",
    bank="第一銀行",
    bank_branch="中山分行",
    bank_account_name="明德水電工程行",
    bank_account="123-45-678901",
)
BUYER = Buyer("宏益建設有限公司", "99121097", "張志明", "經理", "04-2251-0000", "台中市西屯區市政路 100 號")
NAMES = (
    "冷卻水塔 200RT（含基礎座）",
    "循環水泵 10HP，含安裝、配管、配電、試車與既有管線之拆除清運（平日施工，不含高空作業車）及一年期保固",
    "Annual maintenance of the cooling tower, twelve visits, parts and consumables not included",
    "長" * 90,
    "W" * 120,
)


def item(number: int, name: str) -> SnapshotLine:
    quantity, price = number % 7 + 1, 1000 + number
    return SnapshotLine(
        "item",
        name,
        specification="FRP 外殼，低噪音風扇，" * (number % 4),
        quantity=Decimal(quantity),
        unit="台",
        unit_price=Decimal(price),
        amount=quantity * price,
    )


def quotation(lines: tuple[SnapshotLine, ...], **changes: Any) -> QuotationSnapshot:
    """A believable quotation over ``lines``, exclusive of 5 % tax."""
    net = sum(line.amount for line in lines if line.kind == "item")
    tax = (net * 5 + 50) // 100
    snapshot = QuotationSnapshot(
        seller=SELLER,
        buyer=BUYER,
        lines=lines,
        currency="TWD",
        number="Q20261121-003",
        revision=2,
        issued_on=dt.date(2026, 11, 21),
        valid_until=dt.date(2026, 12, 20),
        tax_mode="exclusive",
        tax_percent=Decimal(5),
        subtotal=net,
        discount=0,
        net=net,
        tax=tax,
        total=net + tax,
        project_name="B 棟冷卻塔二期",
        site="台中市西屯區",
        salesperson="陳雅婷",
        salesperson_mobile="0912-000-345",
        payment_terms="訂金 30%，驗收後付清",
        notes="一、含運費。\n二、不含高空作業。",
    )
    return replace(snapshot, **changes)


def long_quotation(count: int) -> QuotationSnapshot:
    """``count`` numbered lines with names of every length, a section before each twentieth."""
    lines: list[SnapshotLine] = []
    for number in range(count):
        if number % 20 == 0:
            lines.append(SnapshotLine("section", f"第 {number // 20 + 1} 區"))
        lines.append(item(number, NAMES[number % len(NAMES)] if number % 4 == 0 else NAMES[0]))
    return quotation(tuple(lines))


@dataclass(frozen=True)
class Read:
    """One page as a PDF reader sees it: characters and words that are not tilted."""

    chars: list[dict[str, Any]]
    words: list[dict[str, Any]]
    text: str


def is_tilted(thing: dict[str, Any]) -> bool:
    """Whether this is a character of the mark across the sheet."""
    return bool(thing["object_type"] == "char" and thing["matrix"][1] != 0)


def read(data: bytes) -> list[Read]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        pages = [page.filter(lambda thing: not is_tilted(thing)) for page in pdf.pages]
        return [Read(page.chars, page.extract_words(x_tolerance=1.5), page.extract_text()) for page in pages]


@lru_cache(maxsize=8)
def long_pages(count: int) -> tuple[Read, ...]:
    return tuple(read(render(long_quotation(count), T)))


def overlaps(chars: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pairs of visible characters whose boxes share more than a hair."""
    shown = sorted((c for c in chars if c["text"].strip()), key=lambda c: c["top"])
    for index, a in enumerate(shown):
        for b in shown[index + 1 :]:
            if b["top"] > a["bottom"] - 0.5:
                break
            if min(a["x1"], b["x1"]) - max(a["x0"], b["x0"]) > 0.5:
                yield a["text"], b["text"]


def assert_tidy(pages: list[Read] | tuple[Read, ...]) -> None:
    for page in pages:
        assert not list(overlaps(page.chars))
        for char in page.chars:
            assert MARGIN - 0.1 <= char["x0"] < char["x1"] <= PAGE_WIDTH - MARGIN + 0.1, char["text"]
            assert MARGIN - 0.1 <= char["top"] < char["bottom"] <= PAGE_HEIGHT - 20, char["text"]


def numbered_rows(pages: tuple[Read, ...]) -> list[tuple[int, int]]:
    """(line number, amount) of every baseline that has both."""
    rows = []
    for page in pages:
        numbers = [w for w in page.words if abs(w["x0"] - LEFT - 4) < 0.6 and w["text"].isdecimal()]
        for word in numbers:
            amounts = [
                w["text"]
                for w in page.words
                if abs(w["x1"] - RIGHT + 4) < 0.6 and abs(w["bottom"] - word["bottom"]) < 0.1
            ]
            assert len(amounts) == 1, word["text"]
            rows.append((int(word["text"]), int(amounts[0].replace(",", ""))))
    return rows


@pytest.mark.parametrize("count", [1, 5, 20, 60, 200])
def test_nothing_overlaps_and_everything_is_inside_the_margins(count: int) -> None:
    assert_tidy(long_pages(count))


@pytest.mark.parametrize("count", [1, 5, 20, 60, 200])
def test_each_amount_stands_beside_its_number_and_they_add_up(count: int) -> None:
    snapshot = long_quotation(count)
    rows = numbered_rows(long_pages(count))
    assert rows == [(n, line.amount) for n, line in enumerate((x for x in snapshot.lines if x.kind == "item"), 1)]
    last = long_pages(count)[-1].text
    assert f"{snapshot.net:,}" in last
    assert f"{snapshot.tax:,}" in last
    assert f"NT$ {snapshot.total:,}" in last
    assert sum(amount for _, amount in rows) == snapshot.net


@pytest.mark.parametrize("count", [1, 60, 200])
def test_every_page_has_its_heading_columns_and_number(count: int) -> None:
    pages = long_pages(count)
    assert (len(pages) > 1) == (count > 1)
    for number, page in enumerate(pages, 1):
        assert T("Page %(page)s of %(pages)s", page=number, pages=len(pages)) in page.text
        assert "Q20261121-003" in page.text
        assert "宏益建設有限公司" in page.text
        if numbered_rows((page,)):
            assert T("Item and specification") in page.text
            assert T("Unit price") in page.text


def test_a_line_taller_than_a_page_continues_with_its_amount_at_its_beginning() -> None:
    lines = (item(1, "甲"), item(2, "長篇說明" * 900), item(3, "丙"))
    pages = tuple(read(render(quotation(lines), T)))
    assert_tidy(pages)
    assert len(pages) > 2
    assert [number for number, _ in numbered_rows(pages)] == [1, 2, 3]
    assert "".join(page.text for page in pages).count("說") == 900
    first = next(page for page in pages if "說" in page.text)
    top = min(char["bottom"] for char in first.chars if char["text"] == "說")
    assert any(word["text"] == "2" and abs(word["bottom"] - top) < 0.1 for word in first.words)


def test_section_subtotals_add_up_to_the_sum_of_lines() -> None:
    lines = (SnapshotLine("section", "甲"), item(1, "一"), item(2, "二"), SnapshotLine("section", "乙"), item(3, "三"))
    text = read(render(quotation(lines), T))[0].text
    label = T("Section subtotal")
    printed = [int(row.split()[-1].replace(",", "")) for row in text.splitlines() if row.startswith(label)]
    assert printed == [lines[1].amount + lines[2].amount, lines[4].amount]
    alone = read(render(quotation(lines[:3]), T))[0].text
    assert label not in alone


def test_options_and_alternatives_are_grey_and_outside_the_amount_column() -> None:
    option = replace(item(5, "水質處理設備"), kind="option", amount=38_123)
    other = replace(item(6, "大一號水塔"), kind="alternative", amount=198_456)
    page = read(render(quotation((item(1, "水塔"), option, other)), T))[0]
    assert T("Option: %(amount)s, not in the total", amount="38,123") in page.text
    assert T("Alternative: %(amount)s, not in the total", amount="198,456") in page.text
    in_amounts = {w["text"] for w in page.words if abs(w["x1"] - RIGHT + 4) < 0.6}
    assert not in_amounts & {"38,123", "198,456"}
    colours = {c["non_stroking_color"] for c in page.chars if c["text"] in "質處"}
    ink = {c["non_stroking_color"] for c in page.chars if c["text"] == "塔"}
    assert len(colours) == 1
    assert colours.isdisjoint(ink - colours)
    assert ink - colours


def test_totals_by_tax_mode_and_kind() -> None:
    lines = (item(1, "甲"),)
    discounted = read(render(quotation(lines, discount=2, subtotal=2002, net=2000, tax=100, total=2100), T))[0].text
    assert T("Less discount") in discounted
    assert "-2" in discounted.split()
    untaxed = read(render(quotation(lines, tax_mode="untaxed", tax=0, total=2002), T))[0].text
    assert T("Total before tax") in untaxed
    assert T("Grand total (incl. tax)") not in untaxed
    assert T("Prices do not include business tax") in untaxed
    inclusive = read(render(quotation(lines, tax_mode="inclusive"), T))[0].text
    assert T("Unit prices include business tax") in inclusive
    zero = read(render(quotation(lines, tax_kinds=("zero_rated",), tax=0), T))[0].text
    assert T("VAT (zero-rated)") in zero
    mixed = quotation((*lines, replace(item(2, "乙"), tax_kind="exempt")), tax_kinds=("taxable", "exempt"))
    text = read(render(mixed, T))[0].text
    assert T("VAT %(percent)s on taxable items", percent="5%") in text
    assert T("tax-exempt") in text


@pytest.mark.parametrize("lang", ["zh_TW", "zh_CN", "en"])
@pytest.mark.parametrize("second", [None, "en", "zh_TW"])
def test_every_language_and_pair_of_languages(lang: str, second: str | None) -> None:
    t, u = translator(lang), translator(second) if second else None
    snapshot = quotation((item(1, "水塔"), replace(item(2, "水泵"), discount_percent=Decimal(5))))
    data = render(snapshot, t, second=u)
    pages = read(data)
    assert_tidy(pages)
    text = pages[0].text
    for msgid in ("Unit price", "Total (excl. tax)", "Valid until", "Payment terms"):
        assert t(msgid) in text
        assert u is None or u(msgid) in text
    assert "〓" not in text
    words = amount_in_words(snapshot.total, "TWD", lang)
    assert words.replace(" ", "") in text.replace(" ", "").replace("\n", "")


def test_fonts_are_embedded_and_chosen_by_language() -> None:
    for lang, script in (("zh_TW", "TC"), ("zh_CN", "SC"), ("en", "TC")):
        reader: Any = pypdf.PdfReader(io.BytesIO(render(long_quotation(5), translator(lang))))
        found = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
        assert found
        for font in found:
            assert f"+NotoSans{script}-" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"]


def test_the_file_says_nothing_but_its_number_and_date() -> None:
    snapshot = long_quotation(5)
    reader: Any = pypdf.PdfReader(io.BytesIO(render(snapshot, T)))
    assert reader.root_object["/Lang"] == "zh-TW"
    info = reader.metadata
    assert info is not None
    assert info.title == "Q20261121-003"
    assert info.creation_date is not None
    assert info.creation_date.date() == snapshot.issued_on
    said = {str(value) for key, value in info.items() if key not in ("/CreationDate", "/ModDate")}
    assert said == {"Q20261121-003", "", "Desktop CRM", "/False"}


def test_equal_input_gives_equal_bytes() -> None:
    assert render(long_quotation(20), T) == render(long_quotation(20), T)
    assert render(long_quotation(20), T) != render(long_quotation(5), T)


EVIL = '<b>粗體</b> & "引" =HYPERLINK("http://x") 😀 שלום \u202e\x07\ufe0f%(name)s %s ' + "x" * 230


def test_hostile_texts_are_drawn_as_they_are() -> None:
    line = replace(item(1, EVIL), specification=EVIL, unit=EVIL)
    texts: Any = {item.name: EVIL for item in fields(Seller) if item.name not in ("logo", "chop")}
    seller = Seller(**texts, logo=b"no image", chop=b"\x89PNG\r\n\x1a\n")
    snapshot = quotation(
        (line, SnapshotLine("section", EVIL), SnapshotLine("note", EVIL), line),
        seller=seller,
        buyer=Buyer(*[EVIL] * 6),
        project_name=EVIL,
        site=EVIL,
        salesperson=EVIL,
        payment_terms=EVIL,
        notes=EVIL * 8,
    )
    pages = read(render(snapshot, T, second=translator("en")))
    assert_tidy(pages)
    text = "".join(page.text for page in pages)
    assert "<b>粗體</b> & " in text
    assert "〓" in text
    assert "%(name)s %s" in text
    assert not {"\u202e", "\x07", "\ufe0f"} & set(text)


def test_uncovered_characters_are_listed_once() -> None:
    snapshot = quotation((item(1, "水塔 😀 贰圆 😀"),), notes="ש 👨\u200d👩", labels={"title": "☑"})
    assert uncovered(snapshot) == ["😀", "ש", "👨", "👩", "☑"]
    assert uncovered(long_quotation(5)) == []


def test_huge_and_negative_amounts_fit() -> None:
    huge = replace(
        item(1, "橋"),
        quantity=Decimal("-999999999.9999"),
        unit_price=Decimal("9999999999.9999"),
        discount_percent=Decimal("12.3456"),
        amount=-999_999_999_999_999,
    )
    total = -999_999_999_999_999
    for code, shown in (("USD", "-9,999,999,999,999.99"), ("TWD", "-999,999,999,999,999")):
        page = read(render(quotation((huge,), currency=code, net=total, tax=0, total=total), T))[0]
        assert_tidy([page])
        assert shown in [w["text"] for w in page.words if abs(w["x1"] - RIGHT + 4) < 0.6]
        assert min(c["size"] for c in page.chars) > 6


def test_prices_dates_and_labels() -> None:
    words = Words(T, currency="USD", roc=True, labels={"title": "估價單"})
    assert [words.price(Decimal(p)) for p in ("95.238", "95", "1E+3", "-0.5")] == [
        "95.238",
        "95.00",
        "1,000.00",
        "-0.50",
    ]
    assert words.amount(-5) == "-0.05"
    assert words.date(dt.date(2026, 11, 21)) == "115 年 11 月 21 日"
    assert words.date(dt.date(1911, 12, 31)) == "1911-12-31"
    assert words.date(dt.date(9999, 1, 1)) == "8088 年 1 月 1 日"
    assert words.label("title") == "估價單"
    assert Words(translator("en"), currency="TWD", roc=True).date(dt.date(2026, 1, 2)) == "2026-01-02"


def test_drafts_and_copies_say_so() -> None:
    draft = quotation((item(1, "甲"),), number="", is_draft=True)
    data = render(draft, T)
    assert T("(given on issue)") in read(data)[0].text
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        tilted = "".join(c["text"] for c in pdf.pages[0].chars if is_tilted(c))
    assert tilted == T("Draft").upper()
    plain = quotation((item(1, "甲"),))
    assert T("File copy") in read(render(replace(plain, is_copy=True), T))[0].text
    assert T("File copy") not in read(render(plain, T))[0].text


def test_logo_and_chop_are_drawn_beside_the_texts() -> None:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGBA", (60, 40), (200, 30, 30, 128)).save(buffer, "PNG")
    seller = replace(SELLER, logo=buffer.getvalue(), chop=buffer.getvalue())
    with pdfplumber.open(io.BytesIO(render(quotation((item(1, "甲"),), seller=seller), T))) as pdf:
        page = pdf.pages[0]
        assert len(page.images) == 2
        for image, char in ((i, c) for i in page.images for c in page.chars if c["text"].strip()):
            apart = char["x0"] >= image["x1"] or char["x1"] <= image["x0"]
            assert apart or char["top"] >= image["bottom"] or char["bottom"] <= image["top"], char["text"]


def test_the_quick_parse_reads_what_reportlab_reads() -> None:
    name = "NotoSansTC-Regular"
    quick = fonts.font(name).face
    slow = TTFont("check", str(paths.resource_dir() / "fonts" / f"{name}.ttf")).face
    for table in (quick.charToGlyph, quick.charWidths, slow.charToGlyph, slow.charWidths):
        table.pop(0xA0, None)  # reportlab sets the no-break space to the space
    assert quick.charToGlyph == slow.charToGlyph
    assert quick.charWidths == slow.charWidths
    assert quick.hmetrics == slow.hmetrics
    assert quick.glyphPos == slow.glyphPos


def test_the_second_face_is_parsed_only_for_characters_the_first_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    font = fonts.font

    def asking(name: str) -> TTFont:
        asked.append(name)
        return font(name)

    monkeypatch.setattr(fonts, "font", asking)
    face = fonts.Typeface(("NotoSansTC-Regular", "NotoSansSC-Regular"))
    assert face.pieces("水塔 A1") == [("NotoSansTC-Regular", "水塔 A1")]
    assert set(asked) == {"NotoSansTC-Regular"}
    assert face.pieces("壹贰😀") == [
        ("NotoSansTC-Regular", "壹"),
        ("NotoSansSC-Regular", "贰"),
        ("NotoSansTC-Regular", "〓"),
    ]


def test_cleaning_drops_what_cannot_be_drawn() -> None:
    assert fonts.clean("a\tb\nc\u200b\u202e\x00\ufe0fe\u0301") == "a b cé"
    assert fonts.clean("一\r\n二\x85三", lines=True) == "一\n二\n三"
    assert fonts.clean("中\u3000文\u00a0A") == "中\u3000文\u00a0A"


def test_boxes_do_not_meet_each_other() -> None:
    with pdfplumber.open(io.BytesIO(render(long_quotation(20), T))) as pdf:
        for page in pdf.pages:
            dashed = [r for r in page.rects if not r["fill"]]
            for a, b in combinations(dashed, 2):
                assert a["x1"] <= b["x0"] or b["x1"] <= a["x0"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]


def test_the_name_of_the_shop_is_set_smaller_before_it_is_broken() -> None:
    writer = Writer("zh_TW")
    style = Style(17, 23, bold=True)
    name = "台中永安冷氣工程有限公司"
    assert [len(writer.headline(name, style, 0.0, width)) for width in (250.0, 150.0, 100.0)] == [1, 1, 3]
    (band,) = writer.headline(name, style, 0.0, 150.0)
    assert writer.width(name, band.runs[0].style) == pytest.approx(150.0)
    assert writer.headline(" ", style, 0.0, 150.0) == []
