"""The quotations tab: the list by state, the card of the one selected, editor and viewer in its place."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.list_page import ListPage
from desktop_crm.ui.quotations.card import QuotationCard
from desktop_crm.ui.quotations.columns import COLUMNS, QuotationSource
from desktop_crm.ui.quotations.dialogs import AcceptDialog, DeclineDialog, ReopenDialog
from desktop_crm.ui.quotations.sharing import Sharing
from desktop_crm.ui.widgets.buttons import Chip

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.quotation_view import QuotationView
    from desktop_crm.store.database import Outcome


def _counts(session: Session) -> dict[str, int]:
    from desktop_crm.services import quotation_list

    return quotation_list.counts(session)


def _read(session: Session, record: uuid.UUID) -> QuotationView:
    from desktop_crm.services import quotation_view

    return quotation_view.load(session, record)


class QuotationsPage(ListPage):
    """List, card, editor."""

    card_of = staticmethod(_read)
    counts_of = staticmethod(_counts)
    entities = ("quotation", "quotation_revision", "quotation_line", "customer", "customer_order")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        super().__init__(ctx, t("Quotations"), search=t("Number, customer or project"), new=t("New quotation"))
        chips = [
            Chip("all", t("All")),
            Chip("draft", t("Draft")),
            Chip("issued", t("Issued")),
            Chip("sent", t("Sent")),
            Chip("lapsing", t("Lapsing soon")),
            Chip("accepted", t("Accepted")),
            Chip("declined", t("Declined")),
            Chip("expired", t("Expired")),
        ]
        belongs = t("Offers to customers belong here, from draft to order. Pick a customer, type products, done.")
        empty = ("file-text", t("No quotations yet"), belongs)
        self.card = QuotationCard(ctx)
        self.sharing = Sharing(ctx, self)
        self.furnish("quotations", COLUMNS, QuotationSource(t.lang), chips, empty, self.card)
        self.card.wanted.connect(self.do)
        self.card.revision_wanted.connect(self._open_revision)

    # -- what the window asks --------------------------------------------------------------------

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Select a quotation; a draft opens in its editor."""
        super().open_record(entity, record)
        self._open(record, drafts_only=True)

    def open_selected(self, record: uuid.UUID) -> None:
        self._open(record)

    def status_text(self) -> str:
        t = self.ctx.t
        count = t.plural("%(count)s quotation", "%(count)s quotations", self.list.model.rowCount())
        by_change = t("Changed last first")
        return count if self.list.model.query.sort else f"{count} · {by_change}"

    # -- records ---------------------------------------------------------------------------------

    def new_record(self) -> None:
        """Open the editor with an empty draft; it is stored once a customer is chosen."""
        from desktop_crm.ui.quotations.editor import QuotationEditor

        if not isinstance(self.top(), QuotationEditor) or self.pop():
            self.push(QuotationEditor(self.ctx, self, None))

    def bring_back(self, kind: str, record: str) -> bool:
        if record == "new":
            self.new_record()
        else:
            self._edit(uuid.UUID(record))
        return True

    def edit_record(self) -> None:
        """Open the selected quotation."""
        record = self.list.view.current_id()
        if record is not None and self.top() is self.home:
            self._open(record)

    def archive_record(self) -> None:
        """Discard the selected draft, or cancel the selected quotation."""
        view = self.card.shown
        for verb in ("delete_draft", "cancel"):
            if view is not None and verb in view.actions:
                self.do(verb)
                return
        self.ctx.toast(self.ctx.t("Only drafts are discarded and running offers cancelled; this one stays."))

    def do(self, verb: str, shown: QuotationView | None = None) -> None:
        """Do what a button says with the quotation shown, by default the one on the card."""
        view = shown or self.card.shown
        if view is None:
            return
        if verb == "issue":
            self._open(view.id)
        elif verb == "order" and view.order_id is not None:
            self.ctx.open_record("customer_order", view.order_id)
        elif verb == "pdf":
            self.sharing.open(view.id, view.revision)
        elif verb == "clipboard":
            self.sharing.put_on_clipboard(view.id, view.revision)
        elif verb == "save_as":
            self.sharing.save_as(view.id, view.revision)
        elif verb in ("print", "print_seen"):
            self.sharing.print(view.id, view.revision, seen=verb == "print_seen")
        elif verb == "mail":
            self.sharing.mail(view.id, view.revision, lambda: self._ask_sent(view))
        elif verb in ("accept", "decline", "reopen"):
            self._ask(verb, view)
        else:
            self._write(verb, view)

    def _ask(self, verb: str, view: QuotationView) -> None:
        if verb == "accept":
            issued = view.revision if not view.is_draft else None
            AcceptDialog(self.ctx, view, issued, self).open()
        elif verb == "decline":
            DeclineDialog(self.ctx, view, self).open()
        else:
            ReopenDialog(self.ctx, view, self).open()

    def print_record(self) -> None:
        """Ctrl+P: the sheet of the quotation on the screen, or of the one selected."""
        show = getattr(self.top(), "print_sheet", None)
        if show is not None:
            show()
        else:
            self.do("print")

    def _ask_sent(self, view: QuotationView) -> None:
        """The mail is open: whether the quotation counts as sent now is for the user to say."""
        t = self.ctx.t
        asked = t("Mark %(number)s as sent?", number=view.number)
        if "mark_sent" in view.actions and confirm(
            self.ctx, asked, t("Say yes once the mail is on its way."), t("Mark as sent"), self
        ):
            self._write("mark_sent", view)

    def _write(self, verb: str, view: QuotationView) -> None:
        from desktop_crm.services import quotations

        t = self.ctx.t
        if verb == "cancel" and not confirm(
            self.ctx,
            t("The quotation %(number)s is withdrawn.", number=view.number),
            t("Its number stays used."),
            t("Cancel the quotation"),
            self,
        ):
            return
        said = {
            "mark_sent": N_("%(number)s is marked as sent."),
            "delete_draft": N_("The draft is discarded."),
            "cancel": N_("%(number)s is cancelled."),
        }

        def done(outcome: Outcome[object]) -> None:
            if verb in said:
                undo = None if verb == "mark_sent" else outcome.changed.batch_id
                self.ctx.toast(t(said[verb], number=view.number), undo)
            elif isinstance(outcome.result, uuid.UUID):
                self.open_record("quotation", outcome.result)
            else:
                self.open_record("quotation", view.id)

        self.ctx.tasks.write(getattr(quotations, verb), view.id, done=done, owner=self)

    # -- opening ---------------------------------------------------------------------------------

    def _open(self, record: uuid.UUID, drafts_only: bool = False) -> None:
        def show(view: QuotationView) -> None:
            if self.top() is not self.home:
                return
            if view.is_draft:
                self._edit(record)
            elif not drafts_only:
                self.view_revision(record, view.revision)

        self._load(record, show)

    def _edit(self, record: uuid.UUID) -> None:
        from desktop_crm.ui.quotations.editor import QuotationEditor

        self.push(QuotationEditor(self.ctx, self, record))

    def _open_revision(self, revision: int) -> None:
        view = self.card.shown
        if view is not None:
            draft = view.revisions[-1].issued_at is None and view.revisions[-1].revision == revision
            if draft:
                self._edit(view.id)
            else:
                self.view_revision(view.id, revision)

    def view_revision(self, record: uuid.UUID, revision: int, *, fresh: bool = False) -> None:
        """Show an issued revision as it went out; ``fresh``: it was issued just now."""
        from desktop_crm.ui.quotations.viewer import QuotationViewer

        viewer = QuotationViewer(self.ctx, self, record, revision, fresh=fresh)
        viewer.wanted.connect(self.do)
        self.list.view.select(record)
        self.push(viewer)

    def _load(self, record: uuid.UUID, done: Callable[[QuotationView], None]) -> None:
        self.ctx.tasks.read(_read, record, done=done, owner=self, slot="open")
