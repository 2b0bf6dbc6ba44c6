"""The floor of quality: careful annotations of real articles, where they are at hand.

The articles and the scorer are not part of this repository. `QUALITYEXTRACT_SHARED` names the folder that holds
`articles/` and `gold/`; by default it stands beside the repository. `tests/floors.json` pins what has been reached: F1
of the three grades, and the share of right fields where the indicator is right. Lowering a floor takes an explicit edit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from qualityextract.documents import read_article
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT.parent / "shared"))
FLOORS: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold" / "score.py").is_file(),
    reason=f"no annotated articles in {SHARED}; set QUALITYEXTRACT_SHARED to their folder",
)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of all annotated articles."""
    folder = tmp_path_factory.mktemp("gold") / "out"
    command = [
        sys.executable,
        "-m",
        "qualityextract",
        "extract",
        str(SHARED / "articles"),
        "--out",
        str(folder),
        "--quiet",
    ]
    subprocess.run([*command, "--format", "csv"], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_quality_does_not_fall(output: Path, tmp_path: Path, name: str) -> None:
    result = tmp_path / "score.json"
    gold = SHARED / "gold"
    subprocess.run(
        [sys.executable, str(gold / "score.py"), str(output), "--articles", str(SHARED / "articles"),
         "--gold", str(gold / f"{name}.jsonl"), "--optional", str(gold / "optional.jsonl"), "--json", str(result)],
        check=True, capture_output=True,
    )  # fmt: skip
    reached = json.loads(result.read_text(encoding="utf-8"))
    scores = {grade: reached[grade]["f1"] for grade in ("found", "core", "strict")} | reached["fields"]
    below = {name: (round(scores[name], 4), floor) for name, floor in FLOORS[name].items() if scores[name] < floor}
    assert not below, f"{name}: reached less than the floor: {below}"


def _documents() -> list[RawDocument]:
    return [RawDocument(path.name, path.read_bytes()) for path in sorted((SHARED / "articles").glob("*.txt"))]


def test_every_row_equals_its_slice_of_the_text() -> None:
    tables = extract_batch(_documents())
    texts = {article.article_id: article.text for article in tables.articles}
    assert tables.observations
    assert not tables.rejects
    for row in tables.observations:
        text = texts[row.article_id]
        assert text[row.value_start : row.value_end] == row.value_text
        assert text[row.quote_start : row.quote_end] == row.quote
    for figure in tables.figures:
        assert texts[figure.article_id][figure.value_start : figure.value_end] == figure.value_text


def test_the_reference_article_has_no_unexplained_numeral() -> None:
    raw = RawDocument("tangshan-2021.txt", (SHARED / "articles" / "tangshan-2021.txt").read_bytes())
    fates = Counter(figure.fate for figure in extract_batch([raw]).figures)
    assert fates["observation"] >= 20
    assert not fates["unexplained"]


def test_hardly_a_numeral_of_the_articles_is_unexplained() -> None:
    fates = Counter(figure.fate for figure in extract_batch(_documents()).figures)
    assert fates.total() > 1000
    assert fates["unexplained"] <= 0.005 * fates.total()


def test_the_reference_page_comes_out_clean() -> None:
    raw = RawDocument("tangshan-2021.txt", (SHARED / "articles" / "tangshan-2021.txt").read_bytes())
    article = read_article(raw)
    assert article.title == "河北唐山重点区域质量提升效果显现"
    assert article.kicker == "15个产业集群初具规模"
    assert not any(word in article.text for word in ("010-84648459", "华蓥市", "最新评论", "责任编辑", "连云港"))


def test_batches_add_up() -> None:
    documents = _documents()[:12]
    assert extract_batch(documents) == extract_batch(documents[:5]) + extract_batch(documents[5:])
