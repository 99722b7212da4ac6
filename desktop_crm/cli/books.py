"""The command ``import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from desktop_crm.cli import opening, terminal
from desktop_crm.cli.shop_files import FILE
from desktop_crm.cli.terminal import Column, money
from desktop_crm.core.i18n import N_, Translator

if TYPE_CHECKING:
    from desktop_crm.services.import_report import ImportReport, Issue

HELP = N_(
    "Import customers, products and orders of another program. A saved mapping says which column is what; without"
    " --mapping the one that fits is taken. An import may be repeated: it updates what it made before."
)
EXAMPLES = """desktop-crm import shop.dcrm northwind/ --mapping northwind --dry-run
desktop-crm import shop.dcrm CDNOW_master.txt --mapping cdnow"""
TITLES = {
    "customers": N_("Customers"),
    "products": N_("Products"),
    "orders": N_("Orders"),
    "lines": N_("Order lines"),
}
KINDS = {"refused": N_("Left out"), "changed": N_("Corrected"), "noted": N_("Worth a look")}
FEW = 5  # rows shown of each sentence unless all are wanted

SOURCE = typer.Argument(metavar="SOURCE", help=N_("The folder with the other program's files, or one file."))


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("import", help=HELP, epilog=EXAMPLES)(import_)


def import_(
    ctx: typer.Context,
    file: Path = FILE,
    source: Path = SOURCE,
    mapping: str = typer.Option(
        "", metavar="NAME", help=N_("A saved mapping, such as northwind or cdnow, or a JSON file.")
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help=N_("Tell what would be done and write nothing.")),
    every: bool = typer.Option(
        False, "--all", help=N_("Tell every row that was left out, corrected or is worth a look.")
    ),
    as_json: bool = typer.Option(False, "--json", help=N_("For programs: everything known of it.")),
    moved: bool = opening.MOVED,
    copy: str = opening.COPY,
) -> None:
    from desktop_crm.services import import_mapping, imports

    t: Translator = ctx.obj
    chosen = import_mapping.load(mapping) if mapping else import_mapping.fitting(source)
    if dry_run:
        with opening.reading(file) as session:
            report = imports.run(session, source, chosen, dry_run=True)
    else:
        with opening.writing(file, t, moved=moved, copy=copy) as shop:
            report = shop.database.run(imports.run, source, chosen).result
    if as_json:
        terminal.show_json(_plain(report))
    else:
        terminal.show(_told(report, t, every))


def _plain(report: ImportReport) -> dict[str, object]:
    return {
        **terminal.with_amounts(report, report.currency, ("revenue",)),
        "top": [
            {"key": key, "name": name, "revenue": terminal.major(minor, report.currency)}
            for key, name, minor in report.top
        ],
    }


def _told(report: ImportReport, t: Translator, every: bool) -> list[str]:
    titles = (N_("What"), N_("New"), N_("Changed"), N_("Unchanged"), N_("Left out"))
    columns = [Column(t(title), right=place > 0) for place, title in enumerate(titles)]
    rows = [
        [t(TITLES[entity]), *(t.number(n) for n in (count.created, count.updated, count.unchanged, count.refused))]
        for entity, count in report.counts.items()
    ]
    lines = [*terminal.table(columns, rows), ""]
    if report.counts["orders"].accepted:
        lines += _sums(report, t)
    for kind, title in KINDS.items():
        lines += _issues(report.of_kind(kind), t(title), t, every)
    if report.dry_run:
        lines += ["", t("This was a dry run; nothing was written.")]
    return lines


def _sums(report: ImportReport, t: Translator) -> list[str]:
    code = report.currency
    sums = [
        (t("Revenue, each line rounded half up"), f"{money(report.revenue, code)} {code}"),
        (t("Revenue, not rounded"), f"{report.exact_revenue:,} {code}"),
    ]
    top = [[key, name, money(minor, code)] for key, name, minor in report.top]
    columns = [Column(t("Their code")), Column(t("Customer")), Column(t("Revenue"), right=True)]
    return [*terminal.pairs(sums, right=True), "", *terminal.table(columns, top)]


def _issues(issues: list[Issue], title: str, t: Translator, every: bool) -> list[str]:
    """The rows of one kind, by sentence; only the first few of each unless all are wanted."""
    groups: dict[str, list[Issue]] = {}
    for issue in issues:
        groups.setdefault(issue.message, []).append(issue)
    lines = ["", f"{title} ({t.number(len(issues))})"] if issues else []
    for group in groups.values():
        shown = group if every else group[:FEW]
        lines += [f"  {_place(issue)}  {t(issue.message, **issue.params)}" for issue in shown]
        if len(group) > len(shown):
            lines.append("  " + t("... and %(count)s more like this; --all shows them.", count=len(group) - len(shown)))
    return lines


def _place(issue: Issue) -> str:
    return f"{issue.file}:{issue.line}" if issue.line else issue.file
