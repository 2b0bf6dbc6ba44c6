"""The command `compare`: every form, and what goes wrong in words."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from analysis_rows import TRAPS, Said, write_run
from qualityextract.cli import group_app


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("compare"), TRAPS)


def compare(out: Path, *options: str) -> Result:
    asked = ["compare", str(out), "--indicator", "tm.well_known", "--kind", "stock", *options]
    return CliRunner().invoke(group_app, asked, env={"COLUMNS": "200"})


def test_the_table_shows_values_grades_and_what_was_left_out(out: Path) -> None:
    done = compare(out)
    assert done.exit_code == 0, done.output
    assert "驰名商标" in done.stdout
    assert "河北省唐山市" in done.stdout
    assert "26 rows of the indicator left out" in done.stdout
    assert "scope_cluster 1" in done.stdout


def test_csv_holds_all_columns(out: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(compare(out, "--format", "csv").stdout)))
    tangshan = next(row for row in rows if row["region_code"] == "130200")
    assert (tangshan["value"], tangshan["at"], tangshan["grade"]) == ("10", "2021-12-31", "A")
    assert tangshan["conflicts"] == "o-newspaper"
    done = compare(out, "--to", str(tmp_path / "panel.csv"))
    assert "6 cells" in done.stderr
    assert (tmp_path / "panel.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_markdown_is_a_table(out: Path, tmp_path: Path) -> None:
    assert "| 河北省唐山市 | 2021-12-31 | 10 |" in compare(out, "--format", "md").stdout
    assert compare(out, "--to", str(tmp_path / "panel.md")).exit_code == 0
    assert (tmp_path / "panel.md").read_text(encoding="utf-8").startswith("## 驰名商标")
    assert compare(out, "--format", "table", "--to", str(tmp_path / "panel.txt")).exit_code == 0
    assert "唐山" in (tmp_path / "panel.txt").read_text(encoding="utf-8")


def test_other_kinds_levels_and_attributes_can_be_asked(out: Path) -> None:
    asked = ["compare", str(out), "--indicator", "std.national", "--where", "role=participate", "--format", "csv"]
    done = CliRunner().invoke(group_app, asked)  # the usual kind of standards is cumulative
    assert [row["value"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["80"]
    rows = csv.DictReader(io.StringIO(compare(out, "--by", "county", "--format", "csv").stdout))
    assert [row["region_code"] for row in rows] == ["130208"]
    assert "no cell" in compare(out, "--by", "country").stdout


def test_a_workbook_holds_cells_and_left_out_rows_and_no_formula(tmp_path: Path) -> None:
    openpyxl: Any = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    hostile = Said("hostile", "唐山", 9, publisher="=1+1报", columns={"subject": "=cmd()"})
    run = write_run(
        tmp_path / "out", [hostile, Said("other", "唐山", 9, columns={"subject": "=2", "scope": "cluster"})]
    )
    assert compare(run, "--to", str(tmp_path / "panel.xlsx")).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "panel.xlsx")
    assert book.sheetnames == ["cells", "excluded"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    cells = dict(zip(*([cell.value for cell in row] for row in book["cells"].iter_rows()), strict=True))
    assert (cells["value"], cells["publisher"]) == (9, "=1+1报")


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.filterwarnings("error")
def test_charts_draw_no_boxes_for_letters(
    out: Path, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = pytest.importorskip("matplotlib.font_manager", reason="matplotlib is not installed").fontManager
    only_latin = [font for font in manager.ttflist if font.name.startswith("DejaVu")]
    for installed in (manager.ttflist, only_latin):
        monkeypatch.setattr(manager, "ttflist", list(installed))
        file = tmp_path / f"panel.{ending}"
        assert compare(out, "--to", str(file)).exit_code == 0
        assert file.stat().st_size > 5_000
    if ending == "svg":
        again = tmp_path / "again.svg"
        compare(out, "--to", str(again))
        assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "png"), "needs a file"),
        (("--to", "panel.docx"), "no format is known"),
        (("--where", "role"), "column=value"),
        (("--kind", "target"), "no facts"),
        (("--at", "someday"), "someday"),
        (("--by", "country", "--to", "panel.png"), "nothing to draw"),
    ],
)
def test_wrong_use_is_told(
    out: Path, options: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = compare(out, *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_missing_libraries_and_folders_are_told(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    done = compare(out, "--to", str(tmp_path / "panel.xlsx"))
    assert (done.exit_code, "openpyxl is not installed" in done.stderr) == (2, True)
    assert "no such folder" in compare(tmp_path / "none").stderr
