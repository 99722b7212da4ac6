"""What somebody may do in a shop; every service function that writes names the permission it needs.

Until people sign in, whoever opens the shop with its lock holds every permission; opened for reading there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar


class Permission(StrEnum):
    """A kind of work in the shop."""

    CUSTOMERS = "customers"  # customers, contacts, sites, interactions, follow-ups
    QUOTE = "quote"  # quotations
    SELL = "sell"  # orders, deliveries, acceptance
    MONEY = "money"  # payments, cheques, invoice records
    SERVICE = "service"  # equipment and inspections
    GRADE = "grade"  # grading runs and service levels
    PRICES = "prices"  # products and price lists
    SETTINGS = "settings"  # company, staff, numbering, taxes, computers
    DATA = "data"  # import, undo, upkeep of the file


EVERYTHING = frozenset(Permission)
Function = TypeVar("Function", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[Function], Function]:
    """Mark a service function with the permission that ``Database.run`` asks for before it calls it."""

    def mark(function: Function) -> Function:
        function.permission = permission  # type: ignore[attr-defined]
        return function

    return mark


def permission_of(function: Callable[..., Any]) -> Permission | None:
    """The permission a function is marked with; None for one that nobody but the owner may run."""
    return getattr(function, "permission", None)
