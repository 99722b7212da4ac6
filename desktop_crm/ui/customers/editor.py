"""The form of a customer, opened in the place of the list."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.core.titles import CUSTOMER_TYPES, LEGAL_FORMS
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.duplicate_notes import DuplicateNotes
from desktop_crm.ui.customers.merging import MergeDialog
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import Card, Label, Note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.customers import CustomerForm
    from desktop_crm.store.database import Outcome

Names = list[tuple[uuid.UUID, str]]
POINTS = ("phone", "mobile", "fax", "email", "line", "web")
ADDRESS = ("postal_code", "county", "district", "street")
VALUES = (
    "name",
    "short_name",
    "name_en",
    "code",
    "legal_form",
    "customer_type",
    "tax_number",
    "industry",
    "owner_id",
    "language",
    "agreed_payment_terms",
    "agreed_payment_days",
    "closing_day",
    "price_list_id",
    "source",
    "referrer_name",
    "note",
)
WHOLE = ("agreed_payment_days", "closing_day")


class CustomerEditor(Screen):
    """Add or edit one customer; unsaved typing survives a crash."""

    def __init__(self, ctx: Context, page: Page, record: uuid.UUID | None) -> None:
        t = ctx.t
        super().__init__(ctx, t("Edit customer") if record else t("New customer"))
        self.page = page
        self.record = record
        self._other_points: list[Any] = []
        self._version: int | None = None
        self._address: Any = None
        self.tool.add_back(ctx, t("Customers"), page)
        self.save_button = button(t("Save"), self.save, primary=True)
        self.save_button.setShortcut("Ctrl+S")
        self.tool.add(button(t("Cancel"), page.pop))
        self.tool.add(self.save_button)
        self.recovery = Recovery(f"{ctx.path}/customer/{record or 'new'}", self)
        self.found = Note(ctx.theme, "warning")
        self.found.hide()
        self.form = self._form()
        self.duplicates = DuplicateNotes(ctx, self.form, record, self._open_other, self._merge_with)
        self._lay_out()
        self.form.changed.connect(lambda: self.recovery.keep(self.form.texts()))
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)
        ctx.tasks.read(_start, record, done=self._fill, owner=self, slot="start")

    def _form(self) -> Form:
        t = self.ctx.t
        form = Form(self.ctx, columns=3)
        form.add("name", t("Name"), TextEdit(), span=2, required=True)
        form.add("code", t("Code"), TextEdit(hint=t("given when saved")))
        form.add("legal_form", t("Legal form"), combo([(key, t(text)) for key, text in LEGAL_FORMS.items()]))
        form.add("customer_type", t("Type"), combo([(key, t(text)) for key, text in CUSTOMER_TYPES.items()]))
        form.add("tax_number", t("Tax number"), TextEdit(limit=30))
        for key, label in zip(
            POINTS, (t("Phone"), t("Mobile"), t("Fax"), t("E-mail"), t("LINE"), t("Website")), strict=True
        ):
            form.add(key, label, TextEdit())
        form.add("postal_code", t("Postal code"), TextEdit(limit=10))
        form.add("county", t("City or county"), TextEdit())
        form.add("district", t("District"), TextEdit())
        form.add("street", t("Street and number"), TextEdit(), span=3)
        form.add("short_name", t("Short name"), TextEdit())
        form.add("name_en", t("English name"), TextEdit())
        form.add("industry", t("Industry"), TextEdit())
        form.add("owner_id", t("In charge"), combo([(None, "—")]))
        form.add("language", t("Language of documents"), combo(list(LANGUAGES.items())))
        form.add("agreed_payment_terms", t("Agreed payment terms"), TextEdit())
        form.add("agreed_payment_days", t("Agreed days to pay"), NumberEdit(t, "agreed_payment_days"))
        closing = NumberEdit(t, "closing_day")
        closing.setPlaceholderText(t("1 to 31, for monthly statements"))
        form.add("closing_day", t("Closing day"), closing)
        form.add("price_list_id", t("Agreed price list"), combo([(None, "—")]))
        form.add("source", t("How they found us"), TextEdit())
        form.add("referrer_name", t("Referred by"), TextEdit())
        note = QPlainTextEdit()
        note.setFixedHeight(self.ctx.theme.px(90))
        note.setTabChangesFocus(True)
        form.add("note", t("Note"), note, span=3)
        return form

    def _lay_out(self) -> None:
        theme = self.ctx.theme
        card = Card(theme)
        card.body.addWidget(self.found)
        card.body.addWidget(self.form)
        card.setMaximumWidth(theme.px(980))
        inner = QWidget()
        inner.setProperty("look", "page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        row = QHBoxLayout()
        row.addWidget(card, 8)
        row.addStretch(1)
        column.addLayout(row)
        hint = Label(self.ctx.t("Ctrl+S saves, Esc goes back."), "small")
        column.addWidget(hint)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        self.body.addWidget(area)

    def _hide_private(self, on: bool) -> None:
        self.form.rows["price_list_id"].setVisible(not on)

    def _offer(self, field: str, names: Names) -> None:
        box = self.form.rows[field].control
        assert isinstance(box, QComboBox)
        box.blockSignals(True)
        for key, name in names:
            box.addItem(name, key)
        box.blockSignals(False)

    def _fill(self, start: tuple[Names, Names, CustomerForm | str]) -> None:
        staff, lists, loaded = start
        self._offer("owner_id", staff)
        self._offer("price_list_id", lists)
        if isinstance(loaded, str):
            self.form.set_values({"language": loaded})
        else:
            self._version = loaded.version
            self.form.set_values(self._values_of(loaded))
        typed = self.recovery.found()
        if typed:
            self.form.set_texts(typed)
            self.found.say("", self.ctx.t("This is what you had typed before the program ended. Save it or go back."))
        QTimer.singleShot(0, self.form.rows["name"].control.setFocus)

    def _values_of(self, loaded: CustomerForm) -> dict[str, Any]:
        values = {name: loaded.values[name] for name in VALUES}
        taken: set[str] = set()
        for point in loaded.points:
            if point.kind in POINTS and point.kind not in taken:
                values[point.kind] = point.typed
                taken.add(point.kind)
            else:
                self._other_points.append(point)
        self._address = loaded.address
        if loaded.address is not None:
            values |= {name: getattr(loaded.address, name) for name in ADDRESS}
        return values

    def save(self) -> None:
        """Save and go back to the list with the customer selected."""
        from desktop_crm.services import customers

        form = self._typed()
        if self.record is None:
            self.ctx.tasks.write(customers.create, form, done=self._saved, failed=self._refused, owner=self)
        else:
            self.ctx.tasks.write(
                customers.update, self.record, form, done=self._saved, failed=self._refused, owner=self
            )

    def _typed(self) -> CustomerForm:
        from desktop_crm.services.customers import CustomerForm, Point, PostalAddress

        values = self.form.values()
        for name in WHOLE:  # a fraction stays one, and is refused at its field
            if values[name] is not None and values[name] == int(values[name]):
                values[name] = int(values[name])
        spoken = next((kind for kind in ("phone", "mobile") if values[kind]), "")
        points = [Point(kind, values[kind], is_primary=kind == spoken) for kind in POINTS if values[kind]]
        return CustomerForm(
            {name: values[name] for name in VALUES if name != "code" or values[name]},
            (*points, *self._other_points),
            replace(self._address or PostalAddress(), **{name: values[name] for name in ADDRESS}),
            self._version,
        )

    def _open_other(self, customer: uuid.UUID) -> None:
        """Leave this form for the customer that is there already."""
        page = self.page
        if page.pop():
            page.open_record("customer", customer)

    def _merge_with(self, other: uuid.UUID) -> None:
        """Leave this form, and make one of the customer and the one that is there already."""
        page, name = self.page, self.form.texts()["name"]
        if self.record is not None and page.pop():
            page.open_record("customer", self.record)
            MergeDialog(
                self.ctx, (self.record, name), lambda kept: page.open_record("customer", kept), page, other
            ).open()

    def _saved(self, outcome: Outcome[uuid.UUID]) -> None:
        self.form.dirty = False
        self.recovery.forget()
        name = self.form.values()["name"]
        page = self.page
        page.pop()
        page.open_record("customer", outcome.result)
        self.ctx.toast(self.ctx.t("%(name)s was saved.", name=name), outcome.changed.batch_id)

    def _refused(self, error: BaseException) -> None:
        if not self.form.show_error(error):
            self.ctx.tasks.failure.emit(error)

    def may_leave(self) -> bool:
        """Ask once when something was typed and not saved."""
        if self.form.dirty:
            t = self.ctx.t
            what, advice = t("The customer is not saved."), t("Leave without saving?")
            if not confirm(self.ctx, what, advice, t("Discard"), self):
                return False
        self.recovery.forget()
        return True


def _start(session: Session, record: uuid.UUID | None) -> tuple[Names, Names, CustomerForm | str]:
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import customers, price_lists, settings, staff

    if record is None:
        return staff.names(session), price_lists.names(session, None), settings.load(session, Trade).document_language
    loaded = customers.load(session, record)
    return staff.names(session), price_lists.names(session, loaded.values["price_list_id"]), loaded
