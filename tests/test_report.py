"""The report as a file: what stands in it, that nothing of an article becomes markup, sampling, the same bytes again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from fake_pipeline import article_row
from qualityextract import cli
from qualityextract.errors import ConfigurationError
from qualityextract.report import ReportOptions, report_html, write_report
from qualityextract.report.outlines import read_outlines
from qualityextract.report.page import json_block
from qualityextract.report.payload import VOCABULARIES
from qualityextract.report.tables import LIMIT, SEED, sampled_articles
from qualityextract.run import RunOptions, extract_folder
from report_tables import HOSTILE, figure, hostile_folder, many_rows, write_tables

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw"
NOT_A_NUMBER = '{"features": [{"id": "130200", "geometry": {"type": "Polygon", "coordinates": [[[NaN, 1]]]}}]}'
SQUARE = [[[117.0, 39.0], [118.0, 39.0], [118.0, 40.0], [117.0, 39.0]]]


class Elements(HTMLParser):
    """Start tags with their attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self._reading = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._reading = tag in ("script", "style")
        if self._reading:
            self.inside.append("")

    def handle_data(self, data: str) -> None:
        if self._reading:
            self.inside[-1] += data

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._reading = False


def data_of(page: str) -> dict[str, Any]:
    text = page.split('<script type="application/json" id="data">', 1)[1].split("</script>", 1)[0]
    found: dict[str, Any] = json.loads(text)
    return found


