"""The settings tab: sections at the left, the one chosen at the right; Ctrl+S saves."""

from __future__ import annotations

import importlib
import uuid
from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.page import Page
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.widgets.buttons import Chip, SubTabs, button
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.rail import RailTab, Tab

NARROW = 760  # pixels at 15 px text


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section: ``place`` is ``module:Class`` below this folder; ``group`` heads those of one kind."""

    key: str
    title: str  # msgid
    icon: str
    place: str
    group: str = ""  # msgid
    private: bool = False  # hidden in the customer view


SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec("company", N_("Company"), "building-2", "company:CompanySection", N_("This shop")),
    SectionSpec("staff", N_("Staff"), "users", "staff:StaffSection"),
    SectionSpec("trade", N_("Tax and terms"), "receipt", "trade:TradeSection"),
    SectionSpec("numbering", N_("Document numbers"), "hash", "numbering:NumberingSection"),
    SectionSpec("mail", N_("Mail"), "mail", "mail:MailSection"),
    SectionSpec("levels", N_("Service levels"), "star", "levels:LevelsSection", private=True),
    SectionSpec("products", N_("Products"), "package", "products:ProductsSection"),
    SectionSpec("units", N_("Units"), "ruler", "units:UnitsSection"),
    SectionSpec("prices", N_("Price lists"), "tag", "price_lists:PriceListsSection", private=True),
    SectionSpec("computer", N_("Look and language"), "monitor", "computer:ComputerSection", N_("This computer")),
    SectionSpec("backup", N_("Backup"), "hard-drive", "backup:BackupSection"),
)


class SettingsPage(Page):
    """Each section is made when it is first shown and keeps what is typed until it is saved."""

    entities = ("setting", "staff", "service_level", "price_list", "price_list_entry", "product")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        super().__init__(ctx, t("Settings"))
        self._specs = {spec.key: spec for spec in SECTIONS}
        self._sections: dict[str, Section] = {}
        self._tabs: dict[str, RailTab] = {}
        self._current = ""
        self.save_button = button(t("Save"), self.save, primary=True)
        self.save_button.setShortcut("Ctrl+S")
        self.save_button.setToolTip("Ctrl+S")
        self.home.tool.add(self.save_button)
        self._place = QStackedWidget()
        row = QHBoxLayout()
        row.setSpacing(0)
        self._side = self._list()
        self._top = SubTabs(ctx.theme, [Chip(spec.key, t(spec.title)) for spec in SECTIONS])
        self._top.chosen.connect(lambda key: self.choose(key) if key != self._current else None)
        self._top.hide()
        row.addWidget(self._side)
        row.addWidget(self._place, 1)
        self.home.body.addWidget(self._top)
        self.home.body.addLayout(row)
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)

    def _list(self) -> QWidget:
        theme, t = self.ctx.theme, self.ctx.t
        frame = QFrame()
        frame.setProperty("look", "rail")
        column = QVBoxLayout(frame)
        column.setContentsMargins(theme.px(10), theme.px(8), theme.px(10), theme.px(12))
        column.setSpacing(theme.px(2))
        group = QButtonGroup(self)
        for spec in SECTIONS:
            if spec.group:
                head = Label(t(spec.group), "small")
                head.setContentsMargins(theme.px(10), theme.px(10), 0, theme.px(4))
                column.addWidget(head)
            tab = RailTab(theme, Tab(spec.key, t(spec.title), spec.icon))
            tab.clicked.connect(lambda _checked=False, key=spec.key: self.choose(key))
            group.addButton(tab)
            column.addWidget(tab)
            self._tabs[spec.key] = tab
        column.addStretch(1)
        widest = max(tab.fontMetrics().horizontalAdvance(tab.text()) for tab in self._tabs.values())
        frame.setFixedWidth(widest + theme.px(86))
        return frame

    # -- what the window asks --------------------------------------------------------------------

    def first_shown(self) -> None:
        if not self._current:
            last = self.ctx.state.text("settings/section")
            hidden = last not in self._specs or (self._specs[last].private and self.ctx.customer_view.on)
            self.choose("company" if hidden else last)

    def reload(self) -> None:
        for section in self._sections.values():
            section.reload()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Show the section ``entity``, or a product among the others."""
        if entity == "product":
            from desktop_crm.ui.settings.products import ProductsSection

            section = self.section("products")
            assert isinstance(section, ProductsSection)
            section.show_product(record)
        elif entity in self._specs:
            self.choose(entity)

    def show_products(self) -> None:
        """Show the products."""
        self.choose("products")

    def status_text(self) -> str:
        return self.ctx.t("Not saved yet") if self._unsaved() else ""

    def may_close(self) -> bool:
        unsaved = self._unsaved()
        if not unsaved:
            return True
        t = self.ctx.t
        what = t("The settings are not saved: %(sections)s.", sections=", ".join(self._titles(unsaved)))
        if not confirm(self.ctx, what, t("Go on without saving?"), t("Discard"), self):
            return False
        for key in unsaved:
            self._sections[key].forget()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside the forms, the sections stand above them."""
        super().resizeEvent(event)
        narrow = self.width() < self.ctx.theme.px(NARROW)
        self._side.setVisible(not narrow)
        self._top.setVisible(narrow)

    # -- sections --------------------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """Show a section; the first time it is made and read."""
        fresh = key not in self._sections
        if fresh:
            module, _, name = self._specs[key].place.partition(":")
            made: Section = getattr(importlib.import_module(f"desktop_crm.ui.settings.{module}"), name)(self.ctx)
            made.edited.connect(self._edited)
            self._sections[key] = made
            self._place.addWidget(made)
        self._current = key
        self.ctx.state.put("settings/section", key)
        self._tabs[key].setChecked(True)
        self._top.choose(key)
        self._place.setCurrentWidget(self._sections[key])
        if fresh:
            self._sections[key].first_shown()
        self._edited()

    def section(self, key: str) -> Section:
        """The section ``key``, shown."""
        self.choose(key)
        return self._sections[key]

    def can_add(self) -> bool:
        return hasattr(self._sections.get(self._current), "add")

    def new_record(self) -> None:
        """Ctrl+N: a new product, person or price list, where the section shown has such."""
        add = getattr(self._sections.get(self._current), "add", None)
        if add is not None:
            add()

    def export_list(self) -> None:
        """Ctrl+Shift+E: the list of the section that is shown."""
        export = getattr(self._sections.get(self._current), "export_list", None)
        if export is not None:
            export()
        else:
            self.ctx.toast(self.ctx.t("There is no list here. Products and price lists can be exported."))

    def save(self) -> None:
        """Save the section that is shown."""
        section = self._sections.get(self._current)
        if section is not None and section.can_save:
            section.save()

    def _edited(self) -> None:
        section = self._sections.get(self._current)
        can_save = section is not None and section.can_save
        if section is not None and not can_save and self.save_button.hasFocus():
            section.setFocus()  # or Qt hands the keyboard of the dead button to the first entry of the rail
        self.save_button.setEnabled(can_save)
        self.ctx.status_changed.emit()

    def _unsaved(self) -> list[str]:
        return [key for key, section in self._sections.items() if section.can_save]

    def _titles(self, keys: list[str]) -> list[str]:
        return [self.ctx.t(self._specs[key].title) for key in keys]

    def _hide_private(self, on: bool) -> None:
        for key, spec in self._specs.items():
            if spec.private:
                self._tabs[key].setVisible(not on)
                self._top.set_shown(key, not on)
        if on and self._current and self._specs[self._current].private:
            self.choose("company")
