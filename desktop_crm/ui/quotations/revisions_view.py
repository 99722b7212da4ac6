"""The revisions of a quotation; each opens as it was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.core.dates import local_date
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.timeline import Event, EventRow

if TYPE_CHECKING:
    from desktop_crm.services.quotation_view import QuotationView, RevisionView

SEPARATOR = " / "


class RevisionsView(QWidget):
    """The newest one first; ``opened(revision)``."""

    opened = Signal(int)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "clear")
        self._ctx = ctx
        px = ctx.theme.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(18), px(4), px(18), px(8))
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._rows: list[EventRow] = []

    def show_view(self, view: QuotationView) -> None:
        """Show the revisions of another quotation."""
        for old in self._rows:
            old.hide()
            old.deleteLater()
        self._rows = [EventRow(self._ctx.theme, self._event(one, view)) for one in reversed(view.revisions)]
        for place, row in enumerate(self._rows):
            row.pressed.connect(lambda target: self.opened.emit(target[1]))
            self._column.insertWidget(place, row)

    def _event(self, one: RevisionView, view: QuotationView) -> Event:
        t = self._ctx.t
        issued = local_date(one.issued_at) if one.issued_at else None
        said = [t.price(one.total, one.currency)]
        if one.sent_at:
            said.append(t("sent %(day)s", day=t.date(local_date(one.sent_at), "day")))
        if one.valid_until:
            said.append(t("valid until %(day)s", day=t.date(one.valid_until)))
        accepted = view.accepted_revision == one.revision
        said = [" · ".join(said), *self._changes(one, view)]
        return Event(
            t.date(issued, "day") if issued else t("Draft"),
            "circle-check" if accepted else "file-text" if issued else "pencil",
            t("Revision %(number)s", number=one.revision),
            "\n".join(said),
            t("Accepted") if accepted else "",
            ("revision", one.revision),
            t.date(issued) if issued else "",
        )

    def _changes(self, one: RevisionView, view: QuotationView) -> list[str]:
        """What it changed against the revision before, line by line."""
        t, changes = self._ctx.t, one.changes
        if changes is None:
            return []
        before = next(other for other in reversed(view.revisions) if other.revision < one.revision)
        head, said = t("Against revision %(number)s", number=before.revision), []
        more = one.total - before.total
        if more and one.currency == before.currency:
            amount = t.price(abs(more), one.currency)
            head += " · " + (t("%(amount)s more", amount=amount) if more > 0 else t("%(amount)s less", amount=amount))
        if changes.changed:
            said.append(t("Changed: %(names)s", names=SEPARATOR.join(changes.changed)))
        if changes.added:
            said.append(t("Added: %(names)s", names=SEPARATOR.join(changes.added)))
        if changes.removed:
            said.append(t("Removed: %(names)s", names=SEPARATOR.join(changes.removed)))
        return [head, *said] if said or more else []
