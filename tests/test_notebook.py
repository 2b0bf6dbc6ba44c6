"""The notebooks run from top to bottom on the sample, with the package's own font: Chinese letters, never boxes."""

from __future__ import annotations

import base64
import json
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ["quick_start", "comparing_regions", "quality_of_the_data"]
ONLY_LATIN = """
from matplotlib import font_manager
font_manager.fontManager.ttflist = [f for f in font_manager.fontManager.ttflist if f.name.startswith("DejaVu")]
"""


def _notebook(name: str) -> Any:
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kernel of the interpreter that runs the tests, whatever other kernels the machine has."""
    spec = tmp_path / "jupyter" / "kernels" / "running"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    described = {"argv": command, "display_name": "running", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return "running"


def _executed(notebook: Any, kernel: str, tmp_path: Path) -> list[Any]:
    """The outputs of all cells, run in a folder that holds the sample and no tables."""
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    client = NotebookClient(notebook, timeout=300, kernel_name=kernel, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def _printed(outputs: list[Any], stream: str) -> str:
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == stream)


def _shown(outputs: list[Any], media_type: str) -> list[str]:
    kinds = ("display_data", "execute_result")
    return [o.data[media_type] for o in outputs if o.output_type in kinds and media_type in o.data]


def _size(chart: str) -> tuple[int, int]:
    width, height = struct.unpack(">II", base64.b64decode(chart)[16:24])
    return width, height


def test_all_notebooks_are_tested() -> None:
    assert sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb")) == sorted(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_stored_notebook_has_no_outputs(name: str) -> None:
    cells = [cell for cell in _notebook(name).cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


def _run(name: str, kernel: str, tmp_path: Path) -> list[Any]:
    """The outputs on a machine without any Chinese font. What is wrong is said on stderr, and nothing is."""
    notebook = _notebook(name)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(ONLY_LATIN))
    outputs = _executed(notebook, kernel, tmp_path)
    # matplotlib warns about every letter that it can only draw as a box.
    assert _printed(outputs, "stderr") == ""
    assert "extracted into a temporary folder" in _printed(outputs, "stdout")
    return outputs


def test_quick_start_shows_rows_and_their_sentence(kernel: str, tmp_path: Path) -> None:
    outputs = _run("quick_start", kernel, tmp_path)
    rows, kinds = _shown(outputs, "text/html")
    assert rows.count("<tr>") >= 10
    assert "国家标准" in rows
    assert "policy_rule" in kinds
    assert "郑州市检验检测机构达【968】家" in _printed(outputs, "stdout")
    (chart,) = _shown(outputs, "image/png")
    assert min(_size(chart)) > 300


@pytest.mark.parametrize("outlines", [False, True], ids=["without outlines", "with outlines"])
def test_comparing_regions_shows_grades_and_reasons(
    outlines: bool, kernel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if outlines:
        squares = [
            {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for code, ring in (
                ("410100", [[0, 0], [1, 0], [1, 1], [0, 0]]),
                ("410200", [[1, 0], [2, 0], [2, 1], [1, 0]]),
            )
        ]
        file = tmp_path / "outlines.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": squares}), encoding="utf-8")
        monkeypatch.setenv("QUALITYEXTRACT_GEOJSON", str(file))
    outputs = _run("comparing_regions", kernel, tmp_path)
    said = _printed(outputs, "stdout")
    cells, excluded, grades, per_head = _shown(outputs, "text/html")
    assert cells.count("<td>A</td>") == 3
    assert "not stated whether" in cells
    assert "stat_kind is share" in excluded
    assert "驰名商标" in grades
    assert "per_population" in per_head
    assert "统计类型不同" in said
    charts = _shown(outputs, "image/png")
    assert len(charts) == 1 + outlines
    assert ("no map is drawn" in said) is not outlines
    assert all(min(_size(chart)) > 300 for chart in charts)


def test_quality_of_the_data_shows_gaps_doubts_and_conflicts(kernel: str, tmp_path: Path) -> None:
    outputs = _run("quality_of_the_data", kernel, tmp_path)
    said = _printed(outputs, "stdout")
    assert "squares have an article" in said
    assert "pairs of region and indicator have a fact" in said
    flags, worst, conflict, bias = _shown(outputs, "text/html")
    assert "self_reported_activity" in flags
    assert worst.count("<tr") == 6
    assert "(52310.0, 48000.0)" in conflict
    assert "(communique, portal)" in conflict
    assert "前三位" in bias
    assert len(_shown(outputs, "image/png")) == 2
