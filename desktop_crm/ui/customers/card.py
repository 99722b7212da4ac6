"""The customer card: who they are, what they are worth, why, and one timeline."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.contacts_view import ContactsView
from desktop_crm.ui.customers.equipment_view import EquipmentView
from desktop_crm.ui.customers.facts_view import FactsView
from desktop_crm.ui.customers.reach import Ways, ways_of
from desktop_crm.ui.customers.sites_view import SitesView
from desktop_crm.ui.widgets.buttons import ButtonRow, Chip, EvenLayout, SubTabs, button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, GradeBadge, Kpi, Note, line
from desktop_crm.ui.widgets.timeline import Timeline
from desktop_crm.ui.widgets.timeline_events import DOCUMENTS, events_of
from desktop_crm.ui.widgets.yielding import Yielding, give_way

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.completeness import Completeness
    from desktop_crm.services.contacts import ContactRow
    from desktop_crm.services.customer_card import Card, TimelineItem
    from desktop_crm.services.equipment import Piece
    from desktop_crm.services.grading_explain import Explanation
    from desktop_crm.services.sites import SiteRow

VIEWS = ("timeline", "contacts", "quotations", "orders", "equipment", "sites", "facts")


class CardData(NamedTuple):
    """Everything the card shows, read at once."""

    card: Card
    timeline: list[TimelineItem]
    contacts: list[ContactRow]
    explanation: Explanation
    quotations: list[TimelineItem]
    orders: list[TimelineItem]
    equipment: list[Piece]
    sites: list[SiteRow]
    known: Completeness


def read(session: Session, customer_id: uuid.UUID) -> CardData:
    """For the read lane."""
    from desktop_crm.services import completeness, contacts, customer_card, equipment, grading_explain, sites

    card, told = customer_card.load(session, customer_id), customer_card.told(session, customer_id)
    return CardData(
        card,
        told.timeline,
        contacts.rows(session, customer_id),
        grading_explain.explain(session, customer_id),
        told.quotations,
        told.orders,
        equipment.of_customer(session, customer_id),
        sites.rows(session, customer_id),
        completeness.of_card(card, spoken=any(item.entity == "interaction" for item in told.timeline)),
    )


class CustomerCard(QFrame):
    """The right side of the tab; it asks the page for everything that changes data."""

    quote_wanted = Signal()
    interaction_wanted = Signal()
    follow_up_wanted = Signal()
    edit_wanted = Signal()
    archive_wanted = Signal()
    erase_wanted = Signal()
    merge_wanted = Signal()
    contact_wanted = Signal(object)  # ContactRow, or None for a new one
    interaction_opened = Signal(object)
    site_wanted = Signal(object)  # SiteRow, or None for a new one

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.shown: CardData | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Yielding(ctx.theme, self._head()))
        self._pointed: uuid.UUID | None = None  # the contact that stands out
        self._ways: Ways = {}
        self._build_views(column)
        ctx.customer_view.changed.connect(lambda _on: self._fill())
        self.setVisible(False)

    def _build_views(self, column: QVBoxLayout) -> None:
        ctx, t = self._ctx, self._ctx.t
        titles = (
            t("Timeline"), t("Contacts"), t("Quotations"), t("Orders"), t("Equipment"), t("Sites"), t("Facts"),
        )  # fmt: skip
        self.tabs = SubTabs(ctx.theme, [Chip(key, title) for key, title in zip(VIEWS, titles, strict=True)], gap=11)
        column.addWidget(self.tabs)
        column.addWidget(line())
        self.timeline = Timeline(ctx.theme, t("Nothing has happened yet. Note a call or make a quotation."))
        self.contacts = ContactsView(ctx)
        self.quotations = Timeline(ctx.theme, t("No quotations yet"))
        self.orders = Timeline(ctx.theme, t("No orders yet"))
        self.equipment = EquipmentView(ctx)
        self.sites = SitesView(ctx)
        self.facts = FactsView(ctx)
        self.stack = QStackedWidget()
        self.stack.setProperty("look", "clear")
        for view in VIEWS:
            self.stack.addWidget(getattr(self, view))
        give_way(ctx.theme, self.stack)
        column.addWidget(self.stack, 1)
        self.tabs.chosen.connect(self._show_view)
        for events in (self.timeline, self.quotations, self.orders):
            events.opened.connect(self._open)
        self.contacts.chosen.connect(self.contact_wanted)
        self.sites.chosen.connect(self.site_wanted)
        self.equipment.opened.connect(lambda key: ctx.open_record("equipment", key))

    def _open(self, entity: str, record: uuid.UUID) -> None:
        if entity == "interaction":
            self.interaction_opened.emit(record)
        else:
            self._ctx.open_record(entity, record)

    def _ask_statement(self) -> None:
        if self.shown is not None:
            self._ctx.open_record("statement", self.shown.card.id)

    def _head(self) -> QVBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        pad = QVBoxLayout()
        pad.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(8))
        pad.setSpacing(theme.px(12))
        self.badge = GradeBadge(theme)
        self.name = ElidedLabel("", "name")
        self.facts_line = ElidedLabel("", "small")
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addWidget(self.name)
        names.addWidget(self.facts_line)
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.badge)
        top.addLayout(names, 1)
        pad.addLayout(top)
        pad.addWidget(self._buttons())
        figures = EvenLayout(None, theme.px(8))
        self.revenue = Kpi(theme, t("Revenue, 12 months"))
        self.receivable = Kpi(theme, t("Unpaid"))
        self.margin = Kpi(theme, t("Margin"))
        for kpi in (self.revenue, self.receivable, self.margin):
            figures.addWidget(kpi)
        pad.addLayout(figures)
        self.why = Note(theme)
        pad.addWidget(self.why)
        return pad

    def _buttons(self) -> ButtonRow:
        theme, t = self._ctx.theme, self._ctx.t
        shown = [
            button(t("New quotation"), self.quote_wanted.emit, primary=True),
            button(t("Note a call"), self.interaction_wanted.emit),
            button(t("Plan follow-up"), self.follow_up_wanted.emit),
        ]
        more: list[QAction | None] = []
        for text, signal in (
            (t("Edit customer"), self.edit_wanted),
            (t("Add contact"), self.contact_wanted),
            (t("Add site"), self.site_wanted),
            (t("Merge with ..."), self.merge_wanted),
            (t("Archive"), self.archive_wanted),
            (t("Erase ..."), self.erase_wanted),
        ):
            action = QAction(text, self)
            if signal in (self.contact_wanted, self.site_wanted):
                action.triggered.connect(lambda _checked=False, heard=signal: heard.emit(None))
            else:
                action.triggered.connect(lambda _checked=False, heard=signal: heard.emit())
            more.append(action)
            if text == t("Archive"):
                self._archive_action = action
        statement = QAction(t("Statement of account ..."), self)
        statement.triggered.connect(lambda _checked=False: self._ask_statement())
        more.insert(-1, statement)
        return ButtonRow(theme, [*shown, more_button(theme, t("More"), more)])

    def show_data(self, data: CardData | None) -> None:
        """Show another customer, or none; numbers are first shown as typed, then as people write them."""
        self.shown = data
        self.setVisible(data is not None)
        self._ways = {}
        if data is None:
            return
        self._fill()
        points = [(one.kind, one.typed) for row in data.contacts for one in row.points]
        points += [("phone", data.card.phone)] if data.card.phone else []
        points += [("email", data.card.email)] if data.card.email else []
        self._ctx.tasks.read(ways_of, points, data.card.country, done=self._show_ways, owner=self, slot="ways")

    def point_at_contact(self, contact: uuid.UUID | None) -> None:
        """Let one contact stand out, now and as soon as its customer's card is read."""
        self._pointed = contact
        if contact is not None:
            self.tabs.choose("contacts")
        if self.stack.currentWidget() is self.contacts:
            self._fill_view()

    def _show_ways(self, ways: Ways) -> None:
        self._ways = ways
        if self.stack.currentWidget() in (self.contacts, self.facts):
            self._fill_view()

    def _fill(self) -> None:
        if self.shown is None:
            return
        data, card = self.shown, self.shown.card
        self._fill_head(card, data.explanation, hidden=self._ctx.customer_view.on)
        counts = {view: len(getattr(data, view)) for view in ("contacts", "equipment")}
        counts |= {"quotations": card.counts["quotations"], "orders": card.counts["orders"]}
        counts["sites"] = len([row for row in data.sites if not row.archived])
        self._show_tabs(counts)
        self._fill_view()

    def _show_view(self, key: str) -> None:
        self.stack.setCurrentIndex(VIEWS.index(key))
        self._fill_view()

    def _fill_view(self) -> None:
        """Fill the view that is shown; the others would cost a moment with every step through the list."""
        if self.shown is None:
            return
        data, t = self.shown, self._ctx.t
        view = self.stack.currentWidget()
        if view is self.timeline:
            self.timeline.show_events(events_of(t, data.timeline, DOCUMENTS | {"interaction"}))
        elif view is self.quotations:
            self.quotations.show_events(events_of(t, data.quotations))
        elif view is self.orders:
            self.orders.show_events(events_of(t, data.orders))
        elif view is self.contacts:
            self.contacts.show_rows(data.contacts, self._ways, self._pointed)
        elif view is self.equipment:
            self.equipment.show_rows(data.equipment)
        elif view is self.sites:
            self.sites.show_rows(data.sites, data.card.country)
        else:
            self.facts.show_facts(data.card, self._ways, data.known, hidden=self._ctx.customer_view.on)

    def _show_tabs(self, counts: dict[str, int]) -> None:
        """Equipment and sites have a tab when there are some; a tab that goes gives way to the timeline."""
        self.tabs.show_counts({key: self._ctx.t.number(count) if count else "" for key, count in counts.items()})
        for key in ("equipment", "sites"):
            there = bool(getattr(self.shown, key))
            self.tabs.set_shown(key, there)
            if not there and self.stack.currentIndex() == VIEWS.index(key):
                self.tabs.choose("timeline")

    def _fill_head(self, card: Card, explanation: Explanation, *, hidden: bool) -> None:
        t = self._ctx.t
        self.badge.set_grade("" if hidden else card.grade)
        self.name.setText(card.name)
        self.facts_line.setText(" · ".join(self._short_facts(card)))
        self.revenue.set_figure(t.money(card.revenue_12m))
        self.receivable.set_figure(t.money(card.receivable), bad=card.overdue > 0)
        ratio = card.margin_ratio
        self.margin.set_figure("—" if ratio is None else t.percent(ratio))
        for private in (self.revenue, self.margin):
            private.setVisible(not hidden)
        self.why.say(*(("", "") if hidden else (explanation.title(t), explanation.text(t))))
        self._archive_action.setText(t("Bring back") if card.archived else t("Archive"))

    def _short_facts(self, card: Card) -> list[str]:
        t = self._ctx.t
        if card.merged_into:
            return [t("Merged into %(name)s", name=card.merged_into)]
        parts = [
            card.tax_number and t("Tax number %(number)s", number=card.tax_number),
            card.industry,
            card.owner and t("In charge: %(name)s", name=card.owner),
            card.referrer and t("Referred by %(name)s", name=card.referrer),
        ]
        return [part for part in parts if part] or [card.code]
