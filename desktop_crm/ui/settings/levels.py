"""What each grade is offered: how fast we answer, how often we call, terms. Agreements always win."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets.edits import NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import GradeBadge

if TYPE_CHECKING:
    from desktop_crm.services.service_levels import Offer

GRADES = ("A", "B", "C", "D")
CONTACTS = {
    "": N_("Any way"),
    "visit": N_("Visit"),
    "call": N_("Call"),
    "message": N_("Message"),
    "mail": N_("Mail"),
    "meeting": N_("Meeting"),
}
WHOLE = ("response_hours", "contact_days", "payment_days")


class LevelsSection(FormSection):
    """One card per grade; the names of fields are ``<grade>.<name>``."""

    said = N_("The service levels are stored.")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t("What a customer of each grade is offered. These are proposals: what was agreed always wins.")
        super().__init__(ctx, "levels", t("Service levels"), about)
        self._filling = False
        self.form.hide()  # it only gathers the fields of the four cards
        self.column.addWidget(self.form)
        for grade in GRADES:
            self._add_grade(grade)

    def _add_grade(self, grade: str) -> None:
        t = self.ctx.t
        part = Form(self.ctx, 3)

        def add(name: str, label: str, control: Any, span: int = 1) -> None:
            row = part.add(f"{grade}.{name}", label, control, span=span)
            control.setAccessibleName(f"{grade}: {label}")
            self.form.rows[f"{grade}.{name}"] = row

        add("response_hours", t("Answer in hours"), NumberEdit(t, f"{grade}.response_hours"))
        add("contact_days", t("Contact every days"), NumberEdit(t, f"{grade}.contact_days"))
        add("contact_kind", t("By"), combo([(key, t(text)) for key, text in CONTACTS.items()]))
        add("payment_terms", t("Terms of payment"), TextEdit())
        add("payment_days", t("Days to pay"), NumberEdit(t, f"{grade}.payment_days"))
        add("discount_percent", t("Discount in %"), NumberEdit(t, f"{grade}.discount_percent", 4))
        add("extras", t("Extras"), TextEdit(), 3)
        part.changed.connect(self._part_changed)
        card = self.card()
        row = QHBoxLayout()
        row.setSpacing(self.ctx.theme.px(14))
        row.addWidget(GradeBadge(self.ctx.theme, grade), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(part, 1)
        card.body.addLayout(row)

    def _part_changed(self) -> None:
        if not self._filling:
            self.form.dirty = True
            self.form.changed.emit()

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from desktop_crm.services import service_levels

        return service_levels.offers, service_levels.change

    def fill(self, stored: dict[str, Offer]) -> None:
        self._filling = True
        for grade, offer in stored.items():
            names = [name.partition(".")[2] for name in self.form.rows if name.startswith(f"{grade}.")]
            self.form.set_values({f"{grade}.{name}": getattr(offer, name) for name in names})
        self._filling = False

    def values(self) -> dict[str, Any]:
        """An offer per grade; raises UserError."""
        from desktop_crm.services.service_levels import OFFERED, Offer

        typed = self.form.values()
        made = {}
        for grade in GRADES:
            one = {name: typed[f"{grade}.{name}"] for name in OFFERED}
            for name in WHOLE:
                one[name] = whole(one[name], f"{grade}.{name}")
            one["discount_percent"] = one["discount_percent"] or Decimal(0)
            made[grade] = Offer(**one)
        return made


def whole(value: Decimal | None, field: str) -> int | None:
    """A typed number as a whole one, None for nothing; raises UserError."""
    from desktop_crm.core.errors import UserError

    if value is None:
        return None
    if value != int(value):
        raise UserError(N_("Type a whole number."), field=field)
    return int(value)
