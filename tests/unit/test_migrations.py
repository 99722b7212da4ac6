"""Older files are upgraded whole after a backup, or stay as they are; newer ones are refused (test_shop_file)."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.services import check, shops
from desktop_crm.store import migrations

RELEASED = sorted((Path(__file__).resolve().parents[1] / "data" / "shops").glob("*.dcrm.gz"))
CURRENT = migrations.REVISIONS[-1]
ADD_COLUMN = f"""
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "{CURRENT}"
def upgrade():
    op.add_column("customer", sa.Column("rating", sa.Integer(), nullable=True))
    op.execute("UPDATE customer SET rating = 5")
"""
FAILING = ADD_COLUMN + "    raise ZeroDivisionError\n"
DANGLING = ADD_COLUMN + "    op.execute(\"INSERT INTO customer_month VALUES (x'01', '2026-01-01', 1, 1, 1)\")\n"


@pytest.fixture(autouse=True)
def own_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Automatic backups of the test go to its own folder."""
    folder = tmp_path / "automatic"
    monkeypatch.setattr(paths, "backups_dir", lambda: folder)
    return folder


def next_layout(folder: Path, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the program believe that there is one more layout, reached by ``revision``."""
    shutil.copytree(migrations.FOLDER / "versions", folder / "versions", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_test.py").write_text(revision, encoding="utf-8")
    monkeypatch.setattr(migrations, "FOLDER", folder)
    monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, "9999"))


def layout(path: Path) -> dict[str, object]:
    """The columns and keys of every table and the text of every index, without their order in the file.

    An added column stands last in an upgraded file, wherever it stands in a fresh one.
    """
    connection = dbapi2.connect(str(path))
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    found: dict[str, object] = {
        f"{kind} {name}": re.sub(r"\s+", " ", sql) for kind, name, sql in rows if kind != "table" or "VIRTUAL" in sql
    }
    for name in (name for kind, name, sql in rows if kind == "table" and "VIRTUAL" not in sql):
        columns = connection.execute(f"SELECT * FROM pragma_table_info('{name}')").fetchall()
        keys = connection.execute(f"SELECT * FROM pragma_foreign_key_list('{name}')").fetchall()
        found[f"table {name}"] = ({row[1]: row[2:] for row in columns}, sorted(str(row[2:]) for row in keys))
    connection.close()
    return found


def columns(path: Path) -> set[str]:
    """The columns of the customers."""
    connection = dbapi2.connect(str(path))
    found = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info('customer')")}
    connection.close()
    return found


def value(path: Path, query: str) -> object:
    connection = dbapi2.connect(str(path))
    found = connection.execute(query).fetchone()[0]
    connection.close()
    return found


@pytest.fixture
def old(empty_shop_file: Path, tmp_path: Path) -> Path:
    """A file of the layout before."""
    return Path(shutil.copy(empty_shop_file, tmp_path / "old.dcrm"))


def test_the_list_of_layouts_is_the_chain_of_revision_files() -> None:
    scripts = ScriptDirectory(str(migrations.FOLDER))
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(migrations.REVISIONS)
    assert all(script.doc.strip() for script in scripts.walk_revisions())


def test_there_is_a_file_of_every_released_version() -> None:
    assert RELEASED


@pytest.mark.parametrize("released", RELEASED, ids=[path.stem for path in RELEASED])
def test_a_file_of_a_released_version_opens_and_equals_a_fresh_one(
    released: Path, empty_shop_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / released.stem
    file.write_bytes(gzip.decompress(released.read_bytes()))
    shop = shops.open_shop(file)
    with shop.database.read() as session:
        assert check.run(session) == []
    shop.close()
    assert layout(file) == layout(empty_shop_file)
    assert value(file, "SELECT count(*) FROM customer_order")
    assert value(file, "SELECT version_num FROM alembic_version") == migrations.REVISIONS[-1]


def test_orders_of_an_older_file_know_what_is_invoiced(tmp_path: Path) -> None:
    file = tmp_path / "old.dcrm"
    file.write_bytes(gzip.decompress(RELEASED[0].read_bytes()))
    with dbapi2.connect(str(file)) as connection:
        for key, total, voided in (("01", 300, None), ("02", -100, None), ("03", 50, "2026-11-01")):
            connection.execute(
                "INSERT INTO invoice_record (id, created_at, updated_at, version, created_by_device, number, kind,"
                " issued_on, customer_id, order_id, buyer_tax_number, net, tax, total, voided_on)"
                " SELECT ?, created_at, updated_at, 1, 1, ?, 'invoice', ordered_on, customer_id, id, '', ?, 0, ?, ?"
                " FROM customer_order ORDER BY number LIMIT 1",
                (bytes.fromhex(key * 16), f"AB{key}", total, total, voided),
            )
    connection.close()
    shop = shops.open_shop(file)
    with shop.database.read() as session:
        assert check.run(session) == []
    shop.close()
    assert value(file, "SELECT group_concat(invoiced) FROM customer_order WHERE invoiced != 0") == "200"


def test_an_older_file_is_backed_up_and_upgraded(
    old: Path, own_backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_layout(tmp_path / "revisions", ADD_COLUMN, monkeypatch)
    shops.open_shop(old).close()
    assert value(old, "SELECT version_num FROM alembic_version") == "9999"
    assert "rating" in columns(old)
    (kept,) = own_backups.rglob("*.dcrm")
    assert value(kept, "SELECT version_num FROM alembic_version") == CURRENT
    assert "rating" not in columns(kept)


def test_an_older_file_can_be_opened_for_reading_too(
    old: Path, own_backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_layout(tmp_path / "revisions", ADD_COLUMN, monkeypatch)
    shops.open_shop(old, writable=False).close()
    assert value(old, "SELECT version_num FROM alembic_version") == "9999"
    assert len(list(own_backups.rglob("*.dcrm"))) == 1


@pytest.mark.parametrize(
    ("revision", "error"), [(FAILING, ZeroDivisionError), (DANGLING, RuntimeError)], ids=["failing", "dangling"]
)
def test_a_failing_upgrade_leaves_the_file_as_it_was_and_can_be_tried_again(
    old: Path,
    own_backups: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    revision: str,
    error: type[Exception],
) -> None:
    before, tables = old.read_bytes(), layout(old)
    next_layout(tmp_path / "revisions", revision, monkeypatch)
    for attempt in (1, 2):
        with pytest.raises(error):
            shops.open_shop(old)
        assert layout(old) == tables
        assert old.read_bytes() == before
        assert len(list(own_backups.rglob("*.dcrm"))) == attempt
    monkeypatch.undo()
    shops.open_shop(old).close()


def test_nothing_is_upgraded_without_a_backup(
    old: Path, own_backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    own_backups.write_text("no folder")
    next_layout(tmp_path / "revisions", ADD_COLUMN, monkeypatch)
    with pytest.raises(EnvironmentFault, match="The backup could not be written"):
        shops.open_shop(old)
    assert old.read_bytes() == before
