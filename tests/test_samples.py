"""The sample articles of `data/raw` and the figures that a careful reader takes from them.

Beside every article `<name>.txt` or `<name>.html` stands `<name>.expected.yaml`: the article's own data and one entry
for every figure that the catalogue holds. The first half checks the annotations against the articles and the closed
vocabularies without running the engine, the second half runs the engine and wants the same rows, no more and no fewer.
Misses that are known are marked in the file with their reason and fail the test as soon as they are mended:

- `known_failure: reason` on a row: the engine gives no row there, or one with wrong fields;
- `known_failures` on the article, a list of `{false: <verbatim stretch>, reason: …}` for rows that the engine gives
  beyond the expected ones at numerals inside the stretch, and of `{article: <field>, reason: …}` for fields of the
  article that it reads wrongly.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import importlib.resources
import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from qualityextract import vocabulary

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
STEMS = sorted(path.name.removesuffix(".expected.yaml") for path in RAW.glob("*.expected.yaml"))
INPUTS = (".txt", ".md", ".html", ".htm")
COMPARED = (
    "indicator", "value", "value_max", "bound", "unit", "stat_kind", "status", "level", "role", "scope",
    "region_code", "period_start", "period_end", "each",
)  # fmt: skip
ROW_KEYS = {"in", "value_text", "subject", "implied", *COMPARED}
ARTICLE_KEYS = {"title", "published", "publisher", "authors", "kicker"}


@dataclass(frozen=True)
class Sample:
    """One article of the sample with what is expected of it."""

    path: Path
    encoding: str
    plain: str
    """The text with markup off but all furniture of the page still in."""
    article: dict[str, Any]
    rows: list[dict[str, Any]]
    known_failures: list[dict[str, str]]


def _input_of(stem: str) -> Path:
    (path,) = (RAW / f"{stem}{ending}" for ending in INPUTS if (RAW / f"{stem}{ending}").exists())
    return path


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("gb18030"), "gb18030"


def _plain(text: str, is_html: bool) -> str:
    if not is_html:
        return text
    tree = LexborHTMLParser(text)
    for node in tree.css("head, script, style"):
        node.decompose()
    assert tree.body is not None
    return tree.body.text()


@functools.cache
def sample(stem: str) -> Sample:
    path = _input_of(stem)
    text, encoding = _decoded(path.read_bytes())
    wanted = yaml.safe_load((RAW / f"{stem}.expected.yaml").read_text(encoding="utf-8"))
    assert set(wanted) <= {"article", "rows", "known_failures"}
    plain = _plain(text, path.suffix.startswith(".htm"))
    return Sample(path, encoding, plain, wanted["article"], wanted["rows"], wanted.get("known_failures", []))


@functools.cache
def _catalogue() -> frozenset[str]:
    table = importlib.resources.files("qualityextract") / "rules" / "indicators.csv"
    return frozenset(row["code"] for row in csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))


@functools.cache
def _divisions() -> frozenset[str]:
    table = importlib.resources.files("qualityextract") / "rules" / "regions" / "divisions.csv"
    return frozenset(row["code"] for row in csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))


# The sample itself


def test_every_article_has_its_expected_rows_and_the_other_way_round() -> None:
    inputs = sorted(path.stem for path in RAW.iterdir() if path.suffix in INPUTS)
    assert inputs == STEMS


def test_the_sample_is_wide_enough() -> None:
    samples = [sample(stem) for stem in STEMS]
    assert len(samples) >= 16
    assert sum(s.path.suffix == ".html" for s in samples) >= 5
    assert sum(s.encoding == "gb18030" for s in samples) == 1
    assert len({row["region_code"][:2] for s in samples for row in s.rows}) >= 10
    assert len({s.article["published"].year for s in samples}) >= 8
    kinds = {row["stat_kind"] for s in samples for row in s.rows}
    assert kinds == set(get_args(vocabulary.StatKind)) - {"index"}


@pytest.mark.parametrize("stem", STEMS)
def test_every_article_says_that_it_was_written_for_this_project(stem: str) -> None:
    text = sample(stem).plain
    assert "本文为 qualityextract 示例文章，由项目组撰写" in text
    assert 400 <= sum("\u4e00" <= character <= "\u9fff" for character in text) <= 1200


# The annotations


@pytest.mark.parametrize("stem", STEMS)
def test_article_data_is_well_formed(stem: str) -> None:
    article = sample(stem).article
    assert {"title", "published"} <= set(article) <= ARTICLE_KEYS
    assert type(article["published"]) is dt.date
    assert article["title"] in sample(stem).plain
    assert all(name in sample(stem).plain for name in article.get("authors", []))


@pytest.mark.parametrize("stem", STEMS)
def test_every_expected_row_quotes_its_article_once(stem: str) -> None:
    text = sample(stem).plain
    for row in sample(stem).rows:
        assert text.count(row["in"]) == 1, row["in"]
        assert row["in"].count(row["value_text"]) == 1, row["in"]


@pytest.mark.parametrize("stem", STEMS)
def test_every_expected_row_keeps_to_the_vocabularies(stem: str) -> None:
    for row in sample(stem).rows:
        assert set(row) - {"known_failure"} == ROW_KEYS, row["in"]
        assert row["indicator"] in _catalogue(), row["indicator"]
        assert row["region_code"] in _divisions() | {"100000"}, row["region_code"]
        for field, allowed in (
            ("stat_kind", vocabulary.StatKind),
            ("status", vocabulary.Status),
            ("bound", vocabulary.Bound),
            ("scope", vocabulary.Scope),
        ):
            assert row[field] in get_args(allowed), (row["in"], field)
        assert row["role"] is None or row["role"] in get_args(vocabulary.Role), row["in"]
        assert set(row["level"]) <= set(get_args(vocabulary.Level)), row["in"]
        assert row["subject"]
        assert row["unit"]
        assert isinstance(row["value"], (int, float))


@pytest.mark.parametrize("stem", STEMS)
def test_every_expected_period_is_possible(stem: str) -> None:
    for row in sample(stem).rows:
        start, end = row["period_start"], row["period_end"]
        assert start is None or type(start) is dt.date
        assert end is None or type(end) is dt.date
        if start and end:
            assert start <= end, row["in"]
        if row["stat_kind"] in vocabulary.POINT_KINDS:
            assert start == end, row["in"]
        if row["stat_kind"] != "target" and end:
            assert end <= sample(stem).article["published"], row["in"]


# The engine against the annotations


def _spans(text: str, row: dict[str, Any]) -> tuple[int, int]:
    """Where the numeral of an expected row stands; for implied counts the whole stretch that implies it."""
    start = text.index(row["in"])
    if row["implied"]:
        return start, start + len(row["in"])
    start += row["in"].index(row["value_text"])
    return start, start + len(row["value_text"])


def _differences(got: Any, wanted: dict[str, Any]) -> list[str]:
    """The compared fields in which a row of the engine differs from an expected one."""
    wrong = []
    for field in COMPARED:
        have, want = getattr(got, field), wanted[field]
        if field == "value" or (field == "value_max" and None not in (have, want)):
            equal = math.isclose(have, want, rel_tol=1e-9)
        elif field == "level":
            equal = sorted(have) == sorted(want)
        elif field == "stat_kind":
            equal = have == want or {have, want} == {"stock", "cumulative"}
        else:
            equal = have == want
        if not equal:
            wrong.append(f"{field}: {have!r} should be {want!r}")
    if wanted["implied"] and "implied_count" not in got.flags:
        wrong.append("flag implied_count is missing")
    return wrong


@dataclass
class Outcome:
    """What the engine made of one article, set against the expected rows."""

    missed: dict[int, str]
    """Index of an expected row: what is wrong with it."""
    false: list[tuple[int, int, str]]
    """Numeral spans of rows beyond the expected ones, with a description."""
    article: dict[str, str]
    """Field of the article: how it was read."""
    text: str


def _matched(text: str, rows: list[Any], wanted: list[dict[str, Any]]) -> tuple[dict[int, str], list[Any]]:
    """Pair rows one to one by overlap of their numerals, best agreement first."""
    spans = [_spans(text, row) for row in wanted]
    pairs = []
    for i, row in enumerate(rows):
        for j, (start, end) in enumerate(spans):
            if row.value_start < end and start < row.value_end:
                wrong = _differences(row, wanted[j])
                pairs.append((row.indicator != wanted[j]["indicator"], len(wrong), i, j, "; ".join(wrong)))
    problems = dict.fromkeys(range(len(wanted)), "no row")
    used: set[int] = set()
    done: set[int] = set()
    for _, _, i, j, wrong_text in sorted(pairs):
        if i not in used and j not in done:
            used.add(i)
            done.add(j)
            problems[j] = wrong_text
    return {j: p for j, p in problems.items() if p}, [row for i, row in enumerate(rows) if i not in used]


@functools.cache
def outcome(stem: str) -> Outcome:
    if importlib.util.find_spec("qualityextract.pipeline") is None:
        pytest.skip("the engine (qualityextract.pipeline) is not there")
    from qualityextract.documents import read_article
    from qualityextract.model import RawDocument
    from qualityextract.pipeline import extract_article

    data = sample(stem)
    article = read_article(RawDocument(path=data.path.name, data=data.path.read_bytes()))
    tables = extract_article(article)
    rows = [row for row in tables.observations if row.indicator != "unmapped"]
    missed, extra = _matched(article.text, rows, data.rows)
    false = [(r.value_start, r.value_end, f"{r.indicator} {r.value_text} in «{r.quote[:60]}»") for r in extra]
    read = {}
    for field, want in data.article.items():
        have = getattr(article, field)
        if (list(have) if field == "authors" else have) != want:
            read[field] = f"{have!r} should be {want!r}"
    return Outcome(missed, false, read, article.text)


def _known_spans(stem: str) -> list[tuple[int, int]]:
    text = outcome(stem).text
    stretches = [entry["false"] for entry in sample(stem).known_failures if "false" in entry]
    return [(text.index(stretch), text.index(stretch) + len(stretch)) for stretch in stretches]


@pytest.mark.parametrize("stem", STEMS)
def test_the_cleaned_text_holds_every_expected_figure(stem: str) -> None:
    text = outcome(stem).text
    assert [row["in"] for row in sample(stem).rows if text.count(row["in"]) != 1] == []


@pytest.mark.parametrize("stem", STEMS)
def test_the_article_is_read_as_expected(stem: str) -> None:
    known = {entry["article"] for entry in sample(stem).known_failures if "article" in entry}
    read = outcome(stem).article
    assert {f: p for f, p in read.items() if f not in known} == {}
    assert known - set(read) == set(), "known failures that no longer fail"


@pytest.mark.parametrize("stem", STEMS)
def test_the_engine_finds_every_expected_row(stem: str) -> None:
    rows, missed = sample(stem).rows, outcome(stem).missed
    problems = [f"«{rows[j]['in']}» {rows[j]['indicator']}: {p}" for j, p in missed.items()]
    unexpected = [p for j, p in zip(missed, problems, strict=True) if "known_failure" not in rows[j]]
    assert not unexpected, "\n" + "\n".join(unexpected)
    mended = [row["in"] for j, row in enumerate(rows) if "known_failure" in row and j not in missed]
    assert mended == [], "known failures that no longer fail"


@pytest.mark.parametrize("stem", STEMS)
def test_the_engine_gives_no_other_rows(stem: str) -> None:
    known = _known_spans(stem)
    false = outcome(stem).false
    unexpected = [what for start, end, what in false if not any(a <= start and end <= b for a, b in known)]
    assert not unexpected, "\n" + "\n".join(unexpected)
    mended = [span for span in known if not any(span[0] <= start and end <= span[1] for start, end, _ in false)]
    assert mended == [], "known false rows that are gone"
