"""The mail a document goes out with: to whom, from whom, in which words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core import titles
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, translator
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Company, MailTexts
from desktop_crm.models import Contact, ContactPoint, Customer
from desktop_crm.models.contact import PointKind
from desktop_crm.services import settings
from desktop_crm.services.records import fetch

SUBJECT = N_("{document} {number} from {shop}")
BODY = N_("Dear {contact},\n\nPlease find attached our {document} {number}.\n\nKind regards\n{shop}")
CUSTOMER = N_("Ladies and gentlemen")
FIELDS = frozenset(item.name for item in fields(MailTexts))
LIMITS = {"subject": 200, "body": 1_500}  # characters; a link to a mail program holds no more


@dataclass(frozen=True, slots=True)
class MailWords:
    """What stands in the places of a mail's texts, and who may get it: pairs of a name and an address."""

    subject: str
    body: str
    values: dict[str, str]
    to: tuple[tuple[str, str], ...]
    sender: tuple[str, str]


def load(session: Session) -> dict[str, str]:
    """Subject and text of each language as they are used: what was stored, else the program's own words."""
    stored = settings.load(session, MailTexts)
    return {f"{part}_{lang.lower()}": _text(stored, part, lang) for lang in LANGUAGES for part in LIMITS}


@needs(Permission.SETTINGS)
def change(session: Session, values: Mapping[str, Any]) -> None:
    """Set the named texts; the program's own words are not stored, so that they can get better.

    Raises UserError for a text that is too long for a mail.
    """
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not texts of a mail: {sorted(unknown)}")
    clean = {name: str(value).strip() for name, value in values.items()}
    for name, text in clean.items():
        limit = LIMITS[name.partition("_")[0]]
        if len(text) > limit:
            raise UserError(
                N_("The text is longer than %(limit)s characters."), N_("Shorten it."), field=name, limit=limit
            )
    own = {f"{part}_{lang.lower()}": _own(part, lang) for lang in LANGUAGES for part in LIMITS}
    kept = {name: "" if text == own[name] else text for name, text in clean.items()}
    settings.save(session, replace(settings.load(session, MailTexts), **kept))


def words(
    session: Session,
    customer_id: uuid.UUID,
    document: str,
    number: str,
    language: str = DEFAULT_LANGUAGE,
    contact_id: uuid.UUID | None = None,
) -> MailWords:
    """The words of a mail in the language of the document; ``document`` is the msgid of its kind.

    Addresses of the contact come first, then those of the customer, then those of other contacts.
    """
    company, stored = settings.load(session, Company), settings.load(session, MailTexts)
    customer = fetch(session, Customer, customer_id)
    contact = session.get(Contact, contact_id) if contact_id else None
    t = translator(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    shop = {"zh_CN": company.name_zh_cn, "en": company.name_en}.get(t.lang) or company.name
    called = titles.addressed(contact.name, contact.salutation) if contact else t(CUSTOMER)
    return MailWords(
        _text(stored, "subject", t.lang),
        _text(stored, "body", t.lang),
        {
            "document": t(document),
            "number": number,
            "customer": (customer.name_en if t.lang == "en" else "") or customer.name,
            "contact": called,
            "shop": shop,
        },
        _addresses(session, customer, contact_id),
        (shop, company.email),
    )


def _addresses(session: Session, customer: Customer, contact_id: uuid.UUID | None) -> tuple[tuple[str, str], ...]:
    query = (
        select(ContactPoint.contact_id, ContactPoint.typed, Contact.name)
        .outerjoin(Contact, Contact.id == ContactPoint.contact_id)
        .where(
            ContactPoint.customer_id == customer.id,
            ContactPoint.kind == PointKind.EMAIL,
            Contact.archived_at.is_(None),
        )
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    found = list(session.execute(query))
    found.sort(key=lambda row: 0 if contact_id and row[0] == contact_id else 1 if row[0] is None else 2)
    return tuple((name or customer.name, typed.strip()) for _contact, typed, name in found)


def _text(stored: MailTexts, part: str, lang: str) -> str:
    return getattr(stored, f"{part}_{lang.lower()}") or _own(part, lang)


def _own(part: str, lang: str) -> str:
    return translator(lang)(SUBJECT if part == "subject" else BODY)
