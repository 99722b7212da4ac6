"""Where the shop is, tax and the terms a new document starts from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit

from desktop_crm.core import places
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.settings import WORDS, Trade
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets.edits import NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.trade import Terms

TAX_MODES = {
    "exclusive": N_("Prices without tax, tax added"),
    "inclusive": N_("Prices with tax"),
    "untaxed": N_("Prices without tax, none added"),
}
WHOLE = ("payment_days", "valid_days", "follow_up_days")
PERCENTS = ("tax_percent", "margin_floor_percent")


def _choices(items: places.Choices) -> QComboBox:
    """A box of a long list that does not grow as wide as its longest text."""
    box = combo(list(items))
    box.setMaxVisibleItems(16)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box


class TradeSection(FormSection):
    """Country, time zone, currency, tax, terms, days, margin floor, dates and language of documents."""

    said = N_("The terms are stored; new documents start from them.")

    def __init__(self, ctx: Context) -> None:
        from desktop_crm.services.payment_plan import USUAL

        t = ctx.t
        about = t("New documents start from these; each can say something else, and what was agreed always wins.")
        super().__init__(ctx, "trade", t("Tax and terms"), about)
        add = self.form.add
        add("country", t("Country"), _choices(places.countries(t.lang)))
        country = self.form.rows["country"].control
        assert isinstance(country, QComboBox)
        country.activated.connect(lambda _row: self._follow(str(country.currentData())))
        add("zone", t("Time zone"), _choices(places.zones(t.lang)))
        add("currency", t("Currency"), _choices(places.currencies(t.lang)))
        self._language = combo(list(LANGUAGES.items()))
        self._language.activated.connect(self._turn_words)
        add("document_language", t("Language of documents"), self._language)
        add("tax_mode", t("How it is taxed"), combo([(key, t(text)) for key, text in TAX_MODES.items()]))
        add("tax_percent", t("Tax rate in %"), NumberEdit(t, "tax_percent", 4))
        add("payment_terms", t("Terms of payment"), TextEdit())
        add("payment_days", t("Days to pay"), NumberEdit(t, "payment_days"))
        plans = [(key, t(title)) for key, (title, _parts) in USUAL.items()]
        no_plan = ("", t("One payment, by the terms"))
        add("payment_plan", t("Payment plan of new orders"), combo([no_plan, *plans]), span=2)
        add("delivery_terms", t("Terms of delivery"), TextEdit(), span=2)
        add("warranty_terms", t("Warranty"), TextEdit(), span=2)
        add("notes", t("Notes on quotations"), self._notes(), span=2)
        add("valid_days", t("Quotation valid for days"), NumberEdit(t, "valid_days"))
        add("follow_up_days", t("Follow up after working days"), NumberEdit(t, "follow_up_days"))
        add("show_roc_dates", t("Dates"), QCheckBox(t("Years of the Republic (ROC)")))
        add("margin_floor_percent", t("Warn below a margin of %"), NumberEdit(t, "margin_floor_percent", 4))
        for language, name in LANGUAGES.items():
            self._add_words(language, name)
        self.card().body.addWidget(self.form)
        effects = self.card(t("What a change does"))
        for sentence in (
            t("The country decides how tax numbers and phone numbers without a country code are read."),
            t("The time zone decides when a day begins. What is planned keeps its hour in the zone it was planned in."),
        ):
            effects.body.addWidget(Label(sentence, wrap=True))
        self.fixed = Label("", wrap=True)
        effects.body.addWidget(self.fixed)
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)

    def _notes(self) -> QPlainTextEdit:
        notes = QPlainTextEdit()
        notes.setFixedHeight(self.ctx.theme.px(84))
        notes.setTabChangesFocus(True)
        return notes

    def _add_words(self, language: str, name: str) -> None:
        """What quotations in another language than that of documents say instead."""
        texts = {
            "payment_terms": N_("Terms of payment (%(language)s)"),
            "delivery_terms": N_("Terms of delivery (%(language)s)"),
            "warranty_terms": N_("Warranty (%(language)s)"),
            "notes": N_("Notes on quotations (%(language)s)"),
        }
        for field, label in texts.items():
            edit = self._notes() if field == "notes" else TextEdit()
            self.form.add(f"{field}:{language}", self.ctx.t(label, language=name), edit)

    def _show_words(self) -> None:
        """The words in the language of documents stand in the fields above."""
        self._spoken = self._language.currentData()
        for language in LANGUAGES:
            for field in WORDS:
                self.form.rows[f"{field}:{language}"].setVisible(language != self._spoken)

    def _turn_words(self) -> None:
        """What was said in the language chosen now goes up, what stood there goes to its own language."""
        typed, before = self.form.texts(), self._spoken
        self._show_words()
        for field in WORDS if before != self._spoken else ():
            above = typed[f"{field}:{self._spoken}"] or typed[field]
            self.form.set_texts({f"{field}:{before}": typed[field], f"{field}:{self._spoken}": "", field: above})

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from desktop_crm.services import trade

        return trade.load, trade.change

    def fill(self, stored: Terms) -> None:
        values = {name: getattr(stored.trade, name) for name in self.form.rows if ":" not in name}
        for language in LANGUAGES:
            said = stored.trade.translations.get(language, {})
            values |= {f"{field}:{language}": said.get(field, "") for field in WORDS}
        values |= {name: Decimal(values[name] or 0) for name in PERCENTS}
        self.form.set_values(values)
        self._show_words()
        row = self.form.rows["currency"]
        row.control.setEnabled(not stored.has_documents)
        t = self.ctx.t
        if stored.has_documents:
            self.fixed.setText(
                t(
                    "The currency is fixed, because there are documents in %(code)s. Quote in another one on the "
                    "document itself.",
                    code=stored.trade.currency,
                )
            )
        else:
            self.fixed.setText(t("The currency can be changed until there is a first document."))
        row.setToolTip(self.fixed.text() if stored.has_documents else "")

    def _start(self, stored: Terms) -> None:
        super()._start(stored)
        self._show_words()  # another language may have been chosen before a crash

    def values(self) -> dict[str, Any]:
        """All fields; an empty number stands for the program's own default."""
        values = self.form.values()
        translations: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for name in [name for name in values if ":" in name]:
            field, language = name.split(":")
            translations[language][field] = values.pop(name)
        del translations[self._language.currentData()]
        values["translations"] = translations
        default = Trade()
        for name in (*WHOLE, *PERCENTS):
            if values[name] is None:
                values[name] = Decimal(getattr(default, name))
        return values

    def _follow(self, country: str) -> None:
        """What usually goes with a country that was just chosen, while there is no document that says otherwise."""
        if self.form.rows["currency"].control.isEnabled():
            usual: dict[str, Any] = {**places.usual(country)}
            if "tax_percent" in usual:
                usual["tax_percent"] = Decimal(usual["tax_percent"])
            self.form.set_values(usual)
            self.form.dirty = True

    def _hide_private(self, on: bool) -> None:
        self.form.rows["margin_floor_percent"].setVisible(not on)
