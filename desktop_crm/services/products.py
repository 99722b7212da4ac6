"""Products: create, update, archive, and found by code, name or reading while a line is typed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.money import TaxKind
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.readings import SEPARATOR, normalise, search_readings, typed_forms
from desktop_crm.core.settings import Trade, Units
from desktop_crm.models import Product, Wording
from desktop_crm.services import numbering, settings, waiting
from desktop_crm.services.records import editable, fetch
from desktop_crm.services.typed import cleaned, require_free_code, require_short

ENTITY = "product"
FIELDS = editable(Product)
LONGEST_WARRANTY = 600  # months
WORDED = ("name", "specification", "unit")
Wordings = Mapping[str, Mapping[str, str]]  # by language, then by field


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as a line or a list needs it; prices in the home currency."""

    id: uuid.UUID
    code: str
    name: str
    specification: str
    category: str
    unit: str
    is_work: bool
    list_price: Decimal
    cost: Decimal | None
    tax_kind: str
    warranty_months: int
    is_archived: bool
    makes_equipment: bool = False
    inspection_months: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What the form of a product offers: the language products are named in, the units, what is said in others."""

    language: str
    units: list[str]
    wordings: Wordings


@needs(Permission.PRICES)
def create(session: Session, values: Mapping[str, Any]) -> uuid.UUID:
    """Add a product and return its key; a code is given when none was typed. Raises UserError with the field.

    ``wordings`` among the values holds ``WORDED`` fields by language, as ``wordings()`` gives them.
    """
    values, said = _apart(values)
    clean = _checked(session, values, None)
    if not clean.get("code"):
        clean["code"] = numbering.next_number(session, ENTITY, clock.today())
    product = Product(**clean)
    session.add(product)
    session.flush()
    _say(session, product.id, said)
    return product.id


@needs(Permission.PRICES)
def update(session: Session, product_id: uuid.UUID, values: Mapping[str, Any]) -> uuid.UUID:
    """Change the named values; documents keep what they said. Raises UserError with the field."""
    product = fetch(session, Product, product_id)
    values, said = _apart(values)
    _say(session, product_id, said)
    made_equipment = product.makes_equipment
    for name, value in _checked(session, values, product).items():
        setattr(product, name, value)
    if product.makes_equipment != made_equipment:
        waiting.rebuild(session)
    return product_id


@needs(Permission.PRICES)
def archive(session: Session, product_id: uuid.UUID) -> None:
    """Take a product out of lists and completion; documents keep it."""
    fetch(session, Product, product_id).archived_at = clock.now()


@needs(Permission.PRICES)
def restore(session: Session, product_id: uuid.UUID) -> None:
    """Offer an archived product again."""
    fetch(session, Product, product_id).archived_at = None


def row(session: Session, product_id: uuid.UUID) -> ProductRow:
    """One product, archived or not; raises UserError when it is gone."""
    archived = fetch(session, Product, product_id).archived_at is not None
    return ProductRow(*session.execute(_columns(archived=archived).where(Product.id == product_id)).one())


def find(session: Session, text: str, limit: int = 20, *, archived: bool = False) -> list[ProductRow]:
    """Products whose code, name, specification or reading holds every typed word: best first, by code without text.

    Names and specifications in other languages count as specification. A code that is or begins with the text comes
    before a name that does, then the rest. Of those in use, or of the archived ones.
    """
    words = [normalise(word) for word in text.split()]
    if not any(words):
        return [ProductRow(*found) for found in session.execute(_columns(archived=archived).limit(limit))]
    wanted = [typed_forms(word) for word in words if word]
    whole = "".join(words)
    texts, said = session.execute(_TEXTS.where(_kept(archived=archived))), _said(session)
    held = [
        (*_rank(code, name, whole), key)
        for key, code, name, more in texts
        if _holds((code, name, more, *(said.get(str(key), ()) if said else ())), wanted)
    ]
    best = [key for _place, _code, key in nsmallest(limit, held)]
    rows = {
        row[0]: ProductRow(*row) for row in session.execute(_columns(archived=archived).where(Product.id.in_(best)))
    }
    return [rows[key] for key in best]


def listed(session: Session, *, archived: bool = False) -> list[ProductRow]:
    """Every product in use, or every archived one, by code."""
    return [ProductRow(*row) for row in session.execute(_columns(archived=archived))]


def count(session: Session, *, archived: bool = False) -> int:
    """How many products are in use, or archived."""
    return session.scalar(select(func.count()).select_from(Product).where(_kept(archived=archived))) or 0


def worded(session: Session, product_id: uuid.UUID, language: str) -> dict[str, str]:
    """Name, specification and unit of a product in a document's language, its own words where none are stored."""
    product = fetch(session, Product, product_id)
    own = {name: getattr(product, name) for name in WORDED}
    own["unit"] = settings.load(session, Units).named(product.unit, language)
    return own | wordings(session, product_id).get(language, {})


