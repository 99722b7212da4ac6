"""The follow-ups tab: overdue, today, this week; done, done-and-next, moved or opened from there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.followups import card as cards
from desktop_crm.ui.followups.columns import COLUMNS, FollowUpSource
from desktop_crm.ui.page import Page
from desktop_crm.ui.widgets.buttons import Chip, button
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog
from desktop_crm.ui.widgets.list_pane import ListPane
from desktop_crm.ui.widgets.split import Split

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class FollowupsPage(Page):
    """List and card."""

    entities = ("follow_up", "customer", "interaction", "customer_order", "payment")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        super().__init__(ctx, t("Follow-ups"), search=t("Customer or what is to be done"))
        self.home.tool.add(button(t("New follow-up"), self.new_record, primary=True, theme=ctx.theme, picture="plus"))
        chips = [
            Chip("open", t("To do")),
            Chip("overdue", t("Late")),
            Chip("today", t("Today")),
            Chip("week", t("This week")),
            Chip("later", t("Later")),
            Chip("done", t("Done")),
        ]
        empty = EmptyState(
            ctx.theme,
            "list-checks",
            t("Nothing to follow up"),
            t("What you promised somebody belongs here: a call, a visit, a price. Issued quotations add theirs."),
            [(t("New follow-up"), self.new_record)],
        )
        self.list = ListPane(
            ctx, t("Follow-ups"), COLUMNS, FollowUpSource(), chips=chips, search=self.home.tool.search, empty=empty
        )
        self.card = cards.FollowUpCard(ctx)
        self.home.body.addWidget(Split(ctx, "followups", self.list, self.card))
        self.list.opened.connect(lambda _record: self.edit_record())
        self.list.current_changed.connect(self._show)
        self.list.model.loaded.connect(lambda _fresh: ctx.status_changed.emit())
        self.card.done_wanted.connect(self.finish)
        self.card.next_wanted.connect(self.edit_record)
        self.card.move_wanted.connect(self._move)
        self.card.drop_wanted.connect(self._drop)

    def first_shown(self) -> None:
        self.list.start()
        self._read_counts()

    def reload(self) -> None:
        self.list.model.reload()
        self._show(self.list.view.current_id())
        self._read_counts()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Select a follow-up; one that the quick filter does not have is looked for among all open ones."""
        if self.list.model.find(record) < 0:
            if self.home.tool.search is not None:
                self.home.tool.search.clear()
            self.list.chips.choose("open")
            self.list.model.change(chip="open", text="")
        self.list.view.select(record)
        self._show(record)

    def has_selection(self) -> bool:
        return self.list.view.current_id() is not None

    def status_text(self) -> str:
        return self.ctx.t.plural("%(count)s follow-up", "%(count)s follow-ups", self.list.model.rowCount())

    def new_record(self) -> None:
        """Plan something for a customer chosen by typing."""
        FollowUpDialog(self.ctx, None, parent=self).open()

    def edit_record(self) -> None:
        """Done, and what comes next."""
        if (data := self.card.shown) is not None and data.row.state == cards.OPEN:
            FinishDialog(self.ctx, data.row.id, data.row.subject, data.row.customer, self).open()

    def finish(self) -> None:
        """Done; a repeating one plans its next."""
        from desktop_crm.services import followups

        if (data := self.card.shown) is None:
            return
        said = self.ctx.t("Done: %(subject)s", subject=data.row.subject)
        self.ctx.tasks.write(
            followups.finish,
            data.row.id,
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
        )

    def _move(self) -> None:
        if (data := self.card.shown) is not None:
            PostponeDialog(self.ctx, data.row.id, data.row.subject, data.row.customer, self).open()

    def _drop(self) -> None:
        from desktop_crm.services import followups

        if (data := self.card.shown) is None:
            return
        said = self.ctx.t("Dropped: %(subject)s", subject=data.row.subject)
        self.ctx.tasks.write(
            followups.cancel,
            data.row.id,
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
        )

    def _show(self, record: uuid.UUID | None) -> None:
        if record is None:
            self.card.show_data(None)
        else:
            self.ctx.tasks.read(cards.read, record, done=self.card.show_data, owner=self, slot="card")
        self.ctx.status_changed.emit()

    def _read_counts(self) -> None:
        self.ctx.tasks.read(_counts, done=self._show_counts, owner=self, slot="counts")

    def _show_counts(self, counts: dict[str, int]) -> None:
        self.list.chips.show_counts({key: self.ctx.t.number(count) for key, count in counts.items() if key != "done"})


def _counts(session: Session) -> dict[str, int]:
    from desktop_crm.services import followups

    return followups.counts(session, clock.today())
