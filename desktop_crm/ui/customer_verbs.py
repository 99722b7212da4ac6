"""What can be done for a customer from anywhere: a quotation, a note, a follow-up."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow


def run(ctx: Context, verb: str, customer_id: uuid.UUID, name: str, parent: QWidget) -> None:
    """Do ``verb``: "quotation", "interaction" or "follow_up"."""
    {"quotation": _quote, "interaction": _note, "follow_up": _plan}[verb](ctx, customer_id, name, parent)


def _me(ctx: Context) -> uuid.UUID | None:
    me = ctx.state.text("me")
    return uuid.UUID(me) if me else None


def _quote(ctx: Context, customer_id: uuid.UUID, _name: str, parent: QWidget) -> None:
    from desktop_crm.services import quotations

    ctx.tasks.write(
        quotations.create_draft,
        customer_id,
        done=lambda outcome: ctx.open_record("quotation", outcome.result),
        owner=parent,
    )


def _note(ctx: Context, customer_id: uuid.UUID, name: str, parent: QWidget) -> None:
    from desktop_crm.services import contacts
    from desktop_crm.ui.widgets.interaction_dialog import InteractionDialog

    def ask(people: list[ContactRow]) -> None:
        InteractionDialog(ctx, customer_id, name, people, _me(ctx), parent).open()

    ctx.tasks.read(contacts.rows, customer_id, done=ask, owner=parent, slot="contacts")


def _plan(ctx: Context, customer_id: uuid.UUID, name: str, parent: QWidget) -> None:
    from desktop_crm.ui.widgets.followup_dialog import FollowUpDialog

    FollowUpDialog(ctx, (customer_id, name), parent=parent, staff_id=_me(ctx)).open()
