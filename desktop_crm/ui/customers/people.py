"""The contacts of all customers as a list, beside the list of customers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Column, ListQuery
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.list_pane import ListPane
from desktop_crm.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.contact_list import PersonRow


def _customer(_t: Translator, value: tuple[uuid.UUID, str]) -> str:
    return value[1]


COLUMNS = (
    Column("name", N_("Contact"), 84, "bold"),
    Column("salutation", N_("Form of address"), 72, "muted", rank=5),
    Column("customer", N_("Customer"), 190, stretch=True, rank=1, show=_customer),
    Column("phone", N_("Phone"), 116, rank=2),
    Column("mail", N_("E-mail"), 150, stretch=True, rank=4),
    Column("role", N_("Role"), 110, "muted", rank=3),
)
CUSTOMER = 1 + [column.key for column in COLUMNS].index("customer")


class PeopleSource:
    """Windows of the list, for the read lane."""

    def __init__(self, language: str) -> None:
        self._language = language

    def count(self, session: Session, query: ListQuery) -> int:
        """How many contacts."""
        from desktop_crm.services import contact_list

        return contact_list.count(session, query.text)

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import contact_list

        return [_row(row) for row in contact_list.window(session, query.text, self._language, offset, limit)]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where a contact stands in the list."""
        from desktop_crm.services import contact_list

        return contact_list.position(session, query.text, self._language, record)


class PeoplePane(ListPane):
    """The list; read when it is first shown."""

    def __init__(self, ctx: Context, search: SearchBox) -> None:
        t = ctx.t
        belongs = t("The people at your customers belong here. Add them on the card of a customer.")
        empty = EmptyState(ctx.theme, "users", t("No contacts yet"), belongs, ())
        super().__init__(ctx, t("Contacts"), COLUMNS, PeopleSource(t.lang), search=search, empty=empty)
        self._started = False

    def show_rows(self) -> None:
        """Read the first rows, once."""
        if not self._started:
            self._started = True
            self.start()

    def reload(self) -> None:
        """Read again what has been read."""
        if self._started:
            self.model.reload()

    def customer(self) -> uuid.UUID | None:
        """The customer of the contact selected."""
        row = self.model.row(self.view.currentIndex().row()) if self.view.currentIndex().isValid() else None
        return row[CUSTOMER][0] if row is not None else None


def _row(row: PersonRow) -> tuple[Any, ...]:
    role = " · ".join(part for part in (row.department, row.title) if part)
    return (row.id, row.name, row.salutation, (row.customer_id, row.customer), row.phone, row.mail, role)
