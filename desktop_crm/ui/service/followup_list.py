"""The follow-ups as a list with the card of the one selected; done, done-and-next, moved or dropped from there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.service import followup_card as cards
from desktop_crm.ui.service.followup_columns import COLUMNS, FollowUpSource
from desktop_crm.ui.service.weeks import week_end
from desktop_crm.ui.widgets.buttons import Chip
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.list_pane import ListPane
from desktop_crm.ui.widgets.split import Split

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.followup_board import Scope
    from desktop_crm.services.followups import FollowUpRow

UNCOUNTED = "done"
WIDEST = "open"


def _counts(session: Session, staff: uuid.UUID | None, lang: str) -> dict[str, int]:
    from desktop_crm.services import followups

    return followups.counts(session, clock.today(), staff, week_end(clock.today(), lang))


class FollowUpList(QWidget):
    """``wanted(verb, row)``: "finish", "next", "move" or "drop" a follow-up."""

    wanted = Signal(str, object)
    new_wanted = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._staff: uuid.UUID | None = None
        t = ctx.t
        belongs = t("What you promised somebody belongs here: a call, a visit, a price. Issued quotations add theirs.")
        add = (t("New follow-up"), self.new_wanted.emit)
        empty = EmptyState(ctx.theme, "list-checks", t("Nothing to follow up"), belongs, [add])
        self.list = ListPane(ctx, t("Follow-ups"), COLUMNS, FollowUpSource(t.lang), chips=_chips(ctx), empty=empty)
        self.card = cards.FollowUpCard(ctx)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Split(ctx, "followups", self.list, self.card))
        self.setFocusProxy(self.list.view)
        self.list.opened.connect(lambda _record: self._want("next"))
        self.list.current_changed.connect(self.show_card)
        self.card.done_wanted.connect(lambda: self._want("finish"))
        self.card.next_wanted.connect(lambda: self._want("next"))
        self.card.move_wanted.connect(lambda: self._want("move"))
        self.card.drop_wanted.connect(lambda: self._want("drop"))

    def show_scope(self, scope: Scope) -> None:
        """Read and show what is in a scope."""
        staff, self._staff = scope.staff_id, scope.staff_id
        self.list.narrowed = self.ctx.t("Only mine") if staff else ""
        chip = self.list.model.query.chip or WIDEST
        self.list.model.change(chip=chip, text=scope.text, extra=(("staff", staff),) if staff else ())
        self._read_counts()

    def reload(self) -> None:
        """Read rows, counts and card again."""
        self.list.model.reload()
        self.show_card(self.list.view.current_id())
        self._read_counts()

    def current(self) -> FollowUpRow | None:
        """The follow-up whose card is shown."""
        return self.card.shown.row if self.card.shown is not None else None

    def show_chip(self, chip: str) -> None:
        """Turn a quick filter on."""
        self.list.chips.choose(chip)
        self.list.model.change(chip=chip)

    def open_record(self, record: uuid.UUID) -> None:
        """Select a record; one that the quick filter does not have is looked for among all open ones."""
        if self.list.model.find(record) < 0:
            self.list.show_all(WIDEST)
        self.list.view.select(record)
        self.show_card(record)

    def show_card(self, record: uuid.UUID | None) -> None:
        """Read and show the card of a record, or clear it."""
        if record is None:
            self._fill_card(None)
        else:
            self.ctx.tasks.read(cards.read, record, done=self._fill_card, failed=self._unread, owner=self, slot="card")
        self.ctx.status_changed.emit()

    def _unread(self, error: BaseException) -> None:
        """A record that was taken back meanwhile has no card."""
        if isinstance(error, UserError):
            self._fill_card(None)
        else:
            self.ctx.tasks.failure.emit(error)

    def _fill_card(self, data: cards.CardData | None) -> None:
        """Show other data; the keyboard goes to the list when the button it was on is gone or disabled."""
        before = cast("QWidget | None", self.window().focusWidget())
        mine = before is not None and self.isAncestorOf(before)
        self.card.show_data(data)
        if mine and self.window().focusWidget() is not before:
            self.list.view.setFocus()

    def _read_counts(self) -> None:
        self.ctx.tasks.read(_counts, self._staff, self.ctx.t.lang, done=self._show_counts, owner=self, slot="counts")

    def _show_counts(self, counts: dict[str, int]) -> None:
        number = self.ctx.t.number
        self.list.chips.show_counts({key: number(count) for key, count in counts.items() if key != UNCOUNTED})

    def _want(self, verb: str) -> None:
        if (data := self.card.shown) is not None:
            self.wanted.emit(verb, data.row)


def _chips(ctx: Context) -> list[Chip]:
    t = ctx.t
    return [
        Chip("open", t("To do")),
        Chip("overdue", t("Late")),
        Chip("today", t("Today")),
        Chip("week", t("This week")),
        Chip("later", t("Later")),
        Chip("done", t("Done")),
    ]
