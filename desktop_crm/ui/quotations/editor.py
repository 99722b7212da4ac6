"""The editor of a draft: head, line grid, totals and margin, with the sheet live beside them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import CrmError, UserError
from desktop_crm.services.quotation_header import DraftHeader
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.quotations import reads
from desktop_crm.ui.quotations.draft_exits import DraftExits
from desktop_crm.ui.quotations.draft_form import DraftForm
from desktop_crm.ui.quotations.draft_keeper import Draft, DraftKeeper, lines_as_texts, lines_of_texts
from desktop_crm.ui.quotations.draft_prices import DraftPrices
from desktop_crm.ui.quotations.header_form import TAX_KINDS
from desktop_crm.ui.quotations.preview import Preview, sheet_of
from desktop_crm.ui.quotations.target_dialog import TargetDialog
from desktop_crm.ui.quotations.words import number_of, state_pill
from desktop_crm.ui.widgets.buttons import button, more_button
from desktop_crm.ui.widgets.labels import Label, PillLabel
from desktop_crm.ui.widgets.split import Split

if TYPE_CHECKING:
    from desktop_crm.models.snapshot import QuotationSnapshot
    from desktop_crm.store.database import Outcome
    from desktop_crm.store.journal import Changed
    from desktop_crm.ui.widgets.completer import Suggestion

PREVIEW_FROM = 1000  # width of the editor, at 15 px text, from which there is room for the sheet


class QuotationEditor(Screen):
    """Edits one draft, or makes a new one as soon as its customer is chosen."""

    def __init__(self, ctx: Context, page: Page, quotation: uuid.UUID | None) -> None:
        super().__init__(ctx, ctx.t("New quotation"))
        self.page = page
        self.customer: tuple[uuid.UUID, str] | None = None
        self._stored = DraftHeader()
        self._sheet: QuotationSnapshot | None = None
        self._floor = Decimal(0)
        self._untouched: dict[str, str] = {}
        self._created = False
        self.form = DraftForm(ctx, self._stored)
        self.head, self.notice = self.form.head, self.form.notice
        self.grid, self.sums = self.form.grid, self.form.sums
        self.prices = DraftPrices(ctx, self.form, self)
        self.exits = DraftExits(ctx, self)
        self.keeper = DraftKeeper(ctx, quotation, self._draft, self._texts, self)
        self._fill_tool()
        self._lay_out()
        self._connect()
        ctx.tasks.read(reads.start, quotation, done=self._begin, owner=self, slot="start")

    # -- building --------------------------------------------------------------------------------

    def _fill_tool(self) -> None:
        ctx, t = self.ctx, self.ctx.t
        self.tool.add_back(ctx, t("Quotations"), self.page)
        self._pill = PillLabel(state_pill(t, "draft"))
        self._saved = Label("", "small")
        self.tool.add_left(self._pill)
        self.tool.add_left(self._saved)
        self.tool.add(button(t("Target total ..."), self.ask_target))
        self.tool.add(button(t("PDF"), self.exits.open_pdf))
        actions: list[QAction | None] = []
        for text, heard in (
            (t("Add a section"), self._add_section),
            (t("Add a line of text"), lambda: self.grid.add_words("note", "")),
            (t("Insert a template ..."), self.prices.insert_template),
            (t("Keep lines as a template ..."), self.prices.keep_template),
            (t("More fields"), self.head.toggle_more),
            (t("Print ..."), self.print_sheet),
            (t("Discard the draft"), self.exits.discard),
        ):
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, heard=heard: heard())
            actions += [None, action] if heard == self.exits.discard else [action]
            if heard == self.head.toggle_more:
                self.head.fold_moved.connect(action.setText)
        self.tool.add(more_button(ctx.theme, t("More"), actions))
        self.issue_button = button(t("Issue and send"), self.issue, primary=True)
        self.issue_button.setShortcut("Ctrl+Return")
        self.tool.add(self.issue_button)

    def _lay_out(self) -> None:
        self.preview = Preview(self.ctx)
        self.split = Split(self.ctx, "quotation-editor", self.form, self.preview, 460, 640)
        self.body.addWidget(self.split)

    def _connect(self) -> None:
        self.head.changed.connect(self._head_changed)
        self.head.customer_chosen.connect(self._choose_customer)
        self.head.tax_chosen.connect(self._choose_tax)
        self.head.prices_changed.connect(self._set_buyer)
        self.head.currency_chosen.connect(lambda: self.prices.choose_currency(self.ctx.t.home_currency))
        self.grid.lines.edited.connect(self.keeper.touch)
        self.grid.lines.reckoned.connect(self._show_sums)
        self.grid.section_wanted.connect(self._add_section)
        self.sums.totals.discount_typed.connect(self._head_changed)
        self.keeper.saved.connect(self._after_save)
        self.keeper.refused.connect(self._not_saved)
        self.ctx.data_changed.connect(self._changed_elsewhere)
        for name in ("contact_id", "site_id", "staff_id", "language", "second_language"):
            box = (self.head.main.rows.get(name) or self.head.more.rows[name]).control
            if isinstance(box, QComboBox):
                box.activated.connect(lambda _place: self.keeper.save())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._saved.setVisible(self.width() >= self.ctx.theme.px(900))
        for extra in (self._pill, self.tool.title):  # what one is in, the back button and the rail say as well
            extra.setVisible(self.width() >= self.ctx.theme.px(720))
        self.preview.setVisible(self.width() >= self.ctx.theme.px(PREVIEW_FROM))
        if self.preview.isVisible():
            self.preview.draw_now()

    # -- what is shown ---------------------------------------------------------------------------

    def _begin(self, start: reads.Start) -> None:
        self._load(start)
        typed = self.keeper.found()
        if typed:
            self._recover(typed)
        self._untouched = self.head.texts()
        if self.customer is None:
            QTimer.singleShot(0, self.head.customer, self.head.customer.setFocus)
        else:
            QTimer.singleShot(0, self.grid, self.grid.start_line)

    def _load(self, start: reads.Start, keep: frozenset[str] = frozenset()) -> None:
        self._floor = start.floor
        self._stored, self._sheet = start.header, start.sheet
        self.head.set_choices("staff_id", start.staff)
        view = start.view
        if view is not None:
            self.customer = (view.customer_id, view.customer)
            fresh = self.ctx.t("New quotation") if self._created else self.ctx.t("Quotation draft")
            self.tool.set_title(
                number_of(self.ctx.t, view.number, view.revision) if view.number else fresh, view.number
            )
        self._set_choices(start.contacts, start.sites)
        self.head.set_words(start.words)
        lines = view.typed if view is not None and not keep else self.grid.lines.lines
        kinds = {line.tax_kind for line in lines if line.is_priced}
        self.grid.filler.tax_kind = kind if len(kinds) == 1 and (kind := next(iter(kinds))) in TAX_KINDS else ""
        self.head.set_header(start.header, view.customer if view else "", self.grid.filler.tax_kind, keep)
        header = start.header
        self.sums.totals.set_discount(header.discount_percent, header.discount_amount, header.currency)
        self._set_buyer()
        self.grid.lines.set_terms(self._header_or_stored())
        if not keep:
            self.grid.lines.set_lines(lines)
            self.prices.settled()

    def _set_choices(self, contacts: reads.Choices, sites: reads.Choices) -> None:
        self.head.set_choices("contact_id", contacts)
        self.head.site.offer(self.customer, sites)

    def _recover(self, typed: dict[str, Any]) -> None:
        if typed.get("customer_id") and self.customer is None:
            self.customer = (uuid.UUID(str(typed["customer_id"])), str(typed.get("customer", "")))
        texts = typed.get("head")
        self.head.set_texts(texts if isinstance(texts, dict) else {})
        self.sums.totals.discount.setText(str(typed.get("discount", "")))
        self.grid.lines.set_lines(lines_of_texts(typed.get("lines")))
        self.notice.say("", self.ctx.t("This is what you had typed before the program ended."))
        self.keeper.touch()

    def _texts(self) -> dict[str, Any]:
        customer = {"customer_id": str(self.customer[0]), "customer": self.customer[1]} if self.customer else {}
        lines = lines_as_texts(self.grid.lines.lines)
        return {"head": self.head.texts(), "discount": self.sums.totals.discount.text(), "lines": lines, **customer}

    def _header(self) -> DraftHeader:
        """The head as typed; raises UserError with the field."""
        header = self.head.header(self._stored)
        percent, amount = self.sums.totals.typed_discount(header.currency)
        return replace(header, discount_percent=percent, discount_amount=amount)

    def _header_or_stored(self) -> DraftHeader:
        try:
            return self._header()
        except UserError:
            return self._stored

    def _draft(self) -> Draft | None:
        if self.customer is None:
            return None
        return Draft(self.customer[0], self._header(), self.grid.lines.lines)

    def _show_sums(self) -> None:
        lines, terms = self.grid.lines, self.grid.lines.terms
        totals = lines.totals
        uncosted = sum(line.kind == "item" and line.unit_cost is None for line in lines.lines)
        self.sums.totals.show_totals(totals, terms.tax_mode, terms.tax_percent, terms.currency)
        self.sums.totals.say(self.ctx.t.error(lines.fault) if lines.fault else "")
        self.sums.margin.show_totals(totals, terms.currency, self._floor, uncosted)
        header = self._header_or_stored()
        if self._sheet is not None and totals is not None and lines.fault is None:
            sheet = sheet_of(self._sheet, header, lines.lines, totals)
            self.preview.show_sheet(sheet, header.language, header.second_language)

    def status_text(self) -> str:
        return self.ctx.t("A draft has no number; issuing gives one and freezes this revision")

    # -- edits -----------------------------------------------------------------------------------

    def _head_changed(self) -> None:
        try:
            header = self._header()
        except UserError as error:
            if error.field.startswith("discount"):
                self.sums.totals.say(self.ctx.t.error(error))
            self.keeper.touch()
            return
        self.head.clear_errors()
        self.grid.lines.set_terms(header)
        self._set_buyer()
        if self.head.texts() != self._untouched or header != self._stored:
            self.keeper.touch()

    def _choose_tax(self, choice: str) -> None:
        kind = choice if choice in TAX_KINDS else ""
        if kind != self.grid.filler.tax_kind:
            self.grid.filler.set_tax_kind(kind)

    def _set_buyer(self) -> None:
        self.prices.set_buyer(self.customer, self._header_or_stored())

    def _choose_customer(self, chosen: Suggestion) -> None:
        from desktop_crm.services import quotations

        before, self.customer = self.customer, (chosen.data, chosen.text)
        self._set_buyer()
        tasks = self.ctx.tasks
        if self.keeper.quotation is None:
            tasks.write(quotations.create_draft, chosen.data, done=self._made, failed=self._not_saved, owner=self)
        elif before is None or before[0] != chosen.data:
            tasks.read(reads.side, chosen.data, done=self._take_side, owner=self, slot="side")
        self.grid.start_line()

    def _made(self, outcome: Outcome[uuid.UUID]) -> None:
        self._created = True
        self.keeper.own.add(outcome.changed.batch_id)
        self.keeper.adopt(outcome.result)
        self.ctx.tasks.read(reads.start, outcome.result, done=self._join, owner=self, slot="start")

    def _join(self, start: reads.Start) -> None:
        """The stored draft brings the customer's defaults; what was typed before stays."""
        texts = self.head.texts()
        keep = {name for name, text in texts.items() if text != self._untouched.get(name)}
        self._load(start, frozenset({*keep, "customer_id"}))
        self._untouched = self.head.texts()
        if self.grid.lines.rows or keep - {"customer_id"}:
            self.keeper.touch()

    def _take_side(self, side: reads.Side) -> None:
        self._set_choices(side.contacts, side.sites)
        self.head.set_words(side.words)
        theirs = side.header
        self._stored = replace(
            self._header_or_stored(),
            contact_id=theirs.contact_id,
            site_id=None,
            payment_terms=theirs.payment_terms,
            discount_percent=theirs.discount_percent,
        )
        self.head.set_header(self._stored, self.customer[1] if self.customer else "", self.grid.filler.tax_kind)
        header = self._stored
        self.sums.totals.set_discount(header.discount_percent, header.discount_amount, header.currency)
        self.grid.lines.set_terms(header)
        self.keeper.touch()
        self.keeper.save()

    def _add_section(self) -> None:
        self.grid.add_words("section", self.ctx.t("Section"))

    def ask_target(self) -> None:
        """Find the prices for a wanted total."""
        self.grid.settle()
        lines = self.grid.lines
        if lines.totals is not None:
            dialog = TargetDialog(self.ctx, lines.lines, lines.terms, lines.totals.total, self)
            dialog.taken = lines.put_all
            dialog.open()

    # -- storing ---------------------------------------------------------------------------------

    def _after_save(self) -> None:
        now = clock.local(clock.now())
        self._saved.setText(self.ctx.t("Saved automatically %(time)s", time=f"{now:%H:%M}"))
        self._saved.set_look("small")
        self.notice.hide()
        if self.keeper.quotation is not None:
            self.ctx.tasks.read(reads.sheet, self.keeper.quotation, done=self._take_sheet, owner=self, slot="sheet")

    def _take_sheet(self, sheet: QuotationSnapshot) -> None:
        self._sheet = sheet
        self._show_sums()

    def _not_saved(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self.ctx.tasks.failure.emit(error)
            return
        self._saved.setText(self.ctx.t("Not saved"))
        self._saved.set_look("error")
        if not self.head.show_error(error):
            self.sums.totals.say(self.ctx.t.error(error))

    def _changed_elsewhere(self, changed: Changed) -> None:
        """Another change of this draft, such as an undo: show what is stored now."""
        mine = self.keeper.quotation
        touched = {"quotation", "quotation_revision", "quotation_line"} & set(changed.entities)
        if mine is not None and touched and changed.batch_id not in self.keeper.own and not self.keeper.dirty:
            self.ctx.tasks.read(reads.start, mine, done=self._load, failed=_gone, owner=self, slot="start")

    def may_leave(self) -> bool:
        """Store what is typed; ask only when it cannot be stored."""
        self.grid.settle()
        if self.keeper.dirty and not self._storable() and not self._agrees():
            return False
        if self.keeper.dirty and self._storable():
            self.keeper.save()
        self._drop_empty()
        self.keeper.drop()
        return True

    def print_sheet(self) -> None:
        """Ctrl+P."""
        self.exits.print_sheet()

    def issue(self) -> None:
        """Store, give the number, freeze, and put the PDF on the clipboard."""
        self.exits.issue()

    @property
    def revision(self) -> int | None:
        """The number of the revision that is stored, None before there is one."""
        return self._sheet.revision if self._sheet is not None else None

    def _storable(self) -> bool:
        try:
            return self._draft() is not None and self.grid.lines.fault is None
        except UserError:
            return False

    def _agrees(self) -> bool:
        if self.keeper.quotation is None and not self.grid.lines.rows:
            return True
        t = self.ctx.t
        what = t("No customer is chosen.") if self.customer is None else t("The last changes are not saved.")
        return confirm(self.ctx, what, t("Go back without saving?"), t("Discard"), self)

    def _drop_empty(self) -> None:
        """A draft made here that says nothing yet is not kept."""
        from desktop_crm.services import quotations

        empty = not self.grid.lines.rows and self.head.texts() == self._untouched
        if self._created and self.keeper.quotation is not None and empty:
            self.ctx.tasks.write(quotations.delete_draft, self.keeper.quotation, failed=_gone)
            self._created = False


def _gone(_error: BaseException) -> None:
    """The record is no longer there: nothing to do."""
