"""Asks what erasing a customer would take away, and does it."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui import recovery
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm

if TYPE_CHECKING:
    from desktop_crm.core.i18n import Translator
    from desktop_crm.services.erasing import Extent
    from desktop_crm.store.database import Outcome


def ask(ctx: Context, customer: uuid.UUID, parent: QWidget) -> None:
    """Read what there is, show it, and erase it if that is wanted."""
    from desktop_crm.services import erasing

    def show(extent: Extent) -> None:
        if extent.documents and not extent.contacts and not extent.own:
            ctx.tasks.failure.emit(_nothing_to_erase(extent))
        elif extent.documents:
            _make_nameless(ctx, customer, extent, parent)
        else:
            _erase(ctx, customer, extent, parent)

    ctx.tasks.read(erasing.extent, customer, done=show, owner=parent, slot="extent")


def _nothing_to_erase(extent: Extent) -> UserError:
    """Why nothing is offered: a question that erases no contact would only look like an erasure."""
    return UserError(
        N_("%(name)s has documents that must be kept, and no contacts to erase."),
        N_("Archive it if you need it no more."),
        name=extent.name,
    )


def _erase(ctx: Context, customer: uuid.UUID, extent: Extent, parent: QWidget) -> None:
    from desktop_crm.services import erasing

    t = ctx.t
    said = (
        (extent.contacts, t.plural("%(count)s contact", "%(count)s contacts", extent.contacts)),
        (extent.sites, t.plural("%(count)s site", "%(count)s sites", extent.sites)),
        (
            extent.interactions,
            t.plural("%(count)s noted call or visit", "%(count)s noted calls and visits", extent.interactions),
        ),
        (extent.follow_ups, t.plural("%(count)s follow-up", "%(count)s follow-ups", extent.follow_ups)),
        (extent.drafts, t.plural("%(count)s draft", "%(count)s drafts", extent.drafts)),
    )
    counts = [words for number, words in said if number]
    what = t("Erase %(name)s for good?", name=extent.name)
    if counts:
        advice = t(
            "With it go: %(counts)s. This cannot be undone. Backups made before still hold it.",
            counts=_listed(t, counts),
        )
    else:
        advice = t("This cannot be undone. Backups made before still hold it.")
    if confirm(ctx, what, advice, t("Erase"), parent):
        done = t("%(name)s was erased.", name=extent.name)
        ctx.tasks.write(erasing.erase, customer, done=partial(_tell, ctx, done), owner=parent, title=what)


def _make_nameless(ctx: Context, customer: uuid.UUID, extent: Extent, parent: QWidget) -> None:
    from desktop_crm.services import erasing

    t = ctx.t
    what = t("%(name)s has documents that must be kept.", name=extent.name)
    counts = []
    if extent.contacts:
        counts.append(t.plural("%(count)s contact", "%(count)s contacts", extent.contacts))
    if extent.own:
        counts.append(
            t.plural("%(count)s own number, address or note", "%(count)s own numbers, addresses and notes", extent.own)
        )
    advice = t(
        "What is known of the people can be erased: %(counts)s. Documents, sites, noted calls and follow-ups stay as "
        "they were written, and older backups hold everything. This cannot be undone.",
        counts=_listed(t, counts),
    )
    if confirm(ctx, what, advice, t("Erase the people"), parent):
        said = t("The people of %(name)s were erased.", name=extent.name)
        ctx.tasks.write(erasing.make_nameless, customer, done=partial(_tell, ctx, said), owner=parent)


def _listed(t: Translator, counts: list[str]) -> str:
    return ("、" if t.lang.startswith("zh") else ", ").join(counts)


def _tell(ctx: Context, said: str, outcome: Outcome[Any]) -> None:
    """Forget what was typed for those who are gone, and say that it is done."""
    recovery.erase(str(ctx.path), {key for keys in outcome.changed.entities.values() for key in keys})
    ctx.toast(said)
