"""Fixtures that more than one test module uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

import fake_pipeline
from qualityextract.analysis.load import Data, load
from qualityextract.run import RunOptions, extract_folder

# A busy machine must not fail a property, and a failure must come back on the next run.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small pipeline and an empty rule set in place of the real ones, also in worker processes."""
    monkeypatch.setitem(sys.modules, "qualityextract.pipeline", fake_pipeline)
    monkeypatch.setattr("qualityextract.ruleset.load_ruleset", fake_pipeline.load_ruleset)
    monkeypatch.setattr("qualityextract.run.local.extract_sources", fake_pipeline.extract_sources)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with a few texts in subfolders, names with spaces and Chinese, one copy and one empty file."""
    folder = tmp_path / "in put"
    for name, text in fake_pipeline.TEXTS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    return folder


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of the shipped sample."""
    out = tmp_path_factory.mktemp("sample") / "out"
    extract_folder(Path(__file__).resolve().parent.parent / "data" / "raw", out, RunOptions())
    return out


@pytest.fixture(scope="session")
def sample_data(sample_run: Path) -> Data:
    """The tables of the shipped sample, loaded."""
    return load(sample_run)
