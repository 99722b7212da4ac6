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


class PaperScreen(Screen):
    """Shows a ``Paper``; ``kind`` is what it is called in the language of the window."""

    def __init__(self, ctx: Context, page: Page, back: str, kind: str, paper: Paper) -> None:
        super().__init__(ctx, f"{kind} {paper.title}")
        t = ctx.t
        called = paper.mail.values["document"] if paper.mail else kind  # the file speaks the customer's language
        self.sheet = Sheet(paper.content, clean_name(f"{called} {paper.name}", ".pdf"))
        self.share = Share(ctx, self)
        self.paper = paper
        self.tool.add_back(ctx, back, page)
        self.about = ElidedLabel(paper.about, "muted")
        self.tool.add_left(self.about)
        save = QAction(t("Save PDF as ..."), self)
        save.triggered.connect(lambda _checked=False: self.share.save_as(self.sheet))
        self.tool.add(more_button(ctx.theme, t("More"), [save]))
        if paper.mail is not None:
            self.tool.add(button(t("Mail ..."), self.mail_sheet))
        self.tool.add(button(t("Print ..."), self.print_sheet))
        self.tool.add(button(t("Copy the file"), lambda: self.share.to_clipboard(self.sheet)))
        self.tool.add(button(t("Open PDF"), lambda: self.share.open(self.sheet), primary=True))
        self.pdf = PdfView(ctx, t("Page"), widest=WIDEST)
        row = QHBoxLayout()
        row.addWidget(self.pdf)
        self.body.addLayout(row, 1)
        self.pdf.show_pdf(paper.content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the buttons need it more than the name that stands on the sheet."""
        super().resizeEvent(event)
        self.about.setVisible(self.width() >= self.ctx.theme.px(760))

    def print_sheet(self) -> None:
        """Print what is seen here."""
        from desktop_crm.ui.widgets.printing import Printing

        Printing(self.ctx, self).print_sheet(self.sheet, seen=True)

    def mail_sheet(self) -> None:
        """Show the mail it goes out with."""
        from desktop_crm.ui.widgets.mail_dialog import MailDialog

        if self.paper.mail is not None:
            MailDialog(self.ctx, self.sheet, self.paper.mail, self).open()
