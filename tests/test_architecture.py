"""The shape of the package: imports point one way, nothing stands outside the layers, the wheel holds the rules."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qualityextract
from qualityextract import cli, read

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(qualityextract.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[str]:
    """The layers of the contract, from the top down."""
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    return [name.strip("() ") for layer in contract["layers"] for name in layer.split("|")]


def test_imports_point_one_way() -> None:
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_stands_in_a_layer() -> None:
    modules = {file.stem for file in PACKAGE.glob("*.py")} | {
        file.parent.name for file in PACKAGE.glob("*/__init__.py")
    }
    assert modules - {"__init__"} <= set(layers())


def test_the_linter_notices_an_upward_import(tmp_path: Path) -> None:
    package = tmp_path / "qualityextract"
    package.mkdir()
    for name in layers():
        (package / f"{name}.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "schema.py").write_text("from qualityextract import cli\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_modules_are_small_and_say_what_they_are_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 500
    assert text.startswith('"""')


def test_there_is_no_drawer_for_everything() -> None:
    names = {file.stem for file in PACKAGE.rglob("*.py")} | {file.name for file in PACKAGE.rglob("*") if file.is_dir()}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_the_lock_file_pins_everything_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip() and entry[0] != "#"]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    pinned = {entry.split("==")[0].replace("_", "-").lower() for entry in entries}
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    wanted += PROJECT["build-system"]["requires"]
    assert {re.split("[>=]", need)[0].replace("_", "-").lower() for need in wanted} <= pinned


def test_the_size_limit_is_the_same_on_the_command_line_and_in_the_reader() -> None:
    assert (cli._DEFAULT_MAX_BYTES, cli._DEFAULT_MAX_CHARS) == (read.MAX_BYTES, read.MAX_CHARS)


def test_nothing_heavy_is_loaded_for_the_help() -> None:
    code = "import sys; import qualityextract.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "numpy", "pyarrow", "jieba", "pydantic", "regex", "lxml"} & set(done.stdout.split())
