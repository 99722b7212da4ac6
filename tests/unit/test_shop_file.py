"""Files that are no sound shop of ours, and second starts: one sentence each, nothing touched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.models import Customer
from desktop_crm.services import check, customers, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import database, faults, shop_file
from desktop_crm.store.lock import ShopLock

PAGE = 4096
NEWER = "This shop file was written by a newer Desktop CRM; it was left untouched."
NOT_OURS = faults.SENTENCES[faults.NOTADB][0]
DAMAGED = faults.DAMAGED[0]


def execute(path: Path, *statements: str) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def a_few_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def one_page_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - PAGE)


def first_page_of_tables(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:2000] = bytes(byte ^ 0x5A for byte in data[100:2000])
    path.write_bytes(data)


def text(path: Path) -> None:
    path.write_text("姓名,電話\n宏益,04-22581180\n" * 500, encoding="utf-8")


def another_database(path: Path) -> None:
    path.unlink()
    execute(path, "CREATE TABLE customer (id INTEGER)")


def zip_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("shop.txt", "x" * 10_000)


def newer(path: Path) -> None:
    execute(path, "UPDATE alembic_version SET version_num = '9999'")


def without_revision(path: Path) -> None:
    execute(path, "DROP TABLE alembic_version")


BAD: list[tuple[Callable[[Path], None], str]] = [
    (empty, DAMAGED),
    (a_few_bytes, NOT_OURS),
    (half, DAMAGED),
    (one_page_short, DAMAGED),
    (first_page_of_tables, DAMAGED),
    (text, NOT_OURS),
    (another_database, NOT_OURS),
    (zip_archive, NOT_OURS),
    (newer, NEWER),
    (without_revision, DAMAGED),
]


@pytest.fixture
def file(empty_shop_file: Path, tmp_path: Path) -> Path:
    """A closed shop file of the test's own, alone in its folder."""
    return Path(shutil.copy(empty_shop_file, tmp_path / "shop.dcrm"))


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize(("spoil", "sentence"), BAD, ids=[spoil.__name__ for spoil, _ in BAD])
def test_a_bad_file_is_refused_and_left_as_it_is(
    file: Path, spoil: Callable[[Path], None], sentence: str, writable: bool
) -> None:
    spoil(file)
    before = file.read_bytes()
    with pytest.raises(EnvironmentFault) as caught:
        shops.open_shop(file, writable=writable)
    assert str(caught.value) == sentence
    assert caught.value.advice
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"nowhere\.dcrm is not there"):
        shops.open_shop(tmp_path / "nowhere.dcrm")
    assert os.listdir(tmp_path) == []


