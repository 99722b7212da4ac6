"""Everything else the card knows: numbers, addresses, terms, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.columns import stage_text
from desktop_crm.ui.customers.reach import Way, WayLine, Ways
from desktop_crm.ui.customers.words import kind_of
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.core.i18n import Translator
    from desktop_crm.services.completeness import Completeness
    from desktop_crm.services.customer_card import Card

WIDE = 380  # pixels at 15 px text from which an address has room beside its name


class FactsView(QScrollArea):
    """Two columns: what, and its value; empty values are left out."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_facts(self, card: Card, ways: Ways, known: Completeness, *, hidden: bool) -> None:
        """Show another customer; ``hidden`` leaves out what a customer must not see."""
        theme, t = self._ctx.theme, self._ctx.t
        facts: list[tuple[str, str | Way]] = [
            (t("Code"), card.code),
            (t("Type"), t(kind_of(card.legal_form, card.customer_type))),
            (t("Phone"), card.phone and ways.get(("phone", card.phone), Way(card.phone))),
            (t("E-mail"), card.email and ways.get(("email", card.email), Way(card.email))),
            (t("Address"), card.address),
            (t("Payment terms"), card.agreed_payment_terms),
            (t("Note"), card.note),
        ]
        if not hidden:
            days = card.rhythm_days
            rhythm = t.plural("every %(count)s day", "every %(count)s days", days) if days else ""
            facts += [
                (t("Known of them"), _known(t, known)),
                (t("Relation"), stage_text(t, card.stage)),
                (t("Orders so far"), t.number(card.orders_total)),
                (t("Last order"), t.date(card.last_order_on) if card.last_order_on else ""),
                (t("Usual rhythm"), rhythm),
                (t("Revenue, the 12 months before"), t.money(card.revenue_before)),
                (t("Overdue"), t.money(card.overdue) if card.overdue else ""),
            ]
        inner = QWidget()
        inner.setProperty("look", "clear")
        grid = QGridLayout(inner)
        grid.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(12))
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(7))
        grid.setColumnStretch(1, 1)
        shown = [(name, value) for name, value in facts if value]
        wide = self.width() >= theme.px(WIDE)
        for name, value in shown:
            place, is_way = grid.rowCount(), isinstance(value, Way)
            what = Label(name, "muted", wrap=True)
            control = WayLine(self._ctx, value) if isinstance(value, Way) else _words(value)
            if is_way and not wide:  # an address is one long word
                grid.addWidget(what, place, 0, 1, 2)
                grid.addWidget(control, place + 1, 0, 1, 2)
                continue
            what.setFixedWidth(theme.px(130 if wide else 100))
            # as tall as its button
            grid.addWidget(what, place, 0, Qt.AlignmentFlag.AlignVCenter if is_way else Qt.AlignmentFlag.AlignTop)
            grid.addWidget(control, place, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(inner)


def _words(text: str) -> Label:
    """A text to be selected and copied."""
    label = Label(text, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _known(t: Translator, known: Completeness) -> str:
    """How many pieces are known, and what to ask for next."""
    from desktop_crm.services.completeness import PIECES

    count = t("%(known)s of %(wanted)s", known=known.known, wanted=known.wanted)
    if not known.missing:
        return count
    wanted = t("next: %(what)s", what=t(PIECES[known.missing[0]]))  # not inside an f-string: the texts are read out
    return f"{count} · {wanted}"
