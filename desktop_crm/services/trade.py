"""How we sell: currency, tax, the terms a new document starts from, and the patterns of its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core import number_patterns, places
from desktop_crm.core.currencies import currency
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.money import TaxMode
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.quantities import format_quantity
from desktop_crm.core.settings import WORDS, Numbering, Trade, Units
from desktop_crm.models import Device, Order, Payment, Quotation
from desktop_crm.services import settings
from desktop_crm.services.payment_plan import USUAL

DAYS = {"payment_days": (0, 730), "valid_days": (1, 730), "follow_up_days": (0, 365)}
PERCENTS = ("tax_percent", "margin_floor_percent")
UNIT_LIMIT = 20
FIELDS = frozenset(item.name for item in fields(Trade))


@dataclass(frozen=True, slots=True)
class Terms:
    """The stored terms; ``has_documents`` when the currency can no longer change."""

    trade: Trade
    has_documents: bool


def load(session: Session) -> Terms:
    """The terms as they are stored."""
    return Terms(settings.load(session, Trade), _has_documents(session))


@needs(Permission.SETTINGS)
def change(session: Session, values: Mapping[str, Any]) -> None:
    """Set the named terms; later documents start from them. Raises UserError with the field at fault."""
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not terms of trade: {sorted(unknown)}")
    before = settings.load(session, Trade)
    clean: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    clean |= {name: _days(name, clean[name]) for name in DAYS if name in clean}
    clean |= {name: _percent(name, clean[name]) for name in PERCENTS if name in clean}
    if "tax_mode" in clean and clean["tax_mode"] not in set(TaxMode):
        raise ValueError(f"no way of taxing: {clean['tax_mode']}")
    if "translations" in clean:
        clean["translations"] = _translations(clean["translations"])
    if "document_language" in clean and clean["document_language"] not in LANGUAGES:
        raise ValueError(f"no language: {clean['document_language']}")
    if clean.get("payment_plan", "") not in {"", *USUAL}:
        raise ValueError(f"no usual plan: {clean['payment_plan']}")
    if "country" in clean and not places.is_country(clean["country"]):
        raise UserError(N_("This country is not known."), N_("Choose from the list."), field="country")
    if "zone" in clean and not places.is_zone(clean["zone"]):
        raise UserError(N_("This time zone is not known."), N_("Choose from the list."), field="zone")
    if clean.get("currency", before.currency) != before.currency:
        currency(clean["currency"])
        if _has_documents(session):
            raise UserError(
                N_("The currency is fixed: there are documents in %(code)s already."),
                N_("Quote in another currency on the document itself."),
                field="currency",
                code=before.currency,
            )
    settings.save(session, replace(before, **clean))


def load_units(session: Session) -> Units:
    """The units as they are stored."""
    return settings.load(session, Units)


@needs(Permission.SETTINGS)
def change_units(session: Session, rows: Sequence[Mapping[str, str]]) -> None:
    """Offer these units from now on, by language; empty rows fall away. Raises UserError naming the row at fault."""
    kept: list[dict[str, str]] = []
    for number, row in enumerate(rows, start=1):
        if set(row) - set(LANGUAGES):
            raise ValueError(f"no words of a language: {sorted(row)}")
        words = {language: text.strip() for language, text in row.items() if text.strip()}
        longest = max(words.values(), key=len, default="")
        if len(longest) > UNIT_LIMIT:
            raise UserError(
                N_("The unit in row %(row)s is longer than %(limit)s characters."),
                N_("Shorten it."),
                field="units",
                row=number,
                limit=UNIT_LIMIT,
            )
        if words in kept:
            raise UserError(
                N_("Row %(row)s repeats the unit %(unit)s."),
                N_("Delete the row."),
                field="units",
                row=number,
                unit=longest,
            )
        if words:
            kept.append(words)
    settings.save(session, Units(kept))


def load_numbering(session: Session) -> Numbering:
    """The patterns as they are stored."""
    return settings.load(session, Numbering)


@needs(Permission.SETTINGS)
def change_numbering(session: Session, patterns: Mapping[str, str]) -> None:
    """Set the patterns of later numbers; given ones stay. Raises UserError with the field at fault."""
    before = settings.load(session, Numbering)
    clean = number_patterns.check({**before.stored(), **patterns})
    if session.scalar(select(func.count()).select_from(Device)) != 1:
        for name, pattern in clean.items():
            if "{device}" not in pattern:
                raise UserError(
                    N_("Several computers write to this shop, so the pattern needs {device}."),
                    N_("It is empty on the first computer."),
                    field=name,
                )
    settings.save(session, Numbering(**clean))


def _days(name: str, value: Decimal | int | None) -> int:
    least, most = DAYS[name]
    if value is None or value != int(value) or not least <= value <= most:
        raise UserError(N_("Type a whole number from %(least)s to %(most)s."), field=name, least=least, most=most)
    return int(value)


def _percent(name: str, value: Decimal | str | None) -> str:
    percent = Decimal(0) if value is None or value == "" else Decimal(value)
    try:
        scaled(percent, "tax_percent")
    except UserError as error:
        raise UserError(error.message, field=name) from error
    return format_quantity(percent)


def _translations(typed: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What is said in each language, without what is empty."""
    clean: dict[str, dict[str, str]] = {}
    for language, words in typed.items():
        if language not in LANGUAGES or set(words) - set(WORDS):
            raise ValueError(f"no words of a language: {language} {sorted(words)}")
        clean[language] = {name: text.strip() for name, text in words.items() if text.strip()}
    return {language: words for language, words in clean.items() if words}


def _has_documents(session: Session) -> bool:
    return any(session.scalar(select(model.id).limit(1)) is not None for model in (Quotation, Order, Payment))
