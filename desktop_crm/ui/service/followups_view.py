"""The follow-ups sub-tab of mock-up 5: the same follow-ups as board, list or calendar."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.followup_verbs import FollowUpVerbs, me
from desktop_crm.ui.service.weeks import week_end
from desktop_crm.ui.widgets.buttons import Choice, FlowLayout, button
from desktop_crm.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard, Scope
    from desktop_crm.services.followups import FollowUpRow
    from desktop_crm.ui.service.board import Board
    from desktop_crm.ui.service.calendar import Calendar
    from desktop_crm.ui.service.followup_list import FollowUpList

Cards = TypeVar("Cards", "Board", "Calendar")
MODES = ("board", "list", "calendar")


class FollowUpsView(QWidget):
    """A ``View`` of the service tab; what is not shown is read when it is."""

    entities = ("follow_up", "customer", "interaction", "customer_order", "payment", "inspection_plan", "equipment")

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.verbs = FollowUpVerbs(ctx, self)
        self.tools = [button(ctx.t("New follow-up"), self.new_record, primary=True, theme=ctx.theme, picture="plus")]
        self.search_box: QLineEdit | None = None
        self.mode = ""
        self._text = ""
        self._read: set[str] = set()  # modes that show what is there now
        self.stack = QStackedWidget()
        self.empty = self._empty_state()
        self.stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._mode_bar())
        column.addWidget(self.stack, 1)

    def _empty_state(self) -> EmptyState:
        t = self.ctx.t
        return EmptyState(
            self.ctx.theme,
            "list-checks",
            t("Nothing to follow up"),
            t("What you promised somebody belongs here: a call, a visit, a price. Issued quotations add theirs."),
            [(t("New follow-up"), self.new_record)],
        )

    def _mode_bar(self) -> QWidget:
        t, theme = self.ctx.t, self.ctx.theme
        bar = QWidget()
        row = FlowLayout(bar, theme.px(8))
        row.setContentsMargins(theme.px(18), theme.px(10), theme.px(18), theme.px(10))
        group = QButtonGroup(self)
        self.choices = dict(
            zip(MODES, (Choice(t(text), "chip") for text in (N_("Board"), N_("List"), N_("Calendar"))), strict=True)
        )
        for mode, choice in self.choices.items():
            choice.clicked.connect(lambda _on=False, mode=mode: self.show_mode(mode))
            group.addButton(choice)
            row.addWidget(choice)
        self.only_mine = Choice(t("Only mine"), "chip")
        self.only_mine.setChecked(self.ctx.state.flag("service/mine") and me(self.ctx) is not None)
        self.only_mine.clicked.connect(lambda _on=False: self._mine_clicked())
        row.addWidget(self.only_mine)
        return bar

    # each way of showing them is imported and built when it is first chosen

    @cached_property
    def board(self) -> Board:
        """Overdue, today, this week, later, done."""
        from desktop_crm.ui.service.board import Board

        made = Board(self.ctx)
        made.done.connect(self.verbs.ask_next)
        made.more.connect(self._show_rest)
        return self._put(made)

    @cached_property
    def list(self) -> FollowUpList:
        """The list with the card of the one selected."""
        from desktop_crm.ui.service.followup_list import FollowUpList

        made = FollowUpList(self.ctx)
        made.list.view.search_box = self.search_box
        made.wanted.connect(self.do)
        made.new_wanted.connect(self.new_record)
        made.list.model.loaded.connect(lambda _fresh: self.ctx.status_changed.emit())
        self.stack.addWidget(made)
        return made

    @cached_property
    def calendar(self) -> Calendar:
        """A month or a week."""
        from desktop_crm.ui.service.calendar import Calendar

        made = Calendar(self.ctx)
        made.new_wanted.connect(self.verbs.plan)
        return self._put(made)

    def _put(self, made: Cards) -> Cards:
        made.wanted.connect(self.do)
        made.moved.connect(self.verbs.move)
        made.shown.connect(self._part_shown)
        self.stack.addWidget(made)
        return made

    def do(self, verb: str, row: FollowUpRow) -> None:
        """Carry out a command of a card."""
        if verb == "list":
            self.open_record("follow_up", row.id)
        else:
            self.verbs.do(verb, row)

    # -- what is shown ---------------------------------------------------------------------------

    def show_mode(self, mode: str) -> None:
        """Show "board", "list" or "calendar"."""
        focused = cast("QWidget | None", self.window().focusWidget())
        follows = focused is not None and self.stack.isAncestorOf(focused)
        self.mode = mode
        self.ctx.state.put("service/mode", mode)
        self.choices[mode].setChecked(True)
        part = self._part()
        self.stack.setCurrentWidget(part)
        self.setFocusProxy(part)
        if follows:
            part.setFocus()
        if mode not in self._read:
            self._show_part()
        self.ctx.status_changed.emit()

    def _part_shown(self) -> None:
        """A board without any card says what belongs there."""
        nothing = self.mode == "board" and not self.board.count() and not self._text and self._staff() is None
        self.stack.setCurrentWidget(self.empty if nothing else self._part())
        self.ctx.status_changed.emit()

    def _part(self) -> Board | FollowUpList | Calendar:
        if self.mode == "list":
            return self.list
        return self.board if self.mode == "board" else self.calendar

    def _show_part(self) -> None:
        self._read.add(self.mode)
        self._part().show_scope(self._scope())

    def _show_anew(self) -> None:
        self._read.clear()
        self._show_part()

    def _scope(self) -> Scope:
        from desktop_crm.services.followup_board import Scope

        return Scope(clock.today(), self._staff(), self._text, week_end(clock.today(), self.ctx.t.lang))

    def _staff(self) -> uuid.UUID | None:
        return me(self.ctx) if self.only_mine.isChecked() else None

    def _mine_clicked(self) -> None:
        if me(self.ctx) is None:
            self.only_mine.setChecked(False)
            self.ctx.toast(self.ctx.t("Say in the settings, under Look and language, who you are."))
            return
        self.ctx.state.put("service/mine", self.only_mine.isChecked())
        self._show_anew()

    def _show_rest(self, chip: str) -> None:
        """The list of what the column of the board has no room for."""
        self.show_mode("list")
        self.list.show_chip(chip)
        self.list.list.view.setFocus()

    # -- what the page asks ----------------------------------------------------------------------

    def first_shown(self) -> None:
        kept = self.ctx.state.text("service/mode")
        self.show_mode(kept if kept in MODES else MODES[0])

    def reload(self) -> None:
        self._read &= {"list"} & {self.mode}
        if self._read:
            self.list.reload()
        else:
            self._show_part()

    def search(self, text: str) -> None:
        self._text = text
        self._show_anew()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        if self.only_mine.isChecked():
            self.only_mine.setChecked(False)
            self._read.clear()
        self.show_mode("list")
        self.list.open_record(record)

    def new_record(self) -> None:
        self.verbs.plan(self.calendar.day if self.mode == "calendar" else None)

    def edit_record(self) -> None:
        if (row := self._current()) is not None:
            self.verbs.open(row)

    def has_selection(self) -> bool:
        return self._current() is not None

    def _current(self) -> FollowUpRow | BoardCard | None:
        return self._part().current() if self.mode else None

    def status_text(self) -> str:
        t = self.ctx.t
        if self.mode == "board":
            return t("Drag a card to change its date · Done can plan the next step")
        if self.mode == "calendar":
            counted = t.plural("%(count)s thing to do", "%(count)s things to do", self.calendar.count())
            return " · ".join((counted, t("Drag to another day · N plans something")))
        return t.plural("%(count)s follow-up", "%(count)s follow-ups", self.list.list.model.rowCount())

    def export_list(self) -> None:
        """The list as a workbook, whatever is shown now."""
        self.show_mode("list")
        self.list.list.export()