def policy_of(page: str) -> str:
    policy = next(a["content"] for tag, a in Elements(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    return policy


@pytest.fixture(scope="session")
def sample_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    extract_folder(SAMPLE, out, RunOptions(workers=1))
    return out


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return report_html(hostile_folder(tmp_path_factory.mktemp("hostile") / "out"))


# What stands in it


def test_a_run_writes_the_report_of_its_tables(sample_out: Path) -> None:
    import pyarrow.parquet as pq

    data = data_of((sample_out / "report.html").read_text(encoding="utf-8"))
    rows = pq.read_table(sample_out / "observations.parquet").to_pylist()
    shown = [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]
    assert [row["observation_id"] for row in shown] == [row["observation_id"] for row in rows]
    for row, table_row in zip(shown, rows, strict=True):
        text = data["articles"][row["article_id"]]["text"]
        assert text[row["quote_start"] : row["quote_end"]] == table_row["quote"]
        assert text[row["value_start"] : row["value_end"]] == table_row["value_text"]
        assert (row["value"], row["rule"], row["flags"]) == (table_row["value"], table_row["rule"], table_row["flags"])
    counts = data["counts"]
    assert (counts["articles"], counts["observations"], counts["rejects"]) == (18, len(rows), 0)
    assert counts["regions"] == len({row["region_code"] for row in rows} - {None})
    assert counts["confidence"] == dict(Counter(row["confidence"] for row in rows).most_common())
    assert 0.9 < counts["coverage"] <= 1
    assert data["sample"] is None


def test_the_report_of_the_sample_is_small(sample_out: Path) -> None:
    assert (sample_out / "report.html").stat().st_size < 1_000_000


def test_the_same_tables_give_the_same_bytes(sample_out: Path, tmp_path: Path) -> None:
    first = (sample_out / "report.html").read_bytes()
    extract_folder(SAMPLE, tmp_path / "again", RunOptions(workers=2))
    assert (tmp_path / "again" / "report.html").read_bytes() == first
    assert write_report(tmp_path / "again").read_bytes() == first


def test_every_value_of_the_vocabularies_and_every_word_of_the_page_has_both_languages() -> None:
    assets = files("qualityextract.report") / "assets"
    labels = json.loads((assets / "labels.json").read_text(encoding="utf-8"))
    for column, values in VOCABULARIES.items():
        assert set(labels["values"][column]) == set(get_args(values)), column
    assert all(len(pair) == 2 and all(pair) for pair in labels["ui"].values())
    scripts = "".join(entry.read_text(encoding="utf-8") for entry in assets.iterdir() if entry.name.endswith(".js"))
    template = (assets / "template.html").read_text(encoding="utf-8")
    named = set(re.findall(r"\bt\(\"(\w+)\"", scripts)) | set(re.findall(r'data-t="(\w+)"', template))
    assert named <= set(labels["ui"])
    warned = data_of(report_html_of_nothing()).get("counts", {}).get("warnings", {})
    assert {f"warn_{key}" for key in warned} <= set(labels["ui"])


def report_html_of_nothing() -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return report_html(write_tables(Path(folder) / "out", [], []))


def test_a_folder_without_rows_has_a_report() -> None:
    data = data_of(report_html_of_nothing())
    assert (data["rows"], data["counts"]["coverage"]) == ([], None)


# Nothing of an article becomes markup, nothing leaves the page


def test_hostile_text_stays_inside_the_data(hostile: str) -> None:
    found = Elements(hostile)
    assert [tag for tag, _ in found.tags].count("script") == 3
    assert not [tag for tag, _ in found.tags if tag in ("img", "svg", "iframe", "object", "link", "base")]
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
    assert HOSTILE not in hostile
    data = data_of(hostile)
    (article,) = data["articles"].values()
    assert article["title"] == HOSTILE
    assert HOSTILE in article["text"]


def test_the_data_block_has_no_character_that_ends_or_opens_anything() -> None:
    text = json_block({HOSTILE: [HOSTILE]})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {HOSTILE: [HOSTILE]}
    with pytest.raises(ValueError, match="JSON"):
        json_block(float("nan"))


def test_slots_in_an_article_are_not_filled(tmp_path: Path) -> None:
    article = article_row("x.txt", "{{policy}}拥有9件{{data}}")
    page = report_html(write_tables(tmp_path / "out", [article], [figure(article, "9", "拥有9件")]))
    assert "{{policy}}拥有9件{{data}}" in page


def test_the_policy_allows_our_scripts_and_styles_by_hash_and_no_connection(hostile: str) -> None:
    policy = policy_of(hostile)
    style, data, *scripts = Elements(hostile).inside
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert not re.search(r"unsafe|http|\*|data:|blob:", policy)
    for text in (style, *scripts):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert json.loads(data)


def test_the_page_names_no_other_file(hostile: str) -> None:
    found = Elements(hostile)
    assert not [1 for _, attributes in found.tags if {"src", "href", "action", "srcset"} & set(attributes)]
    style, _, *scripts = found.inside
    assert "url(" not in style
    assert "@import" not in style
    assert set(re.findall(r"https?://[\w./-]+", "".join(scripts))) == {"http://www.w3.org/2000/svg"}
    assert "sourceMappingURL" not in hostile


def test_our_scripts_never_set_markup() -> None:
    for entry in (files("qualityextract.report") / "assets").iterdir():
        if entry.name.endswith(".js"):
            text = entry.read_text(encoding="utf-8")
            assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", text)


def test_the_grid_library_is_shipped_with_its_licence() -> None:
    vendor = files("qualityextract.report") / "assets" / "vendor"
    assert "MIT" in (vendor / "LICENSE-tabulator.txt").read_text(encoding="utf-8")
    assert (vendor / "tabulator.min.js").read_text(encoding="utf-8").startswith("/* Tabulator v6.5.3 ")


# Sampling


def test_above_the_limit_whole_articles_are_sampled_and_the_page_says_so(tmp_path: Path) -> None:
    out = many_rows(tmp_path / "out", articles=30, each=7)
    page = report_html(out, ReportOptions(limit=50, seed=3))
    data = data_of(page)
    assert data["sample"] == {"rows": 49, "articles": 7, "seed": 3}
    assert len(data["rows"]) == 49
    assert set(Counter(row[1] for row in data["rows"]).values()) == {7}
    assert data["counts"]["observations"] == 210
    assert len(data["articles"]) == 7
    assert report_html(out, ReportOptions(limit=50, seed=3)) == page
    assert report_html(out, ReportOptions(limit=50, seed=4)) != page
    assert data_of(report_html(out))["sample"] is None


def test_an_article_larger_than_the_limit_is_cut(tmp_path: Path) -> None:
    data = data_of(report_html(many_rows(tmp_path / "out", articles=1, each=7), ReportOptions(limit=5)))
    assert data["sample"] == {"rows": 5, "articles": 1, "seed": SEED}


def test_the_sample_fills_the_limit_with_articles_that_fit() -> None:
    rows = Counter({f"a{n}": n + 1 for n in range(50)})
    chosen = sampled_articles(rows, 100, 1)
    assert 90 < sum(rows[article] for article in chosen) <= 100
    assert chosen == sampled_articles(Counter(dict(reversed(rows.items()))), 100, 1)
    assert LIMIT == 10_000


# Map


def geojson(file: Path, *features: dict[str, Any]) -> Path:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def polygon(code: object, kind: str = "Polygon") -> dict[str, Any]:
    drawn = SQUARE if kind == "Polygon" else [SQUARE]
    return {"properties": {"adcode": code, "name": HOSTILE}, "geometry": {"type": kind, "coordinates": drawn}}


def test_outlines_keyed_on_the_code_come_into_the_page(tmp_path: Path, hostile: str) -> None:
    file = geojson(tmp_path / "map.json", polygon(130200), polygon("130300", "MultiPolygon"), polygon("x"))
    outlines = read_outlines(file)
    assert [region["code"] for region in outlines["regions"]] == ["130200", "130300"]
    assert outlines["regions"][0]["rings"] == [[117.0, 39.0, 118.0, 39.0, 118.0, 40.0, 117.0, 39.0]]
    page = report_html(hostile_folder(tmp_path / "out"), ReportOptions(geojson=file))
    assert data_of(page)["map"] == outlines
    assert data_of(hostile)["map"] is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        '{"features": []}',
        '{"features": [{"id": "130200", "geometry": {"type": "Polygon"}}]}',
        "{",
        NOT_A_NUMBER,
    ],
)
def test_wrong_outlines_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "map.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"map\.json"):
        read_outlines(file)


