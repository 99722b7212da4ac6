"""Commands about a shop file as a whole: open, new, sample, backup, restore, check, screenshots."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from desktop_crm.cli import opening, terminal
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_, Translator

FILE = typer.Argument(metavar="FILE", help=N_("The shop file, by custom with the ending .dcrm."))
DIR = typer.Argument(metavar="DIR", help=N_("Where the copy goes."))
PICTURES = typer.Argument(metavar="DIR", help=N_("Where the pictures go."))
BACKUP = typer.Argument(metavar="BACKUP", help=N_("The backup."))
MODES = ("light", "dark")
WORKS = N_("The shop is sound.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function, words, example in COMMANDS:
        app.command(name, help=words, epilog=example)(function)


def open_window(file: Path = FILE) -> int:
    from desktop_crm import app

    return app.main(["open", str(file)])


def new(
    ctx: typer.Context,
    file: Path = FILE,
    name: str = typer.Option("", help=N_("The name of your firm. Default: the name of the file.")),
    lang: str = typer.Option("", help=N_("Language of documents: zh_TW, zh_CN or en.")),
) -> None:
    from desktop_crm.services import shops

    t: Translator = ctx.obj
    shops.create_shop(file, name or file.stem, language=known_language(lang) or t.lang).close()
    terminal.show([t("%(path)s was made.", path=str(file))])


def sample(
    ctx: typer.Context,
    file: Path = FILE,
    customers: int = typer.Option(1284, metavar="N", help=N_("How many customers, from 200 to 1,000,000.")),
    seed: int = typer.Option(1, metavar="S", help=N_("Another number gives another shop.")),
) -> None:
    from desktop_crm.services import sample as generator

    t: Translator = ctx.obj
    generator.create(file, customers=customers, seed=seed, progress=progress(t)).close()
    terminal.show([t("%(path)s was made.", path=str(file))])


def progress(t: Translator) -> terminal.Progress | None:
    """What shows the share that is done, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def tell(share: float, message: str) -> None:
        line = f"\r{share:4.0%}  {t(message)}\x1b[K"
        print(line, end="\n" if share >= 1 else "", file=sys.stderr, flush=True)

    return tell


def backup(
    ctx: typer.Context,
    file: Path = FILE,
    folder: Path = DIR,
) -> None:
    from desktop_crm.store import backup as copies

    t: Translator = ctx.obj
    terminal.show([t("Backed up to %(path)s.", path=str(copies.backup(file, folder)))])


def restore(
    ctx: typer.Context,
    copy: Path = BACKUP,
    file: Path = FILE,
) -> None:
    from desktop_crm.services import backup_words, backups, shops
    from desktop_crm.store import backup as copies

    t: Translator = ctx.obj
    inside = copies.look_inside(copy)
    missing = backups.missing(file, copy) if file.exists() else {}
    shops.restore_file(file, copy)
    words = t.plural(
        "%(shop)s with %(count)s customer was restored.",
        "%(shop)s with %(count)s customers was restored.",
        inside.customers,
        shop=inside.shop,
    )
    terminal.show([words, *filter(None, [backup_words.gone(t, missing)])])


def check(ctx: typer.Context, file: Path = FILE) -> None:
    from desktop_crm.services import check as health

    t: Translator = ctx.obj
    with opening.reading(file) as session:
        findings = health.run(session)
    terminal.show(findings or [t(WORKS)])
    if findings:
        raise typer.Exit(1)


def screenshots(
    ctx: typer.Context,
    file: Path = FILE,
    folder: Path = PICTURES,
    lang: str = typer.Option("", help=N_("Language of the window: zh_TW, zh_CN or en.")),
    theme: str = typer.Option("light", help=N_("light or dark.")),
    width: int = typer.Option(1440, min=760, max=7680, help=N_("Width of the window in pixels.")),
    stretch: int = typer.Option(
        0, min=0, max=100, help=N_("Make all texts longer by so many percent, to try the look.")
    ),
) -> None:
    if theme not in MODES:
        raise UserError(N_("%(value)s is not a choice here."), N_("Choose light or dark."), value=theme)
    from desktop_crm import app

    t: Translator = ctx.obj
    Translator.stretch = stretch
    try:
        made = app.screenshots(file, folder, lang=known_language(lang) or t.lang, mode=theme, width=width)
    finally:
        Translator.stretch = 0
    terminal.show(str(path) for path in made)


def known_language(lang: str) -> str:
    """``lang`` itself, also when it is empty; raises UserError for one the program does not speak."""
    if lang and lang not in LANGUAGES:
        raise UserError(N_("%(value)s is not a choice here."), N_("Choose zh_TW, zh_CN or en."), value=lang)
    return lang


COMMANDS = (
    ("open", open_window, N_("Open a shop in the window."), "desktop-crm open shop.dcrm"),
    ("new", new, N_("Make an empty shop."), "desktop-crm new shop.dcrm --name 明德水電工程行"),
    (
        "sample",
        sample,
        N_("Make a shop with invented customers and three years of business."),
        "desktop-crm sample shop.dcrm --customers 5000 --seed 7",
    ),
    (
        "backup",
        backup,
        N_("Copy a shop, open or not, into a folder and check the copy."),
        "desktop-crm backup shop.dcrm /media/usb",
    ),
    (
        "restore",
        restore,
        N_("Put a backup in the place of a shop; what was there is backed up first."),
        "desktop-crm restore shop-20261121-090000+0800.dcrm shop.dcrm",
    ),
    (
        "check",
        check,
        N_("Look for damage: pages, keys, totals, figures, search index. Exit code 1 with findings."),
        "desktop-crm check shop.dcrm",
    ),
    (
        "screenshots",
        screenshots,
        N_("Draw every tab of the window as a picture."),
        "desktop-crm screenshots shop.dcrm pictures --lang en --theme dark",
    ),
)
