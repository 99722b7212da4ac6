"""Keeps a draft while it is typed: in the shop a moment after the last change, in a recovery file in between."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_crm.core.errors import UserError
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.ui.context import Context
from desktop_crm.ui.recovery import Recovery

if TYPE_CHECKING:
    from desktop_crm.services.quotation_header import DraftHeader
    from desktop_crm.store.database import Outcome

PAUSE = 1500  # milliseconds after the last change
DECIMALS = ("quantity", "unit_price", "unit_cost", "discount_percent")


class Draft(NamedTuple):
    """What is stored."""

    customer_id: uuid.UUID
    header: DraftHeader
    lines: list[DraftLine]


class DraftKeeper(QObject):
    """``touch()`` after each edit; ``draft`` gives what to store, None without a customer, or raises UserError."""

    saved = Signal()
    refused = Signal(object)  # the exception

    def __init__(
        self,
        ctx: Context,
        quotation: uuid.UUID | None,
        draft: Callable[[], Draft | None],
        texts: Callable[[], dict[str, Any]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.quotation = quotation
        self.own: set[uuid.UUID] = set()  # batches written here
        self._ctx = ctx
        self._draft = draft
        self._texts = texts
        self._edits = self._stored = 0
        self._recovery = Recovery(f"{ctx.path}/quotation/{quotation or 'new'}", self)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.save)

    @property
    def dirty(self) -> bool:
        """Whether something is typed that is not in the shop."""
        return self._edits != self._stored

    def found(self) -> dict[str, Any] | None:
        """What was typed before a crash."""
        return self._recovery.found()

    def touch(self) -> None:
        """Something was typed."""
        self._edits += 1
        self._recovery.keep(self._texts())
        self._timer.start()

    def adopt(self, quotation: uuid.UUID) -> None:
        """The draft is in the shop now, under this key."""
        self.quotation = quotation
        self._recovery.forget()
        self._recovery = Recovery(f"{self._ctx.path}/quotation/{quotation}", self)

    def save(
        self, then: Callable[[], object] | None = None, failed: Callable[[BaseException], object] | None = None
    ) -> None:
        """Store what stands there, then go on; ``refused`` and ``failed(error)`` when it cannot be stored."""
        from desktop_crm.services import quotations

        self._timer.stop()
        try:
            draft = self._draft()
        except UserError as error:
            self._refuse(error, failed)
            return
        if draft is None or self.quotation is None:
            return
        edits = self._edits

        def done(outcome: Outcome[uuid.UUID]) -> None:
            self.own.add(outcome.changed.batch_id)
            self._stored = edits
            if not self.dirty:
                self._recovery.forget()
            self.saved.emit()
            if then is not None:
                then()

        self._ctx.tasks.write(
            quotations.save_draft,
            self.quotation,
            draft.header,
            draft.lines,
            draft.customer_id,
            done=done,
            failed=lambda error: self._refuse(error, failed),
            owner=self,
        )

    def _refuse(self, error: BaseException, failed: Callable[[BaseException], object] | None) -> None:
        self.refused.emit(error)
        if failed is not None:
            failed(error)

    def drop(self) -> None:
        """Forget what is not stored."""
        self._timer.stop()
        self._stored = self._edits
        self._recovery.forget()


def lines_as_texts(lines: Sequence[DraftLine]) -> list[dict[str, str]]:
    """Lines for the recovery file."""
    return [{name: str(value) for name, value in asdict(line).items() if value is not None} for line in lines]


def lines_of_texts(stored: object) -> list[DraftLine]:
    """Lines from the recovery file; a damaged one gives none."""
    known = {item.name for item in fields(DraftLine)} - {"promised_on", "line_id"}
    found = []
    try:
        for texts in stored if isinstance(stored, list) else []:
            values: dict[str, Any] = {name: text for name, text in texts.items() if name in known}
            values |= {name: Decimal(values[name]) for name in DECIMALS if name in values}
            if "product_id" in values:
                values["product_id"] = uuid.UUID(values["product_id"])
            found.append(DraftLine(**values))
    except (ArithmeticError, ValueError, TypeError, AttributeError):
        return []
    return found