# Command


def command(*arguments: object) -> Any:
    return CliRunner().invoke(cli.group_app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_the_command_writes_the_page_anew(tmp_path: Path) -> None:
    out = hostile_folder(tmp_path / "out")
    done = command("report", out, "--rows", 2, "--seed", 5)
    assert done.exit_code == 0, done.output
    assert str(out / "report.html") in done.stdout
    assert data_of((out / "report.html").read_text(encoding="utf-8"))["sample"]["seed"] == 5
    assert not [file for file in out.iterdir() if file.name.startswith(".")]


def test_without_tables_the_command_says_what_to_do(tmp_path: Path) -> None:
    done = command("report", tmp_path)
    assert done.exit_code == 2
    assert "observations.parquet" in done.stderr
    (tmp_path / "observations.parquet").write_text("no table")
    done = command("review", tmp_path)
    assert done.exit_code == 2
    assert "can't be read" in done.stderr


def test_tables_of_another_version_are_refused(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    out = hostile_folder(tmp_path / "out")
    for name in ("flags", "rule"):
        kept = pq.read_table(out / "observations.parquet").drop_columns([name])
        pq.write_table(kept, out / "observations.parquet")
        with pytest.raises(ConfigurationError, match=name):
            report_html(out)


def test_no_report_is_written_when_it_is_not_wanted_or_there_is_no_parquet(
    stand_in: None, articles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for options, there in (((), True), (("--no-report",), False), ((), True), (("--format", "csv"), False)):
        done = command("extract", articles, "--out", out, *options)
        assert done.exit_code == 1, done.output
        assert (out / "report.html").exists() is there
        assert ("report.html  " in done.stdout) is there
    assert "No report.html" in done.stdout