def wordings(session: Session, product_id: uuid.UUID) -> dict[str, dict[str, str]]:
    """What is stored of a product in other languages: by language, then by field."""
    found: dict[str, dict[str, str]] = {}
    for wording in _wordings(session, product_id):
        found.setdefault(wording.language, {})[wording.field] = wording.text
    return found


def words(session: Session, product_id: uuid.UUID | None) -> Words:
    """What the form of a product, or of a new one, starts from beside its own values."""
    language = settings.load(session, Trade).document_language
    said = wordings(session, product_id) if product_id is not None else {}
    return Words(language, settings.load(session, Units).offered(language), said)


def _wordings(session: Session, product_id: uuid.UUID) -> list[Wording]:
    query = select(Wording).where(Wording.entity == ENTITY, Wording.key == str(product_id))
    return list(session.scalars(query.order_by(Wording.language, Wording.field)))


def _apart(values: Mapping[str, Any]) -> tuple[dict[str, Any], Wordings]:
    """The values of the product itself, and its words in other languages."""
    own = dict(values)
    said: Wordings = own.pop("wordings", {})
    for language, words in said.items():
        if language not in LANGUAGES or set(words) - set(WORDED):
            raise ValueError(f"no words of a product: {language} {sorted(words)}")
        for text in words.values():
            require_short(text.strip())
    return own, said


def _say(session: Session, product_id: uuid.UUID, said: Wordings) -> None:
    """Store the words named; an empty one is taken away."""
    stored = {(one.language, one.field): one for one in _wordings(session, product_id)} if said else {}
    for language, words in said.items():
        for name, text in ((name, text.strip()) for name, text in words.items()):
            known = stored.get((language, name))
            if known is not None and text:
                known.text = text
            elif known is not None:
                session.delete(known)
            elif text:
                place = {"entity": ENTITY, "key": str(product_id), "language": language, "field": name}
                session.add(Wording(**place, text=text))


_TEXTS = select(Product.id, Product.code, Product.name, Product.specification)


def _said(session: Session) -> dict[str, list[str]]:
    """Names and specifications in other languages, by the key of the product as text."""
    found: dict[str, list[str]] = {}
    query = select(Wording.key, Wording.text).where(Wording.entity == ENTITY, Wording.field != "unit")
    for key, text in session.execute(query):
        found.setdefault(key, []).append(text)
    return found


def _kept(*, archived: bool) -> ColumnElement[bool]:
    is_archived = Product.archived_at.is_not(None)
    return is_archived if archived else ~is_archived


def _columns(*, archived: bool) -> Select[Any]:
    columns: list[Any] = [
        Product.id, Product.code, Product.name, Product.specification, Product.category, Product.unit,
        Product.is_work, Product.list_price, Product.cost, Product.tax_kind, Product.warranty_months,
        Product.archived_at.is_not(None), Product.makes_equipment, Product.inspection_months,
    ]  # fmt: skip
    return select(*columns).where(_kept(archived=archived)).order_by(Product.code)


def _holds(texts: tuple[str, ...], wanted: Iterable[list[str]]) -> bool:
    text = _searchable(*texts)
    return all(any(form in text for form in forms) for forms in wanted)


@lru_cache(maxsize=20_000)
def _searchable(code: str, name: str, *more: str) -> str:
    """Code, name, specification and so on, initials and syllables, as ``typed_forms`` looks for them."""
    return SEPARATOR.join((normalise(code), normalise(name), *map(normalise, more), *search_readings(name)))


def _rank(typed_code: str, typed_name: str, whole: str) -> tuple[int, str]:
    code, name = normalise(typed_code), normalise(typed_name)
    order = (code == whole, code.startswith(whole), name == whole, name.startswith(whole), True)
    return order.index(True), typed_code


def _checked(session: Session, values: Mapping[str, Any], product: Product | None) -> dict[str, Any]:
    clean = cleaned(values, FIELDS)
    name = clean.get("name", product.name if product else "")
    if not name:
        raise UserError(N_("The product has no name."), N_("Type a name."), field="name")
    require_short(name)
    for field in ("list_price", "cost"):
        if (price := clean.get(field)) is not None:
            _check_price(price, field)
    for field in ("warranty_months", "inspection_months"):
        if field in clean:
            clean[field] = _months(clean[field], field)
    if clean.get("tax_kind", TaxKind.TAXABLE) not in set(TaxKind):
        raise UserError(N_("Choose how the tax is reckoned."), field="tax_kind")
    require_free_code(session, Product, clean.get("code", ""), product.id if product else None)
    return clean


def _months(value: Decimal | int, field: str) -> int:
    if value != int(value) or not 0 <= value <= LONGEST_WARRANTY:
        least, most = 0, LONGEST_WARRANTY
        message = N_("Type a whole number from %(least)s to %(most)s.")
        raise UserError(message, field=field, least=least, most=most)
    return int(value)


def _check_price(price: Any, field: str) -> None:
    try:
        negative = scaled(price, "unit_price") < 0
    except UserError as error:
        raise UserError(error.message, error.advice, field=field, **error.params) from error
    if negative:
        raise UserError(N_("The price cannot be negative."), N_("Type zero or more."), field=field)
