"""The sheets of records in the segment workbook: customers, orders, receivables, and the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from desktop_crm.core.i18n import N_
from desktop_crm.models.grading import GradeLimits
from desktop_crm.reports.segment_layout import DataSheet, Layout
from desktop_crm.reports.workbook import Column, Formula, Sheet, reference
from desktop_crm.services import grading_scheme
from desktop_crm.services.receivables import BUCKETS, bucket

HEADING_ROWS = 2  # title and line above the sums
BUCKET_TITLES = (
    N_("Not due"),
    N_("1–30 days late"),
    N_("31–60 days late"),
    N_("61–90 days late"),
    N_("Over 90 days late"),
)


def customers(layout: Layout) -> DataSheet:
    """One row per customer, the largest revenue first."""
    t, column = layout.t, layout.column
    columns = {
        "code": column(t("Code"), "text", 11),
        "name": column(t("Customer"), "text", 30),
        "tax_number": column(t("Tax number"), "text", 12),
        "phone": column(t("Phone"), "text", 16),
        "customer_type": column(t("Type"), "text", 11),
        "grade": column(t("Grade"), "text", 8, "center"),
        "previous_grade": column(t("Previous grade"), "text", 9, "center"),
        "recency": column(t("R: days since last order"), "number", 14),
        "r": column(t("R score"), "number", 8, "center"),
        "orders": column(t("F: orders"), "number", 9),
        "f": column(t("F score"), "number", 8, "center"),
        "revenue": column(t("M: revenue"), "money", 14),
        "m": column(t("M score"), "number", 8, "center"),
        "margin": column(t("Gross margin"), "money", 14),
        "margin_rate": column(t("Margin rate"), "percent", 9),
        "margin_score": column(t("Margin score"), "number", 8, "center"),
        "score": column(t("Total score"), "number", 8, "score"),
        "share": column(t("Share of revenue"), "percent", 10),
        "cumulative": column(t("Cumulative share"), "percent", 11),
        "last_order_on": column(t("Last order"), "date", 12),
        "stage": column(t("Relationship"), "text", 13),
        "owner": column(t("In charge"), "text", 11),
        "next_follow_up_on": column(t("Next follow-up"), "date", 12),
    }
    data = layout.data
    sums = {
        "orders": ("number", sum(line.orders for line in data.customers)),
        "revenue": ("money", sum(line.revenue for line in data.customers)),
        "margin": ("money", sum(line.margin for line in data.customers)),
    }
    return _sheet(layout, t("Customers"), "Customers", columns, _customer_rows(layout), len(data.customers), sums)


def _customer_rows(layout: Layout) -> Iterator[Sequence[Any]]:
    data, grade, group = layout.data, layout.grade, layout.group
    total = sum(line.revenue for line in data.customers)
    running = accumulate(line.revenue for line in data.customers)
    grades = {line.grade: grade(line.grade) for line in data.customers}
    types = {line.customer_type: group("customer_type", line.customer_type) for line in data.customers}
    stages = {line.stage: group("stage", line.stage) for line in data.customers}
    for line, so_far in zip(data.customers, running, strict=True):
        yield (
            line.code,
            line.name,
            line.tax_number,
            line.phone,
            types[line.customer_type],
            grades[line.grade],
            line.previous_grade,
            line.recency_days,
            line.recency_score,
            line.orders,
            line.frequency_score,
            line.revenue,
            line.revenue_score,
            line.margin,
            line.margin / line.revenue if line.revenue > 0 else None,
            line.margin_score,
            line.score,
            line.revenue / total if total else None,
            so_far / total if total else None,
            line.last_order_on,
            stages[line.stage],
            line.owner,
            line.next_follow_up_on,
        )


def orders(layout: Layout) -> DataSheet:
    """One row per order of the period; their sums are the customers' sums."""
    t, column, data = layout.t, layout.column, layout.data
    columns = {
        "number": column(t("Order"), "text", 15),
        "ordered_on": column(t("Date"), "date", 12),
        "code": column(t("Code"), "text", 11),
        "name": column(t("Customer"), "text", 30),
        "grade": column(t("Grade"), "text", 8, "center"),
        "project": column(t("Project name"), "text", 26),
        "revenue": column(t("Revenue without tax"), "money", 14),
        "cost": column(t("Cost"), "money", 14),
        "margin": column(t("Gross margin"), "money", 14),
        "total": column(t("Total with tax"), "money", 14),
    }
    margins = [0 if line.cost is None else line.revenue - line.cost for line in data.orders]
    sums = {
        "revenue": ("money", sum(line.revenue for line in data.orders)),
        "cost": ("money", sum(line.cost or 0 for line in data.orders)),
        "margin": ("money", sum(margins)),
        "total": ("money", sum(line.total for line in data.orders)),
    }
    grades = {line.grade: layout.grade(line.grade) for line in data.orders}
    rows = (
        (
            line.number,
            line.ordered_on,
            line.code,
            line.name,
            grades[line.grade],
            line.project_name,
            line.revenue,
            line.cost,
            margin,
            line.total,
        )
        for line, margin in zip(data.orders, margins, strict=True)
    )
    return _sheet(layout, t("Orders"), "Orders", columns, rows, len(data.orders), sums)


