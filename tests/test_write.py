"""The files: what stands in them, that rows alone decide the bytes, and that they come together or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pipeline import article_row, observation_row
from qualityextract.cells import cell_text, defused, number_text, restored
from qualityextract.errors import ConfigurationError
from qualityextract.schema import RECORDS, RejectRecord, Tables, validate_rows
from qualityextract.schema_docs import Format, arrow_schema
from qualityextract.write import ROW_GROUP, TablesWriter

BOTH: tuple[Format, ...] = ("parquet", "csv")
RUN_FILES = ["codebook.md", "datapackage.json", "run.json"]


def tables(*rows: dict[str, Any], text: str = "=1+1，拥有9件") -> Tables:
    """Tables with one article and the observations of `rows`."""
    articles, _ = validate_rows("articles", [article_row("唐山 1.txt", text) | {"authors": ["张|三", "李四\\"]}], "x")
    observations, bad = validate_rows("observations", list(rows) or [observation_row()], "x")
    return Tables(articles=tuple(articles), observations=tuple(observations), rejects=tuple(bad))


def write(out: Path, *parts: Tables, formats: tuple[Format, ...] = BOTH) -> None:
    with TablesWriter(out, formats) as writer:
        for part in parts:
            writer.write(part)
        writer.commit({"program": "test"}, "1.2.3")


def write_and_fail(out: Path) -> None:
    with TablesWriter(out, BOTH) as writer:
        writer.write(tables(text="other"))
        raise RuntimeError("midway")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_tables_and_what_explains_them_are_there(tmp_path: Path) -> None:
    write(tmp_path / "new" / "out", tables())
    expected = [f"{table}.{ending}" for table in RECORDS for ending in BOTH]
    assert names(tmp_path / "new" / "out") == sorted(expected + RUN_FILES)


@pytest.mark.parametrize("ending", BOTH)
def test_one_format_alone_replaces_what_was_there_in_the_other(tmp_path: Path, ending: Format) -> None:
    (tmp_path / "README.md").write_text("mine")
    write(tmp_path, tables())
    write(tmp_path, tables(), formats=(ending,))
    assert names(tmp_path) == sorted([f"{table}.{ending}" for table in RECORDS] + RUN_FILES + ["README.md"])


def test_the_report_comes_with_the_tables_or_not_at_all(tmp_path: Path) -> None:
    def broken(folder: Path) -> str:
        raise RuntimeError(folder)

    with TablesWriter(tmp_path, BOTH) as writer:
        writer.write(tables())
        writer.commit({}, "1.2.3", report=lambda folder: str((folder / "observations.parquet").exists()))
    assert (tmp_path / "report.html").read_text() == "True"
    assert "report.html" not in json.loads((tmp_path / "run.json").read_text())["files"]
    before = snapshot(tmp_path)
    with pytest.raises(RuntimeError), TablesWriter(tmp_path, BOTH) as writer:
        writer.commit({}, "1.2.3", report=broken)
    assert snapshot(tmp_path) == before
    write(tmp_path, tables())
    assert not (tmp_path / "report.html").exists()


def test_csv_shows_chinese_in_a_spreadsheet_and_every_kind_of_value(tmp_path: Path) -> None:
    day = dt.date(2021, 10, 25)
    write(
        tmp_path,
        tables(
            observation_row(value=150.0, published=day, level=["national", "industry"], each=True),
            observation_row(value=95.6, attributes={"tier": "gold", "action": "draft"}, subject="-丰润区"),
            observation_row(value=-0.0, value_text="=", quote="拥有=件"),
        ),
    )
    assert (tmp_path / "observations.csv").read_bytes().startswith(b"\xef\xbb\xbfobservation_id,")
    first, second, third = read_csv(tmp_path / "observations.csv")
    assert (first["value"], first["published"], first["level"]) == ("150", "2021-10-25", "national|industry")
    assert (first["each"], first["value_max"], first["attributes"], first["part_of"]) == ("true", "", "{}", "")
    assert (second["value"], second["each"], second["subject"]) == ("95.6", "false", "'-丰润区")
    assert second["attributes"] == '{"action": "draft", "tier": "gold"}'
    assert (third["value"], third["value_text"], third["quote"]) == ("0", "'=", "拥有=件")
    (article,) = read_csv(tmp_path / "articles.csv")
    assert (article["path"], article["text"]) == ("唐山 1.txt", "'=1+1，拥有9件")
    assert article["authors"] == "张\\|三|李四\\\\"


def test_parquet_holds_lists_maps_and_the_plain_text(tmp_path: Path) -> None:
    write(tmp_path, tables(observation_row(level=["national"], attributes={"b": "2", "a": "1"}, value=3)))
    table = pq.read_table(tmp_path / "observations.parquet")
    assert table.schema.equals(arrow_schema("observations"))
    assert table.schema.field("value").metadata[b"label_zh"].decode() == "数值"
    (row,) = table.to_pylist()
    assert row["level"] == ["national"]
    assert row["attributes"] == [("a", "1"), ("b", "2")]
    assert row["value"] == 3.0
    (article,) = pq.read_table(tmp_path / "articles.parquet").to_pylist()
    assert article["text"] == "=1+1，拥有9件"
    assert article["authors"] == ["张|三", "李四\\"]


def test_empty_tables_have_their_columns(tmp_path: Path) -> None:
    write(tmp_path)
    for table, record in RECORDS.items():
        assert pq.read_table(tmp_path / f"{table}.parquet").num_rows == 0
        assert (tmp_path / f"{table}.csv").read_bytes().decode("utf-8-sig") == ",".join(record.columns()) + "\r\n"


def test_the_same_rows_give_the_same_bytes_however_they_arrive(tmp_path: Path) -> None:
    rows = [RejectRecord(path=f"{n:05}.txt", stage="read", reason="gone") for n in range(ROW_GROUP + 10)]
    write(tmp_path / "at once", Tables(rejects=tuple(rows)))
    write(tmp_path / "in pieces", *(Tables(rejects=tuple(rows[at : at + 700])) for at in range(0, len(rows), 700)))
    assert snapshot(tmp_path / "at once") == snapshot(tmp_path / "in pieces")


def test_run_json_names_the_hash_of_every_other_file(tmp_path: Path) -> None:
    write(tmp_path, tables())
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run["program"] == "test"
    assert sorted([*run["files"], "run.json"]) == names(tmp_path)
    for name, said in run["files"].items():
        data = (tmp_path / name).read_bytes()
        assert said == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_an_error_leaves_the_earlier_run_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, tables())
    before = snapshot(tmp_path)
    with pytest.raises(RuntimeError, match="midway"):
        write_and_fail(tmp_path)
    assert snapshot(tmp_path) == before


def test_an_error_leaves_no_folder_that_was_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="midway"):
        write_and_fail(tmp_path / "a" / "b")
    assert names(tmp_path) == []


@pytest.mark.parametrize("fails_at", range(0, 22, 3))
def test_an_error_while_files_are_moved_undoes_the_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    write(tmp_path, tables())
    before = snapshot(tmp_path)
    real, calls = Path.replace, iter(range(1000))

    def replace(self: Path, target: Path) -> Path:
        if next(calls) == fails_at:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        write(tmp_path, tables(text="other text"))
    assert snapshot(tmp_path) == before


def test_a_folder_in_the_place_of_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").mkdir()
    with pytest.raises(ConfigurationError, match="is a folder"):
        write(tmp_path, tables())
    assert names(tmp_path) == ["figures.csv"]


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("mine")
    with pytest.raises(ConfigurationError, match="is a file; name a folder"):
        write(file, tables())
    with pytest.raises(ConfigurationError, match="can't write into"):
        write(file / "below", tables())
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (150.0, "150"),
        (95.6, "95.6"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (300000000.0, "300000000"),
        (1e22, "1e+22"),
        (7, "7"),
    ],
)
def test_numbers_are_written_with_the_shortest_digits(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    assert cell_text(f"{start}1+1") == f"'{start}1+1"
    assert cell_text((f"{start}1", "b")) == f"'{start}1|b"
    assert cell_text(f"a{start}1") == f"a{start}1"
    assert cell_text(-1.5) == "-1.5"


@given(st.text(st.sampled_from("'=+-@a中\t\n "), max_size=8))
def test_defusing_can_be_taken_back(text: str) -> None:
    assert restored(defused(text)) == text
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(st.text(min_size=1, max_size=40).filter(lambda text: "\x00" not in text), min_size=1, max_size=5))
def test_any_text_comes_back_from_both_formats(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    out = tmp_path_factory.mktemp("out")
    write(out, Tables(rejects=tuple(RejectRecord(path=text, stage="read", reason=text) for text in texts)))
    assert [restored(row["reason"]) for row in read_csv(out / "rejects.csv")] == texts
    assert pq.read_table(out / "rejects.parquet").column("path").to_pylist() == texts
    assert pa.types.is_string(pq.read_schema(out / "rejects.parquet").field("raw").type)
