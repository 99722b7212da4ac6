"""The sheet of keyboard shortcuts, made from the action list, the tabs and the keys of lines, board and calendar."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_crm.core.guide import GuidePage, made
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.actions import ACTIONS, MENUS, Actions, shown_key
from desktop_crm.ui.service.card_commands import DAY_KEYS, card_keys
from desktop_crm.ui.widgets.line_keys import LINE_KEYS

KEY = "shortcuts"
FORM_KEYS = (
    ("Ctrl+S", N_("Save a form")),
    ("Ctrl+Return", N_("Confirm a small window, or issue a quotation")),
    ("Esc", N_("Back, or close")),
)
Row = tuple[str, str]


def sheet(t: Translator, actions: Actions, tabs: Sequence[str]) -> GuidePage:
    """The page; ``tabs`` are their titles, translated, in the order of the rail."""
    groups = [(t(menu), _of_menu(t, actions, menu)) for menu in MENUS]
    going = [(shown_key(f"Ctrl+{number}"), t("Go to %(tab)s", tab=tab)) for number, tab in enumerate(tabs[:9], 1)]
    groups.append((t("Tabs"), going))
    groups.append((t("Forms"), [(shown_key(key), t(text)) for key, text in FORM_KEYS]))
    groups.append((t("Lines of quotations and orders"), [(shown_key(one.key), t(one.text)) for one in LINE_KEYS]))
    groups.append((t("Cards of the board"), [(shown_key(one), t(text)) for one, text in card_keys()]))
    groups.append((t("Days of the calendar"), [(shown_key(one), t(text)) for one, text in DAY_KEYS]))
    title, key, what = t("Keyboard shortcuts"), t("Key"), t("What it does")
    lines = [f"# {title}", "", f"| {key} | {what} |", "| --- | --- |"]
    for heading, rows in groups:
        if rows:
            lines += [f"| **{heading}** | |", *(f"| `{shown}` | {text} |" for shown, text in rows)]
    return made(KEY, "\n".join(lines) + "\n")


def _of_menu(t: Translator, actions: Actions, menu: str) -> list[Row]:
    return [
        (shown_key(spec.shortcut), t(spec.text))
        for spec in ACTIONS
        if spec.shortcut and spec.menu.split("/")[0] == menu and actions.has(spec.id)
    ]
