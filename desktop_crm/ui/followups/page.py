"""The follow-ups tab: overdue, today, this week; done, done-and-next, moved or opened from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.followups import card as cards
from desktop_crm.ui.followups.columns import COLUMNS, FollowUpSource
from desktop_crm.ui.list_page import ListPage
from desktop_crm.ui.widgets.buttons import Chip
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def _counts(session: Session) -> dict[str, int]:
    from desktop_crm.services import followups

    return followups.counts(session, clock.today())


class FollowupsPage(ListPage):
    """List and card."""

    card_of = staticmethod(cards.read)
    counts_of = staticmethod(_counts)
    uncounted = frozenset({"done"})
    widest_chip = "open"
    entities = ("follow_up", "customer", "interaction", "customer_order", "payment")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        search = t("Customer or what is to be done")
        super().__init__(ctx, t("Follow-ups"), search=search, new=t("New follow-up"))
        chips = [
            Chip("open", t("To do")),
            Chip("overdue", t("Late")),
            Chip("today", t("Today")),
            Chip("week", t("This week")),
            Chip("later", t("Later")),
            Chip("done", t("Done")),
        ]
        belongs = t("What you promised somebody belongs here: a call, a visit, a price. Issued quotations add theirs.")
        empty = ("list-checks", t("Nothing to follow up"), belongs)
        self.card = cards.FollowUpCard(ctx)
        self.furnish("followups", COLUMNS, FollowUpSource(), chips, empty, self.card)
        self.card.done_wanted.connect(self.finish)
        self.card.next_wanted.connect(self.edit_record)
        self.card.move_wanted.connect(self._move)
        self.card.drop_wanted.connect(self._drop)

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
