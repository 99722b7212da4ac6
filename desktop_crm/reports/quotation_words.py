"""The words and figures of a sheet, in one language or two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from desktop_crm.core.currencies import sign
from desktop_crm.core.dates import roc_year
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.money import currency, to_major

# What ``QuotationSnapshot.labels`` may replace: key and default wording.
LABELS = {
    "title": N_("Quotation"),
    "number": N_("Quotation no."),
    "date": N_("Date"),
    "valid_until": N_("Valid until"),
    "currency": N_("Currency"),
    "tax_number": N_("Tax ID"),
    "phone": N_("Tel."),
    "fax": N_("Fax"),
    "contact": N_("Contact"),
    "address": N_("Address"),
    "project": N_("Project name"),
    "site": N_("Work site"),
    "salesperson": N_("Our contact"),
    "payment": N_("Payment terms"),
    "delivery": N_("Delivery time"),
    "warranty": N_("Warranty"),
    "line_number": N_("No."),
    "item": N_("Item and specification"),
    "quantity": N_("Qty"),
    "unit": N_("Unit"),
    "unit_price": N_("Unit price"),
    "line_discount": N_("Discount"),
    "amount": N_("Amount"),
    "section_subtotal": N_("Section subtotal"),
    "lines_sum": N_("Sum of lines"),
    "discount": N_("Less discount"),
    "net": N_("Total (excl. tax)"),
    "total": N_("Grand total (incl. tax)"),
    "untaxed_total": N_("Total before tax"),
    "options_sum": N_("Options together, not in the total"),
    "notes": N_("Notes"),
    "bank": N_("Bank transfer"),
    "account_name": N_("Account name"),
    "account": N_("Account no."),
    "confirmation": N_("Order confirmation"),
    "order_number": N_("Order no."),
    "reference": N_("Your order no."),
    "from_quotation": N_("Our quotation no."),
    "promised_for": N_("Promised for"),
    "promised_on": N_("Promised on"),
    "plan": N_("Payment schedule"),
    "due_on": N_("Due on"),
    "sign_back": N_("Confirmed by the customer (signature and seal)"),
}
_TAX_LABELS = {
    "taxable": N_("VAT %(percent)s"),
    "zero_rated": N_("VAT (zero-rated)"),
    "exempt": N_("VAT (exempt)"),
}
_MIXED_TAX = N_("VAT %(percent)s on taxable items")
TAX_MARKS = {"zero_rated": N_("zero-rated"), "exempt": N_("tax-exempt")}


class Words:
    """Gives labels, dates and amounts of one sheet; with ``second``, labels come in both languages.

    ``labels`` are the shop's own words for some, ``roc`` writes years of the Republic in Chinese.
    """

    def __init__(
        self,
        t: Translator,
        second: Translator | None = None,
        *,
        currency: str,
        roc: bool = False,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.t = t
        self.second = second if second and second.lang != t.lang else None
        self._own = labels or {}
        self._code = currency
        self._roc = roc and t.lang.startswith("zh")

    def both(self, msgid: str, **params: object) -> list[str]:
        """The text in the first language and, on a bilingual sheet, in the second."""
        texts = [self.t(msgid, **params)]
        if self.second:
            texts.append(self.second(msgid, **params))
        return texts

    def pair(self, key: str) -> list[str]:
        """A label's wordings, one or two; the shop's own word stands alone."""
        return [self._own[key]] if self._own.get(key) else self.both(LABELS[key])

    def label(self, key: str) -> str:
        """A label on one line."""
        return " ".join(self.pair(key))

    def text(self, msgid: str, **params: object) -> str:
        """A sentence on one line, in both languages if there are two."""
        return " ".join(self.both(msgid, **params))

    def tax_label(self, kinds: tuple[str, ...], percent: Decimal) -> list[str]:
        """The wordings of the tax line, one or two: rate, 零稅率 or 免稅."""
        if self._own.get("tax"):
            return [self._own["tax"]]
        rate = f"{percent.normalize():f}%"
        if len(kinds) > 1 and "taxable" in kinds:
            return self.both(_MIXED_TAX, percent=rate)
        kind = kinds[0] if kinds else "taxable"
        if kind == "taxable":
            return self.both(_TAX_LABELS[kind], percent=rate)
        return self.both(_TAX_LABELS[kind])

    def date(self, day: dt.date) -> str:
        """A date, with the ROC year if the sheet asks for it and the day has one."""
        if self._roc and roc_year(day) > 0:
            return f"{roc_year(day)} 年 {day.month} 月 {day.day} 日"
        return self.t.date(day)

    def short_date(self, day: dt.date) -> str:
        """A date for a table."""
        if self._roc and roc_year(day) > 0:
            return f"{roc_year(day)}/{day:%m/%d}"
        return self.t.date(day)

    def amount(self, minor: int) -> str:
        """An amount with separators and the currency's decimals, without its sign."""
        return f"{to_major(minor, self._code):,f}"

    def money(self, minor: int) -> str:
        """An amount with the currency's sign: NT$ 286,703."""
        return f"{sign(self._code, self.t.lang)} {self.amount(minor)}"

    def price(self, value: Decimal) -> str:
        """A unit price with at least the currency's decimals: 95.238 stays so, 95 USD is 95.00."""
        digits = currency(self._code).digits
        shown = value.normalize()
        if -int(shown.as_tuple().exponent) < digits:
            shown = shown.quantize(Decimal(1).scaleb(-digits))
        return f"{shown:,f}"
