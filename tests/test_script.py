"""Traditional script: told from simplified, converted without moving an offset."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.documents.encoding import decode
from qualityextract.language.projection import project
from qualityextract.language.script import Usage, is_traditional, load_usages, simplify, usages
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch, extract_text
from qualityextract.schema import ObservationRecord


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("諸暨市擁有浙江省政府質量獎3項。", True),
        ("哪吒汽车宣布进军印尼市场,王濛、李昇出席。", False),
        ("浙江省政府质量奖", False),
        ("", False),
    ],
)
def test_traditional_script_is_told_by_its_share(text: str, expected: bool) -> None:
    assert is_traditional(text) is expected


def test_words_are_converted_in_context() -> None:
    assert simplify("乾隆年間,後臺擁有著名商標") == "乾隆年间,后台拥有著名商标"


@given(st.text(alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=60))
def test_no_offset_moves(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_rows_quote_the_original() -> None:
    text = "諸暨市擁有“馳名商標”9件,較上年增長12.5%。"
    rows = extract_text(text).observations
    assert [(row.indicator, row.value, row.region_code) for row in rows] == [
        ("tm.well_known", 9, "330681"),
        ("tm.well_known", 12.5, "330681"),
    ]
    assert all(row.quote == text and "script_converted" in row.flags for row in rows)
    assert text[rows[0].value_start : rows[0].value_end] == "9"


def test_simplified_text_is_left_alone() -> None:
    assert not project("唐山市拥有驰名商标9件。").converted


# Words of Taiwan and Hong Kong


@pytest.mark.parametrize("rule", load_usages(), ids=lambda rule: rule.id)
def test_a_usage_changes_its_example_and_not_its_counter_example(rule: Usage) -> None:
    assert [words for *_, words in usages(rule.match)] == [rule.words]
    assert rule.words not in [words for *_, words in usages(rule.no_match)]


def test_words_of_other_length_keep_every_offset() -> None:
    source = "該縣擁有“智慧財產權”示範企業9家,投訴較上年年增12%,網際網路商戶逾30戶。"
    projection = project(source)
    assert projection.text == "该县拥有知识产权示范企业9家,投诉较上年同比增长12%,互联网商户逾30户。"
    for words, original in (
        ("知识产权示范", "智慧財產權”示範"), ("同比增长", "年增"), ("互联网", "網際網路"), ("9", "9"), ("12", "12"), ("30户", "30戶"),
    ):  # fmt: skip
        start = projection.text.index(words)
        assert source[projection.start(start) : projection.end(start + len(words))] == original


@given(
    st.lists(
        st.sampled_from(["智慧財產權", "年增5", "網際網路", "“", "”", " ", "縣", "品質獎", "9項", "、"]), max_size=30
    )
)
def test_offsets_never_run_back(pieces: list[str]) -> None:
    source = "國際標準與質量獎項認證" + "".join(pieces)
    projection = project(source)
    starts = [projection.start(at) for at in range(len(projection.text) + 1)]
    assert starts == sorted(starts)
    assert starts[-1] <= len(source)


def test_the_same_words_in_a_mainland_text_are_left_alone() -> None:
    text = "该市举办品质奖评选,产业聚落与度量衡馆吸引数位专家。"
    assert project(text).text == text


TWIN = (
    ("2023年,海安市新增發明專利126件,擁有國家智慧財產權示範企業9家。", "2023年,海安市新增发明专利126件,拥有国家知识产权示范企业9家。"),
    ("全市累計獲省品質獎3項、市長品質獎12項,著名商標達45件。", "全市累计获省质量奖3项、市长质量奖12项,著名商标达45件。"),
    ("特種裝置定檢率為百分之九十八點五,較上年成長1.2個百分點。", "特种设备定检率为百分之九十八点五,较上年增长1.2个百分点。"),
    ("該市登記軟體著作權320件,建成特色產業聚落5個。", "该市登记软件著作权320件,建成特色产业集群5个。"),
)  # fmt: skip


def facts(rows: Sequence[ObservationRecord]) -> list[str]:
    """What a row states, without words and offsets of its text."""
    names = (
        "indicator", "value", "value_max", "bound", "unit", "region_code", "period_start", "period_end", "stat_kind",
        "scope", "status", "level", "role", "each",
    )  # fmt: skip
    return sorted(str([getattr(row, name) for name in names]) for row in rows)


def test_an_article_in_traditional_script_gives_the_rows_of_its_twin() -> None:
    traditional, simplified = ("\n".join(lines) for lines in zip(*TWIN, strict=True))
    day = dt.date(2024, 3, 1)
    tables = extract_text(traditional, title="海安市公布品質獎名單", published=day, publisher="海安日報")
    expected = extract_text(simplified, title="海安市公布质量奖名单", published=day, publisher="海安日报")
    assert len(expected.observations) >= 9
    assert facts(tables.observations) == facts(expected.observations)
    assert "script_converted" in tables.articles[0].flags
    assert "script_converted" not in expected.articles[0].flags


SAMPLE = sorted(path for path in (Path(__file__).parent.parent / "data" / "raw").iterdir() if path.suffix != ".yaml")
SUPERFLUOUS = {
    # 三坐标 becomes 三座標, whose 座 is a measure word.
    ("chuzhou-service-2024.html", "s2t"): 1,
    ("chuzhou-service-2024.html", "s2hk"): 1,
    ("chuzhou-service-2024.html", "s2twp"): 1,
}


@pytest.mark.parametrize("style", ["s2t", "s2hk", "s2twp"])
@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_the_sample_in_traditional_script_gives_the_same_rows(path: Path, style: str) -> None:
    """`s2twp` puts Taiwan's words in place of the mainland's, too."""
    text = decode(path.read_bytes(), path.name).text
    converted = opencc.OpenCC(style).convert(text)
    expected, found = (
        Counter(facts(extract_batch([RawDocument(path.name, page.encode())]).observations))
        for page in (text, converted)
    )
    assert expected
    assert expected - found == Counter()
    assert (found - expected).total() == SUPERFLUOUS.get((path.name, style), 0)
