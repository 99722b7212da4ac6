"""Every setting of a shop, declared once with its default; they travel with the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from desktop_crm.core.dates import DEFAULT_ZONE

T = TypeVar("T", bound="Section")
WORDS = ("payment_terms", "delivery_terms", "warranty_terms", "notes")  # the terms that are text on a document


@dataclass(frozen=True, slots=True)
class Section:
    """A group of settings stored under one key."""

    KEY: ClassVar[str] = ""

    @classmethod
    def of(cls: type[T], stored: dict[str, Any] | None) -> T:
        """The section from its stored form; unknown names are left out, missing ones take the default."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})

    def stored(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Company(Section):
    """Who we are, as on the letterhead; logo and chop are SHA-256 keys of blobs."""

    KEY: ClassVar[str] = "company"

    name: str = ""
    name_zh_cn: str = ""
    name_en: str = ""
    tax_number: str = ""
    address: str = ""
    address_en: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    bank: str = ""
    bank_branch: str = ""
    bank_account_name: str = ""
    bank_account: str = ""
    logo_sha: str = ""
    chop_sha: str = ""


@dataclass(frozen=True, slots=True)
class Trade(Section):
    """How we sell: currency, tax, terms; percentages as text so that they stay exact."""

    KEY: ClassVar[str] = "trade"

    currency: str = "TWD"
    country: str = "TW"
    zone: str = DEFAULT_ZONE
    tax_mode: str = "exclusive"
    tax_percent: str = "5"
    payment_terms: str = ""
    payment_days: int = 30
    payment_plan: str = ""  # a key of services.payment_plan.USUAL; empty: one payment by the terms
    delivery_terms: str = ""
    warranty_terms: str = ""
    notes: str = ""
    valid_days: int = 30
    follow_up_days: int = 3
    margin_floor_percent: str = "25"
    show_roc_dates: bool = False
    document_language: str = "zh_TW"
    translations: dict[str, dict[str, str]] = field(default_factory=dict)  # language: the WORDS that it says otherwise

    def words(self, language: str) -> dict[str, str]:
        """The ``WORDS`` in a language; what is not said in it stands in that of documents."""
        said = self.translations.get(language, {}) if language != self.document_language else {}
        return {name: said.get(name) or getattr(self, name) for name in WORDS}


# what a trades firm counts in: 繁體中文, 简体中文, English
USUAL_UNITS = (
    ("式", "项", "lot"), ("工", "工", "man-day"), ("坪", "坪", "ping"), ("米", "米", "m"), ("台", "台", "unit"),
    ("座", "座", "set"), ("組", "组", "set"), ("個", "个", "pc"), ("支", "支", "pc"), ("片", "片", "sheet"),
    ("才", "才", "cai"), ("公斤", "公斤", "kg"), ("小時", "小时", "hour"), ("次", "次", "visit"), ("月", "月", "month"),
    ("年", "年", "year"),
)  # fmt: skip


def _usual_units() -> list[dict[str, str]]:
    return [dict(zip(("zh_TW", "zh_CN", "en"), names, strict=True)) for names in USUAL_UNITS]


@dataclass(frozen=True, slots=True)
class Units(Section):
    """The units of quantity that are offered, each by language; documents in another one take its word."""

    KEY: ClassVar[str] = "units"

    rows: list[dict[str, str]] = field(default_factory=_usual_units)

    def offered(self, language: str) -> list[str]:
        """The units in a language, in the order of the list."""
        return list(dict.fromkeys(row[language] for row in self.rows if row.get(language)))

    def named(self, unit: str, language: str) -> str:
        """``unit`` in a language; as it is when it is not in the list or has no word there."""
        row = next((row for row in self.rows if unit and unit in row.values()), {})
        return row.get(language) or unit


@dataclass(frozen=True, slots=True)
class Numbering(Section):
    """Patterns of document numbers, of ``{year}``, ``{month}``, ``{roc}``, ``{device}``, ``{n:4}`` (digits)."""

    KEY: ClassVar[str] = "numbering"

    quotation: str = "Q{device}{year}-{n:4}"
    order: str = "S{device}{year}-{n:4}"
    delivery: str = "D{device}{year}-{n:4}"
    payment: str = "R{device}{year}-{n:4}"
    customer: str = "C{device}{n:5}"
    product: str = "P{device}{n:4}"


@dataclass(frozen=True, slots=True)
class Holder(Section):
    """The ordinal of the computer this file belongs to; a copy on a laptop has another one than the original."""

    KEY: ClassVar[str] = "holder"

    device: int = 1


@dataclass(frozen=True, slots=True)
class MailTexts(Section):
    """Subject and text of the mail a quotation goes out with, per language; empty: the program's own words.

    ``others`` has those of other documents by name, such as "statement_subject_en".
    """

    KEY: ClassVar[str] = "mail"

    subject_zh_tw: str = ""
    body_zh_tw: str = ""
    subject_zh_cn: str = ""
    body_zh_cn: str = ""
    subject_en: str = ""
    body_en: str = ""
    others: dict[str, str] = field(default_factory=dict)


SECTIONS: tuple[type[Section], ...] = (Company, Trade, Numbering, MailTexts)
