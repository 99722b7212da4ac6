"""What a quotation sheet says: gathered from the records, frozen as JSON when issued, and read back.

Pictures are kept once as blobs; the JSON names them by their SHA-256.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal
from typing import Any, TypeVar, cast, get_type_hints

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.settings import Company, Trade
from desktop_crm.models import (
    Contact,
    ContactPoint,
    Customer,
    Quotation,
    QuotationLine,
    QuotationRevision,
    Site,
    Staff,
)
from desktop_crm.models.contact import PointKind
from desktop_crm.models.quotation import LineKind
from desktop_crm.models.snapshot import BESIDE, LINES, Buyer, QuotationSnapshot, Seller, SnapshotLine
from desktop_crm.services import products, settings
from desktop_crm.services.customers import address_of
from desktop_crm.store import blobs

T = TypeVar("T")
S = TypeVar("S", bound=QuotationSnapshot)
LAYOUT = 1  # of the JSON; raised when a field changes its meaning
MEDIA_TYPE = "application/json"
PICTURES = ("logo", "chop")


def gather(
    session: Session, quotation: Quotation, revision: QuotationRevision, lines: Sequence[QuotationLine]
) -> QuotationSnapshot:
    """The sheet as the records stand now; a draft says that it is one, an issued sheet that it is a copy."""
    customer = session.get_one(Customer, quotation.customer_id)
    staff = session.get(Staff, revision.staff_id) if revision.staff_id else None
    kinds = dict.fromkeys(line.tax_kind for line in lines if line.kind == LineKind.ITEM)
    snapshot = QuotationSnapshot(
        seller=seller_of(session, revision.language),
        buyer=buyer_of(session, customer, revision.contact_id, revision.language),
        lines=tuple(SnapshotLine.of(line, LineKind(line.kind).value, line.amount) for line in lines),
        currency=revision.currency,
        number=quotation.number or "",
        revision=revision.revision,
        issued_on=revision.quoted_on or clock.today(),
        valid_until=revision.valid_until,
        tax_mode=revision.tax_mode,
        tax_percent=revision.tax_percent,
        subtotal=revision.subtotal,
        discount=revision.discount,
        net=revision.net,
        tax=revision.tax,
        total=revision.total,
        tax_kinds=tuple(kinds) or ("taxable",),
        project_name=revision.project_name,
        site=site_of(session, revision.site_id),
        salesperson=staff.name if staff else "",
        salesperson_mobile=staff.mobile if staff else "",
        payment_terms=revision.payment_terms,
        delivery_terms=revision.delivery_terms,
        warranty_terms=revision.warranty_terms,
        notes=revision.notes,
        show_roc_dates=revision.show_roc_dates,
        is_draft=revision.issued_at is None,
        is_copy=revision.issued_at is not None,
    )
    sold = [line.product_id for line in lines]
    return in_both(session, snapshot, revision.language, revision.second_language, sold)


def in_both(session: Session, snapshot: S, language: str, second: str, sold: Sequence[uuid.UUID | None]) -> S:
    """A sheet that also names the products of its lines (``sold``) and says the usual terms in a second language."""
    if not second or second == language:
        return snapshot
    trade = settings.load(session, Trade)
    first, other = trade.words(language), trade.words(second)
    terms: dict[str, Any] = {
        name: (LINES if name == "notes" else BESIDE).join((text, other[name]))
        for name, text in first.items()
        if text and text == getattr(snapshot, name) and text != other[name]
    }
    lines = tuple(
        replace(line, also=_also(session, line, product, language, second)) if product else line
        for line, product in zip(snapshot.lines, sold, strict=True)
    )
    return replace(snapshot, lines=lines, **terms)


def _also(session: Session, line: SnapshotLine, product: uuid.UUID, language: str, second: str) -> str:
    """What is stored of a product in the second language, as long as the line says what the product does."""
    own, other = products.worded(session, product, language), products.wordings(session, product).get(second, {})
    said = [other.get(name, "") for name in ("name", "specification") if getattr(line, name) == own[name]]
    return BESIDE.join(text for text in said if text)


def site_of(session: Session, site_id: uuid.UUID | None) -> str:
    """A place of work on one line, empty without one."""
    site = session.get(Site, site_id) if site_id else None
    return f"{site.name} {site.county}{site.district}{site.street}".strip() if site else ""


def seller_of(session: Session, language: str) -> Seller:
    """The shop as its letterhead shows it in a language."""
    company = settings.load(session, Company)
    name = {"zh_CN": company.name_zh_cn, "en": company.name_en}.get(language) or company.name
    return Seller(
        name=name,
        name_en=company.name_en if company.name_en != name else "",
        tax_number=company.tax_number,
        address=(company.address_en if language == "en" else "") or company.address,
        phone=company.phone,
        fax=company.fax,
        email=company.email,
        website=company.website,
        bank=company.bank,
        bank_branch=company.bank_branch,
        bank_account_name=company.bank_account_name,
        bank_account=company.bank_account,
        logo=blobs.load(session, company.logo_sha),
        chop=blobs.load(session, company.chop_sha),
    )


def buyer_of(session: Session, customer: Customer, contact_id: uuid.UUID | None, language: str) -> Buyer:
    """A customer as addressed on paper, in care of one of its contacts."""
    contact = session.get(Contact, contact_id) if contact_id else None
    address = address_of(session, customer.id)
    in_english = language == "en" and customer.name_en
    return Buyer(
        name=customer.name_en if in_english else customer.name,
        tax_number=customer.tax_number,
        contact=contact.name if contact else "",
        salutation=contact.salutation if contact else "",
        phone=_phone(session, customer.id, contact.id if contact else None),
        address=address.one_line() if address else "",
    )


def _phone(session: Session, customer_id: uuid.UUID, contact_id: uuid.UUID | None) -> str:
    """The contact's own number, else the customer's; the primary one first."""
    rows = session.execute(
        select(ContactPoint.contact_id, ContactPoint.typed)
        .where(ContactPoint.customer_id == customer_id, ContactPoint.kind.in_((PointKind.PHONE, PointKind.MOBILE)))
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    ).all()
    for wanted in (contact_id, None):
        for owner, typed in rows:
            if owner == wanted:
                return str(typed)
    return ""


def freeze(session: Session, snapshot: QuotationSnapshot) -> str:
    """Keep a snapshot and its pictures; returns the key of the JSON blob."""
    data = asdict(replace(snapshot, seller=replace(snapshot.seller, logo=None, chop=None)))
    for name in PICTURES:
        content = getattr(snapshot.seller, name)
        data["seller"][name] = blobs.keep(session, content, "image") if content else None
    text = json.dumps({"layout": LAYOUT, **data}, default=str, ensure_ascii=False, sort_keys=True)
    return blobs.keep(session, text.encode(), MEDIA_TYPE)


def thaw(session: Session, sha: str) -> QuotationSnapshot | None:
    """A snapshot as it was frozen, None when nothing is kept under ``sha``."""
    content = blobs.load(session, sha)
    if content is None:
        return None
    data = json.loads(content)
    for name in PICTURES:
        data["seller"][name] = blobs.load(session, data["seller"][name])
    data["seller"] = Seller(**data["seller"])
    data["buyer"] = Buyer(**data["buyer"])
    data["lines"] = tuple(_typed(SnapshotLine, line) for line in data["lines"])
    data["tax_kinds"] = tuple(data["tax_kinds"])
    return _typed(QuotationSnapshot, data)


def _typed(kind: type[T], data: dict[str, Any]) -> T:
    """An instance of ``kind`` with the Decimals and dates that JSON keeps as text; unknown names are left out."""
    hints = get_type_hints(kind)
    values = {item.name: data[item.name] for item in fields(cast(Any, kind)) if item.name in data}
    for name, value in values.items():
        if isinstance(value, str) and hints[name] is Decimal:
            values[name] = Decimal(value)
        elif isinstance(value, str) and hints[name] in (dt.date, dt.date | None):
            values[name] = dt.date.fromisoformat(value)
    return kind(**values)
