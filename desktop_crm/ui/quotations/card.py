"""The card of a quotation: where it stands, what it says, what can be done, its revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.lines_view import LinesView
from desktop_crm.ui.quotations.revisions_view import RevisionsView
from desktop_crm.ui.quotations.words import number_of, state_pill
from desktop_crm.ui.widgets.buttons import Chip, EvenLayout, FlowLayout, SubTabs, button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Kpi, Note, PillLabel, line, tooltip
from desktop_crm.ui.widgets.yielding import Yielding, give_way

if TYPE_CHECKING:
    from desktop_crm.services.quotation_view import QuotationView

# verb -> its button, in the order of importance; the first that is possible is the main one
VERBS = {
    "issue": N_("Continue the draft"),
    "mark_sent": N_("Mark as sent"),
    "accept": N_("Accept ..."),
    "new_revision": N_("New revision"),
    "decline": N_("Decline ..."),
    "reopen": N_("Make valid again ..."),
    "order": N_("Open the order"),
    "copy": N_("Copy as new draft"),
    "delete_draft": N_("Discard the draft"),
    "cancel": N_("Cancel the quotation"),
}
SHOWN = 3  # buttons beside each other; the rest is in the menu


class QuotationCard(QFrame):
    """The right side of the tab; it asks the page for everything that changes data."""

    wanted = Signal(str)  # a verb of VERBS, or "mail", "clipboard", "print", "pdf", "save_as"
    revision_wanted = Signal(int)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.shown: QuotationView | None = None
        self._head = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Yielding(ctx.theme, self._make_head()))
        t = ctx.t
        self.tabs = SubTabs(ctx.theme, [Chip("lines", t("Lines")), Chip("revisions", t("Revisions"))])
        column.addWidget(self.tabs)
        column.addWidget(line())
        self.lines = LinesView(ctx)
        self.revisions = RevisionsView(ctx)
        self.stack = QStackedWidget()
        for view in (self.lines, self.revisions):
            self.stack.addWidget(_scrolled(view))
        give_way(ctx.theme, self.stack)
        column.addWidget(self.stack, 1)
        self.tabs.chosen.connect(lambda key: self.stack.setCurrentIndex(("lines", "revisions").index(key)))
        self.revisions.opened.connect(self.revision_wanted)
        ctx.customer_view.changed.connect(lambda _on: self._fill())
        self.setVisible(False)

    def _make_head(self) -> QVBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        pad = self._head
        pad.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(8))
        pad.setSpacing(theme.px(12))
        self.number = ElidedLabel("", "name")
        self.state = PillLabel()
        top = QHBoxLayout()
        top.setSpacing(theme.px(10))
        top.addWidget(self.number, 1)
        top.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addLayout(top)
        self.customer = button("", self._open_customer)
        self.customer.setProperty("look", "link")
        self.facts = ElidedLabel("", "small")
        names.addWidget(self.customer, 0, Qt.AlignmentFlag.AlignLeft)
        names.addWidget(self.facts)
        pad.addLayout(names)
        self._row_place = QWidget()
        self._row = FlowLayout(self._row_place, theme.px(7))
        self._row.setContentsMargins(0, 0, 0, 0)
        pad.addWidget(self._row_place)
        figures = EvenLayout(None, theme.px(8))
        self.total = Kpi(theme, t("Amount"))
        self.margin = Kpi(theme, t("Margin amount"))
        self.until = Kpi(theme, t("Valid until"))
        for kpi in (self.total, self.margin, self.until):
            figures.addWidget(kpi)
        pad.addLayout(figures)
        self.note = Note(theme)
        pad.addWidget(self.note)
        return pad

    def show_data(self, view: QuotationView | None) -> None:
        """Show another quotation, or none."""
        self.shown = view
        self.setVisible(view is not None)
        if view is not None:
            self._fill()

    def _fill(self) -> None:
        view = self.shown
        if view is None:
            return
        t = self._ctx.t
        self.number.setText(number_of(t, view.number, view.revision))
        self.state.show_pill(state_pill(t, view.state, view.is_draft))
        self._name_customer()
        self.customer.setAccessibleName(view.customer)
        self.customer.setToolTip(tooltip(view.customer))
        day = view.header.quoted_on
        self.facts.setText(" · ".join(part for part in (t.date(day) if day else "", view.header.project_name) if part))
        self.facts.setVisible(bool(self.facts.text()))
        self.total.set_figure(t.price(view.total, view.header.currency))
        self.margin.set_figure("—" if view.home_margin is None else self._home(view.home_margin, view.header.currency))
        self.margin.setVisible(not self._ctx.customer_view.on)
        self.until.set_figure(t.date(view.header.valid_until) if view.header.valid_until else "—")
        self._say(view)
        self._fill_buttons(view)
        self.lines.show_view(view)
        self.revisions.show_view(view)
        self.tabs.show_counts({"lines": str(len(view.lines) or ""), "revisions": str(len(view.revisions))})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_customer()

    def _name_customer(self) -> None:
        """As much of the customer's name as there is room for."""
        if self.shown is not None:
            room = self.width() - self._ctx.theme.px(48)
            name = self.customer.fontMetrics().elidedText(self.shown.customer, Qt.TextElideMode.ElideRight, room)
            self.customer.setText(name.replace("&", "&&"))

    def _home(self, minor: int, code: str) -> str:
        """An amount in the home currency, named where the document has another one."""
        t = self._ctx.t
        return t.money(minor) if code == t.home_currency else t.price(minor)

    def _say(self, view: QuotationView) -> None:
        t = self._ctx.t
        if view.order_number:
            self.note.say(
                t("Order %(number)s", number=view.order_number),
                t("made from revision %(number)s", number=view.accepted_revision),
            )
        elif view.lost_reason:
            self.note.say(t("Why not"), view.lost_reason)
        else:
            self.note.say("", "")

    def _fill_buttons(self, view: QuotationView) -> None:
        _empty(self._row)
        t, theme = self._ctx.t, self._ctx.theme
        possible = [verb for verb in VERBS if verb in view.actions and not (verb == "issue" and not view.is_draft)]
        if view.order_id is not None:
            possible.insert(0, "order")
        for number, verb in enumerate(possible[:SHOWN]):
            self._row.addWidget(button(t(VERBS[verb]), self._asks(verb), primary=number == 0))
        more: list[QAction | None] = [
            self._action(text, verb)
            for verb, text in (
                ("mail", t("Send by mail ...")),
                ("clipboard", t("PDF file to the clipboard")),
                ("print", t("Print ...")),
                ("pdf", t("Open PDF")),
                ("save_as", t("Save PDF as ...")),
            )
        ]
        rest = possible[SHOWN:]
        more += [None, *(self._action(t(VERBS[verb]), verb) for verb in rest)]
        self._row.addWidget(more_button(theme, t("More"), more if rest else more[:-1]))
        self._row_place.updateGeometry()

    def _action(self, text: str, verb: str) -> QAction:
        action = QAction(text, self._row_place)
        action.triggered.connect(lambda _checked=False: self.wanted.emit(verb))
        return action

    def _asks(self, verb: str) -> Callable[[], None]:
        return lambda: self.wanted.emit(verb)

    def _open_customer(self) -> None:
        if self.shown is not None:
            self._ctx.open_record("customer", self.shown.customer_id)


def _scrolled(view: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(view)
    return area


def _empty(row: QLayout) -> None:
    while (item := row.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
