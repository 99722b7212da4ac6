"""The order confirmation (訂單確認單) as a PDF: a quotation's sheet with promised days and the payment schedule."""

from __future__ import annotations

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import INSTALMENT_TRIGGERS
from desktop_crm.models.snapshot import OrderSnapshot, PlannedPart
from desktop_crm.reports import sheet
from desktop_crm.reports.letterhead import Column, Table
from desktop_crm.reports.offer_sheet import OfferSheet
from desktop_crm.reports.sheet import Block

_CANCELLED = N_("Cancelled")
_LATER = N_("%(when)s + %(days)s days")


def render(order: OrderSnapshot, t: Translator, *, second: Translator | None = None) -> bytes:
    """The PDF of an order in the language of ``t``, its labels also in ``second``; equal input gives equal bytes."""
    return _Confirmation(order, t, second).render(t(_CANCELLED) if order.is_cancelled else "")


class _Confirmation(OfferSheet):
    """The sheet of an order."""

    title = "confirmation"
    number_label = "order_number"

    def __init__(self, order: OrderSnapshot, t: Translator, second: Translator | None) -> None:
        super().__init__(order, t, second)
        self._order = order

    def number(self) -> str:
        return self._order.number

    def ours(self) -> list[tuple[str, str]]:
        order = self._order
        day = self.words.date(order.promised_on) if order.promised_on else ""
        known = [("reference", order.customer_reference), ("from_quotation", order.quotation_number)]
        return [*self.labelled([*known, ("promised_for", day)]), *super().ours()]

    def after_totals(self) -> list[Block]:
        """The payment schedule, if there is one."""
        if not self._order.plan:
            return []
        label = self.words.label
        columns = [Column(label("plan"), 0.0), Column(label("due_on"), 190.0), Column(label("amount"), 112.0, "right")]
        table = Table(self.writer, columns)
        rows = [table.row([part.name, self._due(part), self.words.amount(part.amount)]) for part in self._order.plan]
        for row in rows:
            row.in_table = False  # on a new page it goes on without the headings of the lines
        return [Block([sheet.space(12.0), table.head()], with_next=True), *rows]

    def _due(self, part: PlannedPart) -> str:
        if part.due_on is not None:
            return self.words.date(part.due_on)
        when = self.words.text(INSTALMENT_TRIGGERS[part.trigger])
        return self.words.t(_LATER, when=when, days=part.days) if part.days else when
