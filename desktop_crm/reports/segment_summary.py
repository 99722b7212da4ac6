"""The sheets of formulas in the segment workbook: summary with its chart, and the movement between grades."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.reference import Reference
from openpyxl.chart.series_factory import SeriesFactory

from desktop_crm.core.i18n import Translator
from desktop_crm.models.grading import GRADES
from desktop_crm.reports.segment_layout import DataSheet, Layout
from desktop_crm.reports.segment_sheets import BUCKET_TITLES
from desktop_crm.reports.workbook import Formula, Sheet, Styled
from desktop_crm.services.receivables import BUCKETS, bucket
from desktop_crm.services.segment_figures import CustomerLine
from desktop_crm.services.segments import BREAKDOWNS, NO_GRADE, Breakdown

WIDTHS = (20, 13, 13, 13, 16, 13, 16, 13)
ROWS_OF_CHART = 16
GREY, GREEN = "9AA0A6", "1F6F5C"


def summary(layout: Layout, sheet: Sheet, customers: DataSheet, orders: DataSheet, open_items: DataSheet) -> None:
    """Parameters, the breakdowns, the ageing and the checks; every figure a formula over the other sheets."""
    for place, width in enumerate(WIDTHS):
        sheet.page.column_dimensions["ABCDEFGH"[place]].width = width
    layout.heading(sheet, layout.t("Customer segments"), _parameters(layout))
    sheet.skip()
    for breakdown in BREAKDOWNS:
        first = _breakdown(layout, sheet, customers, breakdown)
        if breakdown.field == "grade":
            _chart(layout, sheet, first, first + len(GRADES) - 1)
    _ageing(layout, sheet, open_items)
    _checks(layout, sheet, customers, orders)


def _parameters(layout: Layout) -> list[str]:
    t, data = layout.t, layout.data
    graded = layout.day(data.graded_on) if data.graded_on else t("not yet")
    return [
        data.shop,
        t("Period: %(first)s to %(last)s", first=layout.day(data.period_start), last=layout.day(data.as_of)),
        t("Scheme: %(name)s (%(weights)s)", name=data.scheme.name, weights=data.scheme.text(t)),
        t("Last grading: %(date)s", date=graded),
        t("Amounts in %(currency)s without tax", currency=data.currency),
    ]


def _breakdown(layout: Layout, sheet: Sheet, customers: DataSheet, breakdown: Breakdown) -> int:
    """A table with a row per group and a total; returns the row of the first group."""
    t, data = layout.t, layout.data
    sheet.add([t(breakdown.title)], layout.style("heading"), height=22)
    sheet.add(_titles(t), layout.style("head"), height=32)
    first, last = sheet.next_row, sheet.next_row + len(breakdown.groups) - 1
    parted: dict[str, list[CustomerLine]] = {key: [] for key, _title in breakdown.groups}
    for line in data.customers:
        parted[getattr(line, breakdown.field)].append(line)
    for key, _title in breakdown.groups:
        label = layout.grade(key) if breakdown.field == "grade" else layout.group(breakdown.field, key)
        keys = customers.range(breakdown.field)
        row = sheet.next_row

        def pick(column: str, keys: str = keys, row: int = row) -> str:
            return f"SUMIFS({customers.range(column)},{keys},$A{row})"

        _group_row(layout, sheet, label, f"COUNTIFS({keys},$A{row})", pick, parted[key], last + 1, "")
    _group_row(
        layout,
        sheet,
        t("Total"),
        f"SUM(B{first}:B{last})",
        lambda column: f"SUM({_PLACE[column]}{first}:{_PLACE[column]}{last})",
        data.customers,
        last + 1,
        " total",
    )
    sheet.skip()
    return first


_PLACE = {"orders": "D", "revenue": "E", "margin": "G"}


def _titles(t: Translator) -> list[str]:
    return [
        t("Group"),
        t("Customers"),
        t("Share of customers"),
        t("Orders"),
        t("Revenue"),
        t("Share of revenue"),
        t("Gross margin"),
        t("Margin rate"),
    ]


def _group_row(
    layout: Layout,
    sheet: Sheet,
    label: Any,
    count: str,
    pick: Callable[[str], str],
    lines: list[CustomerLine],
    total_row: int,
    mark: str,
) -> None:
    row, money = sheet.next_row, layout.book.money
    everybody = layout.data.customers
    orders, revenue, margin = (sum(getattr(line, name) for line in lines) for name in _PLACE)
    cells = (
        ("number", Formula(count, len(lines))),
        ("percent", _ratio(f"B{row}", f"B{total_row}", len(lines), len(everybody))),
        ("number", Formula(pick("orders"), orders)),
        ("money", Formula(pick("revenue"), money(revenue))),
        ("percent", _ratio(f"E{row}", f"E{total_row}", revenue, sum(line.revenue for line in everybody))),
        ("money", Formula(pick("margin"), money(margin))),
        ("percent", _ratio(f"G{row}", f"E{row}", margin, revenue)),
    )
    sheet.add([label, *(Styled(layout.style(kind + mark), cell) for kind, cell in cells)], layout.style(f"text{mark}"))


def _ratio(part: str, whole: str, part_value: int, whole_value: int) -> Formula:
    return Formula(f"IF({whole}=0,0,{part}/{whole})", part_value / whole_value if whole_value else 0)


def _ageing(layout: Layout, sheet: Sheet, open_items: DataSheet) -> None:
    """What is owed by grade and age."""
    t, money = layout.t, layout.book.money
    sheet.add([t("Receivables by age")], layout.style("heading"), height=22)
    sheet.add([t("Grade"), *(t(title) for title in BUCKET_TITLES), t("Total")], layout.style("head"), height=32)
    first = sheet.next_row
    ages = [(line.grade, bucket(line.days_overdue), line.balance) for line in layout.data.receivables]
    for grade in (*GRADES, NO_GRADE):
        row = sheet.next_row
        cells = [
            Formula(
                f"SUMIFS({open_items.range(key)},{open_items.range('grade')},$A{row})",
                money(sum(balance for own, age, balance in ages if own == grade and age == place)),
            )
            for place, key in enumerate(BUCKETS)
        ]
        total = Formula(f"SUM(B{row}:F{row})", money(sum(balance for own, _age, balance in ages if own == grade)))
        sheet.add([layout.grade(grade), *cells, total], layout.style("money"))
    last = sheet.next_row - 1
    sums = [sum(balance for _own, age, balance in ages if age == place) for place in range(len(BUCKETS))]
    totals = [
        Formula(f"SUM({letter}{first}:{letter}{last})", money(value))
        for letter, value in zip("BCDEFG", [*sums, sum(sums)], strict=True)
    ]
    sheet.add([Styled(layout.style("text total"), t("Total")), *totals], layout.style("money total"))
    sheet.skip()


def _checks(layout: Layout, sheet: Sheet, customers: DataSheet, orders: DataSheet) -> None:
    """Differences between the sheets; all are zero."""
    t, data, money = layout.t, layout.data, layout.book.money
    sheet.add([t("Checks (each difference must be zero)")], layout.style("heading"), height=22)
    margins = sum(0 if line.cost is None else line.revenue - line.cost for line in data.orders)
    for title, column, mine, theirs in (
        (t("Revenue"), "revenue", sum(c.revenue for c in data.customers), sum(o.revenue for o in data.orders)),
        (t("Gross margin"), "margin", sum(c.margin for c in data.customers), margins),
    ):
        formula = Formula(f"SUM({customers.range(column)})-SUM({orders.range(column)})", money(mine - theirs))
        sheet.add([title, Styled(layout.style("money"), formula)], layout.style("text"))


def _chart(layout: Layout, sheet: Sheet, first: int, last: int) -> None:
    """Shares of customers and of revenue per grade, with the values in the file for readers that do not compute."""
    t, data = layout.t, layout.data
    chart = BarChart()
    chart.type, chart.grouping, chart.gapWidth = "col", "clustered", 60
    chart.height, chart.width = 7.4, 24
    chart.y_axis.number_format, chart.y_axis.majorGridlines = "0%", None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"
    counts = [sum(line.grade == grade for line in data.customers) for grade in GRADES]
    revenue = [sum(line.revenue for line in data.customers if line.grade == grade) for grade in GRADES]
    total = sum(line.revenue for line in data.customers)
    for column, values, whole, color in ((3, counts, len(data.customers), GREY), (6, revenue, total, GREEN)):
        reference = Reference(sheet.page, min_col=column, min_row=first, max_row=last)
        series = SeriesFactory(reference, title=t("Share of customers") if column == 3 else t("Share of revenue"))
        series.graphicalProperties.solidFill = color
        shares = [value / whole if whole else 0 for value in values]
        points = [NumVal(idx=place, v=repr(share)) for place, share in enumerate(shares)]
        series.val.numRef.numCache = NumData(formatCode="0.0%", ptCount=len(points), pt=points)
        series.dLbls = DataLabelList()
        series.dLbls.showVal, series.dLbls.numFmt = True, "0%"
        for part in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
            setattr(series.dLbls, part, False)
        chart.series.append(series)
    chart.set_categories(Reference(sheet.page, min_col=1, min_row=first, max_row=last))
    for series in chart.series:
        names = [StrVal(idx=place, v=grade) for place, grade in enumerate(GRADES)]
        series.cat.strRef = _text_reference(series.cat.numRef.f, names)
        series.cat.numRef = None
    sheet.add([t("Share of customers and of revenue by grade")], layout.style("heading"), height=22)
    sheet.page.add_chart(chart, f"A{sheet.next_row}")
    sheet.skip(ROWS_OF_CHART)


def _text_reference(cells: str, names: list[StrVal]) -> Any:
    from openpyxl.chart.data_source import StrRef

    return StrRef(f=cells, strCache=StrData(ptCount=len(names), pt=names))


def movement(layout: Layout, sheet: Sheet, customers: DataSheet) -> None:
    """From which grade to which: a matrix of counts, and who rose, fell, stayed."""
    t = layout.t
    grades = (*GRADES, NO_GRADE)
    for place in range(len(grades) + 2):
        sheet.page.column_dimensions["ABCDEFG"[place]].width = 20 if not place else 12
    layout.heading(sheet, t("Movement"), [t("Rows: grade before the latest grading; columns: grade now.")])
    sheet.skip()
    head = sheet.add([t("From, to"), *(layout.grade(grade) for grade in grades), t("Total")], layout.style("head"))
    pairs: dict[tuple[str, str], int] = {}
    for line in layout.data.customers:
        pair = (line.previous_grade, line.grade)
        pairs[pair] = pairs.get(pair, 0) + 1
    first = sheet.next_row
    for old in grades:
        row = sheet.next_row
        cells = [
            Formula(
                f"COUNTIFS({customers.range('previous_grade')},$A{row},{customers.range('grade')},{letter}${head})",
                pairs.get((old, new), 0),
            )
            for letter, new in zip("BCDEF", grades, strict=True)
        ]
        total = Formula(f"SUM(B{row}:F{row})", sum(pairs.get((old, new), 0) for new in grades))
        sheet.add([layout.grade(old), *cells, total], layout.style("number"))
    last = sheet.next_row - 1
    columns = [sum(pairs.get((old, new), 0) for old in grades) for new in grades]
    totals = [
        Formula(f"SUM({letter}{first}:{letter}{last})", value)
        for letter, value in zip("BCDEFG", [*columns, sum(columns)], strict=True)
    ]
    sheet.add([Styled(layout.style("text total"), t("Total")), *totals], layout.style("number total"))
    sheet.skip()
    _rises_and_falls(layout, sheet, pairs, first)


def _rises_and_falls(layout: Layout, sheet: Sheet, pairs: dict[tuple[str, str], int], first: int) -> None:
    t, places = layout.t, range(len(GRADES))
    for title, cells in (
        (t("Rose"), [(old, new) for old in places for new in places if new < old]),
        (t("Fell"), [(old, new) for old in places for new in places if new > old]),
        (t("Stayed"), [(old, old) for old in places]),
        (t("Graded for the first time"), [(len(GRADES), new) for new in places]),
    ):
        sheet.add([title, Styled(layout.style("number"), _sum(cells, pairs, first))], layout.style("text"))


def _sum(cells: Iterable[tuple[int, int]], pairs: dict[tuple[str, str], int], first: int) -> Formula:
    grades = (*GRADES, NO_GRADE)
    wanted = list(cells)
    text = "+".join(f"{'BCDEF'[new]}{first + old}" for old, new in wanted)
    return Formula(text, sum(pairs.get((grades[old], grades[new]), 0) for old, new in wanted))
