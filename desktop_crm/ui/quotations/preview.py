"""The live preview: the sheet is drawn in the worker process, a moment after the last key, the newest wins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_crm.core.errors import CrmError
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.drawing import draw
from desktop_crm.ui.widgets.pdf_view import PdfView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_crm.core.money import Totals
    from desktop_crm.models.snapshot import QuotationSnapshot
    from desktop_crm.services.document_lines import DraftLine
    from desktop_crm.services.quotation_header import DraftHeader

PAUSE = 300  # milliseconds after the last change


class Preview(PdfView):
    """``show_sheet(snapshot, language, second)``; a sentence stands there until the first one."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, ctx.t("Live preview"))
        self._wanted: tuple[QuotationSnapshot, str, str] | None = None
        self._drawn: tuple[QuotationSnapshot, str, str] | None = None
        self._drawing = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.draw_now)
        self.clear(ctx.t("The sheet appears here once a customer is chosen."))

    def show_sheet(self, snapshot: QuotationSnapshot, language: str, second: str = "") -> None:
        """Show this sheet soon."""
        self._wanted = (snapshot, language, second)
        if self._wanted != self._drawn:
            self._timer.start()

    def draw_now(self) -> None:
        """Draw what is wanted, unless a drawing is under way: its end calls again."""
        self._timer.stop()
        if self._drawing or self._wanted is None or self._wanted == self._drawn or not self.isVisibleTo(self.window()):
            return
        self._drawing = True
        self._drawn = self._wanted
        self._ctx.tasks.heavy(draw, *self._wanted, done=self._arrived, failed=self._failed, owner=self)

    def _arrived(self, content: bytes) -> None:
        self._drawing = False
        self.show_pdf(content)
        self.draw_now()

    def _failed(self, error: BaseException) -> None:
        self._drawing = False
        if isinstance(error, CrmError):  # said here: a box after every key would stop the typing
            self.clear(self._ctx.t.error(error))
        else:
            self._ctx.tasks.failure.emit(error)


def sheet_of(
    base: QuotationSnapshot, header: DraftHeader, lines: Sequence[DraftLine], totals: Totals
) -> QuotationSnapshot:
    """The stored sheet with what has been typed since."""
    from desktop_crm.models.snapshot import SnapshotLine

    also = {(line.name, line.specification): line.also for line in base.lines}
    shown = tuple(
        SnapshotLine.of(line, line.kind, amounts.amount, also=also.get((line.name, line.specification), ""))
        for line, amounts in zip(lines, totals.lines, strict=True)
    )
    kinds = dict.fromkeys(line.tax_kind for line in lines if line.kind == "item")
    return replace(
        base,
        lines=shown,
        currency=header.currency,
        issued_on=header.quoted_on or base.issued_on,
        valid_until=header.valid_until,
        tax_mode=header.tax_mode,
        tax_percent=header.tax_percent,
        subtotal=totals.subtotal,
        discount=totals.discount,
        net=totals.net,
        tax=totals.tax,
        total=totals.total,
        tax_kinds=tuple(kinds) or ("taxable",),
        project_name=header.project_name,
        payment_terms=_said(base.payment_terms, header.payment_terms),
        delivery_terms=_said(base.delivery_terms, header.delivery_terms),
        warranty_terms=_said(base.warranty_terms, header.warranty_terms),
        notes=_said(base.notes, header.notes),
        show_roc_dates=header.show_roc_dates,
    )


def _said(stored: str, typed: str) -> str:
    """A term as typed; as long as it is the stored one, with what the sheet says of it in its second language."""
    from desktop_crm.models.snapshot import BESIDE, LINES

    return stored if typed and stored.startswith((typed + BESIDE, typed + LINES)) else typed
