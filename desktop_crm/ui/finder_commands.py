"""The commands of the find-anything box: the one action list and the tabs, as far as they can be used now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop_crm.ui.actions import ACTIONS, Spec, shown_key
from desktop_crm.ui.finder_lines import Command

if TYPE_CHECKING:
    from desktop_crm.ui.main_window import MainWindow

ITSELF = "find_anything"
OFTEN = ("new_quotation", "new_customer", "new_followup", "new_order", "receive_payment", "back_up", "help")


def commands(window: MainWindow) -> list[Command]:
    """Those used often first, then the rest of the list, then the tabs."""
    usable = [spec for spec in ACTIONS if spec.id != ITSELF and _can(window, spec)]
    order = {name: place for place, name in enumerate(OFTEN)}
    usable.sort(key=lambda spec: order.get(spec.id, len(order)))
    return [_command(window, spec) for spec in usable] + _tabs(window)


def _can(window: MainWindow, spec: Spec) -> bool:
    """Whether it is there, enabled, and not behind a tab that the customer view hides."""
    actions = window.ctx.actions
    hidden = window.ctx.customer_view.on and spec.page in window.specs and window.specs[spec.page].private
    return bool(spec.menu) and actions.has(spec.id) and actions.get(spec.id).isEnabled() and not hidden


def _command(window: MainWindow, spec: Spec) -> Command:
    t, action = window.ctx.t, window.ctx.actions.get(spec.id)
    menu = " › ".join(t(part) for part in spec.menu.split("/"))
    key = shown_key(spec.shortcut)
    return Command(t(spec.text), action.trigger, menu, key, f"{spec.text}, {t(spec.also)}, {spec.also}")


def _tabs(window: MainWindow) -> list[Command]:
    t, private = window.ctx.t, window.ctx.customer_view.on
    return [
        Command(
            t("Go to %(tab)s", tab=t(spec.title)),
            partial(window.show_page, key),
            "",
            shown_key(f"Ctrl+{number}") if number <= 9 else "",
            spec.title,
            spec.icon,
        )
        for number, (key, spec) in enumerate(window.specs.items(), 1)
        if not (spec.private and private)
    ]
