"""The equipment sub-tab of mock-up 7: customers, their equipment over the visits of the month, and one card."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.list_export import ListJob
from desktop_crm.ui.service import equipment_card as cards
from desktop_crm.ui.service.equipment_columns import (
    BUYER,
    EVERYBODY,
    OWNERS,
    PIECES,
    BoughtSource,
    OwnerSource,
    PieceSource,
    query_of,
)
from desktop_crm.ui.service.equipment_load import MonthLoad
from desktop_crm.ui.service.equipment_verbs import Verbs
from desktop_crm.ui.table_model import ListQuery
from desktop_crm.ui.widgets.buttons import Chip, button
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.hold import hold, release
from desktop_crm.ui.widgets.list_pane import ListPane
from desktop_crm.ui.widgets.share import Share, Sheet, clean_name
from desktop_crm.ui.widgets.yielding import Yielding

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment_card import EquipmentCard

PANES = "split/equipment"  # where the widths are remembered
LEFT, RIGHT = 240, 380  # usual widths of the panes at the sides, at 15 px text
LEAST = (192, 300, 250)
SHORT = 640  # below this height the month takes less of it


class PiecePane(ListPane):
    """The table; what is exported of it also names the customers, which stand beside it in the window."""

    def job(self) -> ListJob:
        """What is exported now."""
        job = super().job()
        places = (0, *(place + 1 for place in job.places))
        return replace(job, columns=(BUYER, *job.columns), places=places, source=BoughtSource())


class EquipmentView(QWidget):
    """A ``View`` of the service tab."""

    entities = (
        "equipment",
        "inspection_plan",
        "customer",
        "site",
        "interaction",
        "delivery",
        "acceptance",
        "grading_run",
    )

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.search_box: QLineEdit | None = None  # of the tab
        t, theme = ctx.t, ctx.theme
        self.tools = [
            button(t("Print due"), self.print_due, theme=theme, picture="printer"),
            button(t("New equipment"), self.new_record, primary=True, theme=theme, picture="plus"),
        ]
        self._text = ""
        self._looked_for: uuid.UUID | None = None
        here = t("Who has some is listed here with the number of pieces.")
        nobody = EmptyState(theme, "users", t("Customers with equipment"), here, ())
        self.owners = ListPane(ctx, t("Customers with equipment"), OWNERS, OwnerSource(t.lang), empty=nobody)
        self.owners.view.horizontalHeader().hide()
        self.owners.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the table is what one exports
        self.pieces = PiecePane(ctx, t("Equipment"), PIECES, PieceSource(), chips=self._chips(), empty=self._empty())
        self.load = MonthLoad(ctx)
        self.card = cards.EquipmentCard(ctx)
        self.verbs = Verbs(ctx, self)
        self.share = Share(ctx, self)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.pieces.view)

    def _chips(self) -> list[Chip]:
        t = self.ctx.t
        return [
            Chip("all", t("All")),
            Chip("due", t("Visit within 30 days")),
            Chip("ending", t("Warranty ending")),
            Chip("over", t("Out of warranty")),
            Chip("retired", t("Retired")),
        ]

    def _empty(self) -> EmptyState:
        t = self.ctx.t
        belongs = t(
            "What stands at your customers belongs here. Delivered goods marked in the products come by themselves."
        )
        return EmptyState(
            self.ctx.theme, "wrench", t("No equipment yet"), belongs, [(t("New equipment"), self.new_record)]
        )

    def _lay_out(self) -> None:
        px = self.ctx.theme.px
        self._panes = QSplitter(Qt.Orientation.Horizontal, self)
        middle = QWidget(self._panes)
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.pieces, 1)
        stack.addWidget(Yielding(self.ctx.theme, self.load))
        self._panes.setChildrenCollapsible(False)
        self._panes.setHandleWidth(1)
        for pane, least in zip((self.owners, middle, self.card), LEAST, strict=True):
            pane.setMinimumWidth(px(least))
            self._panes.addWidget(pane)
        self._panes.setStretchFactor(1, 1)
        kept = self.ctx.state.numbers(PANES)
        self._chosen = len(kept) == 3  # by the user, who moved a handle once
        if self._chosen:
            self._panes.setSizes(kept)
        self._timer = QTimer(self, singleShot=True, interval=400)
        self._timer.timeout.connect(lambda: self.ctx.state.put(PANES, self._panes.sizes()))
        self._panes.splitterMoved.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._panes)

    def _moved(self, _place: int, _index: int) -> None:
        self._chosen = True
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Until the user moves a handle, the panes at the sides take their share between least and usual width."""
        super().resizeEvent(event)
        self.owners.setVisible(self.width() >= self.ctx.theme.px(sum(LEAST)))  # the search box finds customers as well
        self.load.be_short(self.height() < self.ctx.theme.px(SHORT))
        if not self._chosen:
            px, width = self.ctx.theme.px, self.width()
            left = max(px(LEAST[0]), min(px(LEFT), width * 20 // 100))
            right = max(px(LEAST[2]), min(px(RIGHT), width * 31 // 100))
            self._panes.setSizes([left, width - left - right, right])

    def _connect(self) -> None:
        self.owners.current_changed.connect(self._choose_owner)
        self.owners.opened.connect(lambda _owner: self.pieces.view.setFocus())
        self.pieces.current_changed.connect(self._show_card)
        self.pieces.opened.connect(lambda _piece: self.edit_record())
        self.pieces.model.loaded.connect(self._loaded)
        self.card.wanted.connect(self._do)
        self.verbs.edit_wanted.connect(self.edit_record)
        self.load.opened.connect(self._find)
        self.load.grown.connect(lambda: QTimer.singleShot(0, self.pieces.view, self._keep_in_sight))

    # -- what the tab asks -----------------------------------------------------------------------

    def first_shown(self) -> None:
        """Read customers, table and month; the table follows once a customer (or all) is chosen."""
        hold(self._panes)  # painted together: each of them moves the others
        self.pieces.start()
        self.owners.model.change(text="")
        self._read_counts()
        self.load.reload()

    def reload(self) -> None:
        """Read again what is shown."""
        self.owners.model.reload()
        self.pieces.model.reload()
        self._read_counts()
        self.load.reload()
        self._show_card(self.pieces.view.current_id())

    def search(self, text: str) -> None:
        """Narrow both lists."""
        self._text = text
        self.owners.model.change(text=text)
        self.pieces.model.change(text=text, extra=())
        self._read_counts()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Show a piece, or the piece that a plan is for."""
        if entity == "inspection_plan":
            self.ctx.tasks.read(_piece_of, record, done=self._find, owner=self, slot="open")
        else:
            self._find(record)

    def new_record(self) -> None:
        """Add a piece, for the customer chosen."""
        from desktop_crm.ui.service.equipment_editor import EquipmentDialog

        owner = self._owner()
        dialog = EquipmentDialog(self.ctx, None, self, owner)
        dialog.stored.connect(self._find)
        dialog.open()

    def edit_record(self) -> None:
        """Edit the piece that is selected."""
        from desktop_crm.ui.service.equipment_editor import EquipmentDialog

        record = self.pieces.view.current_id()
        if record is not None:
            EquipmentDialog(self.ctx, record, self).open()

    def export_list(self) -> None:
        """The table as a workbook."""
        self.pieces.export()

    def has_selection(self) -> bool:
        return self.pieces.view.current_id() is not None

    def status_text(self) -> str:
        t = self.ctx.t
        pieces = t.plural("%(count)s piece of equipment", "%(count)s pieces of equipment", self.pieces.model.rowCount())
        due = t.plural("%(count)s visit this month", "%(count)s visits this month", self.load.visits)
        return f"{pieces} · {due}"

    # -- lists -----------------------------------------------------------------------------------

    def _owner(self) -> uuid.UUID | None:
        owner = self.owners.view.current_id()
        return None if owner in (None, EVERYBODY) else owner

    def _choose_owner(self, _owner: uuid.UUID | None) -> None:
        owner = self._owner()
        extra = (("customer", owner),) if owner else ()
        row = self.owners.view.currentIndex().row()
        chosen = self.owners.model.row(row) if owner else None
        self.pieces.narrowed = str(chosen[2]) if chosen else ""
        if extra != self.pieces.model.query.extra:
            self.pieces.model.change(extra=extra)
            self._read_counts()

    def _read_counts(self) -> None:
        self.ctx.tasks.read(_counts, self.pieces.model.query, done=self._show_counts, owner=self, slot="counts")

    def _show_counts(self, counts: dict[str, int]) -> None:
        self.pieces.chips.show_counts({key: self.ctx.t.number(count) for key, count in counts.items()})
        self.pieces.chips.set_shown("retired", bool(counts["retired"]) or self.pieces.model.query.chip == "retired")

    def _find(self, piece: uuid.UUID | None) -> None:
        """Select a piece wherever it is: for all customers, with no filter but its own."""
        if piece is not None:
            self.ctx.tasks.read(_state_of, piece, done=lambda state: self._go(piece, state), owner=self, slot="find")

    def _go(self, piece: uuid.UUID, state: str) -> None:
        chip = "retired" if state == "retired" else "all"
        self._looked_for = piece if state else None
        self.pieces.chips.set_shown(chip, True)
        self.pieces.chips.choose(chip)
        self.owners.view.select(EVERYBODY)
        self.pieces.model.change(chip=chip, text="", extra=())
        self._read_counts()

    def _loaded(self, _fresh: bool) -> None:
        if self._looked_for is not None:
            wanted, self._looked_for = self._looked_for, None
            self.pieces.view.select(wanted)
        if not self.pieces.model.rowCount():
            release(self._panes)
        self.ctx.status_changed.emit()

    def _keep_in_sight(self) -> None:
        """The month took height from the table: show the row selected again."""
        if self.pieces.view.currentIndex().isValid():
            self.pieces.view.scrollTo(self.pieces.view.currentIndex())

    # -- card ------------------------------------------------------------------------------------

    def _show_card(self, record: uuid.UUID | None) -> None:
        if record is None:
            self.card.show_data(None)
        else:
            self.ctx.tasks.read(cards.read, record, done=self._fill_card, failed=self._gone, owner=self, slot="card")
        self.ctx.status_changed.emit()

    def _fill_card(self, data: EquipmentCard) -> None:
        self.card.show_data(data)
        release(self._panes)

    def _gone(self, _error: BaseException) -> None:
        self.card.show_data(None)

    def _do(self, verb: str) -> None:
        if self.card.shown is not None:
            self.verbs.do(verb, self.card.shown)

    # -- paper -----------------------------------------------------------------------------------

    def print_due(self) -> None:
        """The visits of the month shown, with those that are overdue, as a PDF."""
        t, month = self.ctx.t, self.load.month
        name = clean_name(t("Visits due %(month)s", month=f"{month:%Y-%m}"), ".pdf")
        self.ctx.tasks.read(
            _due_sheet, month, t.lang, done=lambda content: self.share.open(Sheet(content, name)), owner=self
        )


def _counts(session: Session, query: ListQuery) -> dict[str, int]:
    from desktop_crm.services import equipment_rows

    return equipment_rows.counts(session, query_of(query))


def _state_of(session: Session, piece: uuid.UUID) -> Any:
    from desktop_crm.services import equipment_rows

    return equipment_rows.state_of(session, piece)


def _piece_of(session: Session, plan: uuid.UUID) -> Any:
    from desktop_crm.services import visits

    return visits.equipment_of(session, plan)


def _due_sheet(session: Session, month: dt.date, language: str) -> bytes:
    from desktop_crm.core.i18n import translator
    from desktop_crm.reports import due_list
    from desktop_crm.services import company, visits

    rows = visits.due_in(session, month, clock.today())
    return due_list.render(rows, company.load(session).company.name, month, clock.today(), translator(language))
