"""The command line: what it prints, writes and answers, and how it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop_crm import cli
from desktop_crm.cli import language, terminal
from desktop_crm.cli.terminal import Column
from desktop_crm.core import paths
from desktop_crm.core.i18n import translator
from desktop_crm.models import Customer, Quotation, QuotationRevision
from desktop_crm.services import quotations, shops
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_header import header_of
from desktop_crm.store import backup
from desktop_crm.store.lock import ShopLock

NORTHWIND = Path(__file__).resolve().parents[1] / "data" / "northwind"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in English; exit code, what it printed, what it complained of."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def command(*words: object) -> tuple[int, str, str]:
        code = cli.main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def sample(sample_shop_file: Path, tmp_path: Path) -> Path:
    """A sample shop of the test's own."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "s.dcrm"))


def number_of(shop: Path, what: type[Quotation] = Quotation) -> str:
    opened = shops.open_shop(shop, writable=False)
    with opened.database.read() as session:
        found = session.scalars(select(what.number).where(what.number.is_not(None)).limit(1)).one()
    opened.close()
    assert found is not None
    return found


def test_new_makes_a_shop_and_never_overwrites_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.dcrm"
    assert run("new", file, "--name", "明德水電") == (0, f"{file} was made.\n", "")
    before = file.read_bytes()
    code, out, err = run("new", file)
    assert (code, out) == (2, "")
    assert "exists already" in err
    assert file.read_bytes() == before
    assert run("check", file) == (0, "The shop is sound.\n", "")


