"""The notebook runs from top to bottom on the sample; Chinese letters appear where a font has them, boxes never."""

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
NOTEBOOK = ROOT / "notebooks" / "compare_regions.ipynb"
ONLY_LATIN = """
from matplotlib import font_manager
font_manager.fontManager.ttflist = [f for f in font_manager.fontManager.ttflist if f.name.startswith("DejaVu")]
"""


def _notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


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


def test_the_stored_notebook_has_no_outputs() -> None:
    cells = [cell for cell in _notebook().cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


@pytest.mark.parametrize("fonts", ["as installed", "only latin"])
def test_the_notebook_makes_its_table_and_its_chart(fonts: str, kernel: str, tmp_path: Path) -> None:
    notebook = _notebook()
    if fonts == "only latin":
        notebook.cells.insert(0, nbformat.v4.new_code_cell(ONLY_LATIN))
    outputs = _executed(notebook, kernel, tmp_path)
    # matplotlib warns about every letter that it can only draw as a box.
    assert _printed(outputs, "stderr") == ""
    said = _printed(outputs, "stdout")
    assert "extracted into a temporary folder" in said
    if fonts == "only latin":
        assert "No Chinese font is installed" in said

    matrix, evidence = _shown(outputs, "text/html")
    assert matrix.count("<tr") >= 5
    assert "驰名商标" in matrix
    assert "荆州市" in evidence
    assert evidence.count("<tr>") >= 10
    assert "全市" in evidence

    (chart,) = _shown(outputs, "image/png")
    width, height = struct.unpack(">II", base64.b64decode(chart)[16:24])
    assert width > 400
    assert height > 400
