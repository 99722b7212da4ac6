"""What a window that only reads cannot do: one list of what writes, kept grey with the reason as tooltip."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QPushButton

from desktop_crm.core.i18n import N_, PLACES
from desktop_crm.ui.actions import ACTIONS
from desktop_crm.ui.context import Context

WRITES = frozenset(  # of the actions
    {
        "archive_record", "deliver", "edit_record", "import_file", "merge_customer", "new_customer",
        "new_equipment", "new_followup", "new_order", "new_quotation", "new_record", "note_interaction", "note_invoice",
        "plan_payments", "receive_payment", "restore", "undo",
    }
)  # fmt: skip
# What writes, or begins what would, on buttons and in the menus of cards; found by their words.
BUTTONS = (
    N_("Accept ..."), N_("Add a part"), N_("Add a person"), N_("Add a price"), N_("Add a price list"),
    N_("Add a product"), N_("Add a unit"), N_("Add contact"), N_("Add site"), N_("Another day"), N_("Archive"),
    N_("Cancel the acceptance"), N_("Cancel the delivery"), N_("Cancel the order ..."), N_("Cancel the payment"),
    N_("Cancel the quotation"), N_("Change details ..."), N_("Change the lines ..."),
    N_("Change the payment plan ..."), N_("Change the plan ..."), N_("Choose a picture ..."),
    N_("Continue the draft"), N_("Copy as new draft"), N_("Criteria ..."), N_("Decline ..."), N_("Delete the row"),
    N_("Deliver"), N_("Discard the draft"), N_("Done"), N_("Done, and next"), N_("Drop it"), N_("Edit"),
    N_("Edit %(name)s"), N_("Edit customer"), N_("Edit price"), N_("End the plan"), N_("Erase ..."), N_("Grade again"),
    N_("Invoice"),
    N_("Issue and send"), N_("Keep it as a deposit"), N_("Make a payment plan ..."), N_("Make valid again ..."),
    N_("Mark as sent"), N_("Move the next visit ..."), N_("Move to another day"), N_("New contact"),
    N_("New revision"), N_("Note a call"), N_("Note an allowance ..."), N_("Plan follow-up"), N_("Plan visit"),
    N_("Price the lines anew"), N_("Put in use"), N_("Quick add"), N_("Quote consumables"), N_("Receive payment"),
    N_("Receive “%(name)s” %(amount)s"), N_("Remove"), N_("Restore a backup ..."), N_("Retire"), N_("Save"),
    N_("Save the order"), N_("Sign off"), N_("Skip the next visit"), N_("Take back"), N_("Use deposit %(amount)s"),
    N_("Visit done"), N_("Void it ..."),
    N_("Deposited at the bank"), N_("The cheque bounced"), N_("The cheque cleared"),
)  # fmt: skip
TICKED = "Accept the %(count)s ticked"  # has a plural, and stands in the catalogue as such


class Grey(QObject):
    """Keeps what writes disabled in a window, also what is made or enabled again later."""

    def __init__(self, ctx: Context, window: QMainWindow) -> None:
        super().__init__(window)
        t = ctx.t
        self._window = window
        gap = "" if t.lang.startswith("zh") else " "
        self.why = t("This shop is open for reading only.") + gap + t("Open it for writing and try again.")
        words = {*BUTTONS, TICKED, *(spec.text for spec in ACTIONS if spec.id in WRITES)}
        self._words = re.compile("|".join(_pattern(t(text)) for text in words))
        for name in sorted(WRITES):
            if ctx.actions.has(name):
                self._lock(ctx.actions.get(name))
        for menu in window.menuBar().findChildren(QMenu):
            menu.setToolTipsVisible(True)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.look)
        ctx.status_changed.connect(self._later)
        ctx.tasks.finished.connect(self._later)  # what was read is on the screen then
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._later)  # a dialog

    def look(self) -> None:
        """Grey out what has come since."""
        things: list[QPushButton | QAction] = [*self._window.findChildren(QPushButton)]
        things += self._window.findChildren(QAction)
        for found in things:
            if not found.property("reading") and not found.isCheckable() and self._words.fullmatch(_said(found)):
                self._lock(found)

    def _later(self, _told: object = None) -> None:
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.EnabledChange and isinstance(watched, QPushButton) and watched.isEnabled():
            watched.setEnabled(False)
        return False

    def _lock(self, thing: QPushButton | QAction) -> None:
        thing.setProperty("reading", True)
        thing.setToolTip(self.why)
        thing.setEnabled(False)
        if isinstance(thing, QAction):
            thing.enabledChanged.connect(lambda on: thing.setEnabled(False) if on else None)
        else:
            thing.installEventFilter(self)


def _pattern(text: str) -> str:
    """What matches ``text`` with anything in its places."""
    return ".+".join(re.escape(part) for part in PLACES.split(text))


def _said(thing: QPushButton | QAction) -> str:
    """The words on it; those of a button with an icon alone are its name."""
    text = thing.text().replace("&&", "&")
    return text or (thing.accessibleName() if isinstance(thing, QPushButton) else "")
