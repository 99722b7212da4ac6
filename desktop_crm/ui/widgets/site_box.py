"""Where the work is done: the sites of a customer, one that is added here, or one of somebody else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.site_dialog import SiteDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.contacts import ContactRow

NEW, OTHER = "new", "other"  # what the last two lines of the box do


class SiteBox(QComboBox):
    """None or the key of a site as data; its last lines add a site and look for one of another customer."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._customer: tuple[uuid.UUID, str] | None = None
        self._before = 0
        self.offer(None, [])
        self.activated.connect(self._taken)

    def offer(self, customer: tuple[uuid.UUID, str] | None, sites: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Offer the sites of a customer, its key and name; the one chosen stays if it is among them."""
        self._customer = customer
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        self.addItem("—", None)
        for key, name in sites:
            self.addItem(name, key)
        if customer is not None:
            self.insertSeparator(self.count())
            self.addItem(self._ctx.t("New site ..."), NEW)
            self.addItem(self._ctx.t("Site of another customer ..."), OTHER)
        self._before = max(self.findData(chosen), 0) if isinstance(chosen, uuid.UUID) else 0
        self.setCurrentIndex(self._before)
        self.blockSignals(False)

    def choose(self, key: uuid.UUID, name: str) -> None:
        """Choose a site as if it had been in the list."""
        place = next((n for n in range(self.count()) if self.itemData(n) == key), -1)
        if place < 0:
            place = 1
            self.insertItem(place, name, key)
        self.setCurrentIndex(place)
        self.activated.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # turning the wheel over it must not open a window

    def _taken(self, place: int) -> None:
        wanted = self.itemData(place)
        if wanted not in (NEW, OTHER) or self._customer is None:
            self._before = place
            return
        self.setCurrentIndex(self._before)
        key, name = self._customer
        if wanted == NEW:
            self._ctx.tasks.read(_people, key, done=lambda people: self._add(key, name, people), owner=self, slot="new")
        else:
            OtherSiteDialog(self._ctx, self, self.choose).open()

    def _add(self, customer: uuid.UUID, name: str, people: Sequence[ContactRow]) -> None:
        dialog = SiteDialog(self._ctx, customer, name, None, people, self)
        dialog.made = self.choose
        dialog.open()


class OtherSiteDialog(FormDialog):
    """Looks for a site by its name, its customer or its street."""

    def __init__(self, ctx: Context, parent: QWidget, taken: Callable[[uuid.UUID, str], object]) -> None:
        t = ctx.t
        about = t("Work may be done at somebody else's place: a dealer or designer buys, another customer uses it.")
        super().__init__(ctx, t("Site of another customer"), about, parent, columns=1)
        self._taken = taken
        self._found: Suggestion | None = None
        self._edit = TextEdit(hint=t("Name of the site, customer or street"))
        self.form.add("site_id", t("Site"), self._edit, required=True)
        self.completer = Completer(ctx, self._edit, sites_like)
        self.completer.chosen.connect(self._choose)
        self._edit.textEdited.connect(lambda _text: self._forget())
        self._save.setText(t("Take this site"))
        self.focus_on("site_id")

    def save(self) -> None:
        """Hand the site over."""
        if self._found is None:
            raise UserError(N_("Choose a site from the list."), N_("Type a part of its name."), field="site_id")
        self.accept()
        self._taken(self._found.data, f"{self._found.text} · {self._found.note}")

    def _choose(self, found: Suggestion) -> None:
        self._found = found
        self._edit.setText(found.text)

    def _forget(self) -> None:
        self._found = None


def sites_like(session: Session, typed: str) -> list[Suggestion]:
    """Sites for a completer, with whose they are."""
    from desktop_crm.services import sites

    return [Suggestion(row.id, row.name, row.customer) for row in sites.search(session, typed)]


def _people(session: Session, customer: uuid.UUID) -> Sequence[ContactRow]:
    from desktop_crm.services import contacts

    return contacts.rows(session, customer)
