"""The keys worth knowing, at the right of the status bar; while the customer looks on, a word that says so."""

from __future__ import annotations

from desktop_crm.ui.actions import shown_key
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import ElidedLabel


class HintLine(ElidedLabel):
    """Follows F9 by itself."""

    def __init__(self, ctx: Context) -> None:
        super().__init__("", "small")
        self._t = ctx.t
        ctx.customer_view.changed.connect(self._show)
        self._show(ctx.customer_view.on)

    def _show(self, hidden: bool) -> None:
        t = self._t
        if hidden:
            self.setText(t("Customer view: cost, margin and grades are hidden (%(key)s)", key=shown_key("F9")))
        else:
            self.setText(
                t(
                    "%(find)s find anything · %(guide)s guide · %(view)s customer view",
                    find=shown_key("Ctrl+K"),
                    guide=shown_key("F1"),
                    view=shown_key("F9"),
                )
            )
        self.set_look("accent" if hidden else "small")
