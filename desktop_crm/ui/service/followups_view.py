"""The follow-ups sub-tab."""

from __future__ import annotations

import uuid

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.service.followup_list import FollowUpList
from desktop_crm.ui.service.followup_verbs import FollowUpVerbs
from desktop_crm.ui.widgets.buttons import button


class FollowUpsView(QWidget):
    """The list; a ``View`` of the service tab."""

    entities = ("follow_up", "customer", "interaction", "customer_order", "payment")

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.verbs = FollowUpVerbs(ctx, self)
        self.tools = [button(ctx.t("New follow-up"), self.new_record, primary=True, theme=ctx.theme, picture="plus")]
        self.list = FollowUpList(ctx)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.wanted.connect(self.verbs.do)
        self.list.new_wanted.connect(self.new_record)

    def first_shown(self) -> None:
        self.list.start()

    def reload(self) -> None:
        self.list.reload()

    def search(self, text: str) -> None:
        self.list.search(text)

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        self.list.open_record(record)

    def new_record(self) -> None:
        self.verbs.plan()

    def edit_record(self) -> None:
        self.list._want("next")

    def has_selection(self) -> bool:
        return self.list.list.view.current_id() is not None

    def status_text(self) -> str:
        return self.ctx.t.plural("%(count)s follow-up", "%(count)s follow-ups", self.list.list.model.rowCount())
