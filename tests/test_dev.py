"""dev.py and the catalogue tool: what is set up when, and what the catalogue check finds."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[1]


def load(name: str, path: Path) -> ModuleType:
    """A script of the project as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load("desktop_crm_messages", ROOT / "packaging" / "messages.py")


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py on an empty folder; ``dev.steps`` collects the set-up work it would do."""
    module = load("desktop_crm_dev", ROOT / "dev.py")
    (tmp_path / "requirements").mkdir()
    for name in ("pyproject.toml", "requirements/run.txt", "requirements/dev.txt"):
        (tmp_path / name).write_text(name)
    for name in ("ROOT", "VENV", "STAMP", "PYTHON", "TRANSLATIONS"):
        here = tmp_path / getattr(module, name).relative_to(ROOT)
        monkeypatch.setattr(module, name, here)
    steps: list[str] = []

    def make() -> None:
        steps.append("environment")
        module.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        module.PYTHON.touch()

    monkeypatch.setattr(module, "make_environment", make)
    monkeypatch.setattr(module, "install", lambda kind: steps.append(f"install {kind}"))
    monkeypatch.setattr(module, "system_packages", lambda kind: bool(steps.append(f"system {kind}")) or True)
    monkeypatch.setattr(module, "python_run", lambda *args: steps.append(args[0]) or 0)
    module.steps = steps
    return module


def taken(dev: ModuleType) -> list[str]:
    """The steps since the last look."""
    steps = list(dev.steps)
    dev.steps.clear()
    return steps


def test_second_start_does_nothing(dev: ModuleType) -> None:
    dev.ensure("run")
    assert taken(dev) == ["environment", "install run", "system run"]
    dev.ensure("run")
    assert taken(dev) == []


def test_development_set_serves_run_too(dev: ModuleType) -> None:
    dev.ensure("dev")
    assert taken(dev) == ["environment", "install dev", "system dev"]
    dev.ensure("run")
    assert taken(dev) == ["system run"]


def test_changed_requirements_are_installed(dev: ModuleType) -> None:
    dev.ensure("run")
    taken(dev)
    (dev.ROOT / "requirements" / "run.txt").write_text("another")
    dev.ensure("run")
    assert taken(dev) == ["install run", "system run"]


def test_interrupted_installation_is_done_again(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: str) -> None:
        raise dev.Stop(kind)

    with monkeypatch.context() as patch:
        patch.setattr(dev, "install", fail)
        with pytest.raises(dev.Stop):
            dev.ensure("run")
    taken(dev)
    dev.ensure("run")
    assert taken(dev) == ["install run", "system run"]


def test_damaged_stamp_starts_over(dev: ModuleType) -> None:
    dev.ensure("run")
    taken(dev)
    dev.STAMP.write_text("{")
    dev.ensure("run")
    assert taken(dev)[0] == "environment"


def test_missing_system_packages_are_asked_for_again(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(dev, "system_packages", lambda kind: False)
        dev.ensure("run")
    taken(dev)
    dev.ensure("run")
    assert taken(dev) == ["system run"]


def test_catalogues_are_compiled_when_missing(dev: ModuleType) -> None:
    folder = dev.TRANSLATIONS / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "desktop_crm.po").touch()
    dev.ensure("run")
    assert taken(dev)[-1] == "packaging/messages.py"
    (folder / "desktop_crm.mo").touch()
    dev.ensure("run")
    assert taken(dev) == []


def test_unknown_commands_are_refused(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["packge"]) == 2
    assert "unknown command 'packge'" in capsys.readouterr().err
    assert dev.main(["setup", "--fast"]) == dev.ENVIRONMENT_FAULT


@pytest.mark.parametrize(("kind", "groups"), [("run", ["install"]), ("dev", ["install", "dev"])])
def test_locks_hold_what_the_project_names(kind: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = [*project["project"]["dependencies"], *(n for group in groups for n in project["dependency-groups"][group])]
    text = (ROOT / "requirements" / f"{kind}.txt").read_text("utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    wanted = {re.split(r"[><=]", name)[0].lower().replace("_", "-") for name in named}
    assert wanted <= locked
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


MANY = ("%(count)s order", "%(count)s orders")


def catalogue(lang: str, *entries: tuple[object, object]) -> Catalog:
    """A catalogue of (msgid, text) pairs."""
    made = Catalog(locale=lang)
    for msgid, text in entries:
        made.add(msgid, text)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("msgid", "text", "fault"),
    [
        ("Save", "儲存", None),
        ("Save", "", "not translated"),
        ("Save %(name)s", "儲存 %(name)s", None),
        ("Save %(name)s", "儲存 %(nam)s", "places differ"),
        ("Save %(name)s", "儲存", "places differ"),
        ("Save", "儲存 %", "places differ"),
        (MANY, ("%(count)s 張訂單",), None),
        (MANY, ("訂單",), "places differ"),
        (MANY, ("",), "not translated"),
    ],
)
def test_faults_of_a_translation(msgid: object, text: object, fault: str | None) -> None:
    found = list(messages.findings("zh_TW", catalogue("zh_TW", (msgid, text)), {msgid}))
    assert (fault is None and not found) or (len(found) == 1 and f"zh_TW: {fault}:" in found[0])


def test_missing_stale_and_fuzzy_are_found() -> None:
    held = catalogue("zh_TW", ("Old", "舊"), ("Unsure", "不確定"))
    held["Unsure"].flags.add("fuzzy")
    assert list(messages.findings("zh_TW", held, {"New", "Unsure"})) == [
        "zh_TW: missing: 'New'",
        "zh_TW: stale: 'Old'",
        "zh_TW: fuzzy: 'Unsure'",
    ]


def test_update_keeps_translations_and_drops_the_stale() -> None:
    old = catalogue("zh_TW", ("Keep", "保留"), ("Old", "舊"), ("%(count)s order", "%(count)s 張訂單"))
    new = messages.updated("zh_TW", old, {"Keep", "New", MANY})
    texts = {message.id: message.string for message in new if message.id}
    assert texts == {"Keep": "保留", "New": "", MANY: ("%(count)s 張訂單",)}


def test_english_says_what_the_code_says() -> None:
    new = messages.updated("en", Catalog(locale="en"), {"Keep", MANY})
    assert list(messages.findings("en", new, {"Keep", MANY})) == []


def test_messages_are_found_in_code(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text('ctx.t("A")\nN_("B")\nt.plural("one", "many", n)\nprint("C")\nt(name)\n')
    assert messages.found_messages(tmp_path) == {"A", "B", ("one", "many")}
