"""What every service needs of a record: fetch it, know its editable fields, move its state."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Result, Select, bindparam, inspect
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import STATES
from desktop_crm.models import Record
from desktop_crm.models.base import entity_of

R = TypeVar("R", bound=Record)
Ids = Collection[uuid.UUID]
Query = Select[*tuple[Any, ...]]
PART = 500  # values bound in one statement
KEPT = frozenset({"id", "version", "created_at", "updated_at", "created_by_device", "archived_at", "merged_into_id"})


def fetch(session: Session, model: type[R], key: uuid.UUID) -> R:
    """The record behind ``key``; raises UserError when it is gone."""
    record = session.get(model, key)
    if record is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    return record


@dataclass(frozen=True, slots=True)
class PerCustomer:
    """A statement built once, for all customers or for some: building it anew costs more than running it."""

    whole: Any
    some: Any

    def __call__(self, session: Session, ids: Ids | None, **values: Any) -> Result[*tuple[Any, ...]]:
        """The rows for some customers, for all of them with None; what is not flushed yet is not seen.

        Asked of the connection: the session would make mapped results of them, at twice the cost.
        """
        connection = session.connection()
        found: Result[*tuple[Any, ...]] = (
            connection.execute(self.whole, values)
            if ids is None
            else connection.execute(self.some, {**values, "ids": list(ids)})
        )
        return found


def per_customer(query: Select[*tuple[Any, ...]], customer: Any) -> PerCustomer:
    """Prepare ``query`` over rows whose customer stands in the column ``customer``."""
    return PerCustomer(query, query.where(customer.in_(bindparam("ids", expanding=True))))


def editable(model: type[Record]) -> frozenset[str]:
    """The names of the columns a form may set."""
    return frozenset(attribute.key for attribute in inspect(model).column_attrs) - KEPT


def move(record: Any, state: str, transitions: dict[str, frozenset[str]]) -> None:
    """Change the state along an allowed arrow; raises UserError otherwise."""
    titles = STATES[entity_of(record)]
    if state not in transitions[record.state]:
        raise UserError(
            N_("From the state “%(old)s” this cannot become “%(new)s”."),
            N_("Open the record again to see where it stands."),
            old=titles[record.state],
            new=titles[state],
        )
    record.state = state


def parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists short enough to be bound in one statement."""
    every = list(values)
    for start in range(0, len(every), PART):
        yield every[start : start + PART]
