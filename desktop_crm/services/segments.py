"""The groups a segment report is broken down by: grade, kind of customer, stage of the relationship."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import CUSTOMER_TYPES
from desktop_crm.models.grading import GRADES
from desktop_crm.services import lifecycle

NO_GRADE = "–"
STAGE_TITLES: dict[str, str] = {**lifecycle.TITLES, lifecycle.Stage.NONE: N_("No orders yet")}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to part the customers: the field that parts them, and each group's key with its title (msgid)."""

    title: str
    field: str
    groups: tuple[tuple[str, str], ...]


BREAKDOWNS = (
    Breakdown(N_("By grade"), "grade", tuple((grade, grade) for grade in (*GRADES, NO_GRADE))),
    Breakdown(N_("By customer type"), "customer_type", tuple(CUSTOMER_TYPES.items())),
    Breakdown(N_("By relationship stage"), "stage", tuple((str(key), title) for key, title in STAGE_TITLES.items())),
)
