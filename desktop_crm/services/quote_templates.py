"""Templates: named packages of lines that are put into a quotation and priced there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.ids import new_id
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.readings import SEPARATOR, normalise, search_readings, typed_forms
from desktop_crm.models import Setting
from desktop_crm.services import settings
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_prices import PricedFor, repriced

PREFIX = "quote_template/"  # of the setting's key; one setting per template, so that each is changed alone
DECIMALS = frozenset({"quantity", "unit_price", "unit_cost", "discount_percent"})
NAMES = frozenset(item.name for item in fields(DraftLine)) - {"promised_on", "line_id"}
NAME_LIMIT = 120
LINE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template as it is chosen; ``first`` are the names of its first lines."""

    key: str
    name: str
    lines: int
    first: tuple[str, ...]


def rows(session: Session) -> list[TemplateRow]:
    """Every template by name."""
    found = session.execute(select(Setting.key, Setting.value).where(Setting.key.startswith(PREFIX)))
    made = [
        TemplateRow(key, value["name"], len(value["lines"]), tuple(one.get("name", "") for one in value["lines"][:4]))
        for key, value in found
    ]
    return sorted(made, key=lambda row: row.name.casefold())


def find(session: Session, typed: str, limit: int) -> list[TemplateRow]:
    """Templates whose name or its reading holds every typed word; one that is called exactly so comes first."""
    words = [normalise(word) for word in typed.split()]
    wanted = [typed_forms(word) for word in words if word]
    held = [row for row in rows(session) if wanted and _holds(row.name, wanted)]
    held.sort(key=lambda row: normalise(row.name) != "".join(words))
    return held[:limit]


def _holds(name: str, wanted: Sequence[Sequence[str]]) -> bool:
    text = SEPARATOR.join((normalise(name), *search_readings(name)))
    return all(any(form in text for form in forms) for forms in wanted)


@needs(Permission.QUOTE)
def save(
    session: Session, name: str, lines: Sequence[DraftLine], priced: PricedFor, confirmed: frozenset[str] = frozenset()
) -> str:
    """Keep lines under a name and return the key; ``priced`` is what their prices were made for.

    Raises UserError without a name or a line, NeedsConfirmation("replace_template") when the name is in use.
    """
    name = " ".join(name.split())
    if not name:
        raise UserError(N_("A template needs a name."), N_("Type a name."), field="name")
    if len(name) > NAME_LIMIT:
        raise UserError(
            N_("The text is longer than %(limit)s characters."), N_("Shorten it."), field="name", limit=NAME_LIMIT
        )
    if not lines or len(lines) > LINE_LIMIT:
        raise UserError(N_("A template has from 1 to %(limit)s lines."), field="lines", limit=LINE_LIMIT)
    there = next((row.key for row in rows(session) if row.name.casefold() == name.casefold()), "")
    if there and "replace_template" not in confirmed:
        raise NeedsConfirmation(
            "replace_template",
            N_("There is a template “%(name)s” already."),
            N_("Put these lines in its place?"),
            name=name,
        )
    key = there or f"{PREFIX}{new_id()}"
    stored = [_stored(line) for line in lines]
    settings.put(session, key, {"name": name, "currency": priced.currency, "rate": str(priced.rate), "lines": stored})
    return key


@needs(Permission.QUOTE)
def delete(session: Session, key: str) -> None:
    """Throw a template away; quotations made with it stay."""
    session.delete(_fetch(session, key))


def lines(session: Session, key: str, now: PricedFor) -> list[DraftLine]:
    """The lines of a template, priced for whom they go to now; raises UserError when it is gone."""
    value = _fetch(session, key).value
    before = PricedFor(None, now.language, value["currency"], Decimal(value["rate"]))
    return repriced(session, [_read(one) for one in value["lines"]], before, now)


def _fetch(session: Session, key: str) -> Setting:
    found = session.scalar(select(Setting).where(Setting.key == key)) if key.startswith(PREFIX) else None
    if found is None:
        raise UserError(N_("This template is no longer there."), N_("Choose another one."))
    return found


def _stored(line: DraftLine) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(line).items() if name in NAMES and value is not None}


def _read(texts: dict[str, str]) -> DraftLine:
    values: dict[str, Any] = {name: text for name, text in texts.items() if name in NAMES}
    values |= {name: Decimal(values[name]) for name in DECIMALS & set(values)}
    if "product_id" in values:
        values["product_id"] = uuid.UUID(values["product_id"])
    return DraftLine(**values)
