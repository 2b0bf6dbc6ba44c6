"""The examples in the docstrings of the analysis, and the code on its page of the documentation, do what they show."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import qualityextract as qe
from qualityextract.analysis import comparability
from qualityextract.analysis.definitions import catalogued
from qualityextract.analysis.sources import source_classes
from qualityextract.ruleset import load_ruleset

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(comparability.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
PAGE = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str, sample_run: Path, sample_data: qe.Data) -> None:
    module = importlib.import_module(f"qualityextract.analysis.{name}")
    done = doctest.testmod(module, extraglobs={"data": sample_data, "out": sample_run}, optionflags=doctest.ELLIPSIS)
    assert done.failed == 0
    if name in ("load", "panel", "comparability", "conflicts", "coverage"):
        assert done.attempted


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_page_shows_code() -> None:
    assert len(python_blocks()) >= 5


@pytest.mark.parametrize("code", python_blocks())
def test_the_code_of_the_page_runs(
    code: str, sample_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("polars", "duckdb"):
        if name in code:
            pytest.importorskip(name, reason=f"{name} is not installed")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "out").symlink_to(sample_run, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/analysis.md", "exec"), {"__name__": "page"})


def test_every_condition_and_source_class_is_on_the_page() -> None:
    for condition in comparability.conditions():
        assert f"`{condition.id}`" in PAGE, condition.id
    for item in source_classes():
        assert f"`{item.source}`" in PAGE, item.source


def test_the_conditions_name_groups_kinds_and_attributes_that_exist() -> None:
    ruleset = load_ruleset()
    groups = {item.group for item in ruleset.indicators.values()}
    attributes = {name for code in ruleset.indicators for name in catalogued(code)}
    for condition in comparability.conditions():
        assert condition.groups <= groups, condition.id
        assert condition.differ in comparability.GRADES
        assert not condition.unknown or condition.unknown in comparability.GRADES
        if condition.column.startswith("attributes."):
            name = condition.column.removeprefix("attributes.")
            assert name in attributes | {"rank_scope", "base_period"}, condition.id
