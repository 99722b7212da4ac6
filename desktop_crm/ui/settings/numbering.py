"""The patterns of document numbers, each with the number it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QGridLayout

from desktop_crm.core import number_patterns
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Numbering
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.labels import Label

SERIES = {
    "quotation": N_("Quotation"),
    "order": N_("Order"),
    "delivery": N_("Delivery"),
    "payment": N_("Payment received"),
    "customer": N_("Customer"),
    "product": N_("Product"),
}
PLACES = (
    ("{year}", N_("year, as in 2026")),
    ("{roc}", N_("year of the Republic, as in 115")),
    ("{month}", N_("month, two digits")),
    ("{n:4}", N_("running number with 4 digits; it starts anew when what stands before it changes")),
    ("{device}", N_("empty on the first computer; keeps the numbers of a laptop apart")),
)


class NumberingSection(FormSection):
    """A pattern per kind of document, and under it the number of today."""

    said = N_("The patterns are stored; numbers already given stay.")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t("Numbers are given when a document is issued, without gaps. Given numbers never change.")
        super().__init__(ctx, "numbering", t("Document numbers"), about)
        self.examples: dict[str, Label] = {}
        for name, title in SERIES.items():
            edit = TextEdit(limit=number_patterns.LONGEST)
            row = self.form.add(name, t(title), edit)
            self.examples[name] = Label("", "small")
            box = row.layout()
            assert box is not None
            box.addWidget(self.examples[name])
            edit.textChanged.connect(lambda text, key=name: self._show_example(key, text))
        self.card().body.addWidget(self.form)
        legend = self.card(t("What may stand in a pattern"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(ctx.theme.px(16))
        for number, (place, meaning) in enumerate(PLACES):
            grid.addWidget(Label(place, "bold"), number, 0)
            grid.addWidget(Label(t(meaning), "soft", wrap=True), number, 1)
        grid.setColumnStretch(1, 1)
        legend.body.addLayout(grid)

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from desktop_crm.services import trade

        return trade.load_numbering, trade.change_numbering

    def fill(self, stored: Numbering) -> None:
        self.form.set_values(stored.stored())

    def values(self) -> dict[str, Any]:
        """The patterns; raises UserError at the first that gives no numbers."""
        return dict(number_patterns.check(self.form.values()))

    def _show_example(self, name: str, pattern: str) -> None:
        try:
            number_patterns.check({name: pattern})
        except UserError:
            self.examples[name].setText("")
            return
        number = number_patterns.counted(number_patterns.fill(pattern.strip(), clock.today()), 1)
        self.examples[name].setText(self.ctx.t("For example %(number)s", number=number))
