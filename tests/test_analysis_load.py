"""Loading: types, several runs, part files, other libraries, and corrections on the way in."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import qualityextract as qe
from analysis_rows import TRAPS, _like, write_corrections, write_run
from qualityextract.analysis.corrections import Correction, correct_rows, plain_row, read_corrections
from qualityextract.errors import ConfigurationError
from qualityextract.schema import RECORDS, ObservationRecord
from qualityextract.schema_docs import arrow_schema


def test_the_frames_have_the_declared_columns_and_types(sample_data: qe.Data) -> None:
    for table in RECORDS:
        assert list(arrow_schema(table).names) == [n for n in sample_data.frame(table) if n != "indicator_group"]
    rows = sample_data.observations
    assert rows["confidence"].cat.ordered
    assert rows["region_level"].max() == "province"
    assert not rows["stat_kind"].cat.ordered
    assert rows["period_end"].dtype == "datetime64[s]"
    assert rows["subject_count"].dtype == "Int64"
    assert rows["each"].dtype == bool
    assert rows["value"].dtype == float
    assert {type(value) for value in rows["flags"]} == {tuple}
    assert {type(value) for value in rows["attributes"]} == {dict}
    assert rows["indicator_group"].notna().sum() == rows["indicator"].ne("unmapped").sum()


def test_every_row_is_what_the_run_wrote(sample_run: Path, sample_data: qe.Data) -> None:
    written = pq.read_table(sample_run / "observations.parquet").to_pylist(maps_as_pydicts="strict")
    for stored, loaded in zip(written, sample_data.observations.to_dict("records"), strict=True):
        row = plain_row(loaded)
        assert row == stored | {name: tuple(stored[name]) for name in ("level", "flags")}
        ObservationRecord.model_validate(row)


def test_the_frames_go_back_to_arrow_unchanged(sample_run: Path, sample_data: qe.Data) -> None:
    for table in RECORDS:
        stored = pq.read_table(sample_run / f"{table}.parquet")
        back = sample_data.to_arrow(table).select(stored.column_names)
        assert back.cast(stored.schema.remove_metadata()).to_pylist() == stored.to_pylist(), table


def test_the_frames_can_be_pickled_and_written(sample_data: qe.Data, tmp_path: Path) -> None:
    again = pickle.loads(pickle.dumps(sample_data.observations))
    pd.testing.assert_frame_equal(again, sample_data.observations)
    pq.write_table(sample_data.to_arrow(), tmp_path / "again.parquet")
    assert len(pd.read_parquet(tmp_path / "again.parquet")) == len(again)


def test_part_files_and_key_folders_are_one_table(sample_run: Path, sample_data: qe.Data, tmp_path: Path) -> None:
    whole = pq.read_table(sample_run / "observations.parquet")
    for at in range(3):
        folder = tmp_path / "observations" / f"batch={at}"
        folder.mkdir(parents=True)
        pq.write_table(whole.slice(at * 150, 150), folder / "part-0.parquet")
    (tmp_path / "observations" / "_SUCCESS").touch()
    shutil.copy(sample_run / "articles.parquet", tmp_path)
    loaded = qe.load(tmp_path)
    assert list(loaded.observations["observation_id"]) == list(sample_data.observations["observation_id"])
    assert set(loaded.observations["batch"]) == {"0", "1", "2"}
    pd.testing.assert_frame_equal(loaded.observations.drop(columns="batch"), sample_data.observations)
    assert len(loaded.figures) == 0


def test_a_folder_of_runs_and_several_folders_are_the_same(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a", TRAPS[:10])
    second = write_run(tmp_path / "b", TRAPS[8:])
    together, listed = qe.load(tmp_path), qe.load([first, second])
    pd.testing.assert_frame_equal(together.observations, listed.observations)
    assert sorted(together.observations["observation_id"]) == sorted(f"o-{said.name}" for said in TRAPS)
    assert set(together.observations["run"]) == {str(first), str(second)}
    assert list(together.repeated["article_id"]) == [TRAPS[8].name, TRAPS[9].name]
    assert set(together.repeated["run"]) == {str(second)}
    assert len(qe.panel(together, "tm.well_known").cells) == 6
    assert together.figures.empty


def test_columns_that_an_older_table_lacks_are_null(sample_run: Path, tmp_path: Path) -> None:
    old = pq.read_table(sample_run / "observations.parquet").drop_columns(["flags", "role", "confidence"])
    pq.write_table(old, tmp_path / "observations.parquet")
    shutil.copy(sample_run / "articles.parquet", tmp_path)
    rows = qe.load(tmp_path).observations
    assert rows["role"].isna().all()
    assert set(rows["flags"]) == {()}


def test_folders_without_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        qe.load(tmp_path / "missing")
    with pytest.raises(ConfigurationError, match="no Parquet table"):
        qe.load(tmp_path)
    (tmp_path / "observations.csv").write_text("observation_id\n")
    with pytest.raises(ConfigurationError, match="--format both"):
        qe.load(tmp_path)
    (tmp_path / "observations.parquet").write_text("no table")
    with pytest.raises(ConfigurationError, match=r"observations\.parquet: can't be read"):
        qe.load(tmp_path)
    with pytest.raises(ConfigurationError, match="no folder"):
        qe.load([])


# Other libraries


def test_a_library_that_is_missing_is_named_with_its_extra(
    sample_data: qe.Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, ask in (("polars", sample_data.to_polars), ("duckdb", sample_data.to_duckdb)):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ConfigurationError, match=rf"{name} is not installed.*qualityextract\[analysis\]"):
            ask()


def test_polars_reads_the_tables(sample_run: Path, sample_data: qe.Data) -> None:
    polars: Any = pytest.importorskip("polars", reason="polars is not installed")
    frame = sample_data.to_polars()
    assert frame.shape[0] == 337
    assert frame.schema["period_end"] == polars.Date
    assert frame["flags"].dtype == polars.List(polars.String)
    plain = polars.read_parquet(sample_run / "observations.parquet")
    assert plain["value"].sum() == frame["value"].sum()


def test_duckdb_asks_the_tables(sample_run: Path, sample_data: qe.Data) -> None:
    duckdb: Any = pytest.importorskip("duckdb", reason="duckdb is not installed")
    connection = sample_data.to_duckdb()
    asked = "select count(*), count(distinct o.article_id) from observations o join articles using (article_id)"
    assert connection.sql(asked).fetchall() == [(337, sample_data.observations["article_id"].nunique())]
    targets = connection.sql("select count(*) from observations where list_contains(flags, 'target')").fetchall()
    assert targets == [(28,)]
    plain = duckdb.sql(f"select count(*) from '{sample_run}/observations.parquet' where attributes['type'] is not null")
    assert plain.fetchall()[0][0] > 0


# Names of the package


def test_the_names_come_late_and_are_all_there() -> None:
    for name in qe.__all__:
        assert getattr(qe, name)
    assert set(qe.__all__) <= set(dir(qe))
    with pytest.raises(AttributeError, match="no_such"):
        qe.no_such  # noqa: B018
    code = "import sys, qualityextract; print('pandas' in sys.modules); qualityextract.load; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


# Corrections


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "out", [_like("one", "唐山", 9), _like("two", "佛山", 40), _like("three", "遵义", 3)])


def test_corrections_are_applied_on_load_with_their_reason(run: Path) -> None:
    write_corrections(
        run,
        ("o-one", "value", "19", "9", "misprint, see the communiqué", "li"),
        ("o-one", "stat_kind", "cumulative", "stock", "先后获得", "li"),
        ("o-two", "*", "reject", "", "about another city", "wang"),
        ("o-three", "region_code", "130200", "520300", "wrong city", "li"),
        ("o-three", "flags", "vague|time_fuzzy", "", "数十", "li"),
        ("o-three", "period_start", "2021-12-30", "2021-12-31", "refused: a stock holds for one day", "li"),
    )
    with pytest.raises(ConfigurationError, match=r"corrections\.csv: line 7: the row would be impossible"):
        qe.load(run)
    data = qe.load(run, on_refused="collect")
    rows = data.observations.set_index("observation_id")
    assert list(rows.index) == ["o-one", "o-three"]
    assert rows.loc["o-one", ["value", "stat_kind"]].to_list() == [19, "cumulative"]
    assert rows.loc["o-one", "correction"] == "misprint, see the communiqué; 先后获得"
    assert rows.loc["o-three", ["region", "prefecture", "province"]].to_list() == ["河北省唐山市", "唐山市", "河北省"]
    assert rows.loc["o-three", "flags"] == ("vague", "time_fuzzy")
    assert list(data.corrections["outcome"]) == ["applied"] * 5 + ["refused"]
    assert data.observations["stat_kind"].dtype == "category"
    assert qe.panel(data, "tm.well_known").cells["value"].to_list() == [3]


def test_a_correction_whose_expected_value_is_gone_is_refused(run: Path) -> None:
    write_corrections(run, ("o-one", "value", "19", "8", "misprint", "li"), ("o-none", "value", "1", "2", "gone", "li"))
    with pytest.raises(ConfigurationError, match=r"corrections\.csv: line 2: value of o-one is 9\.0.*1 more"):
        qe.load(run)
    data = qe.load(run, on_refused="collect")
    assert list(data.corrections["outcome"]) == ["refused", "unknown_row"]
    assert data.observations["value"].to_list() == [9, 40, 3]


def test_a_file_beside_the_run_is_applied_too(run: Path, tmp_path: Path) -> None:
    file = write_corrections(tmp_path, ("o-two", "role", "lead", "", "主持", "li"))
    rows = qe.load(run, corrections=file).observations
    assert rows["role"].to_list()[1] == "lead"
    assert rows["correction"].notna().sum() == 1


def test_indicators_bring_their_labels(run: Path) -> None:
    write_corrections(run, ("o-one", "indicator", "tm.famous_provincial", "tm.well_known", "省著名商标", "li"))
    row = qe.load(run).observations.iloc[0]
    found = (row["indicator"], row["indicator_en"], row["indicator_group"])
    assert found == ("tm.famous_provincial", "Provincial famous trademarks", "trademarks_brands")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("o-one", "quote", "x", "y", "why", "li"), "'quote' can't be corrected"),
        (("o-one", "colour", "x", "y", "why", "li"), "'colour' can't be corrected"),
        (("o-one", "value", "many", "9", "why", "li"), "'many' is no value for value"),
        (("o-one", "each", "yes", "false", "why", "li"), "true or false"),
        (("o-one", "attributes", "[]", "{}", "why", "li"), "JSON object"),
        (("o-one", "*", "drop", "", "why", "li"), "reject only"),
        (("o-one", "value", "1", "9", " ", "li"), "can't be empty"),
    ],
)
def test_malformed_lines_are_named(run: Path, line: tuple[str, str, str, str, str, str], words: str) -> None:
    file = write_corrections(run, line)
    with pytest.raises(ConfigurationError, match=rf"corrections\.csv: line 2: .*{words}"):
        read_corrections(file)


def test_malformed_files_are_named(tmp_path: Path) -> None:
    file = tmp_path / "corrections.csv"
    file.write_text("observation_id,field\no-one,value\n")
    with pytest.raises(ConfigurationError, match="line 1: no column new_value"):
        read_corrections(file)
    file.write_text("observation_id,field,new_value,expected_old,reason,who\no-one,value\n")
    with pytest.raises(ConfigurationError, match="line 2: does not have one cell"):
        read_corrections(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="can't be read as CSV"):
        read_corrections(file)


def test_defused_cells_are_read_back(tmp_path: Path) -> None:
    file = write_corrections(tmp_path, ("o-one", "value", "'-3", "9", "'=fell", "li"))
    (correction,) = read_corrections(file)
    assert (correction.new_value, correction.reason) == ("-3", "=fell")


def test_a_run_can_correct_rows_before_it_writes_them() -> None:
    rows = [{"observation_id": "o-x", "value": 9.0, "value_text": "9"}, {"observation_id": "o-y", "value": 1.0}]
    reject = Correction("o-x", "*", "reject", "9", "why", "li", "corrections.csv: line 2")
    later = Correction("o-x", "value", "3", "9", "why", "li", "corrections.csv: line 3")
    kept, outcomes = correct_rows(rows, [reject, later])
    assert [row["observation_id"] for row in kept] == ["o-y"]
    assert [outcome.state for outcome in outcomes] == ["applied", "refused"]
