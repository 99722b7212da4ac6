"""The head of a draft: eight fields in two rows, the rarer ones in a fold below."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.core.currencies import CURRENCIES
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.quantities import format_quantity
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.words import TAXES
from desktop_crm.ui.widgets.completer import Completer
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.followup_dialog import customers_like
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.site_box import SiteBox

if TYPE_CHECKING:
    from desktop_crm.services.quotation_header import DraftHeader
    from desktop_crm.ui.quotations.reads import Choices, Words

STRETCH = (6, 5, 5, 4)
TAX_KINDS = ("zero_rated", "exempt")  # choices that say how every line is taxed


class HeaderForm(QWidget):
    """``changed`` after every edit; ``customer_chosen(Suggestion)``; ``prices_changed`` when currency or rate are.

    ``currency_chosen`` asks for the rate of another currency.
    """

    changed = Signal()
    customer_chosen = Signal(object)
    tax_chosen = Signal(str)
    prices_changed = Signal()
    currency_chosen = Signal()
    fold_moved = Signal(str)  # what moves it back, in words

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._words: Words = {}
        self.main = Form(ctx, columns=4)
        self.more = Form(ctx, columns=4)
        self.more.hide()
        self._add_main()
        self._add_more()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(ctx.theme.px(10))
        for form in (self.main, self.more):
            column.addWidget(form)
            grid = form.layout()
            assert isinstance(grid, QGridLayout)
            for place, stretch in enumerate(STRETCH):
                grid.setColumnStretch(place, stretch)
                grid.setColumnMinimumWidth(place, ctx.theme.px(80))
            form.changed.connect(self.changed)
            for row in form.rows.values():
                row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _add_main(self) -> None:
        t, form = self._ctx.t, self.main
        self.customer = TextEdit(hint=t("Name, phone, tax number, pinyin or zhuyin"))
        form.add("customer_id", t("Customer"), self.customer)
        self.completer = Completer(self._ctx, self.customer, customers_like)
        self.completer.chosen.connect(self.customer_chosen)
        form.add("contact_id", t("Contact"), combo([(None, "—")]))
        form.add("project_name", t("Project name"), TextEdit())
        form.add("valid_until", t("Valid until"), DateEdit(t, "valid_until"))
        form.add("payment_terms", t("Payment terms"), TextEdit())
        self.tax = combo([])
        form.add("tax_mode", t("Tax kind"), self.tax)
        form.add("delivery_terms", t("Delivery terms"), TextEdit())
        form.add("staff_id", t("Person in charge"), combo([(None, "—")]))
        self.show_rate(Decimal(5))
        self.tax.activated.connect(lambda _place: self.tax_chosen.emit(self.tax.currentData()))

    def _add_more(self) -> None:
        t, form = self._ctx.t, self.more
        self.site = SiteBox(self._ctx)
        form.add("site_id", t("Site"), self.site)
        form.add("quoted_on", t("Date on the sheet"), DateEdit(t, "quoted_on"))
        form.add("warranty_terms", t("Warranty"), TextEdit())
        form.add("language", t("Language of the sheet"), combo(list(LANGUAGES.items())))
        form.add("second_language", t("Second language"), combo([("", "—"), *LANGUAGES.items()]))
        form.add("currency", t("Currency"), combo([(code, code) for code in CURRENCIES]))
        form.add("rate", t("Exchange rate"), NumberEdit(t, "rate", 4))
        form.add("show_roc_dates", t("Dates"), QCheckBox(t("ROC years")))
        language = form.rows["language"].control
        assert isinstance(language, QComboBox)
        language.activated.connect(self._say_words)
        for name, label in (("notes", t("Notes on the sheet")), ("internal_note", t("Internal note (never printed)"))):
            text = QPlainTextEdit()
            text.setTabChangesFocus(True)
            text.setFixedHeight(self._ctx.theme.px(64))
            form.add(name, label, text, span=2)
        for name in ("currency", "rate"):
            control = form.rows[name].control
            if isinstance(control, QComboBox):
                control.activated.connect(lambda _place: self.currency_chosen.emit())
            elif isinstance(control, NumberEdit):
                control.editingFinished.connect(self.prices_changed)

    # -- words -----------------------------------------------------------------------------------

    def set_words(self, words: Words) -> None:
        """What a new quotation for this customer says, by language and field."""
        self._words = words

    def _say_words(self) -> None:
        """Say the terms in the language chosen, but for those that say something of their own."""
        language = self._row("language")
        assert isinstance(language, QComboBox)
        typed, said = self.texts(), self._words.get(language.currentData(), {})
        untouched = {name for words in self._words.values() for name, text in words.items() if typed[name] == text}
        for form in (self.main, self.more):
            form.set_texts({name: text for name, text in said.items() if name in untouched})

    # -- currency --------------------------------------------------------------------------------

    def currency(self) -> str:
        """The currency that is chosen."""
        box = self._row("currency")
        assert isinstance(box, QComboBox)
        return str(box.currentData())

    def set_rate(self, rate: Decimal) -> None:
        """Put an exchange rate in, as if it were typed."""
        edit = self._row("rate")
        assert isinstance(edit, NumberEdit)
        edit.set_value(rate)
        self.changed.emit()
        self.prices_changed.emit()

    def ask_rate(self) -> None:
        """Put the cursor where the rate is typed."""
        edit = self._row("rate")
        assert isinstance(edit, NumberEdit)
        edit.setFocus()
        edit.selectAll()

    # -- filling ---------------------------------------------------------------------------------

    def set_choices(self, name: str, choices: Choices) -> None:
        """What can be chosen in a box, beside nothing; what was chosen stays if it is there."""
        box = self._row(name)
        assert isinstance(box, QComboBox)
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem("—", None)
        for key, text in choices:
            box.addItem(text, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.blockSignals(False)

    def show_rate(self, percent: Decimal) -> None:
        """Name the tax choices with the rate in force."""
        chosen = self.tax.currentData()
        rate = f"{format_quantity(percent)}%"
        self.tax.blockSignals(True)
        self.tax.clear()
        for key, text in TAXES.items():
            self.tax.addItem(self._ctx.t(text, rate=rate) if "%(" in text else self._ctx.t(text), key)
        self.tax.setCurrentIndex(max(self.tax.findData(chosen), 0))
        self.tax.blockSignals(False)

    def set_header(self, header: DraftHeader, customer: str, line_tax: str, keep: frozenset[str] = frozenset()) -> None:
        """Show a stored head; fields in ``keep`` stay as they are. ``line_tax``: the tax kind all lines have."""
        values: dict[str, Any] = {name: getattr(header, name) for name in type(header).__slots__}
        values["tax_mode"] = line_tax if line_tax in TAX_KINDS else header.tax_mode
        if customer:
            values["customer_id"] = customer
        self.show_rate(header.tax_percent)
        kept = {name: value for name, value in values.items() if name not in keep}
        self.main.set_values(kept)
        self.more.set_values(kept)
        if header.currency != self._ctx.t.home_currency:
            self._move_fold(True)

    # -- reading ---------------------------------------------------------------------------------

    def header(self, stored: DraftHeader) -> DraftHeader:
        """``stored`` with what stands in the fields; raises UserError with the field."""
        typed = {**self.main.values(), **self.more.values()}
        typed.pop("customer_id")
        if typed["tax_mode"] in TAX_KINDS:
            typed["tax_mode"] = "exclusive"
        if typed["rate"] is None:
            raise UserError(N_("Please type a number."), field="rate")
        return replace(stored, **typed)

    def texts(self) -> dict[str, str]:
        """What stands in the fields, for the recovery file."""
        return {**self.main.texts(), **self.more.texts()}

    def set_texts(self, texts: dict[str, str]) -> None:
        """Put back what was typed."""
        self.main.set_texts(texts)
        self.more.set_texts(texts)

    def show_error(self, error: BaseException, *, focus: bool = False) -> bool:
        """Say a UserError at its field, opening the fold for it; False when no field is at fault."""
        if not isinstance(error, UserError):
            return False
        row = self.main.rows.get(error.field) or self.more.rows.get(error.field)
        self.clear_errors()
        if row is None:
            return False
        if error.field in self.more.rows:
            self._move_fold(True)
        row.say(self._ctx.t.error(error))
        if focus:
            row.control.setFocus()
        return True

    def clear_errors(self) -> None:
        """Take the error sentences away."""
        self.main.clear_errors()
        self.more.clear_errors()

    def toggle_more(self) -> None:
        """Open or close the fold."""
        self._move_fold(self.more.isHidden())

    def _move_fold(self, opened: bool) -> None:
        self.more.setVisible(opened)
        self.fold_moved.emit(self._ctx.t("Fewer fields") if opened else self._ctx.t("More fields"))

    def _row(self, name: str) -> QWidget:
        return (self.main.rows.get(name) or self.more.rows[name]).control
