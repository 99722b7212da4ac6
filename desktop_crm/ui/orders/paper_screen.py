"""A delivery note or statement inside the program: look at it, open, print, copy, save or mail it."""

from __future__ import annotations

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.drawing import Paper
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.widgets.buttons import button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel
from desktop_crm.ui.widgets.pdf_view import PdfView
from desktop_crm.ui.widgets.share import Share, Sheet, clean_name

WIDEST = 760  # of the sheet on a wide screen
FOR_ALL, FOR_BUTTONS = 1080, 940  # pixels at 15 px text: room for every button and the name; for every button


class PaperScreen(Screen):
    """Shows a ``Paper``; ``kind`` is what it is called in the language of the window."""

    def __init__(self, ctx: Context, page: Page, back: str, kind: str, paper: Paper) -> None:
        super().__init__(ctx, f"{kind} {paper.title}")
        t = ctx.t
        called = paper.mail.values["document"] if paper.mail else kind  # the file speaks the customer's language
        self.sheet = Sheet(paper.content, clean_name(f"{called} {paper.name}", ".pdf"))
        self.share = Share(ctx, self)
        self.paper = paper
        self.tool.set_title(f"{kind} {paper.title}", kind)
        self.tool.add_back(ctx, back, page)
        self.about = ElidedLabel(paper.about, "muted")
        self.tool.add_left(self.about)
        save, self.copy_entry = QAction(t("Save PDF as ..."), self), QAction(t("Copy the file"), self)
        save.triggered.connect(lambda _checked=False: self.share.save_as(self.sheet))
        self.copy_entry.triggered.connect(lambda _checked=False: self.share.to_clipboard(self.sheet))
        self.tool.add(more_button(ctx.theme, t("More"), [self.copy_entry, save]))
        if paper.mail is not None:
            self.tool.add(button(t("Mail ..."), self.mail_sheet))
        self.tool.add(button(t("Print ..."), self.print_sheet))
        self.copy_button = button(t("Copy the file"), self.copy_entry.trigger)
        self.tool.add(self.copy_button)
        self.tool.add(button(t("Open PDF"), lambda: self.share.open(self.sheet), primary=True))
        self.pdf = PdfView(ctx, t("Page"), widest=WIDEST)
        row = QHBoxLayout()
        row.addWidget(self.pdf)
        self.body.addLayout(row, 1)
        self.pdf.show_pdf(paper.content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the name that stands on the sheet gives way, then a button goes into the menu."""
        super().resizeEvent(event)
        self.about.setVisible(self.width() >= self.ctx.theme.px(FOR_ALL))
        buttons = self.width() >= self.ctx.theme.px(FOR_BUTTONS)
        self.copy_button.setVisible(buttons)
        self.copy_entry.setVisible(not buttons)

    def print_sheet(self) -> None:
        """Print what is seen here."""
        from desktop_crm.ui.widgets.printing import Printing

        Printing(self.ctx, self).print_sheet(self.sheet, seen=True)

    def mail_sheet(self) -> None:
        """Show the mail it goes out with."""
        from desktop_crm.ui.widgets.mail_dialog import MailDialog

        if self.paper.mail is not None:
            MailDialog(self.ctx, self.sheet, self.paper.mail, self).open()
