"""The products of the shop: what lines of quotations and orders are made of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.list_export import ListJob, ask_and_write
from desktop_crm.ui.settings.choice_table import ChoiceTable
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.table_model import Column, ListQuery, Row
from desktop_crm.ui.widgets.buttons import ButtonRow, Chip, ChipsBar, button
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.product_dialog import ProductDialog
from desktop_crm.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.products import ProductRow

SHOWN = 200  # rows at a time; a shop may have 10,000 products
COLUMNS = (
    Column("code", N_("Code"), 84, "muted"),
    Column("name", N_("Name"), 150, "bold", stretch=True),
    Column("specification", N_("Specification"), 210, "muted"),
    Column("unit", N_("Unit"), 48),
    Column("list_price", N_("List price"), 84, "quantity"),
    Column("cost", N_("Cost"), 84, "quantity", private=True),
)
Found = tuple[list["ProductRow"], int, int]
EVERY = 1_000_000  # more products than any shop has


class ProductSource:
    """Every product a search finds, for a workbook."""

    def count(self, session: Session, query: ListQuery) -> int:
        """How many products."""
        return len(self.window(session, query, 0, EVERY))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[Row]:
        """The rows of one window."""
        from desktop_crm.services import products

        found = products.find(session, query.text, offset + limit, archived=query.chip == "archived")[offset:]
        return [_values(row) for row in found]


class ProductsSection(Section):
    """A searched list with its buttons, of those in use or of the archived ones."""

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        about = t("In a quotation or order type some letters of a product and its name, unit and price are filled in.")
        super().__init__(ctx, t("Products"), about)
        self.rows: list[ProductRow] = []
        self.archived = False
        self._text = ""
        self.search = SearchBox(theme, t("Code, name or pinyin"))
        self.search.searched.connect(self.look_for)
        self.chips = ChipsBar(theme, [Chip("used", t("In use")), Chip("archived", t("Archived"))])
        self.chips.chosen.connect(self._choose)
        self.table = ChoiceTable(ctx, t("Products"), COLUMNS)
        self.table.opened.connect(self.edit)
        self.table.chosen.connect(self._refresh)
        self.add_button = button(t("Add a product"), self.add, primary=True, theme=theme, picture="plus")
        self.edit_button = button(t("Edit"), self.edit, theme=theme, picture="pencil")
        self.archive_button = button(t("Archive"), self.archive)
        self.note = Label("", "muted", wrap=True)
        self._lay_out()
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)

    def _lay_out(self) -> None:
        theme = self.ctx.theme
        above = QHBoxLayout()
        above.setSpacing(theme.px(12))
        above.addWidget(self.search, 1)
        above.addWidget(self.chips, 1)
        card = self.card()
        card.body.addWidget(ButtonRow(theme, [self.add_button, self.edit_button, self.archive_button]))
        card.body.addLayout(above)
        card.body.addWidget(self.table)
        card.body.addWidget(self.note)

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Look for the same again."""
        self.ctx.tasks.read(_find, self._text, self.archived, done=self._show, owner=self, slot="rows")

    def look_for(self, text: str) -> None:
        """Show the products that hold ``text``."""
        self._text = text
        self.reload()

    def show_product(self, key: uuid.UUID) -> None:
        """Select a product, found by its code, among those in use or the archived ones."""
        from desktop_crm.services import products

        def show(row: ProductRow) -> None:
            self.archived = row.is_archived
            self.chips.choose("archived" if row.is_archived else "used")
            self.search.setText(row.code)
            self.table.select(key)
            self.look_for(row.code)
            self.table.setFocus()

        self.ctx.tasks.read(products.row, key, done=show, owner=self, slot="product")

    def current(self) -> ProductRow | None:
        """The product that is selected."""
        key = self.table.current_id()
        return next((row for row in self.rows if row.id == key), None)

    def add(self) -> None:
        """Ask for a new product."""
        ProductDialog(self.ctx, None, self).open()

    def edit(self) -> None:
        """Change the product that is selected."""
        if (row := self.current()) is not None:
            ProductDialog(self.ctx, row, self).open()

    def archive(self) -> None:
        """Archive, or bring back, the product that is selected."""
        from desktop_crm.services import products

        row, t = self.current(), self.ctx.t
        if row is None:
            return
        text = t("%(name)s is back.", name=row.name) if row.is_archived else t("%(name)s is archived.", name=row.name)
        self.ctx.tasks.write(
            products.restore if row.is_archived else products.archive,
            row.id,
            done=lambda outcome: self.ctx.toast(text, outcome.changed.batch_id),
            owner=self,
        )

    def export_list(self) -> None:
        """Every product that is found, as a workbook."""
        t, hides = self.ctx.t, self.ctx.customer_view.on
        chip = "archived" if self.archived else "used"
        places = tuple(place for place, column in enumerate(COLUMNS) if not (hides and column.private))
        said = (
            (t("Quick filter"), t("Archived") if self.archived else t("In use")),
            *(((t("Search"), self._text.strip()),) if self._text.strip() else ()),
        )
        query = ListQuery(text=self._text, chip=chip)
        ask_and_write(
            self.ctx, self, ListJob(t("Products"), COLUMNS, places, ProductSource(), query, said, t.lang, hides)
        )

    def _choose(self, chip: str) -> None:
        self.archived = chip == "archived"
        self.reload()

    def _show(self, found: Found) -> None:
        t = self.ctx.t
        rows, used, archived = found
        self.rows = rows[:SHOWN]
        self.chips.show_counts({"used": t.number(used), "archived": t.number(archived)})
        self.table.show_rows([_values(row) for row in self.rows])
        self.table.setVisible(bool(rows))
        self.note.setText(self._remark(len(rows), used + archived))
        self.note.setVisible(bool(self.note.text()))
        self._refresh()

    def _remark(self, found: int, there: int) -> str:
        t = self.ctx.t
        if found > SHOWN:
            return t("Only the first %(count)s are shown. Type some letters to find others.", count=SHOWN)
        if found:
            return ""
        return t("Nothing found") if there else t("No product yet. Lines can also be typed freely.")

    def _refresh(self) -> None:
        there = self.current() is not None
        self.edit_button.setEnabled(there)
        self.archive_button.setEnabled(there)
        text = self.ctx.t("Bring back") if self.archived else self.ctx.t("Archive")
        self.archive_button.setText(text)
        self.archive_button.setAccessibleName(text)

    def _hide_private(self, on: bool) -> None:
        self.table.hide_private(on)


def _find(session: Session, text: str, archived: bool) -> Found:
    from desktop_crm.services import products

    rows = products.find(session, text, SHOWN + 1, archived=archived)
    return rows, products.count(session), products.count(session, archived=True)


def _values(row: ProductRow) -> Row:
    return (row.id, row.code, row.name, row.specification, row.unit, row.list_price, row.cost)