def receivables(layout: Layout) -> DataSheet:
    """One row per open item, its balance in the column of its age."""
    t, column, data = layout.t, layout.column, layout.data
    columns = {
        "number": column(t("Order"), "text", 15),
        "name": column(t("Customer"), "text", 30),
        "code": column(t("Code"), "text", 11),
        "grade": column(t("Grade"), "text", 8, "center"),
        "ordered_on": column(t("Date"), "date", 12),
        "due_on": column(t("Due"), "date", 12),
        "days": column(t("Days late"), "number", 9),
        "balance": column(t("Balance"), "money", 14),
    }
    columns |= {key: column(t(title), "money", 13) for key, title in zip(BUCKETS, BUCKET_TITLES, strict=True)}
    ages = [bucket(line.days_overdue) for line in data.receivables]
    sums = {"balance": ("money", sum(line.balance for line in data.receivables))}
    for place, key in enumerate(BUCKETS):
        aged = (line.balance for line, age in zip(data.receivables, ages, strict=True) if age == place)
        sums[key] = ("money", sum(aged))
    rows = (
        (
            line.number,
            line.name,
            line.code,
            layout.grade(line.grade),
            line.ordered_on,
            line.due_on,
            line.days_overdue,
            line.balance,
            *(line.balance if place == age else None for place in range(len(BUCKETS))),
        )
        for line, age in zip(data.receivables, ages, strict=True)
    )
    return _sheet(layout, t("Receivables"), "Receivables", columns, rows, len(data.receivables), sums)


def _sheet(
    layout: Layout,
    title: str,
    name: str,
    columns: dict[str, Column],
    rows: Iterator[Sequence[Any]],
    count: int,
    sums: dict[str, tuple[str, int]],
) -> DataSheet:
    """A sheet with a title, a row of sums that follow the filters, and the table ``name`` of ``count`` rows."""
    sheet = layout.book.sheet(title)
    layout.heading(sheet, title, [f"{layout.period()}  {layout.data.currency}"])
    first = HEADING_ROWS + 3  # after the sums and the headings
    last = first + max(count, 1) - 1
    places = {key: place for place, key in enumerate(columns, start=1)}
    cells: list[Any] = [""] * len(columns)
    cells[0] = layout.t("Total")
    for key, (kind, total) in sums.items():
        cells[places[key] - 1] = (kind, _subtotal(sheet, places[key], first, last, kind, total))
    layout.totals(sheet, cells)
    written = sheet.add_table(name, list(columns.values()), rows)
    if written != (first, last):
        raise AssertionError(f"the rows of {name} stand at {written}, not at {(first, last)}")
    return DataSheet(title, places, first, last)


def _subtotal(sheet: Sheet, column: int, first: int, last: int, kind: str, total: int) -> Formula:
    cells = reference("", column, first, last).partition("!")[2]
    return Formula(f"SUBTOTAL(109,{cells})", sheet.book.money(total) if kind == "money" else total)


def definitions(layout: Layout) -> None:
    """How each figure was computed, with the parameters."""
    t, data, scheme = layout.t, layout.data, layout.data.scheme
    sheet = layout.book.sheet(t("Definitions"))
    layout.heading(sheet, t("Definitions"), [])
    sheet.page.column_dimensions["A"].width = 26
    sheet.page.column_dimensions["B"].width = 105
    a, b, c = (t.number(limit, 4) for limit in scheme.limits)
    weights = scheme.text(t)
    by_revenue = scheme.limits_by == GradeLimits.REVENUE
    limits = t(_LIMITS_BY_REVENUE if by_revenue else _LIMITS_BY_CUSTOMERS, a=a, b=b, c=c)
    first, last = layout.day(data.period_start), layout.day(data.as_of)
    recency, frequency = grading_scheme.TITLES["recency"], grading_scheme.TITLES["frequency"]
    sheet.add([t("Figure"), t("How it was computed")], layout.style("head"))
    for title, text in (
        (
            t("Period"),
            t.plural(
                "%(first)s to %(last)s, %(count)s month.",
                "%(first)s to %(last)s, %(count)s months.",
                scheme.period_months,
                first=first,
                last=last,
            ),
        ),
        (t("Customers"), t("Everybody who is not archived, with or without orders.")),
        (t("Currency"), t("All amounts in %(currency)s, the home currency.", currency=data.currency)),
        (t("Revenue"), t("Net of tax, by order date, without cancelled orders, at each order's exchange rate.")),
        (t("Gross margin"), t("Revenue less cost; an order whose cost is not known counts with no margin.")),
        (t(recency), t("Days since the last order of the period; empty without one.")),
        (t(frequency), t("The number of orders in the period.")),
        (t("Scores"), t("1 + whole part of 5 × customers strictly below / all customers; equal values score equal.")),
        (t("Margin score"), t("The same for the gross margin, as an amount.")),
        (t("Total score"), t("Sum of weight × score: %(weights)s.", weights=weights)),
        (t("Grade"), t("As it stands in the program. Ranked by total score, revenue and age of the record.")),
        (t("Limits"), limits),
        (t("Previous grade"), t("The grade before the latest grading.")),
        (t("Share of revenue"), t("Revenue / revenue of all customers; cumulative from the largest down.")),
        (t("Receivables"), t("What is not paid yet, by days after the due date; archived customers included.")),
    ):
        sheet.add([title, text], layout.style("wrap"))
    unfit = layout.book.unfit_characters()
    if unfit:
        sheet.add([t("Characters"), t(_REPLACED, count=t.number(unfit))], layout.style("wrap"))


_LIMITS_BY_CUSTOMERS = N_("By rank: A up to %(a)s%%, B up to %(b)s%%, C up to %(c)s%% of customers, the rest D.")
_LIMITS_BY_REVENUE = N_(
    "By revenue in order of rank: A up to %(a)s%%, B up to %(b)s%%, C up to %(c)s%%, D without revenue."
)
_REPLACED = N_("%(count)s control characters no workbook can hold were replaced by a sign.")
