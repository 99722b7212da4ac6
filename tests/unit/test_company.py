"""The letterhead, terms and number patterns: what is stored, what is refused, and that the PDF shows the pictures."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core import number_patterns
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Company, Numbering, Trade
from desktop_crm.models import Device, QuotationRevision
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.reports import quotation_pdf
from desktop_crm.services import company, history, numbering, pictures, products, settings, staff, trade
from desktop_crm.services.quotation_snapshot import thaw
from desktop_crm.services.shops import Shop
from tests.unit.documents import customer, draft, issued, item, read, write

DAY = dt.date(2026, 11, 21)


# -- company ---------------------------------------------------------------------------------------


def test_the_details_are_trimmed_and_the_others_stay(shop: Shop) -> None:
    write(shop, company.change, {"phone": " 02-1234 ", "email": "a@b.tw"})
    write(shop, company.change, {"fax": "02-9"})
    stored = read(shop, settings.load, Company)
    assert (stored.name, stored.phone, stored.fax, stored.email) == ("明德水電工程行", "02-1234", "02-9", "a@b.tw")


@pytest.mark.parametrize(("values", "field"), [({"name": "  "}, "name"), ({"email": "a b@c"}, "email")])
def test_odd_details_are_refused(shop: Shop, values: dict[str, str], field: str) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, company.change, values)
    assert caught.value.field == field


def test_a_tax_number_is_checked_by_the_rule_of_the_country(shop: Shop) -> None:
    write(shop, company.change, {"tax_number": "04595257"})
    with pytest.raises(NeedsConfirmation):
        write(shop, company.change, {"tax_number": "04595258"})
    write(shop, company.change, {"tax_number": "04595258"}, confirmed=frozenset({"tax_number"}))
    write(shop, company.change, {"tax_number": "04595258", "phone": "1"})  # unchanged: not asked again
    assert read(shop, settings.load, Company).tax_number == "04595258"


def test_logo_and_chop_go_into_the_next_quotation_and_stay_in_it(shop: Shop, tmp_path: Path) -> None:
    Image.new("RGB", (900, 300), "green").save(tmp_path / "logo.png")
    Image.new("RGBA", (300, 300), (200, 0, 0, 90)).save(tmp_path / "chop.png")
    for which in ("logo", "chop"):
        write(shop, company.set_picture, which, pictures.prepare(tmp_path / f"{which}.png"))
    issued(shop, customer(shop))
    write(shop, company.set_picture, "logo", None)

    def frozen(session: Session) -> QuotationSnapshot | None:
        return thaw(session, session.scalars(select(QuotationRevision.snapshot_sha)).one() or "")

    snapshot = read(shop, frozen)
    assert snapshot is not None
    assert snapshot.seller.logo is not None
    assert snapshot.seller.chop is not None
    drawn = quotation_pdf.render(snapshot, translator("zh_TW"))
    assert drawn.count(b"/Subtype /Image") >= 2
    assert read(shop, company.load).logo is None


# -- pictures --------------------------------------------------------------------------------------


def png(path: Path, width: int, height: int) -> Path:
    """A PNG that says how large it is and holds next to nothing."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    return path


def test_a_large_photo_is_scaled_down(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 2000), "blue").save(tmp_path / "photo.jpg")
    (tmp_path / "made").write_bytes(pictures.prepare(tmp_path / "photo.jpg"))
    with Image.open(tmp_path / "made") as made:
        assert (made.size, made.format) == ((1200, 800), "JPEG")


def test_see_through_parts_stay_so(tmp_path: Path) -> None:
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(tmp_path / "chop.png")
    (tmp_path / "made").write_bytes(pictures.prepare(tmp_path / "chop.png"))
    with Image.open(tmp_path / "made") as made:
        assert made.getpixel((5, 5)) == (255, 0, 0, 0)


@pytest.mark.parametrize("side", [30_000, 7_000])
def test_a_giant_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    with pytest.raises(UserError, match="too many pixels"):
        pictures.prepare(png(tmp_path / "giant.png", side, side))


