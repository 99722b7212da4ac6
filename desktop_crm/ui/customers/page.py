"""The customers tab: a list with quick filters and the card of the one selected."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui import customer_verbs
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers import card as cards
from desktop_crm.ui.customers import erasing
from desktop_crm.ui.customers.columns import COLUMNS, CustomerSource
from desktop_crm.ui.customers.contact_editor import ContactEditor
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.customers.merging import MergeDialog
from desktop_crm.ui.customers.people import PeoplePane
from desktop_crm.ui.list_page import ListPage
from desktop_crm.ui.widgets.buttons import Chip, SubTabs, button
from desktop_crm.ui.widgets.followup_dialog import FollowUpDialog
from desktop_crm.ui.widgets.interaction_dialog import InteractionDialog
from desktop_crm.ui.widgets.labels import line
from desktop_crm.ui.widgets.search_box import SearchBox
from desktop_crm.ui.widgets.site_dialog import SiteDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.contacts import ContactRow
    from desktop_crm.services.interactions import Noted
    from desktop_crm.services.sites import SiteRow
    from desktop_crm.store.database import Outcome


UNSAVED = {"note": "interaction", "plan": "follow_up"}  # small windows that are opened again after a crash


class CustomersPage(ListPage):
    """List, card, forms."""

    card_of = staticmethod(cards.read)
    first_sort = "name"
    can_import = True
    entities = (
        "customer",
        "contact",
        "contact_point",
        "site",
        "equipment",
        "interaction",
        "follow_up",
        "quotation",
        "customer_order",
        "payment",
        "grading_run",
    )

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        search = t("Name, phone, tax number, pinyin or zhuyin")
        super().__init__(ctx, t("Customers"), search=search, new=t("New customer"))
        chips = [
            Chip("all", t("All")),
            Chip("grade_a", t("Grade A"), private=True),
            Chip("mine", t("My customers")),
            Chip("quiet", t("No contact for 90 days")),
            Chip("overdue", t("Overdue")),
            Chip("archived", t("Archived")),
            Chip("chosen", t("From the picture")),
        ]
        belongs = t("Everybody you trade with belongs here. Add the first one; only the name is needed.")
        empty = ("users", t("No customers yet"), belongs)
        self.card = cards.CustomerCard(ctx)
        self.furnish("customers", COLUMNS, CustomerSource(t.lang), chips, empty, self.card)
        self._me: uuid.UUID | None = None
        self._chosen: tuple[uuid.UUID, ...] = ()
        self._connect()

    def left_side(self) -> QWidget:
        """The list of customers and that of all contacts, one at a time."""
        theme, t = self.ctx.theme, self.ctx.t
        self.people_search = SearchBox(theme, t("Name, pinyin, phone or customer"))
        self.people_search.hide()
        self.home.tool.add_left(self.people_search)
        self.new_contact = button(t("New contact"), lambda: self._edit_contact(None), theme=theme, picture="plus")
        self.new_contact.hide()
        self.home.tool.add(self.new_contact)
        self.people = PeoplePane(self.ctx, self.people_search)
        self.sides = SubTabs(theme, [Chip("customers", t("Customers")), Chip("contacts", t("Contacts"))])
        self._stack = QStackedWidget()
        for pane in (self.list, self.people):
            self._stack.addWidget(pane)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, theme.px(4), 0, 0)
        column.setSpacing(0)
        for widget in (self.sides, line(), self._stack):
            column.addWidget(widget)
        return side

    def _connect(self) -> None:
        self.sides.chosen.connect(self._show_side)
        self.people.opened.connect(self._open_contact)
        self.people.current_changed.connect(self._point_at)
        self.card.edit_wanted.connect(self.edit_record)
        self.card.archive_wanted.connect(self.archive_record)
        self.card.erase_wanted.connect(self._erase)
        self.card.merge_wanted.connect(self.merge_record)
        self.card.quote_wanted.connect(self._new_quotation)
        self.card.interaction_wanted.connect(self.note_interaction)
        self.card.interaction_opened.connect(self._open_interaction)
        self.card.follow_up_wanted.connect(self.plan_follow_up)
        self.card.contact_wanted.connect(self._edit_contact)
        self.card.site_wanted.connect(self._edit_site)
        self.ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(self.ctx.customer_view.on)

    # -- what the window asks --------------------------------------------------------------------

    def first_shown(self) -> None:
        me = self.ctx.state.text("me")
        self._me = uuid.UUID(me) if me else None
        self.list.chips.set_shown("mine", self._me is not None)
        self.list.chips.set_shown("chosen", bool(self._chosen))
        self.list.model.change(extra=self._extra())
        super().first_shown()

    def open_record(self, entity: str, record: uuid.UUID | tuple[uuid.UUID, ...]) -> None:
        """Show one customer, or just those behind a picture (``entity`` is then "customers")."""
        self.sides.choose("customers")
        if isinstance(record, tuple):
            self.go_home()
            self._show_only(record)
        else:
            super().open_record(entity, record)

    def _show_only(self, ids: tuple[uuid.UUID, ...]) -> None:
        self._chosen = ids
        self.list.chips.set_shown("chosen", True)
        self.list.chips.show_counts({"chosen": self.ctx.t.number(len(ids))})
        self.list.chips.choose("chosen")
        self.list.model.change(chip="chosen", text="", extra=self._extra())

    def _extra(self) -> tuple[tuple[str, object], ...]:
        return (("owner", self._me), ("chosen", self._chosen))

    def status_text(self) -> str:
        t = self.ctx.t
        if self._among_people():
            return t.plural("%(count)s contact", "%(count)s contacts", self.people.model.rowCount())
        count = t.plural("%(count)s customer", "%(count)s customers", self.list.model.rowCount())
        order = t("sorted by name")
        return f"{count} · {order}" if self.list.model.query.sort == "name" else count

    def has_selection(self) -> bool:
        return (self.people if self._among_people() else self.list).view.current_id() is not None

    def find_in_list(self) -> None:
        if self._among_people() and self.top() is self.home:
            self.people_search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.people_search.selectAll()
        else:
            super().find_in_list()

    def take_focus(self) -> None:
        if self.top() is self.home:
            (self.people if self._among_people() else self.list).view.setFocus()
        else:
            super().take_focus()

    def reload(self) -> None:
        super().reload()
        self.people.reload()

    def export_list(self) -> None:
        if self._among_people():
            self.people.export()
        else:
            super().export_list()

    # -- the list of contacts --------------------------------------------------------------------

    def _among_people(self) -> bool:
        return self._stack.currentWidget() is self.people

    def _show_side(self, side: str) -> None:
        """Show the customers or all contacts; the card follows what is selected there."""
        people = side == "contacts"
        self._stack.setCurrentWidget(self.people if people else self.list)
        box = self.home.tool.search
        assert box is not None
        box.setVisible(not people)
        self.people_search.setVisible(people)
        self.new_contact.setVisible(people)
        if people:
            self.people.show_rows()
            self._point_at(self.people.view.current_id())
        else:
            self.card.point_at_contact(None)
            self.show_card(self.list.view.current_id())
        self.ctx.status_changed.emit()

    def show_card(self, record: uuid.UUID | None) -> None:
        super().show_card(self.people.customer() if self._among_people() else record)

    def _point_at(self, contact: uuid.UUID | None) -> None:
        if self._among_people():
            self.card.point_at_contact(contact)
            self.show_card(None)

    def _open_contact(self, contact: uuid.UUID) -> None:
        """Go to the customer with this contact standing out."""
        customer = self.people.customer()
        if customer is not None:
            self.open_record("customer", customer)
            self.card.point_at_contact(contact)

    def _contact(self) -> ContactRow | None:
        """The contact selected, once the card of its customer is read."""
        contact = self.people.view.current_id()
        rows = self.card.shown.contacts if self.card.shown is not None else []
        return next((row for row in rows if row.id == contact), None)

    # -- records ---------------------------------------------------------------------------------

    def new_record(self) -> None:
        """Open the form of a new customer."""
        self.push(CustomerEditor(self.ctx, self, None))

    def bring_back(self, kind: str, record: str) -> bool:
        if kind == "customer":
            self.push(CustomerEditor(self.ctx, self, None if record == "new" else uuid.UUID(record)))
        elif kind in UNSAVED:
            self.open_record("customer", uuid.UUID(record))
            self.ctx.tasks.read(
                _name, uuid.UUID(record), done=lambda name: self._bring_back(kind, record, name), owner=self
            )
        return kind == "customer" or kind in UNSAVED

    def _bring_back(self, kind: str, record: str, name: str) -> None:
        """Open the small window about a customer again, who may be gone by now."""
        if name:
            customer_verbs.run(self.ctx, UNSAVED[kind], uuid.UUID(record), name, self)

    def edit_record(self) -> None:
        """Open the form of the selected customer or contact."""
        if self._among_people():
            row = self._contact()
            if row is not None:
                self._edit_contact(row)
            return
        record = self.list.view.current_id()
        if record is not None:
            self.push(CustomerEditor(self.ctx, self, record))

    def archive_record(self) -> None:
        """Take the selected customer out of the lists, or bring it back; of a contact, take it off the card."""
        from desktop_crm.services import customers

        if self._among_people():
            self._archive_contact()
            return
        data = self.card.shown
        if data is None:
            return
        archived = data.card.archived
        back, gone = N_("%(name)s is back in the list."), N_("%(name)s was archived; nothing was deleted.")

        def done(outcome: Outcome[None]) -> None:
            self.ctx.toast(self.ctx.t(back if archived else gone, name=data.card.name), outcome.changed.batch_id)

        self.ctx.tasks.write(customers.restore if archived else customers.archive, data.card.id, done=done, owner=self)

    def _archive_contact(self) -> None:
        from desktop_crm.services import contacts

        row = self._contact()
        if row is not None:
            said = self.ctx.t("%(name)s was archived; nothing was deleted.", name=row.name)
            self.ctx.tasks.write(
                contacts.archive,
                row.id,
                done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
                owner=self,
            )

    def merge_record(self) -> None:
        """Make one of the customer shown and another one."""
        data = self.card.shown
        if data is None:
            self.ctx.toast(self.ctx.t("Choose a customer first."))
        else:
            chosen = (data.card.id, data.card.name)
            MergeDialog(self.ctx, chosen, lambda kept: self.open_record("customer", kept), self).open()

    def _erase(self) -> None:
        if self.card.shown is not None:
            erasing.ask(self.ctx, self.card.shown.card.id, self)

    def _new_quotation(self) -> None:
        from desktop_crm.services import quotations

        record = self.list.view.current_id()
        if record is not None:
            self.ctx.tasks.write(
                quotations.create_draft,
                record,
                done=lambda outcome: self.ctx.open_record("quotation", outcome.result),
                owner=self,
            )

    def note_interaction(self) -> None:
        """Note a call or visit with the customer shown."""
        data = self.card.shown
        if data is None:
            self.ctx.toast(self.ctx.t("Choose a customer first."))
        else:
            InteractionDialog(self.ctx, data.card.id, data.card.name, data.contacts, self._me, self).open()

    def _open_interaction(self, record: uuid.UUID) -> None:
        """Correct what was noted."""

        def edit(noted: Noted) -> None:
            data = self.card.shown
            people = data.contacts if data is not None and data.card.id == noted.customer_id else []
            InteractionDialog(self.ctx, noted.customer_id, noted.customer, people, self._me, self, noted).open()

        self.ctx.tasks.read(_noted, record, done=edit, owner=self, slot="interaction")

    def plan_follow_up(self) -> None:
        """Plan something to do for the customer shown."""
        data = self.card.shown
        if data is not None:
            FollowUpDialog(self.ctx, (data.card.id, data.card.name), parent=self, staff_id=self._me).open()

    def _edit_contact(self, row: ContactRow | None) -> None:
        data = self.card.shown
        if data is None:
            self.ctx.toast(self.ctx.t("Choose a customer first."))
        else:
            self.push(ContactEditor(self.ctx, self, data.card.id, data.card.name, row))

    def _edit_site(self, row: SiteRow | None) -> None:
        data = self.card.shown
        if data is not None:
            SiteDialog(self.ctx, data.card.id, data.card.name, row, data.contacts, self).open()

    # -- showing ---------------------------------------------------------------------------------

    def read_counts(self) -> None:
        self.ctx.tasks.read(_counts, self._me, done=self.show_counts, owner=self, slot="counts")

    def _hide_private(self, on: bool) -> None:
        self.list.chips.set_shown("grade_a", not on)


def _counts(session: Session, owner: uuid.UUID | None) -> dict[str, int]:
    from desktop_crm.services import customer_list

    return customer_list.counts(session, owner)


def _noted(session: Session, record: uuid.UUID) -> Noted:
    from desktop_crm.services import interactions

    return interactions.load(session, record)


def _name(session: Session, customer: uuid.UUID) -> str:
    from desktop_crm.models import Customer

    found = session.get(Customer, customer)
    return found.name if found is not None else ""
