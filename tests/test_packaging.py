"""What is packed and what stays out, the icon, and the parts of the smoke test that need no built program."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The modules of packaging/ can be imported, and are forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(PACKAGING))
    yield PACKAGING
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PACKAGING)):
            del sys.modules[name]


@pytest.fixture
def contents(tools: Path) -> ModuleType:
    import contents

    return contents


@pytest.fixture
def build(tools: Path) -> ModuleType:
    import build

    return build


@pytest.mark.parametrize(
    "name",
    [
        "babel/locale-data/root.dat",
        "babel/locale-data/zh_Hant_TW.dat",
        "babel/global.dat",
        "PySide6/Qt/translations/qtbase_zh_TW.qm",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/imageformats/qsvg.dll",
        "PySide6/Qt/lib/libQt6Network.so.6",  # libQt6Pdf needs it
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6/Qt/lib/QtWidgets.framework/Versions/A/QtWidgets",
        "sqlcipher3/_sqlite3.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_is_needed_is_kept(contents: ModuleType, name: str) -> None:
    assert contents.used([(name, "", "")]) == [(name, "", "")]
    assert contents.used([(name.replace("/", "\\"), "", "")])


@pytest.mark.parametrize(
    "name",
    [
        "babel/locale-data/fr.dat",
        "babel/locale-data/zgh.dat",
        "PySide6/translations/qtbase_de.qm",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/plugins/platforms/qdirect2d.dll",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt6QuickWidgets.dll",
        "PySide6/Qt/lib/QtQuick.framework/Versions/A/QtQuick",
        "PySide6/opengl32sw.dll",
        "libgtk-3.so.0",
        "libsqlite3.so.0",
        "sqlite3.dll",
    ],
)
def test_what_is_never_loaded_stays_out(contents: ModuleType, name: str) -> None:
    assert contents.used([(name, "", "")]) == []
    assert contents.used([(name.replace("/", "\\"), "", "")]) == []


def test_the_program_imports_nothing_that_stays_out(contents: ModuleType) -> None:
    found = set()
    for path in (ROOT / "desktop_crm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {name for name in names for out in contents.EXCLUDED if f"{name}.".startswith(f"{out}.")}
    assert found == set()


def test_every_library_brings_its_licence(contents: ModuleType) -> None:
    folders = {folder for _, folder in contents.licenses()}
    assert {"licenses/sqlalchemy", "licenses/sqlcipher3", "licenses/reportlab", "licenses/python-stdnum"} <= folders
    assert all(Path(source).is_file() for source, _ in contents.licenses())


def test_the_icon_is_drawn_in_every_size(tools: Path, tmp_path: Path) -> None:
    import icons
    from PIL import Image

    made = icons.make(ROOT / "resources" / "desktop-crm.svg", tmp_path)
    with Image.open(made) as image:
        assert {(16, 16), (32, 32), (256, 256)} <= {size[:2] for size in image.info["sizes"]}
    small = icons.drawn(ROOT / "resources" / "desktop-crm.svg", 16)
    assert small.getpixel((0, 0))[3] == 0
    assert len(small.getcolors()) > 3


@pytest.mark.no_qt_log  # Qt says so too
def test_what_is_no_drawing_gives_no_icon(tools: Path, tmp_path: Path) -> None:
    import icons

    (tmp_path / "words.svg").write_text("words")
    with pytest.raises(ValueError, match="cannot be drawn"):
        icons.drawn(tmp_path / "words.svg", 16)


@pytest.mark.parametrize(
    "part", ["one_sqlite", "migrations", "languages", "numbers", "spreadsheets", "window_parts", "own_files"]
)
def test_parts_are_there_from_source_too(tools: Path, tmp_path: Path, qapp: object, part: str) -> None:
    import smoke_test

    getattr(smoke_test, part)(tmp_path)


def test_a_missing_part_is_named(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import smoke_test

    for name in ("worker_process", "migrations", "languages", "spreadsheets", "window_parts"):
        monkeypatch.setattr(smoke_test, name, lambda _folder: None)
    monkeypatch.setattr(smoke_test, "numbers", lambda _folder: smoke_test.require(False, "no rule for DE"))
    assert smoke_test.try_parts(tmp_path) == 1
    assert "FAILED numbers of other countries: AssertionError: no rule for DE" in capsys.readouterr().out


def test_the_built_program_sees_nothing_of_this_python(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "QT_PLUGIN_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    env = build.clean_environment(tmp_path)
    assert not [name for name, value in env.items() if "elsewhere" in value]
    assert str(ROOT) not in env["PATH"]
    assert env["DESKTOP_CRM_HOME"] == str(tmp_path / "home")


def test_a_wrong_result_is_a_failure(build: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(b"%PDF" + bytes(100))
    build.require_file(tmp_path / "good.pdf", b"%PDF", 100)
    for name, head, least in (("good.pdf", b"PK", 1), ("good.pdf", b"%PDF", 1000), ("none.pdf", b"%PDF", 1)):
        with pytest.raises(build.Failure):
            build.require_file(tmp_path / name, head, least)
    with pytest.raises(build.Failure, match="exit code 3"):
        build.run([sys.executable], "-c", "import sys; print('why'); sys.exit(3)", work=tmp_path)


def test_installer_texts_are_complete() -> None:
    texts = [(PACKAGING / "windows" / f"{lang}.isl").read_text("utf-8-sig") for lang in ("zh_TW", "zh_CN")]
    keys, others = ([line.partition("=")[0] for line in text.splitlines() if "=" in line] for text in texts)
    assert keys == others
    for text in texts:
        assert all(re.search(r"=\S", line) for line in text.splitlines() if "=" in line)
    script = (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    assert set(re.findall(r"\{cm:(\w+)", script)) <= set(keys)


def test_the_tools_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("desktop_crm_dev_packaging", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = module_from_spec(spec)
    spec.loader.exec_module(dev)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(dev.shutil, "which", lambda name: None if name == "objdump" else f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "installed_system_packages", set)
    monkeypatch.setattr("sys.base_prefix", "/opt/python")
    assert dev.build_packages() == ["binutils"]
    monkeypatch.setattr("sys.base_prefix", "/usr")
    assert dev.build_packages() == ["binutils", f"libpython3.{sys.version_info.minor}"]
    monkeypatch.setattr("sys.platform", "darwin")
    assert dev.build_packages() == []


def test_shop_files_open_with_a_double_click() -> None:
    """Each system is told of the ending; whether it listens is tried on each."""
    assert "\\.dcrm" in (PACKAGING / "windows" / "installer.iss").read_text("utf-8")
    spec = (PACKAGING / "desktop_crm.spec").read_text("utf-8")
    assert spec.count("SHOP_TYPE") == 3
    assert '"public.filename-extension": ["dcrm"]' in spec


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_the_menu_entry_on_linux_takes_a_file(tmp_path: Path) -> None:
    script = tmp_path / "program" / "install.sh"
    script.parent.mkdir()
    shutil.copy(PACKAGING / "linux" / "install.sh", script)
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "PATH": os.environ["PATH"]}
    subprocess.run(["sh", str(script)], env=home, check=True, capture_output=True)
    entry = (tmp_path / "data" / "applications" / "DesktopCRM.desktop").read_text("utf-8")
    assert f'Exec="{script.parent}/desktop-crm" %f' in entry
    mime = ElementTree.parse(tmp_path / "data" / "mime" / "packages" / "desktop-crm.xml").getroot()
    (kind,) = mime
    assert f"MimeType={kind.get('type')};" in entry
    assert [glob.get("pattern") for glob in kind if glob.tag.endswith("glob")] == ["*.dcrm"]
