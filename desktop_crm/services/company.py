"""Who we are: the details on the letterhead, with logo and chop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.core import tax_ids
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Company, Trade
from desktop_crm.services import settings
from desktop_crm.store import blobs

PICTURES = ("logo", "chop")
TEXTS = frozenset(item.name for item in fields(Company)) - {f"{name}_sha" for name in PICTURES}
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The stored details with both pictures."""

    company: Company
    logo: bytes | None
    chop: bytes | None


def load(session: Session) -> Letterhead:
    """The details as they are stored."""
    company = settings.load(session, Company)
    return Letterhead(company, blobs.load(session, company.logo_sha), blobs.load(session, company.chop_sha))


@needs(Permission.SETTINGS)
def change(session: Session, values: Mapping[str, Any], *, confirmed: frozenset[str] = frozenset()) -> None:
    """Set the named texts; later documents carry them, issued ones stay as they are.

    Raises UserError without a name or for an odd mail address, NeedsConfirmation for a tax number that fails its
    check.
    """
    unknown = set(values) - TEXTS
    if unknown:
        raise ValueError(f"not texts of the company: {sorted(unknown)}")
    clean = {name: str(value).strip() for name, value in values.items()}
    before = settings.load(session, Company)
    if not clean.get("name", before.name):
        raise UserError(N_("The letterhead has no company name yet."), N_("Type a name."), field="name")
    mail = clean.get("email", "")
    if mail and not _MAIL.fullmatch(mail):
        raise UserError(N_("This is no mail address."), N_("It looks like name@example.com."), field="email")
    number = clean.get("tax_number", "")
    if number and number != before.tax_number and "tax_number" not in confirmed:
        _check_tax_number(number, settings.load(session, Trade).country)
    settings.save(session, replace(before, **clean))


@needs(Permission.SETTINGS)
def set_picture(session: Session, which: str, content: bytes | None) -> None:
    """Use a prepared picture as ``logo`` or ``chop``; None takes it away. Issued documents keep theirs."""
    if which not in PICTURES:
        raise ValueError(f"not a picture of the company: {which}")
    sha = blobs.keep(session, content, "image") if content else ""
    company = settings.load(session, Company)
    settings.save(session, replace(company, logo_sha=sha) if which == "logo" else replace(company, chop_sha=sha))


def _check_tax_number(number: str, country: str) -> None:
    if tax_ids.check_tax_id(number, country) is False:
        raise NeedsConfirmation(
            "tax_number",
            N_("The tax number %(number)s fails its check digit."),
            N_("Correct it, or keep it if it stands so on your papers."),
            number=number,
        )