@pytest.mark.parametrize("text", ["<svg xmlns='http://www.w3.org/2000/svg'/>", "\ufeff<?xml version='1.0'?><svg/>"])
@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_svg_is_refused_under_any_name(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"logo{suffix}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="SVG"):
        pictures.prepare(path)


@pytest.mark.parametrize("content", [b"", b"only text", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\0" * 20, b"%PDF-1.4"])
def test_what_only_claims_to_be_a_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"logo\.png is no PNG or JPEG"):
        pictures.prepare(path)


def test_a_half_picture_a_huge_file_and_no_file_are_refused(tmp_path: Path) -> None:
    Image.effect_noise((300, 300), 90).save(tmp_path / "whole.png")
    half = tmp_path / "half.png"
    half.write_bytes((tmp_path / "whole.png").read_bytes()[:2000])
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(pictures.FILE_LIMIT + 1)
    for path, sentence in ((half, "damaged"), (huge, "20 MB"), (tmp_path / "gone.png", "cannot be read")):
        with pytest.raises(UserError, match=sentence):
            pictures.prepare(path)


@given(st.binary(max_size=60), st.integers(0, 200))
def test_noise_in_a_picture_is_a_sentence_at_most(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    path = tmp_path_factory.mktemp("noise") / "x.png"
    Image.new("RGB", (20, 20), "red").save(path)
    content = path.read_bytes()
    path.write_bytes(content[:at] + noise + content[at + len(noise) :])
    with contextlib.suppress(UserError):  # any other exception is a defect
        assert Image.open(io.BytesIO(pictures.prepare(path))).format == "PNG"


# -- terms -----------------------------------------------------------------------------------------


def test_units_are_offered_and_named_in_each_language(shop: Shop) -> None:
    usual = read(shop, trade.load_units)
    assert usual.offered("zh_TW")[:3] == ["式", "工", "坪"]
    assert (usual.named("台", "en"), usual.named("lot", "zh_CN"), usual.named("箱", "en")) == ("unit", "项", "箱")
    write(shop, trade.change_units, [{"zh_TW": " 箱 ", "en": "box"}, {"zh_TW": "", "en": " "}, {"zh_TW": "桶"}])
    mine = read(shop, trade.load_units)
    assert mine.rows == [{"zh_TW": "箱", "en": "box"}, {"zh_TW": "桶"}]
    assert (mine.offered("en"), mine.named("箱", "en"), mine.named("桶", "en"), mine.named("", "en")) == (
        ["box"], "box", "桶", "",
    )  # fmt: skip
    for rows, row in (([{"en": "box"}, {"en": "x" * 21}], 2), ([{"en": "box"}, {"en": "can"}, {"en": "box "}], 3)):
        with pytest.raises(UserError) as caught:
            write(shop, trade.change_units, rows)
        assert caught.value.params["row"] == row
    assert read(shop, trade.load_units) == mine


def test_a_product_has_words_in_other_languages(shop: Shop) -> None:
    said = {"en": {"name": "Cooling tower", "specification": "200 RT"}}
    tower = write(shop, products.create, {"name": "冷卻水塔", "unit": "座", "wordings": said})
    assert read(shop, products.worded, tower, "en") == {
        "name": "Cooling tower",
        "specification": "200 RT",
        "unit": "set",
    }
    assert read(shop, products.worded, tower, "zh_CN") == {"name": "冷卻水塔", "specification": "", "unit": "座"}
    said = {"en": {"specification": " "}, "zh_CN": {"name": "冷却塔"}}
    changed = shop.database.run(products.update, tower, {"name": "冷卻水塔 II", "wordings": said})
    assert read(shop, products.wordings, tower) == {"en": {"name": "Cooling tower"}, "zh_CN": {"name": "冷却塔"}}
    write(shop, history.undo, changed.changed.batch_id)
    assert read(shop, products.wordings, tower)["en"]["specification"] == "200 RT"
    with pytest.raises(UserError):
        write(shop, products.update, tower, {"wordings": {"en": {"name": "x" * 301}}})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tax_percent": "100.1"}, "tax_percent"),
        ({"margin_floor_percent": "-1"}, "margin_floor_percent"),
        ({"valid_days": 0}, "valid_days"),
        ({"payment_days": 731}, "payment_days"),
        ({"follow_up_days": None}, "follow_up_days"),
        ({"currency": "XXX"}, "currency"),
    ],
)
def test_odd_terms_are_refused(shop: Shop, values: dict[str, object], field: str) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, trade.change, values)
    assert caught.value.field == field
    assert read(shop, settings.load, Trade) == Trade()


def test_the_currency_changes_only_before_the_first_document(shop: Shop) -> None:
    write(shop, trade.change, {"currency": "USD"})
    assert not read(shop, trade.load).has_documents
    draft(shop, customer(shop), [item()])
    assert read(shop, trade.load).has_documents
    write(shop, trade.change, {"currency": "USD", "notes": "x"})
    with pytest.raises(UserError, match="The currency is fixed"):
        write(shop, trade.change, {"currency": "EUR"})


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    ["Q{year}", "{n}{n}", "Q{n:0}", "Q{n:10}", "Q{n:x}", "Q{day}{n}", "Q{{n}", "Q{n}}", "Q\n{n}", "Q" * 40 + "{n}", ""],
)
def test_patterns_that_give_no_proper_numbers_are_refused(shop: Shop, pattern: str) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, trade.change_numbering, {"order": pattern})
    assert caught.value.field == "order"


def test_two_kinds_with_one_pattern_are_refused(shop: Shop) -> None:
    with pytest.raises(UserError, match="the same numbers"):
        write(shop, trade.change_numbering, {"order": f" {Numbering().quotation} "})


def test_with_a_second_computer_the_pattern_must_tell_them_apart(shop: Shop) -> None:
    write(shop, trade.change_numbering, {"order": "S{n}"})
    with shop.database.write("test") as session:
        session.add(Device(ordinal=2, name="laptop", machine="x", series="B"))
    with pytest.raises(UserError, match=r"needs \{device\}"):
        write(shop, trade.change_numbering, {"payment": "R{n}"})


@given(st.integers(1, 10**6), st.sampled_from(["Q{device}{year}-{n:4}", "報{roc}{month}-{n}", "{n:9}"]))
def test_the_example_is_the_number_that_will_be_given(value: int, pattern: str) -> None:
    number = number_patterns.counted(number_patterns.fill(pattern, DAY, "B"), value)
    assert str(value) in number
    assert "{" not in number
    assert number_patterns.check({"order": pattern}) == {"order": pattern}


def test_given_numbers_follow_the_pattern(shop: Shop) -> None:
    write(shop, trade.change_numbering, {"delivery": "出{roc}{month}-{n:3}{device}"})
    assert [write(shop, numbering.next_number, "delivery", DAY) for _ in range(2)] == ["出11511-001", "出11511-002"]


# -- staff -----------------------------------------------------------------------------------------


def test_a_code_is_given_and_never_taken_twice(shop: Shop) -> None:
    write(shop, staff.create, {"name": "陳雅婷"})
    write(shop, staff.create, {"name": "周柏翰", "code": ""})
    assert [row.code for row in read(shop, staff.rows)] == ["S01", "S02", "S03"]
    key = read(shop, staff.rows)[2].id
    with pytest.raises(UserError) as caught:
        write(shop, staff.update, key, {"code": " "})
    assert caught.value.field == "code"
