"""Sending a document by mail: the text to look over, then the mail program with the PDF attached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.reports import mail
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.share import Share, Sheet, copy_file, open_file, show_in_folder

if TYPE_CHECKING:
    from desktop_crm.services.mails import MailWords

MAIL_ENDING = ".eml"


class MailDialog(FormDialog):
    """To, subject and text, to be changed before they go; ``opened`` once a mail program has the mail.

    ``sheet`` is the document, ``words`` what ``services.mails.words`` gave for it.
    """

    opened = Signal()

    def __init__(self, ctx: Context, sheet: Sheet, words: MailWords, parent: QWidget) -> None:
        t = ctx.t
        about = t("Your mail program opens with this text and %(name)s. Nothing is sent yet.", name=sheet.name)
        super().__init__(ctx, t("Send by mail"), about, parent, columns=1)
        self.setMinimumWidth(ctx.theme.px(600))
        self._sheet, self._words = sheet, words
        self._share = Share(ctx, self)
        self.to = QComboBox()
        self.to.setEditable(True)
        self.to.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.to.addItems([address for _name, address in words.to])
        self.body = QPlainTextEdit()
        self.body.setTabChangesFocus(True)
        self.body.setMinimumHeight(ctx.theme.px(180))
        self.form.add("to", t("Recipient"), self.to)
        self.form.add("subject", t("Subject"), TextEdit(limit=300), required=True)
        self.form.add("body", t("Text"), self.body)
        self.form.set_values(
            {"subject": mail.filled(words.subject, words.values), "body": mail.filled(words.body, words.values)}
        )
        self.without = button(t("Without attachment"), self._attempt(self.open_link))
        self.without.setToolTip(t("For mail programs that do not open mail files: the PDF waits on the clipboard."))
        self.buttons.insertWidget(0, self.without)
        self._save.setText(t("Open the mail"))
        self._save.setAccessibleName(t("Open the mail"))

    def save(self) -> None:
        """Write the mail with the PDF and open it; where no program takes it, open a link instead."""
        content = mail.eml(self.message())
        name = str(Path(self._sheet.name).with_suffix(MAIL_ENDING))
        self._share.to_outbox(Sheet(content, name), self._open_file)

    def open_link(self) -> None:
        """Open the mail program without the PDF, which is put on the clipboard."""
        self._link(self.message())

    def message(self) -> mail.Mail:
        """The mail as it stands in the fields; raises UserError for an address that is none."""
        typed = mail.addresses(self.to.currentText())
        if typed is None:
            raise UserError(N_("This is no mail address."), N_("It looks like name@example.com."), field="to")
        names = {address: name for name, address in reversed(self._words.to)}
        subject = self.form.values()["subject"]
        return mail.Mail(
            subject=subject,
            body=self.body.toPlainText(),
            to=tuple((names.get(address, ""), address) for address in typed),
            sender=self._words.sender,
            attachments=(mail.Attachment(self._sheet.name, self._sheet.content),),
        )

    def _attempt(self, what: Callable[[], None]) -> Callable[[], None]:
        def attempt() -> None:
            try:
                what()
            except UserError as error:
                self.refused(error)

        return attempt

    def _open_file(self, path: Path) -> None:
        if open_file(path):
            self._done(self.ctx.t("The mail is open in your mail program, with %(name)s.", name=self._sheet.name))
        else:
            self._link(self.message())

    def _link(self, message: mail.Mail) -> None:
        def go(path: Path) -> None:
            t = self.ctx.t
            copy_file(path)
            if QDesktopServices.openUrl(QUrl(mail.mailto(message), QUrl.ParsingMode.StrictMode)):
                self._done(t("The mail is open without the PDF. The file is on the clipboard: Ctrl+V attaches it."))
                return
            show_in_folder(path)
            self.accept()
            self.ctx.toast(t("No mail program answers. The PDF is on the clipboard, and its folder is open."))

        self._share.to_outbox(self._sheet, go)

    def _done(self, said: str) -> None:
        self.accept()
        self.ctx.toast(said)
        self.opened.emit()
