"""The ledger: every numeral has exactly one fate, spans hold and never overlap, and hostile texts cost linear time."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qualityextract import cli
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch, extract_text
from qualityextract.vocabulary import Fate

SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", Path(__file__).resolve().parent.parent / ".." / "shared"))
ARTICLES = SHARED / "articles"
CORPUS = SHARED / "corpus" / "news-3000.jsonl.gz"
PUBLISHED = dt.date(2021, 10, 25)


def figures_of(text: str) -> list[Any]:
    return list(extract_text(text, published=PUBLISHED).figures)


def fates_of(text: str) -> dict[str, str]:
    return {figure.value_text: figure.fate for figure in figures_of(text)}


# What becomes of a numeral


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("国家标准《袜子》(GB/T 20210-2021)由企业制定。", {"20210": "code", "2021": "code"}),
        ("四川省“51020”现代产业集群加速成形。", {"51020": "scheme"}),
        ("人民币兑美元汇率中间价报7.1686。", {"7.1686": "physical"}),
        ("中国女排以29比27获胜。", {"29": "scheme", "27": "scheme"}),
        ("搭载骁龙 8 Gen 3 芯片。", {"8": "name", "3": "name"}),
        ("标普500指数上涨。", {"500": "name"}),
        ("警方提醒:1、不要点击陌生链接。", {"1": "layout"}),
        ("中国软件(600536)上涨。", {"600536": "code"}),
        ("草案三审稿规定了要求。", {"三": "idiom"}),
        ("项目二期已经开工。", {"二": "ordinal"}),
        ("医保监管保持一成不变。", {"一成": "idiom"}),
        ("《海王2》上映。", {"2": "name"}),
        ("海外用户500多万。", {"500多万": "unmapped"}),
        ("彩票奖金4000多元。", {"4000多": "unmapped"}),
        ("醉驾致2死。", {"2": "unmapped"}),
        ("屏幕尺寸为6.67英寸。", {"6.67": "physical"}),
        ("小蜜蜂公司股价上涨12.5%。", {"12.5": "unmapped"}),
    ],
)
def test_fates(text: str, expected: dict[str, str]) -> None:
    fates = fates_of(text)
    assert {words: fates.get(words) for words in expected} == expected


def test_a_count_that_nothing_binds_has_a_row_with_what_it_counts() -> None:
    tables = extract_text("救援队出动了35艘皮筏艇。", published=PUBLISHED)
    (row,) = tables.observations
    assert (row.indicator, row.value, row.unit, row.indicator_text) == ("unmapped", 35, "艘", "皮筏艇")
    (figure,) = tables.figures
    assert (figure.fate, figure.observation_ids) == ("unmapped", (row.observation_id,))


def test_one_person_of_a_narrative_has_no_row() -> None:
    tables = extract_text("一名市民告诉记者,这是一件好事。", published=PUBLISHED)
    assert tables.observations == ()
    assert {figure.fate for figure in tables.figures} == {"idiom"}


# What is counted most often and not in the catalogue


@pytest.mark.parametrize("table_format", ["parquet", "csv"])
def test_unmapped_lists_the_most_frequent_things(tmp_path: Path, table_format: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text(
        "今天出动35艘皮筏艇。\n明天出动36艘皮筏艇。\n后天放飞40只白鸽。", encoding="utf-8"
    )
    arguments = ["extract", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--format", table_format, "--quiet"]
    assert CliRunner().invoke(cli.group_app, arguments).exit_code == 0
    shown = CliRunner().invoke(cli.group_app, ["unmapped", str(tmp_path / "out")])
    assert shown.exit_code == 0, shown.output
    assert "3 unmapped rows count 2 things" in shown.stdout
    assert re.search(r"2\W+皮筏艇\W+今天出动35艘皮筏艇", shown.stdout)
    first = CliRunner().invoke(cli.group_app, ["unmapped", str(tmp_path / "out"), "--top", "1"]).stdout
    assert "皮筏艇" in first
    assert "白鸽" not in first


def test_unmapped_needs_the_tables_of_a_run(tmp_path: Path) -> None:
    failed = CliRunner().invoke(cli.group_app, ["unmapped", str(tmp_path)])
    assert failed.exit_code == 2
    assert "no table of observations" in failed.stderr


# What always holds

PIECES = (
    "唐山市", "拥有驰名商标", "3件", "150余件", "“51020”", "《海王2》", "GB/T 20210-2021", "第三届", "2021年", "去年", "其中",
    "(国家级1项)", "、", ",", "。", "\n", "一", "二期", "十几", "数千", "三成", "95.6%", "1.2万", "26+9个", "3:1", "010-84648459",
    "一站式", "各", "分别", "由3件增至5件", "居全省第一位", "前三", "1-3项", "12", "万", "百", "３", " ", "RTX 4060", "0.5", "2死",
    "10万元", "同比增长", "3至5个", "两", "首个", "三金五银", "1、", "(300790)", "$12", "米八", "100", "¹", "①", "Ⅲ", "\u3000",
)  # fmt: skip


def check(text: str) -> None:
    tables = extract_text(text, published=PUBLISHED)
    source = tables.articles[0].text if tables.articles else text
    figures = sorted(tables.figures, key=lambda figure: figure.value_start)
    assert [row.stage for row in tables.rejects] == []
    for figure in figures:
        assert figure.value_start < figure.value_end
        assert source[figure.value_start : figure.value_end] == figure.value_text
        assert figure.value_text in figure.sentence
        assert figure.fate in get_args(Fate)
        assert bool(figure.observation_ids) == (figure.fate in ("observation", "unmapped"))
    assert all(a.value_end <= b.value_start for a, b in pairwise(figures))
    assert len({figure.figure_id for figure in figures}) == len(figures)
    # Every digit lies in exactly one numeral, and no numeral begins or ends between two digits.
    for run in re.finditer(r"[0-9]+", source):
        holders = [f for f in figures if f.value_start < run.end() and run.start() < f.value_end]
        assert len(holders) == 1, (run.group(), holders)
        assert holders[0].value_start <= run.start()
        assert run.end() <= holders[0].value_end
    known = {row.observation_id for row in tables.observations}
    assert {key for figure in figures for key in figure.observation_ids} <= known


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25))
def test_every_numeral_has_one_fate_and_spans_hold(pieces: list[str]) -> None:
    check("".join(pieces))


@settings(max_examples=150)
@given(st.text(alphabet="0123456789一二十百万亿点.,%、-+件项个年月日第(“”) \n好A", min_size=1, max_size=60))
def test_any_string_of_digits_and_marks_is_accounted_for(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "、",
        "一",
        "十",
        "(",
        "“",
        "(【",
        "各",
        "好",
        "1、",
        "一、",
        "1+",
        "1-",
        "1:",
        "3项",
        " 1",
        "“3”",
        "2021年",
        "3金",
        "万亿",
    ],
)
def test_hostile_strings_cost_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            extract_text(text, published=PUBLISHED)
            best = min(best, time.process_time() - start)
        return best

    seconds(700)
    # Twice the length costs twice the time; quadratic cost would be four times.
    assert seconds(3_000) < 3 * seconds(1_500) + 0.1


@pytest.mark.parametrize("unit", ["1", "、", "一", "((", "各", "9."])
def test_a_hundred_thousand_hostile_characters_are_read(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    figures = extract_text(text, published=PUBLISHED).figures
    assert all(figure.fate in get_args(Fate) for figure in figures)
    assert bool(figures) == (unit in ("1", "9."))


# How much is not understood


def unexplained(figures: Iterable[Any]) -> float:
    fates = Counter(figure.fate for figure in figures)
    return fates["unexplained"] / fates.total()


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the annotated articles are not there (QUALITYEXTRACT_SHARED)")
def test_nearly_every_numeral_of_the_annotated_articles_is_understood() -> None:
    files = sorted(ARTICLES.glob("*.txt"))
    tables = extract_batch([RawDocument(file.name, file.read_bytes()) for file in files])
    assert unexplained(tables.figures) <= 0.005
    reference = [article.article_id for article in tables.articles if article.path.startswith("tangshan")]
    assert reference
    assert "unexplained" not in {figure.fate for figure in tables.figures if figure.article_id in reference}


@pytest.mark.skipif(not CORPUS.is_file(), reason="the general news corpus is not there (QUALITYEXTRACT_SHARED)")
def test_few_numerals_of_general_news_are_not_understood() -> None:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    sample = random.Random(20211025).sample(texts, 150)
    assert unexplained(figure for text in sample for figure in extract_text(text).figures) <= 0.02
