"""What is asked before a quotation is accepted, declined or reopened."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.words import number_of
from desktop_crm.ui.widgets.edits import DateEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.quotation_view import LineView, QuotationView, RevisionView
    from desktop_crm.store.database import Outcome

VALID_DAYS = 14  # proposed when a lapsed offer is reopened


def about(ctx: Context, view: QuotationView) -> str:
    """Which quotation a dialog is about."""
    return f"{number_of(ctx.t, view.number, 1)} · {view.customer}"


def day_of(value: dt.date | None, field: str) -> dt.date:
    """A day that must be there; raises UserError."""
    if value is None:
        raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field=field)
    return value


class AcceptDialog(FormDialog):
    """Which revision, on which day, which options with it, and which alternatives instead of an item."""

    def __init__(self, ctx: Context, view: QuotationView, revision: int | None, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("The customer says yes"), about(ctx, view), parent)
        self._view = view
        self._options: dict[uuid.UUID, QCheckBox] = {}
        self._replaced: dict[uuid.UUID, LineView] = {}  # what an alternative stands in for
        self._lines: tuple[LineView, ...] = ()
        issued = [one for one in view.revisions if one.issued_at is not None]
        texts = [
            (
                one.revision,
                t("Revision %(number)s · %(total)s", number=one.revision, total=t.price(one.total, one.currency)),
            )
            for one in reversed(issued)
        ]
        self._revision = combo(list(texts))
        self.form.add("revision", t("Accepted revision"), self._revision)
        self.form.add("on", t("Accepted by the customer on"), DateEdit(t, "on"), required=True)
        self.form.set_values({"on": clock.today(), "revision": revision or (issued[-1].revision if issued else None)})
        self._headings = {
            "option": Label(t("With these options"), "small"),
            "alternative": Label(t("With these alternatives instead of an item"), "small"),
        }
        self._places = {kind: self._place(heading) for kind, heading in self._headings.items()}
        self._revision.currentIndexChanged.connect(lambda _place: self._read_lines())
        self._save.setText(t("Accept and make the order"))
        self._read_lines()

    def _place(self, heading: Label) -> QVBoxLayout:
        place = QVBoxLayout()
        place.setSpacing(self.ctx.theme.px(6))
        place.addWidget(heading)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertLayout(box.count() - 1, place)
        return place

    def _told(self, one: RevisionView) -> str:
        total = self.ctx.t.price(one.total, one.currency)
        return self.ctx.t("Revision %(number)s · %(total)s", number=one.revision, total=total)

    def _read_lines(self) -> None:
        from desktop_crm.services import quotation_view

        revision = self._revision.currentData()
        self.ctx.tasks.read(quotation_view.load, self._view.id, revision, done=self._offer, owner=self, slot="lines")

    def _offer(self, view: QuotationView) -> None:
        for box in self._options.values():
            box.deleteLater()
        self._lines = view.lines
        self._options = {}
        self._replaced = replaced_lines(view.lines)
        for line in view.lines:
            if line.typed.kind in self._places:
                text = self._choice(line, view.header.currency)
                self._options[line.id] = box = QCheckBox(text.replace("&", "&&"))
                self._places[line.typed.kind].addWidget(box)
        kinds = {line.typed.kind for line in view.lines}
        for kind, heading in self._headings.items():
            heading.setVisible(kind in kinds)

    def _choice(self, line: LineView, code: str) -> str:
        t, price = self.ctx.t, self.ctx.t.price(line.amount, code)
        if line.id not in self._replaced:
            return f"{line.typed.name}  {price}"
        other = self._replaced[line.id].typed.name
        return t("%(name)s %(price)s instead of %(other)s", name=line.typed.name, price=price, other=other)

    def save(self) -> None:
        """Accept; a lapsed offer asks to be extended first."""
        from desktop_crm.services import quotations

        typed = self.form.values()
        chosen = {key for key, box in self._options.items() if box.isChecked()}
        out = {self._replaced[key].id for key in chosen if key in self._replaced}
        items = {line.id for line in self._lines if line.typed.kind == "item"}
        lines = (items - out) | chosen if chosen else None
        self.ctx.tasks.write(
            quotations.accept,
            self._view.id,
            typed["revision"],
            day_of(typed["on"], "on"),
            lines,
            done=self._accepted,
            failed=self.refused,
            owner=self,
        )

    def _accepted(self, outcome: Outcome[uuid.UUID]) -> None:
        self.accept()
        self.ctx.toast(self.ctx.t("Accepted; the order is made."))
        self.ctx.open_record("customer_order", outcome.result)


def replaced_lines(lines: Sequence[LineView]) -> dict[uuid.UUID, LineView]:
    """The item each alternative stands in for: the one before it, as quotations are written."""
    found: dict[uuid.UUID, LineView] = {}
    item: LineView | None = None
    for line in lines:
        if line.typed.kind == "item":
            item = line
        elif line.typed.kind == "alternative" and item is not None:
            found[line.id] = item
    return found


class DeclineDialog(FormDialog):
    """Why the customer said no."""

    def __init__(self, ctx: Context, view: QuotationView, parent: QWidget) -> None:
        super().__init__(ctx, ctx.t("The customer says no"), about(ctx, view), parent, columns=1)
        self._view = view
        box = QComboBox()
        box.setEditable(True)
        for reason in (
            N_("Too expensive"), N_("Bought elsewhere"), N_("Project postponed"),
            N_("Not needed any more"), N_("Delivery takes too long"),
        ):  # fmt: skip
            box.addItem(ctx.t(reason))
        box.setCurrentText("")
        self.form.add("reason", ctx.t("Reason"), box)
        self.focus_on("reason")

    def save(self) -> None:
        """Write it down."""
        from desktop_crm.services import quotations

        said = self.ctx.t("%(number)s is marked as declined.", number=self._view.number)
        self.ctx.tasks.write(
            quotations.decline,
            self._view.id,
            self.form.values()["reason"],
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


class ReopenDialog(FormDialog):
    """Until when a declined or lapsed offer is good again."""

    def __init__(self, ctx: Context, view: QuotationView, parent: QWidget) -> None:
        super().__init__(ctx, ctx.t("Make the offer valid again"), about(ctx, view), parent, columns=1)
        self._view = view
        self.form.add("valid_until", ctx.t("Valid until"), DateEdit(ctx.t, "valid_until"), required=True)
        self.form.set_values({"valid_until": clock.today() + dt.timedelta(days=VALID_DAYS)})
        self.focus_on("valid_until")

    def save(self) -> None:
        """Reopen it."""
        from desktop_crm.services import quotations

        day = day_of(self.form.values()["valid_until"], "valid_until")
        said = self.ctx.t("Valid again until %(day)s.", day=self.ctx.t.date(day))
        self.ctx.tasks.write(
            quotations.reopen,
            self._view.id,
            day,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )
