"""The PDF of a quotation on its way out: clipboard, file, viewer, printer, mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_crm.core.i18n import translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.share import Share, Sheet, clean_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.mails import MailWords


class Sharing(QObject):
    """What the buttons of the card and of the viewer do with the PDF of a revision."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._window = parent
        self._share = Share(ctx, parent)

    def put_on_clipboard(self, quotation: uuid.UUID, revision: int) -> None:
        """The file itself, for Ctrl+V into LINE or a mail."""
        self._with_sheet(quotation, revision, self._share.to_clipboard)

    def open(self, quotation: uuid.UUID, revision: int) -> None:
        """Show the PDF in the system's own viewer."""
        self._with_sheet(quotation, revision, self._share.open)

    def save_as(self, quotation: uuid.UUID, revision: int) -> None:
        """Ask where to, then write it there."""
        self._with_sheet(quotation, revision, self._share.save_as)

    def print(self, quotation: uuid.UUID, revision: int, *, seen: bool = False) -> None:
        """Print it; ``seen``: it stands on the screen already."""
        from desktop_crm.ui.widgets.printing import Printing

        printing = Printing(self._ctx, self._window)
        self._with_sheet(quotation, revision, lambda sheet: printing.print_sheet(sheet, seen=seen))

    def mail(self, quotation: uuid.UUID, revision: int, done: Callable[[], object]) -> None:
        """Show the mail it goes out with; ``done()`` once a mail program has that."""
        from desktop_crm.ui.widgets.mail_dialog import MailDialog

        def show(found: tuple[Sheet, MailWords]) -> None:
            dialog = MailDialog(self._ctx, *found, self._window)
            dialog.opened.connect(done)
            dialog.open()

        self._ctx.tasks.read(mail_of, quotation, revision, done=show, owner=self)

    def _with_sheet(self, quotation: uuid.UUID, revision: int, use: Callable[[Sheet], object]) -> None:
        self._ctx.tasks.read(sheet_of, quotation, revision, done=use, owner=self)


def sheet_of(session: Session, quotation: uuid.UUID, revision: int) -> Sheet:
    """The PDF as issued; drawn now and marked for drafts and imported ones. Revision 0 is the latest."""
    from desktop_crm.reports import quotation_pdf
    from desktop_crm.services import quotation_view

    view = quotation_view.load(session, quotation, revision or None)
    kept = quotation_view.pdf(session, quotation, view.revision)
    if kept is None:
        header = view.header
        second = translator(header.second_language) if header.second_language else None
        snapshot = quotation_view.snapshot(session, quotation, view.revision)
        kept = quotation_pdf.render(snapshot, translator(header.language), second=second)
    return Sheet(kept, file_name(view.number, view.revision, view.customer))


def mail_of(session: Session, quotation: uuid.UUID, revision: int) -> tuple[Sheet, MailWords]:
    """The PDF of a revision and the words of the mail it goes out with, in the language of the sheet."""
    from desktop_crm.services import mails, quotation_view

    view = quotation_view.load(session, quotation, revision or None)
    header = view.header
    words = mails.words(session, view.customer_id, "quotation", view.number, header.language, header.contact_id)
    return sheet_of(session, quotation, revision), words


def file_name(number: str, revision: int, customer: str) -> str:
    """``Q2026-0187-2 宏益建設有限公司.pdf``, without what a file system forbids."""
    head = f"{number}-{revision}" if number and revision > 1 else number
    return clean_name(f"{head} {customer}", ".pdf")
