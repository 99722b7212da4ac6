"""Document numbers: given once, in the document's own transaction, without gaps."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from desktop_crm.core.dates import roc_year
from desktop_crm.core.settings import Numbering
from desktop_crm.models import Counter, Device
from desktop_crm.services import settings
from desktop_crm.store.journal import batch_of

_DEVICE = select(Device.series).where(Device.ordinal == bindparam("ordinal"))
_STEP = update(Counter).where(Counter.series == bindparam("key")).values(last=Counter.last + 1).returning(Counter.last)
COUNT = re.compile(r"\{n(?::(\d+))?\}")


def next_number(session: Session, series: str, on: dt.date) -> str:
    """The next number of ``series`` (quotation, order, delivery, payment, customer, product) for a document of ``on``.

    Counting starts anew when the part before the count changes, so yearly and monthly patterns need no care.
    """
    pattern = getattr(settings.load(session, Numbering), series)
    device = session.scalar(_DEVICE, {"ordinal": batch_of(session).device}) or ""
    filled = (
        pattern.replace("{year}", str(on.year))
        .replace("{roc}", str(roc_year(on)))
        .replace("{month}", f"{on.month:02}")
        .replace("{device}", device)
    )
    value = _advance(session, f"{series}:{filled}")
    return COUNT.sub(lambda match: f"{value:0{match[1] or 1}}", filled, count=1)


def _advance(session: Session, key: str) -> int:
    value = session.connection().scalar(_STEP, {"key": key})
    if value is None:
        session.execute(insert(Counter).values(series=key, last=1))
        return 1
    return value
