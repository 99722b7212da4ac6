"""How many things in each tab wait for somebody: what the badges of the rail count."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desktop_crm.services import followups, order_list, quotation_list, visits
from desktop_crm.services.followups import FollowUpQuery
from desktop_crm.services.order_list import OrderQuery

Badge = tuple[int, bool]


def badges(session: Session, today: dt.date) -> dict[str, Badge]:
    """By tab: the count, and whether something of it is overdue."""
    late = followups.count(session, FollowUpQuery(today, "overdue"))
    due = followups.count(session, FollowUpQuery(today, "today"))
    inspections, overdue = visits.count_due(session, today), visits.count_due(session, today - dt.timedelta(days=1))
    unpaid = order_list.count(session, OrderQuery(today, "overdue"))
    return {
        "service": (late + due + inspections, late + overdue > 0),
        "quotations": (quotation_list.attention(session, today), False),
        "orders": (unpaid, unpaid > 0),
    }
