"""Issuing from the editor: store, issue, write the file, clipboard, and on to what was issued."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_crm.core import paths
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.drawing import draw
from desktop_crm.ui.quotations.sharing import sheet_of
from desktop_crm.ui.widgets.company_dialog import CompanyDialog, load_company
from desktop_crm.ui.widgets.share import Sheet, copy_file, write_file

if TYPE_CHECKING:
    from collections.abc import Collection

    from desktop_crm.core.settings import Company
    from desktop_crm.models.snapshot import QuotationSnapshot
    from desktop_crm.store.database import Outcome
    from desktop_crm.ui.quotations.editor import QuotationEditor


class Issuing(QObject):
    """One attempt; what is missing is said where it is missing."""

    def __init__(self, ctx: Context, editor: QuotationEditor) -> None:
        super().__init__(editor)
        self._ctx = ctx
        self._editor = editor

    def start(self) -> None:
        """Store what is typed, then issue it."""
        editor = self._editor
        if editor.customer is None or editor.keeper.quotation is None:
            self._refused(
                UserError(
                    N_("No customer is chosen."), N_("Type some letters and choose from the list."), field="customer_id"
                )
            )
            return
        editor.issue_button.setEnabled(False)
        editor.keeper.save(self._look_at_letterhead, self._refused)

    def _look_at_letterhead(self) -> None:
        self._ctx.tasks.read(load_company, done=self._ask_once, failed=self._refused, owner=self)

    def _ask_once(self, company: Company) -> None:
        """A letterhead that is only a name is asked about once per shop; one without a name is refused later."""
        asked = f"letterhead/{self._ctx.path}"
        bare = company.name.strip() and not (company.tax_number or company.address or company.phone)
        if not bare or self._ctx.state.flag(asked):
            self._issue()
            return
        self._editor.issue_button.setEnabled(True)
        dialog = CompanyDialog(self._ctx, self._editor, without=self._ctx.t("Issue without them"))
        dialog.accepted.connect(lambda: self._ctx.state.put(asked, True))
        dialog.stored.connect(self._issue)
        dialog.skipped.connect(self._issue)
        dialog.open()

    def _issue(self) -> None:
        from desktop_crm.services import quotations

        editor = self._editor
        header = editor.grid.lines.terms
        language = getattr(header, "language", "zh_TW")
        second = getattr(header, "second_language", "")

        def render(snapshot: QuotationSnapshot) -> bytes:
            return draw(snapshot, language, second)

        editor.issue_button.setEnabled(True)
        self._ctx.tasks.write(
            quotations.issue,
            editor.keeper.quotation,
            render,
            _uncovered,
            done=self._issued,
            failed=self._refused,
            owner=self,
        )

    def _issued(self, outcome: Outcome[uuid.UUID]) -> None:
        editor = self._editor
        quotation = editor.keeper.quotation
        editor.keeper.own.add(outcome.changed.batch_id)
        editor.keeper.drop()
        self._ctx.tasks.read(sheet_of, quotation, 0, done=self._write, owner=self)

    def _write(self, sheet: Sheet) -> None:
        target = paths.outbox_dir() / sheet.name
        self._ctx.tasks.background(
            write_file, target, sheet.content, done=self._finish, failed=self._finish, owner=self
        )

    def _finish(self, answer: Path | BaseException) -> None:
        editor, t = self._editor, self._ctx.t
        quotation = editor.keeper.quotation
        if isinstance(answer, Path):
            copy_file(answer)
            self._ctx.toast(t("The quotation is issued."))
        else:
            self._ctx.tasks.failure.emit(answer)
        page = editor.page
        page.pop()
        show = getattr(page, "view_revision", None)
        if show is not None:
            show(quotation, 0, fresh=isinstance(answer, Path))

    def _refused(self, error: BaseException) -> None:
        editor = self._editor
        editor.issue_button.setEnabled(True)
        if not isinstance(error, UserError):
            self._ctx.tasks.failure.emit(error)
            return
        if error.field == "company":
            dialog = CompanyDialog(self._ctx, editor)
            dialog.stored.connect(self._issue)
            dialog.open()
            return
        if editor.head.show_error(error, focus=True):
            return
        editor.notice.say("", self._ctx.t.error(error))
        row = error.params.get("row")
        if isinstance(row, int):
            editor.grid.show_fault(row, error.field)
        elif error.field == "lines":
            editor.grid.start_line()


def _uncovered(snapshot: QuotationSnapshot) -> Collection[str]:
    from desktop_crm.reports import quotation_pdf

    return quotation_pdf.uncovered(snapshot)
