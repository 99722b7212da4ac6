"""The mail a document goes out with: to whom, from whom, in which words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core import titles
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, translator
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Company, MailTexts
from desktop_crm.models import Contact, ContactPoint, Customer
from desktop_crm.models.contact import PointKind
from desktop_crm.models.customer import LegalForm
from desktop_crm.services import settings
from desktop_crm.services.records import fetch

SUBJECT = N_("{document} {number} from {shop}")
BODY = N_("Dear {contact},\n\nPlease find attached our {document} {number}.\n\nKind regards\n{shop}")
CUSTOMER = N_("Ladies and gentlemen")
LIMITS = {"subject": 200, "body": 1_500}  # characters; a link to a mail program holds no more


class Kind(NamedTuple):
    """A document that goes out by mail: what it is called, the program's own words, the places it fills in them."""

    document: str
    body: str = BODY
    subject: str = SUBJECT
    places: tuple[str, ...] = ("number",)


KINDS = {
    "quotation": Kind(N_("Quotation")),
    "confirmation": Kind(
        N_("Order confirmation"),
        N_(
            "Dear {contact},\n\nThank you for your order. Please find attached our {document} {number} over {amount}.\n"
            "Please send it back signed.\n\nKind regards\n{shop}"
        ),
        places=("number", "order", "amount"),
    ),
    "delivery_note": Kind(
        N_("Delivery note"),
        N_(
            "Dear {contact},\n\nPlease find attached our {document} {number} for your order {order}.\n"
            "Please send it back signed.\n\nKind regards\n{shop}"
        ),
        places=("number", "order"),
    ),
    "statement": Kind(
        N_("Statement of account"),
        N_(
            "Dear {contact},\n\nPlease find attached our {document} for {period}. Balance to pay: {amount}.\n"
            "Please tell us if something differs in your books.\n\nKind regards\n{shop}"
        ),
        N_("{document} {period} from {shop}"),
        ("period", "amount"),
    ),
}
USUAL = "quotation"  # its texts bear no name of a kind


class Text(NamedTuple):
    """Which text it is: of which document, subject or body, in which language."""

    kind: str
    part: str
    lang: str

    @property
    def name(self) -> str:
        """What it is called among the settings."""
        own = f"{self.part}_{self.lang.lower()}"
        return own if self.kind == USUAL else f"{self.kind}_{own}"

    def own(self) -> str:
        """The program's own words."""
        kind = KINDS[self.kind]
        return translator(self.lang)(kind.subject if self.part == "subject" else kind.body)

    def used(self, stored: MailTexts) -> str:
        """What was stored, else the program's own words."""
        given = getattr(stored, self.name, "") if self.kind == USUAL else stored.others.get(self.name, "")
        return given or self.own()


TEXTS = {one.name: one for one in (Text(kind, part, lang) for kind in KINDS for lang in LANGUAGES for part in LIMITS)}


@dataclass(frozen=True, slots=True)
class MailWords:
    """What stands in the places of a mail's texts, and who may get it: pairs of a name and an address."""

    subject: str
    body: str
    values: dict[str, str]
    to: tuple[tuple[str, str], ...]
    sender: tuple[str, str]


def load(session: Session) -> dict[str, str]:
    """Subject and text by document and language as they are used: what was stored, else the program's own words."""
    stored = settings.load(session, MailTexts)
    return {name: text.used(stored) for name, text in TEXTS.items()}


@needs(Permission.SETTINGS)
def change(session: Session, values: Mapping[str, Any]) -> None:
    """Set the named texts; the program's own words are not stored, so that they can get better.

    Raises UserError for a text that is too long for a mail.
    """
    unknown = set(values) - TEXTS.keys()
    if unknown:
        raise ValueError(f"not texts of a mail: {sorted(unknown)}")
    clean = {name: str(value).strip() for name, value in values.items()}
    for name, text in clean.items():
        limit = LIMITS[TEXTS[name].part]
        if len(text) > limit:
            raise UserError(
                N_("The text is longer than %(limit)s characters."), N_("Shorten it."), field=name, limit=limit
            )
    kept = {name: "" if text == TEXTS[name].own() else text for name, text in clean.items()}
    stored = settings.load(session, MailTexts)
    others = stored.others | {name: text for name, text in kept.items() if TEXTS[name].kind != USUAL}
    usual = {name: text for name, text in kept.items() if TEXTS[name].kind == USUAL}
    settings.save(session, replace(stored, **usual, others={name: text for name, text in others.items() if text}))


def words(
    session: Session,
    customer_id: uuid.UUID,
    kind: str,
    number: str,
    language: str = DEFAULT_LANGUAGE,
    contact_id: uuid.UUID | None = None,
    places: Mapping[str, str] | None = None,
) -> MailWords:
    """The words of a mail in the language of the document; ``kind`` is one of ``KINDS``, ``places`` further ones.

    Addresses of the contact come first, then those of the customer, then those of other contacts. Without a contact
    the person is addressed whose address is the first.
    """
    company, stored = settings.load(session, Company), settings.load(session, MailTexts)
    customer = fetch(session, Customer, customer_id)
    addresses = _addresses(session, customer, contact_id)
    called_id = contact_id or (addresses[0][0] if addresses else None)
    contact = session.get(Contact, called_id) if called_id else None
    t = translator(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    shop = {"zh_CN": company.name_zh_cn, "en": company.name_en}.get(t.lang) or company.name
    name = (customer.name_en if t.lang == "en" else "") or customer.name
    nobody = name if customer.legal_form == LegalForm.PERSON else t(CUSTOMER)
    called = titles.addressed(contact.name, contact.salutation) if contact else nobody
    return MailWords(
        Text(kind, "subject", t.lang).used(stored),
        Text(kind, "body", t.lang).used(stored),
        {
            "document": t(KINDS[kind].document),
            "number": number,
            "customer": name,
            "contact": called,
            "shop": shop,
            **(places or {}),
        },
        tuple((name or customer.name, address) for _contact, name, address in addresses),
        (shop, company.email),
    )


def _addresses(session: Session, customer: Customer, contact_id: uuid.UUID | None) -> list[Any]:
    """Contact, its name and the address, in the order they are offered."""
    query = (
        select(ContactPoint.contact_id, Contact.name, func.trim(ContactPoint.typed))
        .outerjoin(Contact, Contact.id == ContactPoint.contact_id)
        .where(
            ContactPoint.customer_id == customer.id,
            ContactPoint.kind == PointKind.EMAIL,
            Contact.archived_at.is_(None),
        )
        .order_by(Contact.is_primary.desc(), ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    found = list(session.execute(query))
    found.sort(key=lambda row: 0 if contact_id and row[0] == contact_id else 1 if row[0] is None else 2)
    return found
