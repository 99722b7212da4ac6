"""An issued revision as it went out: its PDF, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.quotations.card import VERBS
from desktop_crm.ui.quotations.sharing import sheet_of
from desktop_crm.ui.quotations.words import number_of, state_pill
from desktop_crm.ui.widgets.buttons import button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Note, PillLabel
from desktop_crm.ui.widgets.pdf_view import PdfView
from desktop_crm.ui.widgets.share import Sheet

if TYPE_CHECKING:
    from desktop_crm.services.quotation_view import QuotationView

WIDEST = 760  # of the sheet on a wide screen


class QuotationViewer(Screen):
    """``wanted(verb, view)`` for everything that changes data. Revision 0 is the latest one."""

    wanted = Signal(str, object)

    def __init__(self, ctx: Context, page: Page, quotation: uuid.UUID, revision: int, *, fresh: bool) -> None:
        super().__init__(ctx, "")
        self._quotation = quotation
        self._revision = revision or None
        self._buttons: list[QWidget] = []
        self._direct: list[tuple[QPushButton, QAction]] = []  # each as a button and as a line of the menu
        self.view: QuotationView | None = None
        t = ctx.t
        self.tool.add_back(ctx, t("Quotations"), page)
        self.pill = PillLabel()
        self._customer = ElidedLabel("", "muted")
        self.tool.add_left(self.pill)
        self.tool.add_left(self._customer)
        self.note = Note(ctx.theme, parent=self)
        self.note.say(
            t("The PDF file is on the clipboard."),
            t("Ctrl+V in LINE or in a mail sends it. Mark the quotation as sent afterwards; a follow-up is planned."),
        )
        px = ctx.theme.px
        self._note_place = QVBoxLayout()
        self._note_place.addWidget(self.note)
        self._edges = (px(18), px(14), px(18), px(14))
        self._note_place.setContentsMargins(*self._edges)
        self.body.addLayout(self._note_place)
        self._newer = Note(ctx.theme, "warning", self)
        self._newer.hide()
        self._note_place.addWidget(self._newer)
        if not fresh:
            self._drop_note()
        self.pdf = PdfView(ctx, t("Page"), widest=WIDEST)
        row = QHBoxLayout()
        row.addWidget(self.pdf)
        self.body.addLayout(row, 1)
        ctx.data_changed.connect(self._read)
        self._read()
        ctx.tasks.read(sheet_of, quotation, revision, done=self._show_sheet, owner=self, slot="sheet")

    def _read(self, _changed: object = None) -> None:
        from desktop_crm.services import quotation_view

        self.ctx.tasks.read(
            quotation_view.load, self._quotation, self._revision, done=self._show, owner=self, slot="view"
        )

    def _show_sheet(self, sheet: Sheet) -> None:
        self.pdf.show_pdf(sheet.content)

    def _show(self, view: QuotationView) -> None:
        t = self.ctx.t
        self.view = view
        self.tool.set_title(number_of(t, view.number, view.revision), view.number)
        self.pill.show_pill(state_pill(t, view.state))
        self._customer.setText(view.customer)
        if view.state != "issued":
            self._drop_note()
        self._tell_newer(view)
        held = self.window().focusWidget() in self._buttons
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = self._make_buttons(view)
        for made in self._buttons:
            self.tool.add(made)
            made.show()  # else its width does not count yet
        self._fit()
        if held:  # the button pressed is gone; the keyboard stays here
            self.setFocus()
        self.ctx.status_changed.emit()

    def _tell_newer(self, view: QuotationView) -> None:
        """Say it when a later revision was issued, so that nobody sends the older one by mistake."""
        newest = max((one.revision for one in view.revisions if one.issued_at), default=view.revision)
        if newest > view.revision:
            self._newer.say("", self.ctx.t("Revision %(newest)s is newer than this one.", newest=newest))
            self._note_place.setContentsMargins(*self._edges)

    def _drop_note(self) -> None:
        """Take away the advice to send it."""
        self.note.hide()
        self._note_place.setContentsMargins(0, 0, 0, 0)

    def _make_buttons(self, view: QuotationView) -> list[QWidget]:
        t = self.ctx.t
        direct = [("mail", t("Mail ...")), ("clipboard", t("Copy the file"))]
        self._direct = [(button(text, self._asks(verb, view)), self._action(verb, text, view)) for verb, text in direct]
        verbs = [verb for verb in VERBS if verb in view.actions and verb not in ("issue", "delete_draft")]
        rest = [
            ("print_seen", t("Print ...")),
            ("pdf", t("Open PDF")),
            ("save_as", t("Save PDF as ...")),
            *((verb, t(VERBS[verb])) for verb in verbs[1:]),
        ]
        actions = [action for _button, action in self._direct]
        actions += [self._action(verb, text, view) for verb, text in rest]
        made: list[QWidget] = [made for made, _action in self._direct]
        made.append(more_button(self.ctx.theme, t("More"), actions))
        if verbs:
            made.append(self._main(verbs[0], view))
        return made

    def print_sheet(self) -> None:
        """Ctrl+P: what stands on the screen."""
        if self.view is not None:
            self.wanted.emit("print_seen", self.view)

    def _main(self, verb: str, view: QuotationView) -> QPushButton:
        return button(self.ctx.t(VERBS[verb]), self._asks(verb, view), primary=True)

    def _asks(self, verb: str, view: QuotationView) -> Callable[[], None]:
        return lambda: self.wanted.emit(verb, view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Buttons that have no room are lines of the menu instead."""
        for made, action in self._direct:
            made.show()
            action.setVisible(False)
        for made, action in reversed(self._direct):
            if self.tool.minimumSizeHint().width() <= self.width():
                break
            made.hide()
            action.setVisible(True)

    def _action(self, verb: str, text: str, view: QuotationView) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: self.wanted.emit(verb, view))
        return action

    def status_text(self) -> str:
        return self.ctx.t("This revision is issued and stays as it is")
