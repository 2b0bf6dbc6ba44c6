"""The whole program, with its real pipeline and rules, over the shipped sample and over odd inputs."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.run import RunOptions, extract_folder
from qualityextract.schema import RECORDS, Tables

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of the shipped sample, read in one process."""
    out = tmp_path_factory.mktemp("sample") / "out"
    extract_folder(SAMPLE, out, RunOptions(workers=1))
    return out


def sample_documents() -> list[RawDocument]:
    files = sorted(file for file in SAMPLE.iterdir() if file.suffix in (".txt", ".md", ".html"))
    return [RawDocument(file.name, file.read_bytes()) for file in files]


def rows(out: Path, table: str) -> list[dict[str, str]]:
    csv.field_size_limit(2**31 - 1)
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def csv_bytes(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(out.glob("*.csv"))}


def process(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`python -m qualityextract` as a process of its own."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "qualityextract", *(str(argument) for argument in arguments)]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=240)


def test_one_worker_or_two_and_any_order_of_files_give_the_same_bytes(sample_run: Path, tmp_path: Path) -> None:
    names = [file.name for file in SAMPLE.iterdir()]
    random.Random(7).shuffle(names)
    (tmp_path / "shuffled").mkdir()
    for name in names:
        shutil.copyfile(SAMPLE / name, tmp_path / "shuffled" / name)
    done = process(tmp_path / "shuffled", "--out", tmp_path / "out", "--workers", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(csv_bytes(sample_run)) == len(RECORDS)
    assert csv_bytes(tmp_path / "out") == csv_bytes(sample_run)


def test_batches_add_up() -> None:
    documents = sample_documents()
    half = len(documents) // 2
    whole = extract_batch(documents)
    assert whole == extract_batch(documents[:half]) + extract_batch(documents[half:])
    assert whole == Tables.joined(extract_batch([document]) for document in documents)
    assert extract_batch([]) == Tables.empty()


def test_the_sample_is_read_without_a_reject(sample_run: Path) -> None:
    assert rows(sample_run, "rejects") == []
    assert len(rows(sample_run, "articles")) == len(sample_documents()) >= 15
    assert len(rows(sample_run, "observations")) > 100


def test_every_row_shows_its_evidence(sample_run: Path) -> None:
    texts = {row["article_id"]: row["text"] for row in pq.read_table(sample_run / "articles.parquet").to_pylist()}
    observations = pq.read_table(sample_run / "observations.parquet").to_pylist()
    for row in observations:
        text = texts[row["article_id"]]
        assert text[row["quote_start"] : row["quote_end"]] == row["quote"]
        assert text[row["value_start"] : row["value_end"]] == row["value_text"]
    for row in pq.read_table(sample_run / "figures.parquet").to_pylist():
        assert texts[row["article_id"]][row["value_start"] : row["value_end"]] == row["value_text"]
    for row in pq.read_table(sample_run / "entities.parquet").to_pylist():
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["surface"]


def test_keys_are_unique_and_references_lead_somewhere(sample_run: Path) -> None:
    for table, key in (
        ("articles", "article_id"),
        ("observations", "observation_id"),
        ("entities", "entity_id"),
        ("figures", "figure_id"),
    ):
        keys = [row[key] for row in rows(sample_run, table)]
        assert len(set(keys)) == len(keys), table
    observed = {row["observation_id"] for row in rows(sample_run, "observations")}
    assert {row["part_of"] for row in rows(sample_run, "observations")} - {""} <= observed
    named = {one for row in rows(sample_run, "figures") for one in row["observation_ids"].split("|")} - {""}
    assert named <= observed


def test_no_numeral_is_counted_twice(sample_run: Path) -> None:
    last: dict[str, int] = {}
    for row in rows(sample_run, "figures"):
        assert int(row["value_start"]) >= last.get(row["article_id"], 0), row
        last[row["article_id"]] = int(row["value_end"])


def test_run_json_adds_up(sample_run: Path) -> None:
    run = json.loads((sample_run / "run.json").read_text(encoding="utf-8"))
    counts = run["counts"]
    assert len(run["rules"]["digest"]) >= 8
    assert counts["document"]["in"] == counts["document"]["out"] + counts["document"]["rejected"]
    assert counts["figures"]["in"] == sum(counts["figures"]["fates"].values()) == counts["tables"]["figures"]


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("空 文件.txt", b"", []),
        ("spaces.txt", b" \n\t\n" * 50, []),
        ("bytes.txt", bytes(range(256)) * 40, []),
        ("half.html", b"<html><body><p>" + b"\xff\xfe\x81" * 300, []),
        ("nul.txt", b"\x00" * 5000, []),
        ("one letter.txt", b"a" * (50 * MEGABYTE), []),
        ("one letter, allowed.txt", b"a" * (50 * MEGABYTE), ["--max-bytes", 64 * MEGABYTE]),
        ("digits, allowed.txt", b"1" * MEGABYTE, []),
        ("deep.html", b"<div>" * 20000, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_input_that_is_no_article_is_a_reject_with_reason_and_hint(
    tmp_path: Path, name: str, data: bytes, options: list[object]
) -> None:
    (tmp_path / "in put").mkdir()
    (tmp_path / "in put" / name).write_bytes(data)
    done = process(tmp_path / "in put", "--out", tmp_path / "out", *options)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (reject,) = rows(tmp_path / "out", "rejects")
    assert reject["path"] == name
    assert reject["reason"]
    assert reject["hint"]
    assert rows(tmp_path / "out", "articles") == []


def test_a_bad_document_does_not_stop_the_others(tmp_path: Path) -> None:
    good = sample_documents()[0]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"唐山 {good.path}").write_bytes(good.data)
    (tmp_path / "in" / "a copy.html").write_bytes(good.data)
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    done = process(tmp_path / "in", "--out", tmp_path / "out")
    assert done.returncode == 1, done.stdout + done.stderr
    assert [row["path"] for row in rows(tmp_path / "out", "rejects")] == ["empty.txt"]
    copy, article = sorted(rows(tmp_path / "out", "articles"), key=lambda row: row["path"])
    assert (copy["duplicate_of"], article["duplicate_of"]) == ("", copy["article_id"])
    assert {row["article_id"] for row in rows(tmp_path / "out", "observations")} == {copy["article_id"]}


def test_the_tools_for_rule_builders_work_on_the_real_rules() -> None:
    listed = process("indicators", "--core")
    assert listed.returncode == 0, listed.stderr
    assert "tm.well_known" in listed.stdout
    explained = process("explain", "全市拥有驰名商标9件。", "--title", "河北唐山", "--published", "2021-10-25")
    assert explained.returncode == 0, explained.stderr
    for words in ("tm.well_known", "驰名商标", "observation", "唐山市"):
        assert words in explained.stdout
