"""What every service needs of a record: fetch it, know its editable fields, move its state."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Record

R = TypeVar("R", bound=Record)
Ids = Collection[uuid.UUID]
Query = Select[*tuple[Any, ...]]
KEPT = frozenset({"id", "version", "created_at", "updated_at", "created_by_device", "archived_at"})


def fetch(session: Session, model: type[R], key: uuid.UUID) -> R:
    """The record behind ``key``; raises UserError when it is gone."""
    record = session.get(model, key)
    if record is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    return record


def narrow(query: Query, column: Any, ids: Ids | None) -> Query:
    """The query for some keys only; None leaves it for all."""
    return query if ids is None else query.where(column.in_(ids))


def editable(model: type[Record]) -> frozenset[str]:
    """The names of the columns a form may set."""
    return frozenset(attribute.key for attribute in inspect(model).column_attrs) - KEPT


def move(record: Any, state: str, transitions: dict[str, frozenset[str]]) -> None:
    """Change the state along an allowed arrow; raises UserError otherwise."""
    if state not in transitions[record.state]:
        raise UserError(
            N_("From the state “%(old)s” this cannot become “%(new)s”."),
            N_("Open the record again to see where it stands."),
            old=record.state,
            new=str(state),
        )
    record.state = state
