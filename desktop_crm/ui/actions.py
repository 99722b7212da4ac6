"""Everything a user can do from a menu or a key, in one list; menus, buttons and the duplicate test read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_crm.core.i18n import N_, Translator

CURRENT = "*"  # the page that is shown


@dataclass(frozen=True, slots=True)
class Spec:
    """An action. ``page``: empty for the window, ``*`` for the page shown, else the page that is shown first.

    ``handler`` is a method there; ``asks`` is a question to the page that must be answered with yes. ``group`` parts a
    menu; ``also`` are further words by which it is found.
    """

    id: str
    text: str  # msgid
    menu: str  # msgid; "A/B" is a menu within a menu; empty: a key alone
    handler: str
    page: str = ""
    shortcut: str = ""
    asks: str = ""
    checkable: bool = False
    group: int = 0
    also: str = ""  # msgid


MENUS = (N_("File"), N_("Edit"), N_("View"), N_("Customers"), N_("Documents"), N_("Reports"), N_("Tools"), N_("Help"))
KEYS = dict(zip(MENUS, "FEVCDRTH", strict=True))  # with Alt
SUBMENUS = {"View/Theme": N_("Theme"), "View/Language": N_("Language")}

ACTIONS: tuple[Spec, ...] = (
    Spec("new_shop", N_("New shop ..."), "File", "new_shop"),
    Spec("open_shop", N_("Open shop ..."), "File", "open_shop", shortcut="Ctrl+O"),
    Spec("open_sample", N_("Open the sample shop"), "File", "open_sample"),
    Spec("import_file", N_("Import ..."), "File", "import_file", CURRENT, group=1, also=N_("CSV, Excel, xlsx, list")),
    Spec("back_up", N_("Back up now"), "File", "back_up", group=1),
    Spec("restore", N_("Restore a backup ..."), "File", "restore_backup", group=1),
    Spec("print", N_("Print ..."), "File", "print_record", CURRENT, "Ctrl+P", asks="has_selection", group=2),
    Spec("quit", N_("Quit"), "File", "close", shortcut="Ctrl+Q", group=3),
    Spec("undo", N_("Undo last change"), "Edit", "undo", shortcut="Ctrl+Z"),
    Spec("new_record", N_("New"), "Edit", "new_record", CURRENT, "Ctrl+N", asks="can_add", group=1),
    Spec("edit_record", N_("Edit"), "Edit", "edit_record", CURRENT, "Ctrl+E", asks="has_selection", group=1),
    Spec("archive_record", N_("Archive"), "Edit", "archive_record", CURRENT, asks="has_selection", group=1),
    Spec("find_anything", N_("Find anything"), "Edit", "find_anything", shortcut="Ctrl+K", group=2),
    Spec("find", N_("Find in this list"), "Edit", "find_in_list", CURRENT, "Ctrl+F", asks="has_search", group=2),
    Spec("reload", N_("Read again"), "View", "reload", CURRENT, "F5"),
    Spec("customer_view", N_("Customer view"), "View", "toggle_customer_view", shortcut="F9", checkable=True),
    Spec("larger", N_("Larger text"), "View", "larger_text", shortcut="Ctrl++", group=1),
    Spec("smaller", N_("Smaller text"), "View", "smaller_text", shortcut="Ctrl+-", group=1),
    Spec("compact", N_("Compact rows"), "View", "toggle_compact", checkable=True, group=1),
    Spec("theme_system", N_("Like the system"), "View/Theme", "theme_system", group=2),
    Spec("theme_light", N_("Light"), "View/Theme", "theme_light", group=2),
    Spec("theme_dark", N_("Dark"), "View/Theme", "theme_dark", group=2),
    Spec("lang_zh_tw", "繁體中文", "View/Language", "language_zh_tw", group=2, also=N_("Language")),
    Spec("lang_zh_cn", "简体中文", "View/Language", "language_zh_cn", group=2, also=N_("Language")),
    Spec("lang_en", "English", "View/Language", "language_en", group=2, also=N_("Language")),
    Spec("new_customer", N_("New customer"), "Customers", "new_record", "customers", "Ctrl+Shift+C"),
    Spec(
        "note_interaction",
        N_("Note a call or visit ..."),
        "Customers",
        "note_interaction",
        "customers",
        "Ctrl+Shift+L",
        also=N_("call, visit, interaction"),
    ),
    Spec("new_followup", N_("New follow-up"), "Customers", "new_followup", "service", "Ctrl+Shift+F"),
    Spec("new_equipment", N_("New equipment"), "Customers", "new_equipment", "service", group=1),
    Spec(
        "merge_customer",
        N_("Merge with ..."),
        "Customers",
        "merge_record",
        "customers",
        group=2,
        also=N_("the same customer twice, duplicate"),
    ),
    Spec(
        "print_due",
        N_("Visits due this month"),
        "Reports",
        "print_due",
        "service",
        also=N_("print, inspection, maintenance"),
    ),
    Spec(
        "new_quotation",
        N_("New quotation"),
        "Documents",
        "new_record",
        "quotations",
        "Ctrl+Shift+Q",
        also=N_("quote, offer"),
    ),
    Spec("new_order", N_("New order"), "Documents", "new_record", "orders", "Ctrl+Shift+O"),
    Spec(
        "receive_payment", N_("Receive payment ..."), "Documents", "receive_payment", "orders", "Ctrl+Shift+R", group=1
    ),
    Spec("deliver", N_("Deliver ..."), "Documents", "deliver", "orders", "Ctrl+Shift+D", group=1),
    Spec("confirm_order", N_("Order confirmation ..."), "Documents", "confirm_order", "orders", group=1),
    Spec("note_invoice", N_("Note an invoice ..."), "Documents", "note_invoice", "orders", group=1),
    Spec("plan_payments", N_("Payment plan ..."), "Documents", "plan_payments", "orders", group=1),
    Spec("statements", N_("Monthly statements ..."), "Documents", "monthly_statements", "orders", group=1),
    Spec(
        "products",
        N_("Products ..."),
        "Documents",
        "show_products",
        "settings",
        group=2,
        also=N_("add a product, price, goods"),
    ),
    Spec(
        "export_list",
        N_("Export this list ..."),
        "Reports",
        "export_list",
        CURRENT,
        "Ctrl+Shift+E",
        also=N_("Excel, xlsx, workbook, spreadsheet"),
    ),
    Spec("segment_workbook", N_("Segment report as workbook ..."), "Reports", "export_workbook", "grading"),
    Spec("help", N_("Guide"), "Help", "show_help", shortcut="F1", also=N_("help, manual")),
    Spec("shortcuts", N_("Keyboard shortcuts"), "Help", "show_shortcuts", shortcut="Ctrl+F1", also=N_("keys")),
    Spec("about", N_("About Desktop CRM"), "Help", "about", group=1),
)


class Shell(Protocol):
    """What the actions need of the window."""

    def page_keys(self) -> list[str]:
        """The pages there are."""

    def page(self, key: str) -> QWidget | None:
        """The page ``key`` (``*``: the one shown), made if necessary and shown."""


class Actions:
    """The actions of one window: ``get(id)``; ``refresh`` enables what can be done now."""

    def __init__(self, window: QWidget, shell: Shell, t: Translator) -> None:
        self._window = window
        self._shell = shell
        self._t = t
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            if self._possible(spec):
                self._actions[spec.id] = self._make(spec)

    def get(self, name: str) -> QAction:
        """The action ``name``; KeyError when this window cannot do it."""
        return self._actions[name]

    def has(self, name: str) -> bool:
        """Whether this window can do it at all."""
        return name in self._actions

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus; those without an entry are left out."""
        for menu in MENUS:
            specs = [s for s in ACTIONS if s.id in self._actions and s.menu.split("/")[0] == menu]
            if specs:
                self._fill_menu(bar.addMenu(with_key(self._t(menu), KEYS[menu])), specs)

    def refresh(self) -> None:
        """Enable what the page shown and its selection allow."""
        page = self._shell.page(CURRENT)
        for spec in ACTIONS:
            if spec.id in self._actions and spec.page == CURRENT:
                possible = not spec.asks or bool(getattr(page, spec.asks, _never)())
                self._actions[spec.id].setEnabled(hasattr(page, spec.handler) and possible)

    def show_pages(self, keys: Sequence[str], shown: bool) -> None:
        """Show or hide what belongs to some pages."""
        for spec in ACTIONS:
            if spec.page in keys and spec.id in self._actions:
                self._actions[spec.id].setVisible(shown)

    def _possible(self, spec: Spec) -> bool:
        if spec.page == "":
            return hasattr(self._window, spec.handler)
        return spec.page == CURRENT or spec.page in self._shell.page_keys()

    def _make(self, spec: Spec) -> QAction:
        action = QAction(self._t(spec.text), self._window)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        action.setCheckable(spec.checkable)
        action.triggered.connect(lambda _checked=False: self._run(spec))
        self._window.addAction(action)
        return action

    def _run(self, spec: Spec) -> None:
        target = self._window if spec.page == "" else self._shell.page(spec.page)
        handler: Callable[[], object] | None = getattr(target, spec.handler, None)
        if handler is not None:
            handler()

    def _fill_menu(self, menu: QMenu, specs: list[Spec]) -> None:
        group = specs[0].group
        inner: dict[str, QMenu] = {}
        for spec in specs:
            if spec.group != group:
                menu.addSeparator()
                group = spec.group
            if spec.menu in SUBMENUS and spec.menu not in inner:
                inner[spec.menu] = menu.addMenu(self._t(SUBMENUS[spec.menu]))
            inner.get(spec.menu, menu).addAction(self._actions[spec.id])


def with_key(text: str, key: str) -> str:
    """A menu's title with its letter: underlined in the word that begins with it, else behind it as "(F)"."""
    return f"&{text}" if text.startswith(key) else f"{text}(&{key})"


def shown_key(shortcut: str) -> str:
    """A shortcut as this system writes it."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""


def _never() -> bool:
    return False
