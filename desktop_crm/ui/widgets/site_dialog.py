"""Adding or changing a site of a customer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow
    from desktop_crm.services.sites import SiteRow
    from desktop_crm.store.database import Outcome

VALUES = ("name", "contact_id", "postal_code", "county", "district", "street", "note")


class SiteDialog(FormDialog):
    """Name, person there, address; ``row`` is None for a new one."""

    def __init__(
        self,
        ctx: Context,
        customer: uuid.UUID,
        at: str,
        row: SiteRow | None,
        people: Sequence[ContactRow],
        parent: QWidget,
    ) -> None:
        t = ctx.t
        super().__init__(ctx, t("Edit site") if row else t("New site"), at, parent)
        self._customer, self._row = customer, row
        self.made: Callable[[uuid.UUID, str], object] = lambda _key, _name: None  # told key and name once it is saved
        form = self.form
        form.add("name", t("Name of the site"), TextEdit(), span=2, required=True)
        known: list[tuple[Any, str]] = [(one.id, one.name) for one in people]
        if row is not None and row.contact_id and row.contact_id not in [key for key, _name in known]:
            known.append((row.contact_id, row.contact))
        form.add("contact_id", t("Person there"), combo([(None, "—"), *known]))
        form.add("postal_code", t("Postal code"), TextEdit(limit=10))
        form.add("county", t("City or county"), TextEdit())
        form.add("district", t("District"), TextEdit())
        form.add("street", t("Street and number"), TextEdit(), span=2)
        form.add("note", t("Note"), TextEdit(), span=2)
        if row is not None:
            form.set_values({name: getattr(row, name) for name in VALUES})
            verb = t("Bring back") if row.archived else t("Archive")
            self.buttons.insertWidget(0, button(verb, self._archive))
        self.focus_on("name")

    def save(self) -> None:
        """Add the site or change it."""
        from desktop_crm.services import sites

        values, row = self.form.values(), self._row
        write, key = (sites.create, self._customer) if row is None else (sites.update, row.id)
        self.ctx.tasks.write(write, key, values, done=self._saved, failed=self.refused, owner=self)

    def _saved(self, outcome: Outcome[uuid.UUID]) -> None:
        name = self.form.values()["name"]
        self.saved(self.ctx.t("%(name)s was saved.", name=name), outcome)
        self.made(outcome.result, name)

    def _archive(self) -> None:
        from desktop_crm.services import sites

        assert self._row is not None
        t, row = self.ctx.t, self._row
        verb, said = (
            (sites.restore, t("%(name)s is back in the list.", name=row.name))
            if row.archived
            else (sites.archive, t("%(name)s was archived; nothing was deleted.", name=row.name))
        )
        self.ctx.tasks.write(verb, row.id, done=lambda outcome: self.saved(said, outcome), owner=self)
