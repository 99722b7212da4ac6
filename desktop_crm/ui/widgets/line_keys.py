"""The keys of the line grid, for the grid itself and for the shortcut sheet."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.core.i18n import N_


@dataclass(frozen=True, slots=True)
class LineKey:
    """A key and what it does; ``verb`` is the grid's method where it is a shortcut of its own."""

    key: str
    text: str  # msgid
    verb: str = ""


LINE_KEYS = (
    LineKey("Return", N_("Next field: code, quantity, price, next line")),
    LineKey("Tab", N_("Next cell")),
    LineKey("Ctrl+D", N_("Copy line"), "copy_line"),
    LineKey("Alt+Up", N_("Move line up"), "move_up"),
    LineKey("Alt+Down", N_("Move line down"), "move_down"),
    LineKey("Ins", N_("Insert line above")),
    LineKey("Del", N_("Delete line")),
    LineKey("Ctrl+Shift+S", N_("New section"), "want_section"),
    LineKey("F4", N_("Last prices"), "ask_last_prices"),
    LineKey("F6", N_("To be paid for, option or alternative"), "change_kind"),
    LineKey("Ctrl+V", N_("Paste rows of a spreadsheet")),
    LineKey("Ctrl+Z", N_("Undo in the lines")),
)
