"""Price lists, and under them the prices of the one that is selected."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.list_export import ListJob, ask_and_write
from desktop_crm.ui.settings.choice_table import ChoiceTable
from desktop_crm.ui.settings.price_dialogs import CUSTOMER_TYPES, ListDialog, PriceDialog
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.table_model import Column, ListQuery, Pill, Row
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.price_lists import PriceListRow, PriceRow


def for_whom(t: Translator, row: PriceListRow) -> str:
    """Grade and type a list is for; else only customers who have agreed on it."""
    parts = [t("Grade %(grade)s", grade=row.grade)] if row.grade else []
    parts += [t(CUSTOMER_TYPES[row.customer_type])] if row.customer_type in CUSTOMER_TYPES else []
    return " · ".join(parts) or t("By agreement")


def period(t: Translator, row: PriceListRow) -> str:
    """When a list holds."""
    if row.valid_from is None and row.valid_until is None:
        return t("Always")
    ends = [t.date(day) if day else "" for day in (row.valid_from, row.valid_until)]
    return "\N{EN DASH}".join(ends)


LISTS = (
    Column("name", N_("Name"), 130, "bold", stretch=True),
    Column("whom", N_("For"), 120),
    Column("currency", N_("Currency"), 64),
    Column("period", N_("Valid"), 90),
    Column("prices", N_("Prices"), 62, "number"),
    Column("state", "", 72, "pill"),
)
PRICES = (
    Column("code", N_("Code"), 66, "muted"),
    Column("name", N_("Product"), 150, "bold", stretch=True),
    Column("from", N_("From quantity"), 60, "quantity"),
    Column("unit", N_("Unit"), 40),
    Column("price", N_("Price"), 66, "quantity"),
    Column("list_price", N_("List price"), 66, "quantity"),
)


class PriceSource:
    """The prices of one list, for a workbook."""

    def __init__(self, price_list: uuid.UUID) -> None:
        self._list = price_list

    def count(self, session: Session, query: ListQuery) -> int:
        """How many prices."""
        return len(self.window(session, query))

    def window(self, session: Session, query: ListQuery, offset: int = 0, limit: int | None = None) -> Sequence[Row]:
        """The rows of one window."""
        from desktop_crm.services import price_lists

        end = None if limit is None else offset + limit
        return [_values(one) for one in price_lists.prices(session, self._list)[offset:end]]


class PriceListsSection(Section):
    """Two tables with their buttons."""

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        about = t(
            "The list agreed with a customer comes first, then the lowest price of those for its grade and type, "
            "then the list price of the product. Documents keep the prices they have."
        )
        super().__init__(ctx, t("Price lists"), about)
        self.rows: list[PriceListRow] = []
        self.prices: list[PriceRow] = []
        self.lists = ChoiceTable(ctx, t("Price lists"), LISTS)
        self.lists.opened.connect(self.edit)
        self.lists.chosen.connect(self._list_chosen)
        self.table = ChoiceTable(ctx, t("Prices"), PRICES)
        self.table.opened.connect(self.edit_price)
        self.table.chosen.connect(self._refresh)
        self.add_button = button(t("Add a price list"), self.add, primary=True, theme=theme, picture="plus")
        self.edit_button = button(t("Edit"), self.edit, theme=theme, picture="pencil")
        self.archive_button = button(t("Archive"), self.archive)
        self.add_price_button = button(t("Add a price"), self.add_price, theme=theme, picture="plus")
        self.edit_price_button = button(t("Edit price"), self.edit_price, theme=theme, picture="pencil")
        self.remove_price_button = button(t("Remove"), self.remove_price)
        self.empty = Label(t("No price list yet. Without one everybody pays the list price."), "muted", wrap=True)
        upper = self.card()
        upper.body.addWidget(ButtonRow(theme, [self.add_button, self.edit_button, self.archive_button]))
        upper.body.addWidget(self.empty)
        upper.body.addWidget(self.lists)
        self.price_card = self.card(t("Prices"))
        buttons = [self.add_price_button, self.edit_price_button, self.remove_price_button]
        self.price_card.body.addWidget(ButtonRow(theme, buttons))
        self.price_card.body.addWidget(self.table)
        self.price_card.hide()

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Read the lists again, and the prices of the one selected."""
        from desktop_crm.services import price_lists

        self.ctx.tasks.read(price_lists.rows, done=self._show, owner=self, slot="lists")

    def current(self) -> PriceListRow | None:
        """The list that is selected."""
        key = self.lists.current_id()
        return next((row for row in self.rows if row.id == key), None)

    def current_price(self) -> PriceRow | None:
        """The price that is selected."""
        key = self.table.current_id()
        return next((row for row in self.prices if row.id == key), None)

    def add(self) -> None:
        """Ask for a new list."""
        ListDialog(self.ctx, None, self).open()

    def edit(self) -> None:
        """Change the list that is selected."""
        if (row := self.current()) is not None:
            ListDialog(self.ctx, row, self).open()

    def archive(self) -> None:
        """Archive, or bring back, the list that is selected."""
        from desktop_crm.services import price_lists

        row, t = self.current(), self.ctx.t
        if row is None:
            return
        said = t("%(name)s is back.", name=row.name) if row.is_archived else t("%(name)s is archived.", name=row.name)
        self.ctx.tasks.write(
            price_lists.bring_back if row.is_archived else price_lists.archive,
            row.id,
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
        )

    def add_price(self) -> None:
        """Ask for the price of a product."""
        if (row := self.current()) is not None:
            PriceDialog(self.ctx, row, None, self).open()

    def edit_price(self) -> None:
        """Change the price that is selected."""
        row, price = self.current(), self.current_price()
        if row is not None and price is not None:
            PriceDialog(self.ctx, row, price, self).open()

    def remove_price(self) -> None:
        """Take the selected price out."""
        from desktop_crm.services import price_lists

        if (price := self.current_price()) is not None:
            said = self.ctx.t("The price of %(name)s was removed.", name=price.name)
            self.ctx.tasks.write(
                price_lists.remove_price,
                price.id,
                done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
                owner=self,
            )

    def export_list(self) -> None:
        """The prices of the list that is selected, as a workbook."""
        row, t = self.current(), self.ctx.t
        if row is None:
            self.ctx.toast(t("Choose a price list first."))
            return
        said = ((t("For"), for_whom(t, row)), (t("Currency"), row.currency), (t("Valid"), period(t, row)))
        title, places = t("Prices of “%(name)s”", name=row.name), tuple(range(len(PRICES)))
        job = ListJob(title, PRICES, places, PriceSource(row.id), ListQuery(), said, t.lang, False)
        ask_and_write(self.ctx, self, job)

    def _show(self, rows: list[PriceListRow]) -> None:
        t = self.ctx.t
        self.rows = rows
        self.empty.setVisible(not rows)
        self.lists.setVisible(bool(rows))
        self.lists.show_rows(
            [
                (
                    row.id,
                    row.name,
                    for_whom(t, row),
                    row.currency,
                    period(t, row),
                    row.prices,
                    Pill(t("Archived")) if row.is_archived else Pill("", "plain"),
                )
                for row in rows
            ]
        )

    def _list_chosen(self) -> None:
        from desktop_crm.services import price_lists

        row = self.current()
        self.price_card.setVisible(row is not None)
        self._refresh()
        if row is not None:
            self.price_card.heading.setText(self.ctx.t("Prices of “%(name)s”", name=row.name))
            self.ctx.tasks.read(price_lists.prices, row.id, done=self._show_prices, owner=self, slot="prices")

    def _show_prices(self, prices: list[PriceRow]) -> None:
        self.prices = prices
        self.table.setVisible(bool(prices))
        self.table.show_rows([_values(one) for one in prices])

    def _refresh(self) -> None:
        row, price = self.current(), self.current_price()
        for one in (self.edit_button, self.archive_button, self.add_price_button):
            one.setEnabled(row is not None)
        for one in (self.edit_price_button, self.remove_price_button):
            one.setEnabled(price is not None)
        text = self.ctx.t("Bring back") if row is not None and row.is_archived else self.ctx.t("Archive")
        self.archive_button.setText(text)
        self.archive_button.setAccessibleName(text)


def _values(one: PriceRow) -> Row:
    return (one.id, one.code, one.name, one.min_quantity or None, one.unit, one.unit_price, one.list_price)
