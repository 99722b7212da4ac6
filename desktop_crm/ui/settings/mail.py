"""What the mail says that a document goes out with, per kind of document and language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QGridLayout, QPlainTextEdit

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.services import mails
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets.buttons import Chip, SubTabs
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.labels import Label

PLACES = {
    "document": N_("the kind of document, as in Quotation"),
    "number": N_("its number"),
    "order": N_("the number of the order, the customer's own if known"),
    "period": N_("the first and the last day"),
    "amount": N_("the balance to pay, or the total"),
    "customer": N_("the customer"),
    "contact": N_("the contact with salutation"),
    "shop": N_("our own name"),
}
ALWAYS = ("document", "customer", "contact", "shop")


class MailSection(FormSection):
    """Subject and text per language, one kind of document at a time; an emptied field gets the program's words back."""

    said = N_("The texts are stored; the next mail has them.")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t(
            "A document goes out by mail in its own language, opened in your mail program with the PDF attached. "
            "Empty a field to get the usual words back."
        )
        super().__init__(ctx, "mail", t("Mail"), about, columns=1)
        for name, text in mails.TEXTS.items():
            language = LANGUAGES[text.lang]
            if text.part == "subject":
                self.form.add(name, t("Subject (%(language)s)", language=language), TextEdit(limit=200))
            else:
                self.form.add(name, t("Text (%(language)s)", language=language), self._text())
        self.kinds = SubTabs(ctx.theme, [Chip(key, t(kind.document)) for key, kind in mails.KINDS.items()])
        card = self.card()
        card.body.addWidget(self.kinds)
        card.body.addWidget(self.form)
        self._add_legend()
        self.kinds.chosen.connect(self.show_kind)
        self.show_kind(mails.USUAL)

    def _add_legend(self) -> None:
        theme, t = self.ctx.theme, self.ctx.t
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setColumnStretch(1, 1)
        self._places: dict[str, tuple[Label, Label]] = {}
        for number, (place, meaning) in enumerate(PLACES.items()):
            self._places[place] = (Label(f"{{{place}}}", "bold"), Label(t(meaning), wrap=True))
            for column, label in enumerate(self._places[place]):
                grid.addWidget(label, number, column)
        self.card(t("What may stand in a text")).body.addLayout(grid)

    def _text(self) -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setFixedHeight(self.ctx.theme.px(160))
        text.setTabChangesFocus(True)
        return text

    def show_kind(self, kind: str) -> None:
        """Show the texts of one kind of document, and what may stand in them."""
        for name, row in self.form.rows.items():
            row.setVisible(mails.TEXTS[name].kind == kind)
        for place, labels in self._places.items():
            for label in labels:
                label.setVisible(place in ALWAYS or place in mails.KINDS[kind].places)

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        return mails.load, mails.change

    def fill(self, stored: dict[str, str]) -> None:
        self.form.set_values(stored)

    def refused(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.field in mails.TEXTS:
            self.kinds.choose(mails.TEXTS[error.field].kind)
        super().refused(error)
