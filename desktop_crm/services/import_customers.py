"""The customers of an import, with address, phone numbers and one contact each."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from dataclasses import astuple
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from desktop_crm.core import phones, tax_ids
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Address, Contact, ContactPoint, Customer
from desktop_crm.models.contact import PointKind
from desktop_crm.models.customer import CustomerType, LegalForm
from desktop_crm.services import contacts, customers
from desktop_crm.services.customers import SPOKEN, CustomerForm, Point, PostalAddress
from desktop_crm.services.import_plan import Plan, known, taken
from desktop_crm.services.import_report import CHANGED
from desktop_crm.services.import_rows import Row
from desktop_crm.services.records import parts
from desktop_crm.services.typed import NAME_LIMIT

COLUMNS = (
    "code", "name", "short_name", "name_en", "legal_form", "customer_type", "tax_number", "country",
    "industry", "source", "channel", "language", "note",
)  # fmt: skip
POSTAL = ("postal_code", "county", "district", "street")
CHOICES: dict[str, set[str]] = {"legal_form": set(LegalForm), "customer_type": set(CustomerType)}
Wanted = dict[str, str]
# what an encoding leaves of a character it has not, beside Chinese ones
LOST = re.compile("[\u3400-\u9fff][?？]|[?？][\u3400-\u9fff]|\ufffd")


def plan_customers(plan: Plan) -> None:
    """Plan what the section "customers" says: new ones, changed ones, refused ones."""
    mapped = [name for name in COLUMNS if name in plan.mapping.sections["customers"].fields]
    before = known(plan, Customer, [Customer.merged_into_id, *(getattr(Customer, name) for name in mapped)])
    children = _Children(plan, [row.id for row in before.values()]) if before else None
    rows = [(file, row, key, plan.fields("customers", row, key)) for file, row, key in plan.rows("customers")]
    codes = taken(plan.session, Customer.code, (wanted["code"] for *_, key, wanted in rows if key not in before))
    ids = plan.ids.setdefault("customers", {})
    by_name: dict[str, int] = {}
    for file, row, key, wanted in rows:
        if (fault := _fault(wanted)) is not None:
            plan.refuse("customers", file, row, fault.message, **fault.params)
            continue
        _remark(plan, file, row, wanted, by_name)
        plan.names[key], plan.places[key] = wanted["name"], (file, row)
        if key in before:
            assert children is not None
            ids[key] = before[key].merged_into_id or before[key].id
            if before[key].merged_into_id:  # what the kept one says counts
                plan.report.counts["customers"].unchanged += 1
                continue
            _change(plan, before[key], wanted, mapped, children)
            continue
        wanted["code"] = wanted["code"] or plan.number(Customer.code, "customer")
        if wanted["code"] and wanted["code"] in codes:
            other = f"{plan.mapping.system}-{wanted['code']}"
            plan.report.tell(
                CHANGED, file, row.line, N_("The code %(code)s is taken; it became %(other)s."),
                code=wanted["code"], other=other,
            )  # fmt: skip
            wanted["code"] = other
        codes.add(wanted["code"])
        ids[key] = create(plan, key, wanted)


def _fault(wanted: Wanted) -> UserError | None:
    if not wanted.get("name"):
        return UserError(N_("The customer has no name."), field="name")
    if len(wanted["name"]) > NAME_LIMIT:
        return UserError(N_("The name is longer than %(limit)s characters."), field="name", limit=NAME_LIMIT)
    for name, choices in CHOICES.items():
        if name in wanted and wanted[name] not in choices:
            return UserError(N_("%(value)s is not a choice here."), field=name, value=wanted[name][:40])
    return None


def _remark(plan: Plan, file: str, row: Row, wanted: Wanted, by_name: dict[str, int]) -> None:
    plan.look_at(file, row)
    first = by_name.setdefault(wanted["name"].casefold(), row.line)
    if first != row.line:
        plan.note(
            file, row, N_("“%(name)s” has the same name as row %(first)s; both were kept."),
            name=wanted["name"], first=first,
        )  # fmt: skip
    if LOST.search(wanted["name"]):
        plan.note(file, row, N_("“%(name)s” may have lost a character; look at it."), name=wanted["name"])
    if "country" in wanted and not wanted["country"]:
        plan.note(file, row, N_("The customer has no country."))
    number = wanted.get("tax_number", "")
    if number and tax_ids.check_tax_id(number, wanted.get("country", "")) is False:
        plan.note(file, row, N_("The tax number %(number)s fails its check digit."), number=number)
    if wanted.get("postal_code", "").startswith("0"):
        plan.note(file, row, N_("The zero before the postal code %(code)s was kept."), code=wanted["postal_code"])
    for kind in sorted(SPOKEN):
        if wanted.get(kind) and not _e164(wanted[kind], wanted):
            plan.note(
                file, row, N_("“%(phone)s” is no number of %(country)s in use; it was kept as written."),
                phone=wanted[kind], country=wanted.get("country") or "?",
            )  # fmt: skip


def _e164(typed: str, wanted: Wanted) -> str:
    return _dialled(typed, wanted.get("country", ""))


@lru_cache(maxsize=20_000)
def _dialled(typed: str, country: str) -> str:
    """Reading a number costs 70 microseconds, and every number of a row is asked for twice."""
    return (phones.to_e164(typed, country) or "") if country else ""


def create(plan: Plan, key: str, wanted: Wanted) -> uuid.UUID:
    """Plan a new customer with address, contact and numbers; returns its key."""
    values: dict[str, Any] = {name: wanted[name] for name in COLUMNS if name in wanted}
    if "owner" in wanted:
        values["owner_id"] = plan.staff.get(wanted["owner"])
    customer_id = plan.insert(Customer, **values, currency=plan.mapping.currency)
    plan.remember(Customer, key, customer_id)
    if any(wanted.get(name) for name in POSTAL):
        plan.insert(Address, customer_id=customer_id, **_postal(wanted))
    if wanted.get("contact"):
        plan.insert(Contact, customer_id=customer_id, name=wanted["contact"], is_primary=True, **_about_contact(wanted))
    for point in _points(wanted):
        e164 = _e164(point.typed, wanted) if point.kind in SPOKEN else ""
        plan.insert(ContactPoint, customer_id=customer_id, kind=point.kind, typed=point.typed, e164=e164)
    plan.report.counts["customers"].created += 1
    plan.customers.add(customer_id)
    return customer_id


def _about_contact(wanted: Wanted) -> dict[str, str]:
    """What a row says of its contact besides the name."""
    return {name: wanted.get(f"contact_{name}", "") for name in ("salutation", "title")}


def _postal(wanted: Wanted) -> dict[str, str]:
    return {**{name: wanted.get(name, "") for name in POSTAL}, "country": wanted.get("country", "")}


def _points(wanted: Wanted) -> list[Point]:
    return [Point(kind.value, wanted[kind.value]) for kind in PointKind if wanted.get(kind.value)]


class _Children:
    """Addresses, contacts and contact points of the customers an earlier import made."""

    def __init__(self, plan: Plan, ids: list[uuid.UUID]) -> None:
        self.contacts: dict[uuid.UUID, dict[str, tuple[uuid.UUID, dict[str, str]]]] = defaultdict(dict)
        self.addresses: dict[uuid.UUID, PostalAddress] = {}
        self.points: dict[uuid.UUID, list[Point]] = defaultdict(list)
        for part in parts(ids):
            self._read(plan, part)

    def _read(self, plan: Plan, ours: list[uuid.UUID]) -> None:
        query = select(
            ContactPoint.customer_id, ContactPoint.kind, ContactPoint.typed, ContactPoint.label, ContactPoint.is_primary
        ).where(ContactPoint.contact_id.is_(None), ContactPoint.customer_id.in_(ours))
        for customer_id, kind, typed, label, primary in plan.session.execute(query.order_by(ContactPoint.id)):
            self.points[customer_id].append(Point(kind, typed, label, primary))
        people = select(Contact.customer_id, Contact.name, Contact.id, Contact.salutation, Contact.title)
        for customer_id, name, key, called, title in plan.session.execute(people.where(Contact.customer_id.in_(ours))):
            self.contacts[customer_id][name] = (key, {"salutation": called, "title": title})
        places = select(
            Address.customer_id, Address.kind, *(getattr(Address, name) for name in POSTAL), Address.country
        )
        for customer_id, *place in plan.session.execute(
            places.where(Address.customer_id.in_(ours)).order_by(Address.id.desc())
        ):
            self.addresses[customer_id] = PostalAddress(*place)


def _change(plan: Plan, before: Any, wanted: Wanted, mapped: list[str], children: _Children) -> None:
    """Plan the changes of a known customer: the source wins for mapped columns, numbers are added, none removed."""
    key = before.id
    if plan.mapping.skip:
        plan.report.counts["customers"].unchanged += 1
        return
    values: dict[str, Any] = {
        name: wanted[name]
        for name in mapped
        if getattr(before, name) != wanted[name] and name != "code" and (wanted[name] or not plan.mapping.table)
    }
    old = children.points[key]
    added = [point for point in _points(wanted) if (point.kind, point.typed) not in {(p.kind, p.typed) for p in old}]
    place = children.addresses.get(key)
    address = PostalAddress(place.kind if place else "registered", **_postal(wanted))
    if plan.mapping.table and place is not None:
        address = PostalAddress(*(new or old for new, old in zip(astuple(address), astuple(place), strict=True)))
    moved = any(wanted.get(name) for name in POSTAL) and address != place
    if values or added or moved:
        form = CustomerForm(values, (*old, *added), address if moved else None)
        asked = frozenset({"tax_number", "same_tax_number"})
        plan.updates.append(lambda session: customers.update(session, key, form, asked))
    person = _changed_contact(key, wanted, children)
    if person is not None:
        plan.updates.append(person)
    counts = plan.report.counts["customers"]
    if values or added or moved or person is not None:
        counts.updated += 1
        plan.customers.add(key)
    else:
        counts.unchanged += 1


def _changed_contact(key: uuid.UUID, wanted: Wanted, children: _Children) -> Any:
    name, about = wanted.get("contact", ""), _about_contact(wanted)
    if not name:
        return None
    found = children.contacts[key].get(name)
    if found is None:
        return lambda session: contacts.create(session, key, {"name": name, **about})
    changed = {field: text for field, text in about.items() if text and found[1][field] != text}
    return (lambda session: contacts.update(session, found[0], changed)) if changed else None
