"""The tabs there are, in the order of the rail; a page is imported when it is first shown."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A tab: ``place`` is ``module:Class`` of a ``Page``; ``entities`` are the records it shows.

    ``private`` tabs (margins, grades) are hidden in the customer view; ``section`` heads a group; ``foot``: at the
    bottom of the rail.
    """

    key: str
    title: str  # msgid
    icon: str
    place: str
    entities: tuple[str, ...] = ()
    section: str = ""  # msgid
    private: bool = False
    foot: bool = False


PAGES: tuple[PageSpec, ...] = (
    PageSpec("today", N_("Today"), "sun", "desktop_crm.ui.today.page:TodayPage"),
    PageSpec(
        "customers", N_("Customers"), "users", "desktop_crm.ui.customers.page:CustomersPage", ("customer", "customers")
    ),
    PageSpec(
        "grading", N_("Grading"), "layers", "desktop_crm.ui.grading.page:GradingPage", ("grading_run",), private=True
    ),
    PageSpec(
        "quotations", N_("Quotations"), "file-text", "desktop_crm.ui.quotations.page:QuotationsPage", ("quotation",)
    ),
    PageSpec(
        "orders", N_("Orders"), "shopping-bag", "desktop_crm.ui.orders.page:OrdersPage", ("customer_order", "statement")
    ),
    PageSpec(
        "service",
        N_("Service"),
        "wrench",
        "desktop_crm.ui.service.page:ServicePage",
        ("follow_up", "equipment", "inspection_plan"),
    ),
    PageSpec(
        "settings",
        N_("Settings"),
        "settings",
        "desktop_crm.ui.settings.page:SettingsPage",
        ("backup", "product"),
        foot=True,
    ),
)


def available(specs: tuple[PageSpec, ...] = PAGES) -> tuple[PageSpec, ...]:
    """The tabs whose code is there."""
    return tuple(spec for spec in specs if is_there(spec.place))


def make(spec: PageSpec, ctx: Context) -> Page:
    """Import and build a page."""
    page: Page = load(spec.place)(ctx)
    return page


def load(place: str) -> Any:
    """Import what stands at ``module:Class``."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def is_there(place: str) -> bool:
    """Whether the module of ``module:Class`` is there; it is not imported."""
    try:
        return find_spec(place.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False