@pytest.mark.parametrize("what", ["customers", "quotations", "orders", "followups", "equipment"])
def test_every_list_comes_as_a_table_and_as_json(run: Run, sample: Path, what: str) -> None:
    code, out, err = run("list", sample, what, "--limit", 3)
    lines = out.splitlines()
    assert (code, err, len(lines)) == (0, "", 6)
    assert set(lines[1]) == {"-", " "}
    code, out, err = run("list", sample, what, "--limit", 3, "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert len(rows) == 3
    assert all(row["id"] for row in rows)


@pytest.mark.parametrize("what", ["customers", "quotations", "orders", "followups", "equipment"])
def test_a_search_narrows_a_list(run: Run, sample: Path, what: str) -> None:
    first = json.loads(run("list", sample, what, "--limit", 1, "--json")[1])[0]
    name = first["customer"] if "customer" in first else first["name"]
    found = json.loads(run("list", sample, what, "--search", name, "--limit", 1000, "--json")[1])
    assert first["id"] in [row["id"] for row in found]
    everything = json.loads(run("list", sample, what, "--limit", 100_000, "--json")[1])
    assert len(found) < len(everything)
    assert json.loads(run("list", sample, what, "--search", "xqxqxq%_", "--json")[1]) == []


def test_show_finds_documents_customers_and_equipment(run: Run, sample: Path) -> None:
    for what, key, kind in (
        ("quotations", "number", "quotation"),
        ("orders", "number", "order"),
        ("customers", "code", "customer"),
        ("equipment", "serial", "equipment"),
    ):
        rows = json.loads(run("list", sample, what, "--limit", 30, "--json")[1])
        row = next(row for row in rows if row[key])
        code, out, _ = run("show", sample, row[key])
        assert code == 0
        assert row[key] in out
        card = json.loads(run("show", sample, row["id"], "--json")[1])
        assert (card["kind"], card["id"]) == (kind, row["id"])
    order = json.loads(run("list", sample, "orders", "--limit", 1, "--json")[1])[0]
    assert json.loads(run("show", sample, order["number"].lower(), "--json")[1])["total"] == order["total"]


def test_what_is_not_there_is_the_users_fault(run: Run, sample: Path, tmp_path: Path) -> None:
    assert run("show", sample, "Q1999-0001")[0] == 2
    assert run("quote", "pdf", sample, "Q1999-0001", "-o", tmp_path / "q.pdf")[0] == 2
    assert not (tmp_path / "q.pdf").exists()
    for words in (["list", sample, "spies"], ["bogus"], ["list", sample, "orders", "--limit", "0"], ["quote", "pdf"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        assert err


def test_a_file_that_is_no_shop_is_the_environments_fault(run: Run, tmp_path: Path) -> None:
    for name, content in (("zero.dcrm", b""), ("text.dcrm", b"hello" * 1000)):
        (tmp_path / name).write_bytes(content)
        code, out, err = run("check", tmp_path / name)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert (tmp_path / name).read_bytes() == content
    assert run("list", tmp_path / "absent.dcrm", "orders")[0] == 3
    assert not (tmp_path / "absent.dcrm").exists()


def test_while_a_window_holds_the_shop_it_can_be_read_but_not_written(run: Run, sample: Path) -> None:
    lock = ShopLock(sample)
    lock.acquire()
    try:
        assert run("list", sample, "orders", "--limit", 1)[0] == 0
        assert run("check", sample)[0] == 0
        code, out, err = run("grade", sample, "--apply")
    finally:
        lock.release()
    assert (code, out) == (3, "")
    assert str(os.getpid()) in err


def test_check_answers_one_with_findings(run: Run, sample: Path) -> None:
    shop = shops.open_shop(sample)
    with shop.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE customer_figures SET revenue_12m = revenue_12m + 1")
    shop.close()
    code, out, _ = run("check", sample)
    assert code == 1
    assert "revenue_12m" in out


def test_a_stored_pdf_is_given_as_it_is_and_another_language_is_a_copy(run: Run, sample: Path, tmp_path: Path) -> None:
    stored = b"%PDF-1.4 as issued"
    shop = shops.open_shop(sample)
    with shop.database.read() as session:
        customer = session.scalars(select(Customer.id).limit(1)).one()
    quotation = shop.database.run(quotations.create_draft, customer).result
    with shop.database.read() as session:
        header = header_of(session.scalars(select(QuotationRevision).filter_by(quotation_id=quotation)).one())
    line = DraftLine(name="冷氣安裝", quantity=DraftLine().quantity + 1, unit_price=DraftLine().quantity + 500)
    shop.database.run(quotations.save_draft, quotation, header, [line])
    shop.database.run(quotations.issue, quotation, lambda _sheet: stored)
    with shop.database.read() as session:
        number = session.get_one(Quotation, quotation).number
    shop.close()
    out = tmp_path / "q.pdf"
    assert run("quote", "pdf", sample, number, "-o", out)[0] == 0
    assert out.read_bytes() == stored
    assert run("quote", "pdf", sample, number, "--lang", "zh_TW", "-o", out)[0] == 0
    assert out.read_bytes() == stored
    assert run("quote", "pdf", sample, number, "--lang", "en", "-o", out)[0] == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert "File copy" in text_of(out)
    assert run("quote", "pdf", sample, number, "--lang", "fr", "-o", out)[0] == 2


def test_a_quotation_without_a_stored_pdf_is_drawn_as_a_copy(run: Run, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.pdf"
    number = number_of(sample)
    assert run("quote", "pdf", sample, number, "-o", out) == (0, f"{out} was written.\n", "")
    assert number in text_of(out)


def text_of(pdf: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_a_place_that_cannot_be_written_is_one_sentence(run: Run, sample: Path, tmp_path: Path) -> None:
    for words in (
        ["quote", "pdf", sample, number_of(sample), "-o", tmp_path / "no" / "q.pdf"],
        ["report", "segments", sample, "-o", tmp_path],
        ["backup", sample, sample],
    ):
        code, out, err = run(*words)
        assert (code, out, err.count("\n")) == (3, "", 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.dcrm"]


def test_grades_are_shown_and_given(run: Run, sample: Path) -> None:
    first = run("grade", sample)
    assert first[0] == 0
    assert "would move" in first[1]
    assert run("grade", sample) == first
    assert run("grade", sample, "--apply")[0] == 0
    assert "0 customers would move" in run("grade", sample)[1]


def test_the_workbook_is_written(run: Run, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "segments.xlsx"
    assert run("report", "segments", sample, "-o", out)[0] == 0
    assert out.read_bytes()[:2] == b"PK"


def test_backup_and_restore(run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "home"))
    assert run("backup", sample, tmp_path / "copies")[0] == 0
    (copy,) = (tmp_path / "copies").iterdir()
    code, out, _ = run("restore", copy, tmp_path / "back.dcrm")
    assert code == 0
    assert "200 customers" in out
    assert run("list", tmp_path / "back.dcrm", "orders") == run("list", sample, "orders")
    assert "not in it" not in out


def test_a_restore_says_what_is_gone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "n.dcrm"
    run("new", file)
    run("backup", file, tmp_path / "copies")
    assert run("import", file, NORTHWIND, "--mapping", "northwind")[0] == 0
    code, out, _ = run("restore", *(tmp_path / "copies").iterdir(), file)
    assert code == 0
    assert "830 orders" in out.partition("not in it: ")[2]


def test_import_tells_sums_and_dirt_and_a_dry_run_leaves_the_file_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "n.dcrm"
    run("new", file)
    before = file.read_bytes()
    code, out, err = run("import", file, NORTHWIND, "--mapping", "northwind", "--dry-run")
    assert (code, err) == (0, "")
    assert "1,265,793.29 USD" in out
    assert "1,265,793.0395 USD" in out
    assert "customers.csv:85" in out
    assert "nothing was written" in out
    assert file.read_bytes() == before
    report = json.loads(run("import", file, NORTHWIND, "--json")[1])
    assert report["counts"]["orders"] == {"created": 830, "updated": 0, "unchanged": 0, "refused": 0}
    assert report["revenue"] == "1265793.29"
    assert run("check", file)[0] == 0
    everything = run("import", file, NORTHWIND, "--all")[1].splitlines()
    assert sum("no longer sold" in line for line in everything) == 8
    code, out, err = run("import", file, tmp_path / "absent")
    assert (code, out) == (2, "")


def test_help_teaches_every_command_in_the_users_language(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in ("open", "new", "sample", "import", "list", "show", "quote", "grade", "report", "backup", "check"):
        assert command in out
        words = {"quote": ["quote", "pdf"], "report": ["report", "segments"]}.get(command, [command])
        assert f"\n    desktop-crm {' '.join(words)} " in run(*words, "--help")[1]
    chinese = run("--ui-lang", "zh_TW", "check", "--help")[1]
    assert translator("zh_TW")("The shop file, by custom with the ending .dcrm.") in chinese.replace("\n", "")


@pytest.mark.parametrize(
    ("value", "lang"),
    [
        ("zh_TW.UTF-8", "zh_TW"),
        ("zh_HK", "zh_TW"),
        ("zh_CN.gb18030", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("C", "en"),
        ("de_DE", "en"),
        ("Chinese (Traditional)_Taiwan", "zh_TW"),
    ],
)
def test_the_language_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch, value: str, lang: str) -> None:
    monkeypatch.setenv("LC_ALL", value)
    assert language.chosen(["list"]) == (lang, ["list"])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--ui-lang", "zh_CN", "list"], ["list"]),
        (["list", "a", "--ui-lang=zh_CN"], ["list", "a"]),
    ],
)
def test_the_language_may_be_named_anywhere(words: list[str], left: list[str]) -> None:
    assert language.chosen(words) == ("zh_CN", left)


def test_tables_count_chinese_characters_twice() -> None:
    lines = terminal.table(
        [Column("名"), Column("Sum", right=True)], [["宏益", "1"], ["Abc", "12,345"], ["é\u0301", ""]]
    )
    assert [terminal.width(line) for line in lines[:4]] == [12, 12, 12, 12]
    assert lines[2:4] == ["宏益       1", "Abc   12,345"]
    assert lines[4] == "é\u0301"
    assert terminal.shortened("宏益建設", 5) == "宏益…"
    assert terminal.table([Column("A")], [["red\x1b[31m\nx"]])[2] == "red [31m x"


def test_without_arguments_of_its_own_python_runs_it(sample: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop_crm", "--ui-lang", "en", "list", str(sample), "orders", "--limit", "1"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("Number")


def test_reading_needs_no_qt(sample: Path) -> None:
    code = "import sys; from desktop_crm import cli; cli.main(sys.argv[1:]); print('PySide6' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(sample)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_a_command_that_changes_much_backs_up_first(
    run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "backups_dir", lambda: tmp_path / "backups")
    before = customers_in(sample)
    assert run("import", sample, NORTHWIND, "--mapping", "northwind", "--dry-run")[0] in (0, 2)
    assert not (tmp_path / "backups").exists()
    assert run("grade", sample, "--apply")[0] == 0
    [copy] = (tmp_path / "backups").rglob("*.dcrm")
    assert customers_in(copy) == before


def customers_in(shop: Path) -> int:
    return backup.look_inside(shop).customers


def test_a_clock_that_stands_back_is_told_and_the_command_goes_on(
    run: Run, sample: Path, clock_at: Callable[[str], object]
) -> None:
    clock_at("2024-01-02 09:00")
    code, _out, err = run("grade", sample, "--apply")
    assert code == 0
    assert "The clock of this computer says 2024-01-02" in err
