"""Corrections that lie in the output folder: applied by the next run and by loading, refused where the row has changed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import qualityextract as qe
from qualityextract.corrections import Mark
from qualityextract.errors import ConfigurationError
from qualityextract.report import write_marks
from qualityextract.run import RunOptions, extract_folder

TEXT = "唐山市拥有驰名商标9件,其中丰润区2件。唐山市有效发明专利1200件。\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_text("宜宾市拥有驰名商标5件。", encoding="utf-8")
    extract_folder(folder, tmp_path / "out", RunOptions(report=False))
    return tmp_path / "out"


def again(out: Path) -> tuple[list[dict[str, str]], dict[str, object], tuple[str, ...]]:
    result = extract_folder(out.parent / "in", out, RunOptions(report=False))
    return rows(out), json.loads((out / "run.json").read_text(encoding="utf-8"))["corrections"], result.notes


def rows(out: Path, table: str = "observations") -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def identifier(out: Path, value: str) -> str:
    return next(row["observation_id"] for row in rows(out) if row["value"] == value)


def test_a_new_value_is_applied_on_the_next_run_and_kept_on_load(out: Path) -> None:
    mark = Mark(identifier(out, "1200"), "stat_kind", "cumulative", "stock", "累计 in the source", "li")
    write_marks(out, [mark])
    found, counts, _ = again(out)
    assert [row["stat_kind"] for row in found if row["value"] == "1200"] == ["cumulative"]
    assert counts == {"applied": 1}
    loaded = qe.load(out).observations
    row = loaded[loaded["value"] == 1200].iloc[0]
    assert (row["stat_kind"], row["correction"]) == ("cumulative", "累计 in the source")


def test_a_corrected_place_brings_its_names(out: Path) -> None:
    write_marks(out, [Mark(identifier(out, "5"), "region_code", "130200", "511500", "wrong city", "li")])
    found, _, _ = again(out)
    (row,) = [row for row in found if row["value"] == "5"]
    assert (row["region"], row["region_current"], row["region_code_current"]) == (
        "河北省唐山市",
        "河北省唐山市",
        "130200",
    )


def test_a_rejected_row_goes_and_its_numeral_and_parts_stay_whole(out: Path) -> None:
    whole = identifier(out, "9")
    assert [row["part_of"] for row in rows(out) if row["value"] == "2"] == [whole]
    write_marks(out, [Mark(whole, "*", "reject", "9", "not in the source", "li")])
    found, counts, _ = again(out)
    assert whole not in [row["observation_id"] for row in found]
    assert [row["part_of"] for row in found if row["value"] == "2"] == [""]
    assert [(row["fate"], row["observation_ids"]) for row in rows(out, "figures") if row["value_text"] == "9"] == [
        ("unexplained", "")
    ]
    assert counts == {"applied": 1}


def test_what_no_longer_matches_is_refused_and_told(out: Path) -> None:
    mark = identifier(out, "1200")
    write_marks(
        out, [Mark(mark, "value", "1300", "1100", "misprint", "li"), Mark("gone", "value", "1", "2", "x", "li")]
    )
    found, counts, notes = again(out)
    assert "1200" in [row["value"] for row in found]
    assert counts == {"refused": 1, "unknown_row": 1}
    (note,) = notes[1:]
    assert note.startswith("correction refused: ")
    assert "expected '1100'" in note


def test_a_malformed_file_stops_before_work_starts(out: Path) -> None:
    (out / "corrections.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    before = (out / "run.json").read_bytes()
    with pytest.raises(ConfigurationError, match=r"corrections\.csv: the first line must be"):
        again(out)
    assert (out / "run.json").read_bytes() == before
