"""The products of an import."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import scaled
from desktop_crm.models import Product
from desktop_crm.services.import_plan import Plan, known, number, taken
from desktop_crm.services.import_report import CHANGED
from desktop_crm.services.records import fetch

TEXTS = ("code", "name", "specification", "category", "unit")
PRICES = ("list_price", "cost")
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
    mapped = [name for name in (*TEXTS, *PRICES) if name in plan.mapping.sections["products"].fields]
    before = known(plan, Product, [getattr(Product, name) for name in mapped])
    rows = [(file, row, key, plan.fields("products", row, key)) for file, row, key in plan.rows("products")]
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
            _change(plan, before[key], {name: values[name] for name in mapped if name in values and name != "code"})
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
    return values


def _change(plan: Plan, before: Any, values: dict[str, Any]) -> None:
    changes = {name: value for name, value in values.items() if getattr(before, name) != value}
    counts = plan.report.counts["products"]
    if not changes or plan.mapping.skip:
        counts.unchanged += 1
        return
    counts.updated += 1

    def change(session: Session) -> None:
        product = fetch(session, Product, before.id)
        for name, value in changes.items():
            setattr(product, name, value)

    plan.updates.append(change)
