"""A program that does every kind of write in turn and notes down each one that was acknowledged, until it is killed.

``write_on(shop, notes, source, seed, rounds)``: ``notes`` becomes one JSON line per write, ``source`` is a folder to
import from. A line says what was written: its action, its batch in the journal, and each record with its version.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from desktop_crm.core.dates import clock
from desktop_crm.models import JournalEntry
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.services import (
    company,
    contacts,
    customers,
    deliveries,
    equipment,
    followups,
    grading,
    history,
    import_mapping,
    import_undo,
    imports,
    inspections,
    instalments,
    interactions,
    invoices,
    merging,
    order_changes,
    order_view,
    orders,
    payments,
    price_lists,
    products,
    quotation_view,
    quotations,
    settings,
    shops,
    sites,
    staff,
    terms,
    trade,
)
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payments import ChequeDetails
from desktop_crm.store import backup

CHEQUE = "cheque"
USED = (company, instalments, settings, terms)  # imported before the clock runs


class Writer:
    """An open shop and the file of notes."""

    def __init__(self, path: Path, notes: Path, source: Path, chance: random.Random) -> None:
        self.shop = shops.open_shop(path)
        self.source = source
        self.chance = chance
        self.numbers = count(chance.randrange(10**6))
        self.folder = notes.parent / "copies"
        self.last: uuid.UUID | None = None
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, **line: Any) -> None:
        """One line, whole or not at all."""
        os.write(self._notes, (json.dumps(line) + "\n").encode())

    def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A write, and the note that it was acknowledged."""
        outcome = self.shop.database.run(function, *args, **kwargs)
        changed = outcome.changed
        with self.shop.database.read() as session:
            rows = [
                [entity, key.hex, _version(session, entity, key)]
                for entity, keys in changed.entities.items()
                for key in keys
            ]
            entries = select(func.count()).where(JournalEntry.batch_id == changed.batch_id)
            self.note(action=changed.action, batch=changed.batch_id.hex, entries=session.scalar(entries), rows=rows)
        self.last = changed.batch_id
        return outcome.result

    def read(self, function: Callable[..., Any], *args: Any) -> Any:
        """What a reading service says."""
        with self.shop.database.read() as session:
            return function(session, *args)

    def customer(self) -> uuid.UUID:
        """A new one."""
        form = CustomerForm({"name": f"第{next(self.numbers)}號客戶有限公司"}, (Point("phone", "04-2258-1180"),))
        key: uuid.UUID = self.run(customers.create, form)
        return key

    def order(self, customer: uuid.UUID, total: int = 5000) -> uuid.UUID:
        """A new one of two pumps."""
        header = OrderHeader(ordered_on=clock.today(), tax_mode="untaxed")
        key: uuid.UUID = self.run(orders.create, customer, [_line(2, total // 2)], header)
        return key


def _version(session: Any, entity: str, key: uuid.UUID) -> int | None:
    found = session.connection().exec_driver_sql(f"SELECT version FROM {entity} WHERE id = ?", (key.bytes,)).scalar()
    return None if found is None else int(found)


def _line(quantity: int = 1, price: int = 1000) -> DraftLine:
    return DraftLine("循環水泵", Decimal(quantity), Decimal(price))


def _draw(_snapshot: QuotationSnapshot) -> bytes:
    return b"%PDF-of-the-test"


# -- the kinds of writes ---------------------------------------------------------------------------


def people(w: Writer) -> None:
    """A customer with all that is known of it, changed, archived, brought back, merged."""
    key = w.customer()
    contact = w.run(contacts.create, key, {"name": "王小明"}, (Point("mobile", "0912345678"),))
    w.run(contacts.update, contact, {"title": "經理"})
    site = w.run(sites.create, key, {"name": "台中廠"})
    w.run(sites.update, site, {"note": "後門進"})
    spoken = w.run(interactions.record, key, "call", "談了報價", minutes=5)
    w.run(interactions.delete, spoken)
    form = w.read(customers.load, key)
    w.run(customers.update, key, CustomerForm({**form.values, "note": "改過"}, form.points, form.address, form.version))
    w.run(customers.archive, key)
    w.run(customers.restore, key)
    other = w.customer()
    w.order(other)
    w.run(merging.merge, key, other)


def promises(w: Writer) -> None:
    """Follow-ups: planned, done, done and next, moved, reopened, cancelled."""
    key, today = w.customer(), clock.today()
    first = w.run(followups.plan, key, "回電", today)
    w.run(followups.postpone, first, today + dt.timedelta(days=2))
    second = w.run(followups.finish_and_plan, first, "沒人接", "再打", today + dt.timedelta(days=3))
    w.run(followups.finish, second, "談好了")
    w.run(followups.reopen, second)
    w.run(followups.cancel, second)
    repeated = w.run(followups.plan, key, "保養", today, rrule="FREQ=MONTHLY;BYMONTHDAY=1")
    w.run(followups.finish, repeated)


def offers(w: Writer) -> None:
    """A quotation: drafted, saved, issued, sent, revised, accepted; another one declined; a draft deleted."""
    key = w.customer()
    quotation = w.run(quotations.create_draft, key)
    w.run(quotations.save_draft, quotation, w.read(quotation_view.load, quotation).header, [_line(3), _line(1, 250)])
    w.run(quotations.issue, quotation, _draw)
    w.run(quotations.mark_sent, quotation)
    w.run(quotations.new_revision, quotation)
    w.run(quotations.issue, quotation, _draw)
    w.run(quotations.accept, quotation, 1, clock.today(), confirmed={"older_revision", "not_latest", "revision"})
    other = w.run(quotations.copy, quotation)
    w.run(quotations.issue, other, _draw)
    w.run(quotations.decline, other, "太貴")
    w.run(quotations.delete_draft, w.run(quotations.create_draft, key))


def trading(w: Writer) -> None:
    """An order: changed, delivered, accepted, invoiced, paid in cash and by a cheque that bounces; one cancelled."""
    key, today = w.customer(), clock.today()
    order = w.order(key)
    lines = order_view.drafts(w.read(order_view.load, order))
    w.run(order_changes.change, order, [replace(lines[0], quantity=lines[0].quantity + 1), *lines[1:], _line(1, 75)])
    first = w.run(deliveries.deliver, order, today, None)
    w.run(deliveries.cancel_delivery, first)
    w.run(deliveries.deliver, order, today)
    w.run(deliveries.accept, order, today, "王經理")
    w.run(invoices.record, order, InvoiceForm(f"AB{next(w.numbers) % 10**8:08}", "triplicate", today, 5000, 0), _ALL)
    w.run(payments.receive, key, "cash", 1000, today)
    details = ChequeDetails(f"CH{next(w.numbers)}", today + dt.timedelta(days=60), "台灣銀行")
    cheque = w.run(payments.receive, key, CHEQUE, 4000, today, cheque=details)
    for state in ("deposited", "bounced"):
        w.run(payments.set_cheque_state, cheque, state)
    w.run(payments.cancel_payment, w.run(payments.receive, key, "transfer", 10, today))
    w.run(orders.cancel, w.order(key))


def goods(w: Writer) -> None:
    """Products and price lists."""
    product = w.run(products.create, {"name": f"水泵{next(w.numbers)}", "unit": "台", "list_price": Decimal(900)})
    w.run(products.update, product, {"list_price": Decimal(950), "wordings": {"en": {"name": "Pump"}}})
    listed = w.run(price_lists.create, {"name": f"價目{next(w.numbers)}"})
    price = w.run(price_lists.put_price, listed, product, Decimal(1), Decimal(880))
    w.run(price_lists.put_price, listed, product, Decimal(10), Decimal(800))
    w.run(price_lists.remove_price, price)
    w.run(price_lists.archive, listed)
    w.run(products.archive, product)


def machines(w: Writer) -> None:
    """Equipment and its visits."""
    key, today = w.customer(), clock.today()
    card = w.run(equipment.create, {"customer_id": key, "name": "冷卻水塔", "serial": f"S{next(w.numbers)}"}, _ALL)
    plan = w.run(inspections.plan, card, today, "FREQ=MONTHLY;BYMONTHDAY=1")
    w.run(inspections.skip, plan)
    w.run(inspections.end, plan)
    w.run(equipment.retire, card)


def house(w: Writer) -> None:
    """Settings, staff, the search index."""
    w.run(company.change, {"address": f"台中市第{next(w.numbers)}號"}, confirmed=_ALL)
    w.run(trade.change_numbering, {"delivery": f"D{{device}}{{year}}-{{n:{w.chance.randrange(4, 7)}}}"})
    w.run(trade.change_units, [{"zh_TW": f"箱{next(w.numbers)}", "en": "box"}])
    person = w.run(staff.create, {"name": "林師傅"})
    w.run(staff.archive, person)
    w.run(shops.tidy)


def grades(w: Writer) -> None:
    """A grading run, accepted and taken back."""
    w.order(w.customer(), 50_000)
    run = w.run(grading.apply)
    w.run(grading.undo, run)
    w.run(grading.apply)


def import_and_revert(w: Writer) -> None:
    """An import, repeated with a change, taken back."""
    mapping = replace(import_mapping.load("northwind"), currency="TWD")
    w.run(imports.run, w.source, mapping)
    file = w.source / "customers.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Berlin", f"Berlin {next(w.numbers)}", 1), encoding="utf-8")
    w.run(imports.run, w.source, mapping)
    assert w.last is not None
    w.run(import_undo.revert, w.last)


def undo(w: Writer) -> None:
    """The last change taken back."""
    w.customer()
    assert w.last is not None
    w.run(history.undo, w.last)


def copies(w: Writer) -> None:
    """A backup, more work, and the shop as it was."""
    w.customer()
    made = backup.backup(w.shop.database.path, w.folder)
    w.note(action="backup", copy=made.name)
    w.customer()
    w.note(action="restoring", copy=made.name)
    shops.restore(w.shop, made)
    w.note(action="restored", copy=made.name)


class _Everything(frozenset[str]):
    """Yes to every question."""

    def __contains__(self, _key: object) -> bool:
        return True


_ALL = _Everything()
KINDS: tuple[Callable[[Writer], None], ...] = (
    people, promises, offers, trading, goods, machines, house, grades, import_and_revert, undo, copies,
)  # fmt: skip


def write_on(shop: str, notes: str, source: str, seed: int, rounds: int = 10**6) -> None:
    """Write until killed, or every kind ``rounds`` times."""
    chance = random.Random(seed)
    writer = Writer(Path(shop), Path(notes), Path(source), chance)
    writer.note(action="open")
    caller = multiprocessing.parent_process()
    for _ in range(rounds):
        for kind in chance.sample(KINDS, len(KINDS)):
            if caller is not None and not caller.is_alive():
                return  # nobody is left who would kill it
            kind(writer)
    writer.shop.close()
    writer.note(action="end")
