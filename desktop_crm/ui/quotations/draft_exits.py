"""The ways a draft leaves its editor: issued, printed, as a PDF, or thrown away."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.sharing import Sharing

if TYPE_CHECKING:
    from desktop_crm.store.database import Outcome
    from desktop_crm.ui.quotations.editor import QuotationEditor


class DraftExits(QObject):
    """What the buttons of the editor do with the draft as a whole."""

    def __init__(self, ctx: Context, editor: QuotationEditor) -> None:
        super().__init__(editor)
        self._ctx = ctx
        self._editor = editor
        self._sharing = Sharing(ctx, editor)

    def open_pdf(self) -> None:
        """Show the draft in the system's PDF viewer."""
        self._stored(self._sharing.open)

    def print_sheet(self) -> None:
        """Print the draft as it stands."""
        self._stored(self._sharing.print)

    def _stored(self, use: Callable[[uuid.UUID, int], object]) -> None:
        """Store what is typed, then use the revision."""
        editor = self._editor
        editor.grid.settle()
        quotation, revision = editor.keeper.quotation, editor.revision
        if quotation is not None and revision is not None:
            editor.keeper.save(lambda: use(quotation, revision))
        else:
            self._ctx.toast(self._ctx.t("Choose a customer first."))

    def issue(self) -> None:
        """Store, give the number, freeze, and put the PDF on the clipboard."""
        from desktop_crm.ui.quotations.issuing import Issuing

        self._editor.grid.settle()
        self._editor.notice.hide()
        Issuing(self._ctx, self._editor).start()

    def discard(self) -> None:
        """Throw the draft away and go back; the toast offers it again."""
        from desktop_crm.services import quotations

        editor, keeper = self._editor, self._editor.keeper
        keeper.drop()
        if keeper.quotation is None:
            editor.page.pop()
            return

        def done(outcome: Outcome[None]) -> None:
            keeper.own.add(outcome.changed.batch_id)
            keeper.quotation = None
            editor.page.pop()
            self._ctx.toast(self._ctx.t("The draft is discarded."), outcome.changed.batch_id)

        self._ctx.tasks.write(quotations.delete_draft, keeper.quotation, done=done, owner=self)
