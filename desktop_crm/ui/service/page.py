"""The service tab of mock-ups 5 and 7: sub-tabs in the header, each a view with its own buttons there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui import pages
from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page
from desktop_crm.ui.widgets.buttons import Chip, Choice, SubTabs
from desktop_crm.ui.widgets.list_view import ListView
from desktop_crm.ui.widgets.search_box import SearchBox


class View(Protocol):
    """A sub-tab: a QWidget made with the ``Context`` alone; its focus proxy is where the keyboard begins."""

    search_box: QLineEdit | None  # given by the page: letters typed on a list go there

    @property
    def tools(self) -> Sequence[QPushButton]:
        """Its buttons in the header, the primary one last."""

    @property
    def entities(self) -> Iterable[str]:
        """Records whose change makes ``reload`` necessary."""

    def first_shown(self) -> None:
        """Called once, when it is first seen: read here, not in the constructor."""

    def reload(self) -> None:
        """Read again what is shown."""

    def search(self, text: str) -> None:
        """Narrow to what is typed in the box of the header; an empty text takes it back."""

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Show a record of the kinds this sub-tab keeps; a search that hides it is given up by the page."""

    def new_record(self) -> None:
        """Ctrl+N."""

    def edit_record(self) -> None:
        """Ctrl+E."""

    def export_list(self) -> None:
        """Its list as a workbook."""

    def has_selection(self) -> bool:
        """Whether a record is selected, for the menus."""

    def status_text(self) -> str:
        """What stands at the left of the status bar."""


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A sub-tab: ``place`` is ``module:Class`` of a ``View``, ``records`` the kinds it keeps."""

    key: str
    title: str  # msgid
    place: str
    records: tuple[str, ...]
    hint: str  # msgid: what one may type into the search box


NARROW = 720  # pixels at 15 px text
TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
VIEWS = (
    ViewSpec(
        "followups",
        N_("Follow-ups"),
        "desktop_crm.ui.service.followups_view:FollowUpsView",
        ("follow_up",),
        N_("Customer or what is to be done"),
    ),
    ViewSpec(
        "equipment",
        N_("Equipment"),
        "desktop_crm.ui.service.equipment_view:EquipmentView",
        ("equipment", "inspection_plan"),
        N_("Customer, equipment or serial number"),
    ),
)


class ServicePage(Page):
    """Header with sub-tabs, search box and the buttons of the sub-tab shown; views are built when first seen."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, ctx.t("Service"))
        self.specs = {spec.key: spec for spec in VIEWS if pages.is_there(spec.place)}
        self.key = ""
        self._views: dict[str, View] = {}
        self._typed: dict[str, str] = {}  # what was searched for in each sub-tab
        self._stale: set[str] = set()  # views whose records changed while another was shown
        self.tabs = SubTabs(ctx.theme, [Chip(spec.key, ctx.t(spec.title)) for spec in self.specs.values()])
        _hold_in_one_row(self.tabs)
        self.tabs.chosen.connect(self.show_view)
        self.search = SearchBox(ctx.theme, ctx.t(next(iter(self.specs.values())).hint))
        self.search.searched.connect(self._search)
        self.search.installEventFilter(self)
        self.home.tool.search = self.search
        self.home.tool.add_left(self.tabs)
        self.home.tool.add_left(self.search)
        self.stack = QStackedWidget(self.home)
        self.home.body.addWidget(self.stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the title, which the rail says as well, leaves it to the search box."""
        super().resizeEvent(event)
        self.home.tool.title.setVisible(self.width() >= self.ctx.theme.px(NARROW))

    def view(self) -> View:
        """The sub-tab shown."""
        return self._views[self.key]

    def show_view(self, key: str) -> View:
        """Show a sub-tab; the first time it is imported and built."""
        fresh = key not in self._views
        if fresh:
            self._views[key] = made = pages.load(self.specs[key].place)(self.ctx, self.stack)
            self.stack.addWidget(made)
            for tool in made.tools:
                self.home.tool.add(tool)
            made.search_box = self.search
            for one in made.findChildren(ListView):
                one.search_box = self.search
        view, self.key = self._views[key], key
        self.tabs.choose(key)
        self.ctx.state.put("service/view", key)
        self._change_header()
        self.stack.setCurrentWidget(self._widget(view))
        if fresh:
            view.first_shown()
        elif key in self._stale:
            view.reload()
        self._stale.discard(key)
        self.take_focus()
        self.ctx.status_changed.emit()
        return view

    def _change_header(self) -> None:
        for key, view in self._views.items():
            for tool in view.tools:
                tool.setVisible(key == self.key)
        hint = self.ctx.t(self.specs[self.key].hint)
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.search.setText(self._typed.get(self.key, ""))

    def _search(self, text: str) -> None:
        if text != self._typed.get(self.key, ""):
            self._typed[self.key] = text
            self.view().search(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter in the search box go to what was found."""
        if watched is not self.search or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() in TO_LIST:
            self.take_focus()
        return event.key() in TO_LIST

    @staticmethod
    def _widget(view: View) -> QWidget:
        assert isinstance(view, QWidget)
        return view

    # -- what the window asks --------------------------------------------------------------------

    def first_shown(self) -> None:
        if not self.key:
            kept = self.ctx.state.text("service/view")
            self.show_view(kept if kept in self.specs else next(iter(self.specs)))

    def reload(self) -> None:
        self._stale |= self._views.keys() - {self.key}
        self.view().reload()

    def _data_changed(self, changed: object) -> None:
        touched = set(getattr(changed, "entities", {}))
        stale = {key for key, view in self._views.items() if touched & set(view.entities)}
        self._stale |= stale - {self.key}
        if self.key in stale:
            self.view().reload()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        key = next((spec.key for spec in self.specs.values() if entity in spec.records), "")
        if key:
            self.forget_search(key)
            self.show_view(key).open_record(entity, record)

    def forget_search(self, key: str) -> None:
        """Empty the search box of a sub-tab, so that any record can be found."""
        if self._typed.pop(key, ""):
            if key == self.key:
                self.search.clear()
            self._views[key].search("")

    def take_focus(self) -> None:
        if self.key:
            shown = self._widget(self.view())
            (shown.focusProxy() or shown.findChild(ListView) or shown).setFocus()

    def has_selection(self) -> bool:
        return bool(self.key) and self.view().has_selection()

    def status_text(self) -> str:
        return self.view().status_text() if self.key else ""

    def new_record(self) -> None:
        """Ctrl+N: of the kind that is shown."""
        self.view().new_record()

    def edit_record(self) -> None:
        """Ctrl+E."""
        self.view().edit_record()

    def export_list(self) -> None:
        """The list of the sub-tab shown as a workbook."""
        self.view().export_list()

    def new_followup(self) -> None:
        """Plan a follow-up, whichever sub-tab is shown."""
        self.show_view("followups").new_record()

    def new_equipment(self) -> None:
        """Add a piece of equipment, whichever sub-tab is shown."""
        self.show_view("equipment").new_record()

    def print_due(self) -> None:
        """The list of due visits on paper."""
        from desktop_crm.ui.service.equipment_view import EquipmentView

        view = self.show_view("equipment")
        assert isinstance(view, EquipmentView)
        view.print_due()


def _hold_in_one_row(tabs: SubTabs) -> None:
    """Give the sub-tabs all the width they want: in the header there is one row only."""
    buttons = tabs.findChildren(Choice)
    layout = tabs.layout()
    assert layout is not None
    edge = layout.contentsMargins()
    gaps = (len(buttons) - 1) * edge.left()
    width = sum(one.sizeHint().width() for one in buttons) + gaps + edge.left() + edge.right()
    tabs.setFixedSize(width, max(one.sizeHint().height() for one in buttons))
