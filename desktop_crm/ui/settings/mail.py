"""What the mail says that a document goes out with, per language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QGridLayout, QPlainTextEdit

from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.labels import Label

PLACES = (
    ("{document}", N_("the kind of document, as in Quotation")),
    ("{number}", N_("its number")),
    ("{customer}", N_("the customer")),
    ("{contact}", N_("the contact with salutation")),
    ("{shop}", N_("our own name")),
)


class MailSection(FormSection):
    """Subject and text per language; an emptied field gets the program's own words back."""

    said = N_("The texts are stored; the next mail has them.")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t(
            "A document goes out by mail in its own language, opened in your mail program with the PDF attached. "
            "Empty a field to get the usual words back."
        )
        super().__init__(ctx, "mail", t("Mail"), about, columns=1)
        for lang, name in LANGUAGES.items():
            self.form.add(f"subject_{lang.lower()}", t("Subject (%(language)s)", language=name), TextEdit(limit=200))
            self.form.add(f"body_{lang.lower()}", t("Text (%(language)s)", language=name), self._text())
        self.card().body.addWidget(self.form)
        legend = self.card(t("What may stand in a text"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(ctx.theme.px(16))
        grid.setColumnStretch(1, 1)
        for number, (place, meaning) in enumerate(PLACES):
            grid.addWidget(Label(place, "bold"), number, 0)
            grid.addWidget(Label(t(meaning), wrap=True), number, 1)
        legend.body.addLayout(grid)

    def _text(self) -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setFixedHeight(self.ctx.theme.px(160))
        text.setTabChangesFocus(True)
        return text

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from desktop_crm.services import mails

        return mails.load, mails.change

    def fill(self, stored: dict[str, str]) -> None:
        self.form.set_values(stored)
