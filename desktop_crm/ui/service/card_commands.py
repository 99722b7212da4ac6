"""What can be done with a card by key or from its menu, and which of it a card allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from desktop_crm.core.i18n import N_
from desktop_crm.ui.service import card_words

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard


@dataclass(frozen=True, slots=True)
class CardCommand:
    """``id`` is a verb of ``FollowUpVerbs``; ``key`` is pressed on a card; ``group`` parts the menu."""

    id: str
    text: str  # msgid
    key: Qt.Key | None = None
    group: int = 0


# the keys of the lines of the today tab, and days from now
COMMANDS = (
    CardCommand("open", N_("Open it"), Qt.Key.Key_Return),
    CardCommand("finish", N_("Done"), Qt.Key.Key_Space),
    CardCommand("next", N_("Done, and next"), Qt.Key.Key_N),
    CardCommand("today", N_("Move to today"), Qt.Key.Key_0, group=1),
    CardCommand("tomorrow", N_("Move to tomorrow"), Qt.Key.Key_1, group=1),
    CardCommand("next_week", N_("Move to next week"), Qt.Key.Key_7, group=1),
    CardCommand("move", N_("Move to another day"), Qt.Key.Key_M, group=1),
    CardCommand("list", N_("Show in the list"), group=2),
    CardCommand("customer", N_("Open customer"), group=2),
    CardCommand("drop", N_("Drop it"), group=3),
)
COLUMN_KEYS = (("Ctrl+Left", N_("Move to the column before")), ("Ctrl+Right", N_("Move to the next column")))
DAY_KEYS = (
    ("Return", N_("To the cards of the day")),
    ("N", N_("Plan something on that day")),
    ("T", N_("Go to today")),
    ("PgUp", N_("A month or week back")),
    ("PgDown", N_("A month or week on")),
)
OF_DONE = frozenset({"today", "tomorrow", "next_week", "list", "customer"})
OF_INSPECTION = frozenset({"open", "today", "tomorrow", "next_week", "customer"})


def allowed(card: BoardCard) -> list[CardCommand]:
    """The commands of a card."""
    if card.kind == card_words.INSPECTION:
        return [one for one in COMMANDS if one.id in OF_INSPECTION]
    return [one for one in COMMANDS if card.state != card_words.DONE or one.id in OF_DONE]


def card_keys() -> list[tuple[str, str]]:
    """The keys of a card and what they do, for the sheet of shortcuts."""
    named = [(QKeySequence(one.key).toString(), one.text) for one in COMMANDS if one.key is not None]
    return [*named, *COLUMN_KEYS]


def by_key(card: BoardCard, key: int) -> str:
    """The command of a key, empty when it has none."""
    key = Qt.Key.Key_Return if key == Qt.Key.Key_Enter else key
    return next((one.id for one in allowed(card) if one.key is not None and one.key == key), "")