def test_damage_in_the_middle_is_found_by_check_and_told_when_it_is_read(file: Path) -> None:
    shop = shops.open_shop(file)
    for number in range(60):
        shop.database.run(customers.create, CustomerForm({"name": f"客戶{number}"}))
    shop.close()
    with dbapi2.connect(str(file)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'customer'"
        root = connection.execute(query).fetchone()[0]
    connection.close()
    data = bytearray(file.read_bytes())
    data[(root - 1) * PAGE : (root - 1) * PAGE + 200] = b"\xff" * 200
    file.write_bytes(data)
    shop = shops.open_shop(file, writable=False)
    try:
        with shop.database.read() as session:
            findings = check.run(session)
        assert findings
        assert all(finding.startswith("integrity: ") for finding in findings)
        with pytest.raises(EnvironmentFault, match=r"The shop file is damaged\."), shop.database.read() as session:
            session.query(Customer).all()
    finally:
        shop.close()


# -- creating --------------------------------------------------------------------------------------


def test_creating_never_overwrites(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(UserError, match="exists already; nothing was overwritten"):
        shops.create_shop(file, "永昌")
    assert file.read_bytes() == before


def test_a_shop_that_could_not_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise EnvironmentFault(*faults.SENTENCES[faults.FULL])

    monkeypatch.setattr(shops, "set_up", fail)
    with pytest.raises(EnvironmentFault, match="disk is full"):
        shops.create_shop(tmp_path / "new.dcrm", "永昌")
    assert set(os.listdir(tmp_path)) <= {"new.dcrm.lock"}


@pytest.mark.parametrize("folder", ["OneDrive - 明德", "Dropbox"])
def test_a_folder_copied_by_a_cloud_program_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(EnvironmentFault, match="copied by a cloud program"):
        shops.create_shop(tmp_path / folder / "shop.dcrm", "永昌")
    assert not (tmp_path / folder).exists()


@pytest.mark.parametrize("path", [Path("/proc/shop.dcrm"), Path("/proc/self/nowhere/shop.dcrm")])
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, a folder nobody can write to")
def test_a_folder_nobody_can_write_to_is_told(path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="read-only"):
        shops.create_shop(path, "永昌")


READ_ONLY = """
import os, sys
from pathlib import Path
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.services import customers, shops
path = Path(sys.argv[1])
shop = shops.create_shop(Path(os.environ["DESKTOP_CRM_HOME"]) / "first.dcrm", "x")
shop.database.run(customers.create, customers.CustomerForm({"name": "x"}))  # everything is imported now
shop.close()
if os.geteuid() == 0:  # permissions do not bind root
    os.setgid(65534), os.setuid(65534)
try:
    shops.open_shop(path).database.run(customers.create, customers.CustomerForm({"name": "x"}))
except EnvironmentFault as fault:
    print(fault)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of folders work differently on Windows")
def test_a_read_only_folder_is_told_and_the_file_left_as_it_is(empty_shop_file: Path, open_folder: Path) -> None:
    file = Path(shutil.copy(empty_shop_file, open_folder / "shop.dcrm"))
    before = file.read_bytes()
    file.chmod(0o444)
    open_folder.chmod(0o555)
    try:
        done = run_python(READ_ONLY, file)
    finally:
        open_folder.chmod(0o777)
    assert done.stdout.strip() == faults.SENTENCES[faults.READONLY][0], done.stderr
    assert file.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of files work differently on Windows")
def test_a_read_only_file_in_an_open_folder_is_told(empty_shop_file: Path, open_folder: Path) -> None:
    file = Path(shutil.copy(empty_shop_file, open_folder / "shop.dcrm"))
    file.chmod(0o444)
    done = run_python(READ_ONLY, file)
    assert done.stdout.strip() == faults.SENTENCES[faults.READONLY][0], done.stderr


@pytest.fixture
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder another user may work in, whose parents let that user through."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="desktop-crm-") as name:
        os.chmod(name, 0o777)
        yield Path(name)


def run_python(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in another process, importing what this one imports, with user folders anybody may write to."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="desktop-crm-home-") as home:
        os.chmod(home, 0o777)
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "DESKTOP_CRM_HOME": home, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            timeout=60,
            check=False,
        )


# -- second starts ---------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from desktop_crm.services import shops
shop = shops.open_shop(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the shop open."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_second_start_names_the_holder_until_it_dies(file: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(
        EnvironmentFault, match=rf"already open in another window on this computer \(process {holder.pid}\)"
    ):
        shops.open_shop(file)
    os.kill(holder.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.wait()
    shop = shops.open_shop(file)
    assert shop.lock is not None
    assert shop.lock.holder().endswith(f", {os.getpid()}")
    shop.close()


def test_a_locked_shop_can_be_read_but_not_restored_over(file: Path, holder: subprocess.Popen[str]) -> None:
    shop = shops.open_shop(file, writable=False)
    with shop.database.read() as session:
        assert check.run(session) == []
    shop.close()
    with pytest.raises(EnvironmentFault, match=rf"another window on this computer \(process {holder.pid}\)"):
        shops.restore_file(file, file)


def test_a_lock_taken_by_one_thread_is_given_back_by_another(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    lock = ShopLock(tmp_path / "shop.dcrm")
    with ThreadPoolExecutor(1) as lane:
        lane.submit(lock.acquire).result()
    lock.release()
    other = ShopLock(tmp_path / "shop.dcrm")
    other.acquire()
    other.release()
    assert other.holder() == ""


def test_the_header_check_reads_large_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "large.dcrm"
    execute(
        path,
        "PRAGMA page_size = 65536",
        f"PRAGMA application_id = {shop_file.APPLICATION_ID}",
        "CREATE TABLE t (a)",
    )
    shop_file.check_header(path)
    os.truncate(path, path.stat().st_size - PAGE)
    with pytest.raises(EnvironmentFault, match=r"damaged"):
        shop_file.check_header(path)


def test_a_shop_on_a_read_only_medium_can_be_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As SQLite finds it there: it cannot make a log beside the file."""
    before = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    monkeypatch.setattr(database, "_can_be_read", lambda _connection: False)
    shop = shops.open_shop(file, writable=False)
    with shop.database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM staff").scalar() == 1
        assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == before
    shop.close()


def test_a_shop_in_use_is_never_taken_for_one_on_a_read_only_medium(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shops.open_shop(file)
    first.database.run(customers.create, CustomerForm({"name": "宏益"}))
    monkeypatch.setattr(database, "_can_be_read", lambda _connection: False)
    second = shops.open_shop(file, writable=False)
    for count in (1, 2):
        with second.database.read() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM customer").scalar() == count
        first.database.run(customers.create, CustomerForm({"name": "大同"}))
    second.close()
    first.close()
