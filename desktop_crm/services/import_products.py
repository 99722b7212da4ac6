"""The products of an import."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.money import TaxKind
from desktop_crm.models import Product, Wording
from desktop_crm.services import products
from desktop_crm.services.import_plan import Plan, known, number, taken
from desktop_crm.services.import_report import CHANGED
from desktop_crm.services.records import fetch, parts

TEXTS = ("code", "name", "specification", "category", "unit")
PRICES = ("list_price", "cost")
OWN = (*TEXTS, *PRICES, "tax_kind")
# field of the table -> language and field of the product it says
WORDINGS = {f"{name}_{lang.lower()}": (lang, name) for name in ("name", "specification") for lang in LANGUAGES}
Said = dict[tuple[str, str], str]  # texts by language and field
YES = frozenset({"1", "true", "yes", "y", "x"})


@dataclass(frozen=True, slots=True)
class Sold:
    """What a line takes over from its product."""

    id: uuid.UUID | None  # None: a line of words alone
    code: str
    name: str
    specification: str
    unit: str
    cost: Decimal | None = None


def plan_products(plan: Plan) -> dict[str, Sold]:
    """Plan what the section "products" says; returns what lines need, by source key."""
    fields = plan.mapping.sections["products"].fields.keys()
    mapped = [name for name in OWN if name in fields]
    before = known(plan, Product, [getattr(Product, name) for name in mapped])
    rows = [(file, row, key, plan.fields("products", row, key)) for file, row, key in plan.rows("products")]
    said = _stored(plan, [one.id for one in before.values()]) if WORDINGS.keys() & fields else {}
    codes = taken(plan.session, Product.code, (wanted["code"] for *_, key, wanted in rows if key not in before))
    found: dict[str, Sold] = {}
    for file, row, key, wanted in rows:
        try:
            values = _values(wanted)
        except UserError as error:
            plan.refuse("products", file, row, error.message, **error.params)
            continue
        plan.look_at(file, row)
        is_off = wanted.get("archived", "").casefold() in YES
        if key in before:
            product_id = before[key].id
            if plan.mapping.table:
                values = {name: value for name, value in values.items() if wanted[name]}
            own = {name: values[name] for name in mapped if name in values and name != "code"}
            _change(plan, before[key], own, _said(wanted), said.get(product_id, {}))
        else:
            values["code"] = values["code"] or plan.number(Product.code, "product")
            if wanted["code"] and wanted["code"] in codes:
                values["code"] = f"{plan.mapping.system}-{wanted['code']}"
                plan.report.tell(
                    CHANGED, file, row.line, N_("The code %(code)s is taken; it became %(other)s."),
                    code=wanted["code"], other=values["code"],
                )  # fmt: skip
            codes.add(values["code"])
            product_id = plan.insert(Product, **values, archived_at=plan.now if is_off else None)
            plan.remember(Product, key, product_id)
            for (language, name), text in _said(wanted).items():
                place = {"entity": products.ENTITY, "key": str(product_id), "language": language, "field": name}
                plan.insert(Wording, **place, text=text)
            plan.report.counts["products"].created += 1
        texts = [values.get(name, "") for name in ("code", "name", "specification", "unit")]
        found[key] = Sold(product_id, *texts)
        if is_off:
            plan.note(file, row, N_("“%(name)s” is no longer sold; it was archived."), name=wanted["name"])
    return found


def _values(wanted: dict[str, str]) -> dict[str, Any]:
    if not wanted.get("name"):
        raise UserError(N_("The product has no name."), field="name")
    values: dict[str, Any] = {name: wanted[name] for name in TEXTS if name in wanted}
    for name in PRICES:
        if name in wanted:
            values[name] = number(wanted[name], name) if wanted[name] or name != "cost" else None
            scaled(values[name] or Decimal(0), "unit_price")
    if "tax_kind" in wanted:
        values["tax_kind"] = wanted["tax_kind"] or TaxKind.TAXABLE.value
        if values["tax_kind"] not in set(TaxKind):
            value = wanted["tax_kind"][:40]
            raise UserError(N_("%(value)s is not a choice here."), field="tax_kind", value=value)
    return values


def _said(wanted: dict[str, str]) -> Said:
    """The words in other languages; an empty cell says nothing."""
    return {place: wanted[field] for field, place in WORDINGS.items() if wanted.get(field)}


def _stored(plan: Plan, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """The words of products that are there already, by product."""
    found: dict[uuid.UUID, Said] = {}
    for part in parts(str(one) for one in ids):
        query = select(Wording).where(Wording.entity == products.ENTITY, Wording.key.in_(part))
        for one in plan.session.scalars(query):
            found.setdefault(uuid.UUID(one.key), {})[one.language, one.field] = one.text
    return found


def _change(plan: Plan, before: Any, values: dict[str, Any], said: Said, stored: Said) -> None:
    changes = {name: value for name, value in values.items() if getattr(before, name) != value}
    words: dict[str, dict[str, str]] = {}
    for (language, name), text in said.items():
        if stored.get((language, name)) != text:
            words.setdefault(language, {})[name] = text
    counts = plan.report.counts["products"]
    if not (changes or words) or plan.mapping.skip:
        counts.unchanged += 1
        return
    counts.updated += 1

    def change(session: Session) -> None:
        product = fetch(session, Product, before.id)
        for name, value in changes.items():
            setattr(product, name, value)
        if words:
            products.update(session, before.id, {"wordings": words})

    plan.updates.append(change)
