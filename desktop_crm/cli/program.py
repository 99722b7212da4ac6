"""The program's commands put together; what each needs is imported when it runs."""

from __future__ import annotations

from typing import Any

import typer
from typer.main import get_command

from desktop_crm.cli import books, documents, lists, shop_files
from desktop_crm.core.i18n import N_, Translator

HELP = N_(
    "Customers, quotations, orders and grades of a small firm, in one file. "
    "Without a command, or with a shop file alone, the window opens."
)
CODES = N_("Exit codes: 0 done, 1 findings, 2 your input, 3 the environment, such as a shop that is open elsewhere.")
EXAMPLES = """desktop-crm sample shop.dcrm
desktop-crm list shop.dcrm customers --search 宏益
desktop-crm quote pdf shop.dcrm Q2026-0012 -o quote.pdf
desktop-crm COMMAND --help"""
UI_LANG = N_("Language of messages: zh_TW, zh_CN or en. Default: that of the system.")


def build() -> typer.Typer:
    """All commands as one application."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)

    @app.callback(help=HELP, epilog=EXAMPLES)
    def program(ui_lang: str = typer.Option("", "--ui-lang", metavar="LANG", help=UI_LANG)) -> None:
        """The option is taken from the words before anything is parsed; it stands here for --help."""

    for module in (shop_files, lists, documents, books):
        module.add_to(app)
    return app


def run(words: list[str], t: Translator) -> int:
    """Run the command that ``words`` name, speaking ``t``'s language."""
    command: Any = get_command(build())
    _translate(command, t)
    command.help += "\n\n" + t(CODES)
    try:
        result = command.main(args=words, prog_name="desktop-crm", standalone_mode=False, obj=t)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show()  # a word the parser does not know, told with the usage
        return int(error.exit_code)
    return int(result or 0)


def _translate(command: Any, t: Translator) -> None:
    """Put the help of a command, its options and its commands into the user's language."""
    command.help = t(command.help)
    if command.epilog:  # the sign keeps its lines as they are
        command.epilog = "\b\n" + t("Examples:") + "\n  " + command.epilog.replace("\n", "\n  ")
    for param in command.params:
        if getattr(param, "help", None):
            param.help = t(param.help)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner, t)
