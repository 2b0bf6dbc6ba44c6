"""The records: what passes, what is refused and in which words, and that the documentation says the same."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fake_pipeline import article_row, observation_row
from qualityextract.errors import DocumentError
from qualityextract.schema import RECORDS, ObservationRecord, RejectRecord, Tables, document_reject, validate_rows
from qualityextract.schema_docs import arrow_schema, codebook, data_package, field_types
from qualityextract.vocabulary import MEANINGS

CONTRACT_COLUMNS = {
    "articles": "article_id path url title kicker subtitle published publisher authors editor dateline text n_chars "
    "encoding media_type duplicate_of coverage "
    # Beyond the contract: what the day rests on, the state of the text, and what finds copies.
    "published_basis flags repairs signature",
    "observations": "observation_id article_id published indicator indicator_zh indicator_en indicator_text stat_kind "
    "status value value_max bound unit level role attributes scope subject subject_count region_code region "
    "region_level province prefecture county region_basis period_start period_end period_text each part_of quote "
    "quote_start quote_end value_text value_start value_end rule confidence flags "
    # Beyond the contract: what stands for the division now.
    "region_code_current region_current",
    "entities": "entity_id article_id kind surface canonical code start end attributes",
    "figures": "figure_id article_id value_text value_start value_end value unit fate observation_ids rule sentence",
    "rejects": "path article_id stage table reason hint raw",
}
DAY = dt.date(2021, 10, 25)


@pytest.mark.parametrize("table", RECORDS)
def test_columns_are_those_of_the_contract_in_its_order(table: str) -> None:
    assert list(RECORDS[table].columns()) == CONTRACT_COLUMNS[table].split()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"value": 3, "value_max": 5, "bound": "range"},
        {"value": -5.0, "value_max": -3.0, "bound": "range", "stat_kind": "change_pct"},
        {"stat_kind": "stock", "period_start": DAY, "period_end": DAY},
        {"stat_kind": "target", "period_end": DAY},
        {"scope": "subset", "subject_count": 15},
        {"level": ["national", "industry"], "flags": ["mixed_levels"], "attributes": {"action": "draft"}},
        {"region_code": None, "region": None, "region_level": None, "province": None, "prefecture": None},
        {
            "region_code": "100000",
            "region": "全国",
            "region_level": "country",
            "province": None,
            "prefecture": None,
        },
        {"region_code": "469023", "region_level": "county", "prefecture": None, "county": "澄迈县"},
        {"indicator": "unmapped"},
    ],
    ids=str,
)
def test_rows_that_can_be_pass(changes: dict[str, object]) -> None:
    good, bad = validate_rows("observations", [observation_row(**changes)], "x.txt")
    assert [row.reason for row in bad] == []
    assert len(good) == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"value": "9"}, "value", "valid number"),
        ({"value": float("nan")}, "value", "finite"),
        ({"value": True}, "value", "valid number"),
        ({"value_max": 3.0}, "value_max", "less than value"),
        ({"bound": "range"}, "value_max", "upper end"),
        ({"bound": "roughly"}, "bound", "'exact'"),
        ({"stat_kind": "rank", "value": 0.0}, "value", "position"),
        ({"subject_count": 0, "scope": "subset"}, "subject_count", "greater than or equal to 1"),
        ({"subject_count": 3}, "subject_count", "scope whole"),
        ({"value_end": 12}, "value_text", "not after its start"),
        ({"value_end": 14}, "value_text", "do not fit offsets"),
        ({"value_start": 11, "value_end": 12}, "quote", "does not hold value_text"),
        ({"value_start": 9, "value_end": 10}, "quote", "does not hold value_text"),
        ({"quote_end": 15}, "quote", "do not fit offsets"),
        ({"value_start": -1}, "value_start", "greater than or equal to 0"),
        ({"period_start": DAY, "period_end": DAY - dt.timedelta(1)}, "period_end", "before period_start"),
        ({"stat_kind": "stock", "period_end": DAY}, "period_start", "one day"),
        ({"region_code": "13020"}, "region_code", "pattern"),
        ({"region_code": None}, "region_code", "null, but region"),
        ({"region_level": "county"}, "region_level", "does not fit code 130200"),
        ({"county": "丰润区"}, "region_code", "do not fit a prefecture"),
        ({"prefecture": None}, "region_code", "do not fit a prefecture"),
        ({"region": None}, "region", "without a name"),
        ({"region_basis": None}, "region_basis", "read from"),
        ({"level": ["national", "national"]}, "level", "twice"),
        ({"level": ["galactic"]}, "level.0", "'international'"),
        ({"level": "national"}, "level", "valid tuple"),
        ({"flags": {"vague"}}, "flags", "valid tuple"),
        ({"attributes": {"batch": 3}}, "attributes.batch", "valid string"),
        ({"part_of": "o1"}, "part_of", "itself"),
        ({"indicator": "Awards"}, "indicator", "pattern"),
        ({"colour": "red"}, "colour", "not permitted"),
        ({"published": "2021-10-25"}, "published", "valid date"),
    ],
    ids=str,
)
def test_rows_that_cannot_be_become_rejects(changes: dict[str, object], field: str, words: str) -> None:
    good, bad = validate_rows("observations", [observation_row(**changes)], "x.txt")
    assert good == []
    (reject,) = bad
    assert (reject.path, reject.article_id, reject.stage, reject.table) == ("x.txt", "a1", "record", "observations")
    assert reject.reason.startswith(f"{field}: ")
    assert words in reject.reason
    assert reject.raw is not None
    assert json.loads(reject.raw)["observation_id"] == "o1"


def test_a_missing_column_is_named() -> None:
    row = observation_row()
    del row["unit"]
    _, (reject,) = validate_rows("observations", [row], "x.txt")
    assert reject.reason == "unit: Field required"


def test_good_and_bad_rows_keep_their_order() -> None:
    rows = [observation_row(observation_id=f"o{n}", value=float(n) if n % 2 else "x") for n in range(6)]
    good, bad = validate_rows("observations", rows, "x.txt")
    assert [row.observation_id for row in good] == ["o1", "o3", "o5"]
    assert [json.loads(row.raw or "")["observation_id"] for row in bad] == ["o0", "o2", "o4"]


def test_raw_values_of_any_kind_are_kept_as_json() -> None:
    row = observation_row(value=float("inf"), published=DAY, subject="坏\ud800", level=("national",), unit=object)
    _, (reject,) = validate_rows("observations", [row], "x.txt")
    assert reject.raw is not None
    raw = json.loads(reject.raw)
    assert raw["value"] == "inf"
    assert raw["published"] == "2021-10-25"
    assert raw["level"] == ["national"]
    assert raw["subject"] == "坏\ud800"
    reject.raw.encode("utf-8")


def test_records_are_frozen_and_survive_the_way_to_a_worker() -> None:
    (row,), _ = validate_rows("observations", [observation_row(level=["national"])], "x.txt")
    with pytest.raises(ValidationError):
        row.value = 1.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(row)) == row


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("articles", article_row("x", "文") | {"n_chars": 2}, "n_chars"),
        ("articles", article_row("x", "文") | {"coverage": 1.1}, "coverage"),
        ("articles", article_row("x", ""), "text"),
        (
            "entities",
            {
                "entity_id": "e",
                "article_id": "a",
                "kind": "region",
                "surface": "唐山",
                "canonical": "唐山市",
                "start": 3,
                "end": 4,
            },
            "surface",
        ),
        (
            "figures",
            {
                "figure_id": "f",
                "article_id": "a",
                "value_text": "9",
                "value_start": 0,
                "value_end": 1,
                "fate": "observation",
                "sentence": "9件",
            },
            "observation_ids",
        ),
    ],
)
def test_other_tables_refuse_what_cannot_be(table: str, row: dict[str, object], words: str) -> None:
    good, (reject,) = validate_rows(table, [row], "x.txt")  # type: ignore[call-overload]
    assert good == []
    assert words in reject.reason


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3), max_size=3), max_size=4))
def test_adding_tables_is_joining_their_rows(parts: list[list[str]]) -> None:
    tables = [Tables(rejects=tuple(RejectRecord(path=p, stage="read", reason="r") for p in part)) for part in parts]
    added = Tables.empty()
    for part in tables:
        added = added + part
    assert added == Tables.joined(tables)
    assert [row.path for row in added.rejects] == [path for part in parts for path in part]


def test_a_document_error_becomes_a_reject_with_its_hint() -> None:
    reject = document_reject(DocumentError("坏.txt", "the file is empty", "Delete it."))
    assert (reject.path, reject.stage, reject.reason, reject.hint) == (
        "坏.txt",
        "document",
        "the file is empty",
        "Delete it.",
    )


def test_every_allowed_value_has_a_meaning() -> None:
    for vocabulary, meanings in MEANINGS.items():
        assert list(get_args(vocabulary)) == list(meanings)
        assert all(meanings.values())
    documented = {field.name for table in RECORDS for field in field_types(table) if field.values}
    assert {"stat_kind", "status", "bound", "level", "role", "scope", "fate", "flags", "stage", "kind"} <= documented


@pytest.mark.parametrize("table", RECORDS)
def test_every_column_has_a_meaning_and_a_chinese_label(table: str) -> None:
    for field in field_types(table):
        assert len(field.column.meaning) > 3
        assert any("一" <= letter <= "鿿" for letter in field.column.label_zh)


def test_the_data_package_says_what_the_records_check() -> None:
    package = json.loads(data_package(("parquet", "csv"), "1.2.3"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert {name: [f["name"] for f in r["schema"]["fields"]] for name, r in resources.items()} == {
        table: columns.split() for table, columns in CONTRACT_COLUMNS.items()
    }
    fields = {field["name"]: field for field in resources["observations"]["schema"]["fields"]}
    kinds = [value for value in MEANINGS if "change_pp" in MEANINGS[value]]
    assert fields["stat_kind"]["constraints"]["enum"] == list(MEANINGS[kinds[0]])
    assert fields["value"] | {"description": ""} == {
        "name": "value",
        "title": "数值",
        "type": "number",
        "description": "",
        "unit": "see `unit`",
        "constraints": {"required": True},
    }
    assert "constraints" not in fields["value_max"]
    assert fields["subject_count"]["constraints"] == {"minimum": 1}
    assert fields["level"]["type"] == "list"
    assert fields["level"]["itemEnum"][0] == "international"
    assert fields["attributes"]["type"] == "object"
    assert resources["observations"]["schema"]["foreignKeys"][0]["reference"]["resource"] == "articles"
    assert resources["observations"]["path"] == "observations.csv"


def test_parquet_alone_is_described_as_parquet() -> None:
    package = json.loads(data_package(("parquet",), "1.2.3"))
    assert [resource["path"] for resource in package["resources"]] == [f"{table}.parquet" for table in RECORDS]


def test_the_arrow_schema_carries_types_and_meanings() -> None:
    schema = arrow_schema("observations")
    types = {field.name: str(field.type) for field in schema}
    assert types["value"] == "double"
    assert types["quote_start"] == "int64"
    assert types["period_end"] == "date32[day]"
    assert types["level"] == "list<element: string not null>"
    assert types["attributes"].startswith("map<string, string")
    assert types["each"] == "bool"
    assert not schema.field("value").nullable
    assert schema.field("value_max").nullable
    assert schema.field("value").metadata[b"label_zh"].decode() == "数值"


def test_the_codebook_holds_every_column_and_value() -> None:
    text = codebook("1.2.3")
    for table, columns in CONTRACT_COLUMNS.items():
        assert f"## `{table}`" in text
        assert all(f"| `{column}` |" in text for column in columns.split())
    assert all(f"| `{value}` |" in text for meanings in MEANINGS.values() for value in meanings)
    assert "| `stat_kind` | 统计类型 |" in text


def test_observation_defaults_are_those_of_a_plain_row() -> None:
    row = ObservationRecord.model_validate(observation_row())
    assert (row.each, row.level, row.flags, row.attributes, row.part_of) == (False, (), (), {}, None)
