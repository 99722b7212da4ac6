"""The form of one piece of equipment."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.completer import Completer, Source, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, TextEdit
from desktop_crm.ui.widgets.followup_dialog import customers_like
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.line_source import products_like

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment import EquipmentForm
    from desktop_crm.store.database import Outcome

LINKS = ("customer_id", "user_id", "product_id")


class Link(QObject):
    """A line edit that stands for a record: what was chosen from the list, if its name still stands there."""

    chosen = Signal(object)

    def __init__(self, ctx: Context, edit: TextEdit, source: Source) -> None:
        super().__init__(edit)
        self._edit = edit
        self._key: Any = None
        self._name = ""
        Completer(ctx, edit, source).chosen.connect(self.chosen)

    def set(self, key: Any, name: str) -> None:
        """Stand for another record."""
        self._key, self._name = key, name
        self._edit.setText(name)

    def key(self, field: str) -> Any:
        """The record's key, None when nothing is typed; raises UserError for what is not from the list."""
        typed = self._edit.text().strip()
        if not typed:
            return None
        if typed != self._name or self._key is None:
            raise UserError(
                N_("This is not in the list."), N_("Type some letters and choose from the list."), field=field
            )
        return self._key


class EquipmentDialog(FormDialog):
    """Add or edit a piece; ``stored`` gives its key. ``customer`` is who a new one is for."""

    stored = Signal(object)

    def __init__(
        self, ctx: Context, record: uuid.UUID | None, parent: QWidget, customer: uuid.UUID | None = None
    ) -> None:
        t = ctx.t
        about = t("Delivered goods get their cards by themselves; add here what was installed before.")
        super().__init__(
            ctx, t("Edit equipment") if record else t("New equipment"), "" if record else about, parent, columns=3
        )
        self._record = record
        self._add_fields()
        self.links = {
            "customer_id": Link(ctx, self._edit("customer_id"), customers_like),
            "user_id": Link(ctx, self._edit("user_id"), customers_like),
            "product_id": Link(ctx, self._edit("product_id"), products_like),
        }
        self.links["customer_id"].chosen.connect(lambda one: self._take("customer_id", one.data, one.text))
        self.links["user_id"].chosen.connect(lambda one: self._take("user_id", one.data, one.text))
        self.links["product_id"].chosen.connect(self._take_product)
        self.setMinimumWidth(ctx.theme.px(720))
        ctx.tasks.read(_start, record, customer, done=self._fill, owner=self, slot="start")

    def _add_fields(self) -> None:
        t, add, theme = self.ctx.t, self.form.add, self.ctx.theme
        typing = t("Name, phone, tax number, pinyin or zhuyin")
        add("customer_id", t("Buyer"), TextEdit(hint=typing), span=2, required=True)
        add("product_id", t("Product"), TextEdit(hint=t("Code or name")))
        add("name", t("Name"), TextEdit(), span=2, required=True)
        add("model", t("Model"), TextEdit(limit=100))
        add("serial", t("Serial number"), TextEdit(limit=100))
        add("site_id", t("Site"), combo([(None, "—")]))
        add("location", t("Place"), TextEdit(hint=t("roof, machine room ...")))
        add("user_id", t("User, if another"), TextEdit(hint=typing), span=3)
        for name, text in (
            ("delivered_on", t("Delivered on")),
            ("accepted_on", t("Accepted on")),
            ("warranty_until", t("Warranty until")),
        ):
            add(name, text, DateEdit(t, name))
        add("consumables", t("Consumables"), TextEdit(hint=t("filter 2 pcs, belt 1 pc"), limit=2000), span=3)
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setFixedHeight(theme.px(60))
        add("note", t("Note"), note, span=3)

    def _edit(self, name: str) -> TextEdit:
        control = self.form.rows[name].control
        assert isinstance(control, TextEdit)
        return control

    def _fill(self, start: EquipmentForm) -> None:
        values = {name: value for name, value in start.values.items() if name not in (*LINKS, "site_id")}
        self.form.set_values(values)
        for name, text in zip(LINKS, (start.customer, start.user, start.product), strict=True):
            self.links[name].set(start.values.get(name), text)
        self._offer_sites(start.sites, start.values.get("site_id"))
        self.focus_on("name" if start.values.get("customer_id") else "customer_id")

    def _offer_sites(self, sites: list[tuple[uuid.UUID, str]], chosen: uuid.UUID | None) -> None:
        box = self.form.rows["site_id"].control
        assert isinstance(box, QComboBox)
        box.blockSignals(True)
        box.clear()
        box.addItem("—", None)
        for key, name in sites:
            box.addItem(name, key)
            if key == chosen:
                box.setCurrentIndex(box.count() - 1)
        box.blockSignals(False)

    def _take(self, name: str, key: uuid.UUID, text: str) -> None:
        """A customer was chosen: its sites are offered."""
        self.links[name].set(key, text)
        box = self.form.rows["site_id"].control
        assert isinstance(box, QComboBox)
        chosen = box.currentData()
        owners = [link.key("") for link in (self.links["customer_id"], self.links["user_id"]) if _is_set(link)]
        self.ctx.tasks.read(
            _sites, owners, done=lambda sites: self._offer_sites(sites, chosen), owner=self, slot="sites"
        )

    def _take_product(self, one: Suggestion) -> None:
        """A product was chosen: it names the piece unless that has a name."""
        row = one.data
        self.links["product_id"].set(row.id, row.name)
        for name, text in (("name", row.name), ("model", row.code)):
            if not self._edit(name).text().strip():
                self._edit(name).setText(text)

    def save(self) -> None:
        """Store the piece; a wrong field is said at the field."""
        from desktop_crm.services import equipment

        values = self.form.values()
        values |= {name: link.key(name) for name, link in self.links.items()}
        tasks, done, failed = self.ctx.tasks, self._done, self.refused
        if self._record is None:
            tasks.write(equipment.create, values, done=done, failed=failed, owner=self)
        else:
            tasks.write(equipment.update, self._record, values, done=done, failed=failed, owner=self)

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        name = self.form.values()["name"]
        self.saved(self.ctx.t("%(name)s was saved.", name=name), outcome)
        self.stored.emit(outcome.result)


def _is_set(link: Link) -> bool:
    try:
        return link.key("") is not None
    except UserError:
        return False


def _start(session: Session, record: uuid.UUID | None, customer: uuid.UUID | None) -> EquipmentForm:
    from desktop_crm.services import equipment

    return equipment.load(session, record, customer)


def _sites(session: Session, owners: list[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    from desktop_crm.services import equipment

    return equipment.sites_of(session, owners)
