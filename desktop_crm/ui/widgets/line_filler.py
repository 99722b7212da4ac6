"""Fills lines from the shop: what a product is called and costs this buyer, pasted rows, last prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_crm.core.i18n import Translator
from desktop_crm.core.quantities import format_discount
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets import line_source
from desktop_crm.ui.widgets.line_model import LineModel
from desktop_crm.ui.widgets.line_paste import Pasted, read_table
from desktop_crm.ui.widgets.line_source import Buyer, Offer
from desktop_crm.ui.widgets.product_dialog import ProductDialog

if TYPE_CHECKING:
    from desktop_crm.services.document_lines import DraftLine
    from desktop_crm.services.prices import LastPrice
    from desktop_crm.services.products import ProductRow
    from desktop_crm.services.quote_templates import TemplateRow


class LineFiller(QObject):
    """``buyer`` says whose prices; ``tax_kind`` overrides the products' own. Answers come when they come."""

    def __init__(self, ctx: Context, lines: LineModel, parent: QObject) -> None:
        super().__init__(parent)
        self.buyer = Buyer()
        self.tax_kind = ""
        self.only_items = False  # an order has neither options nor sections
        self._ctx = ctx
        self._lines = lines

    def fill(self, key: int, text: str, product: ProductRow | None) -> None:
        """Make the line with this key one of ``product``, or of the product that ``text`` names, if any."""
        if product is not None:
            self._take_product(key, product)
        elif text:
            self._find(text, lambda found: self._take_product(key, found))

    def follow(self, key: int, *, words: bool = False) -> None:
        """Read the price for the quantity in the row, while nobody has typed another one."""
        row = self._lines.row_of(key)
        if row < 0 or not self._lines.rows[row].follows:
            return
        line = self._lines.rows[row].line

        def take(found: Offer) -> None:
            place = self._lines.row_of(key)
            if place < 0 or not self._lines.rows[place].follows:
                return
            fields: dict[str, Any] = {"unit_price": found.unit_price, "unit_cost": found.unit_cost}
            if words:
                fields |= {"name": found.name, "specification": found.specification, "unit": found.unit}
            self._lines.put(key, remember=False, **fields)

        quantity = line.quantity or Decimal(1)
        self._ctx.tasks.read(line_source.offer, line.product_id, quantity, self.buyer, done=take, owner=self)

    def paste(self, text: str, lines: LineModel, place: int) -> None:
        """Put the rows of a spreadsheet before the row ``place`` and find their products."""
        pasted = read_table(text, self.tax_kind or "taxable")
        keys = lines.insert(place, [one.line for one in pasted])
        for key, one in zip(keys, pasted, strict=True):
            if one.line.is_priced:
                self._match(key, one)

    def set_tax_kind(self, kind: str) -> None:
        """Tax every line this way, and the next ones; empty: taxable, and the next as their products say."""
        self.tax_kind = kind
        self._lines.put_all([replace(line, tax_kind=kind or "taxable") for line in self._lines.lines])

    def insert_template(self, template: TemplateRow, key: int, done: Callable[[], object]) -> None:
        """Put the lines of a template below the line with this key, in its place when it is empty; 0: at the end."""

        def take(found: list[DraftLine]) -> None:
            lines = [line for line in found if line.kind == "item" or not self.only_items]
            if self.tax_kind:
                lines = [replace(line, tax_kind=self.tax_kind) for line in lines]
            row = self._lines.row_of(key)
            line = self._lines.line(row)
            if line is not None and not (line.name or line.code or line.product_id):
                self._lines.put_instead(key, lines)
            else:
                self._lines.insert(row + 1 if line is not None else len(self._lines.rows), lines)
            said = t.plural(
                "%(count)s line of “%(name)s” is inserted. Ctrl+Z in the lines takes it back.",
                "%(count)s lines of “%(name)s” are inserted. Ctrl+Z in the lines takes them back.",
                len(lines),
                name=template.name,
            )
            self._ctx.toast(said)
            done()

        t = self._ctx.t
        self._ctx.tasks.read(line_source.template_lines, template.key, self.buyer, done=take, owner=self)

    def read_last_prices(self, key: int, done: Callable[[int, list[LastPrice]], object]) -> None:
        """What this customer paid for the product of a line before."""
        line = self._lines.line(self._lines.row_of(key))
        if line is not None and line.product_id is not None and self.buyer.customer_id is not None:
            self._ctx.tasks.read(
                line_source.last_prices,
                line.product_id,
                self.buyer.customer_id,
                done=lambda found: done(key, found),
                owner=self,
                slot="last",
            )

    def take_price(self, key: int, price: LastPrice) -> None:
        """Ask what was asked before."""
        self._lines.put(key, follows=False, unit_price=price.unit_price, discount_percent=price.discount_percent)

    def keep_as_product(self, key: int, parent: QWidget) -> None:
        """Ask for a product like the line, and make the line one of it at the price it has."""
        line = self._lines.rows[self._lines.row_of(key)].line
        values = {name: getattr(line, name) for name in ("code", "name", "specification", "unit", "tax_kind")}
        if self.buyer.rate == 1:  # products are priced in the home currency
            values |= {"list_price": line.unit_price, "cost": line.unit_cost}
        dialog = ProductDialog(self._ctx, None, parent, values)

        def take(product: ProductRow) -> None:
            if (row := self._lines.row_of(key)) >= 0:
                self._take_product(key, product, self._lines.rows[row].line.unit_price)

        dialog.stored.connect(lambda made: self._ctx.tasks.read(line_source.product, made, done=take, owner=self))
        dialog.open()

    def _match(self, key: int, one: Pasted) -> None:
        price = one.line.unit_price if one.has_price else None
        self._find(one.line.code or one.line.name, lambda found: self._take_product(key, found, price))

    def _find(self, text: str, done: Callable[[ProductRow], object]) -> None:
        def found(product: ProductRow | None) -> None:
            if product is not None:
                done(product)

        self._ctx.tasks.read(line_source.product_meant, text, done=found, owner=self)

    def _take_product(self, key: int, product: ProductRow, price: Decimal | None = None) -> None:
        self._lines.put(
            key,
            remember=False,
            follows=True,
            product_id=product.id,
            code=product.code,
            name=product.name,
            specification=product.specification,
            unit=product.unit,
            tax_kind=self.tax_kind or product.tax_kind,
        )
        self.follow(key, words=True)
        if price is not None:
            cost = product.cost if self.buyer.rate == 1 else None
            self._lines.put(key, remember=False, follows=False, unit_price=price, unit_cost=cost)


def price_menu(
    t: Translator, parent: QWidget, found: Sequence[LastPrice], take: Callable[[LastPrice], object]
) -> QMenu:
    """A menu of last prices; choosing one takes it."""
    menu = QMenu(parent)
    for one in found:
        kind = t("Order") if one.kind == "order" else t("Quotation")
        price = f"{t.number(one.unit_price, 4)} {format_discount(one.discount_percent, t.lang)}".rstrip()
        amount = f"{t.number(one.quantity, 4)} {one.unit}"
        action = QAction(f"{t.date(one.on)}   {kind} {one.number}   {amount}   {price}".replace("&", "&&"), menu)
        action.triggered.connect(lambda _checked=False, price=one: take(price))
        menu.addAction(action)
    if not found:
        menu.addAction(t("This customer was never offered it.")).setEnabled(False)
    return menu
