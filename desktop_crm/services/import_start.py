"""The first step of an import from the window: what a file is, what it holds, and which column is what."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services import import_files, import_guess, import_mapping
from desktop_crm.services.import_files import Choice, Look
from desktop_crm.services.import_guess import Guess


@dataclass(frozen=True, slots=True)
class Examined:
    """A file looked at: its kind and columns as guessed; ``saved``: name, title and source of a mapping for it."""

    look: Look
    guess: Guess
    saved: tuple[str, str, Path] | None = None


def examine(choice: Choice, kind: str = "") -> Examined:
    """Look at a file and guess what it is; ``kind`` is known if the user chose it. Raises as ``look`` does."""
    look = import_files.look(choice)
    return Examined(
        look, guess(kind or import_guess.guess_kind(look.headings), look), import_mapping.suggestion(choice.path)
    )


def guess(kind: str, look: Look) -> Guess:
    """The columns of a file looked at, for a kind of list."""
    return import_guess.guess(kind, look.headings, [row.cells for row in look.rows if not row.fault])


def save_example(target: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a small CSV to start from, as Excel reads it; raises EnvironmentFault when it cannot be written."""
    if target.suffix.lower() != ".csv":
        raise UserError(N_("An example is a CSV file."), N_("Give it a name that ends in .csv."))
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise EnvironmentFault(
            N_("%(path)s cannot be written."), N_("Choose another folder, or close the file."), path=str(target)
        ) from error
