"""The large shop files: made once, kept in a cache folder under a name that follows from what made them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlcipher3 import dbapi2

from desktop_crm.core import paths
from desktop_crm.models import Base
from desktop_crm.services import sample, shops
from desktop_crm.services.sample.bulk import loading
from desktop_crm.store import holder, search_index, shop_file

BIG, HUGE, MIDDLE = 100_000, 1_000_000, 10_000
COPIED = ("staff", "customer", "customer_figures")  # all that the customers list reads
UNIQUE = {"code": "{} {}", "name": "{} {}", "plain_key": "{} {}"}  # texts that tell the copies apart


def folder() -> Path:
    """Where the files are kept: ``DESKTOP_CRM_BENCH``, else the user's cache folder."""
    import platformdirs

    place = os.environ.get("DESKTOP_CRM_BENCH") or platformdirs.user_cache_dir(f"{paths.APP}-bench", appauthor=False)
    made = Path(place) / version()
    made.mkdir(parents=True, exist_ok=True)
    return made


def version() -> str:
    """A digest of the layout of shop files and of what generates them."""
    digest = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        digest.update(str(CreateTable(table).compile(dialect=sqlite.dialect())).encode())
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            digest.update(str(CreateIndex(index).compile(dialect=sqlite.dialect())).encode())
    digest.update(repr(search_index._DDL).encode())
    for file in sorted(Path(sample.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def sample_shop(customers: int) -> Path:
    """A sample shop of that size, brought to today; made when there is none."""
    path = folder() / f"sample-{customers}.dcrm"
    if not path.exists():
        part = path.with_suffix(".part")
        shop_file.remove(part)
        began = time.perf_counter()
        sample.create(part, customers=customers).close()
        seconds = time.perf_counter() - began
        path.with_suffix(".json").write_text(json.dumps({"seconds": seconds, "load": load()}), "ascii")
        part.replace(path)
    shops.open_shop(path).close()
    return path


def made_in(customers: int) -> tuple[float, float]:
    """How many seconds a sample shop took when it was made, and the load of the machine then."""
    noted = json.loads((folder() / f"sample-{customers}.json").read_text("ascii"))
    return noted["seconds"], noted["load"]


def load() -> float:
    """How many programs wanted a processor in the last minute; 0 where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def huge_list() -> Path:
    """1,000,000 customers with their figures and nothing else: those of the big sample shop ten times over.

    An eleventh copy is archived. The list reads only these tables; a whole shop would hold 10,000,000 orders.
    """
    path = folder() / f"list-{HUGE}.dcrm"
    if not path.exists():
        part = path.with_suffix(".part")
        shop_file.remove(part)
        database = shop_file.create(part)
        with closing(dbapi2.connect(str(sample_shop(BIG)))) as source, loading(database) as bulk:
            for name in COPIED:
                columns = list(Base.metadata.tables[name].c.keys())
                rows = bulk.table(name, " ".join(columns))
                key = columns.index("customer_id" if name == "customer_figures" else "id")
                copies = 1 if name == "staff" else HUGE // BIG + 1
                for row in source.execute(f"SELECT {', '.join(columns)} FROM {name}"):
                    rows.extend(_copy(columns, row, key, number) for number in range(copies))
                    bulk.pace()
        database.close()
        part.replace(path)
    return path


def _copy(columns: list[str], row: tuple[object, ...], key: int, number: int) -> tuple[object, ...]:
    """A row under another key; its name and what sorts by it end in the number of the copy."""
    values = list(row)
    old = row[key]
    assert isinstance(old, bytes)
    values[key] = old[:-1] + bytes([old[-1] ^ number])
    if number:
        for place, column in enumerate(columns):
            if column in UNIQUE:
                values[place] = UNIQUE[column].format(values[place], number)
            elif column in ("stroke_key", "pinyin_key"):
                found = values[place]
                assert isinstance(found, bytes)
                values[place] = found + b" %d" % number
            elif column == "archived":
                values[place] = number == HUGE // BIG
    return tuple(values)


def known_here(shop: Path, home: Path) -> None:
    """Let the program with the folders ``home`` take itself for the computer of a shop, or it would ask."""
    (home / "machine-id").write_text(holder.of(shop).machine)


@contextmanager
def scratch(origin: Path | None = None) -> Iterator[Path]:
    """A folder that goes away, with ``origin`` copied into it as ``shop.dcrm`` if there is one."""
    with tempfile.TemporaryDirectory(dir=folder(), ignore_cleanup_errors=True) as place:
        path = Path(place) / "shop.dcrm"
        if origin is not None:
            with origin.open("rb") as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())  # else a commit would wait for the whole file
        yield path
