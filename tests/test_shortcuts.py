"""Ways past work that is not needed: each gives what the long way gives, and the benchmark that measures them runs."""

from __future__ import annotations

import gc
import re
import runpy
from pathlib import Path

import pytest

from qualityextract.errors import RuleError
from qualityextract.find import chunks
from qualityextract.grammar import bind
from qualityextract.grammar.bind import bind_sentence
from qualityextract.grammar.fields import field_of
from qualityextract.grammar.figures import Topic
from qualityextract.language.patterns import Guarded, Scan
from qualityextract.language.projection import project
from qualityextract.language.segment import in_longer_word, words
from qualityextract.language.sentences import split_sentences
from qualityextract.pipeline import extract_text, uncollected

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = sorted((ROOT / "data" / "raw").glob("*.txt"))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [project(file.read_bytes().decode("utf-8", errors="ignore")).text for file in SAMPLE]


def test_the_collector_runs_again_after_an_article() -> None:
    assert gc.isenabled()
    assert extract_text("全市拥有驰名商标9件。").observations
    assert gc.isenabled()
    with pytest.raises(RuleError):
        _fail_uncollected()
    assert gc.isenabled()


def _fail_uncollected() -> None:
    with uncollected():
        assert not gc.isenabled()
        raise RuleError("broken")


def test_who_switched_the_collector_off_keeps_it_off() -> None:
    gc.disable()
    try:
        extract_text("全市拥有驰名商标9件。")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_sentence_that_was_passed_counts_for_the_next(texts: list[str]) -> None:
    """Only some sentences ask what they are about; the answer is that of having asked at every one."""
    for text in texts:
        sentences = [(text[s.start : s.end], s.paragraph) for s in split_sentences(text)]
        every, some = field_of(text[:30]), field_of(text[:30])
        answers = [every.strangers(*sentence) for sentence in sentences]
        for at, sentence in enumerate(sentences):
            if at % 3:
                some.passes(*sentence)
            else:
                assert some.strangers(*sentence) == answers[at]


def test_an_office_in_a_passed_sentence_speaks_on() -> None:
    field = field_of("云溪市教育局开展培训")
    field.passes("云溪市市场监管局发布通报。", 0)
    assert "svc.training_" not in field.strangers("全年开展培训。", 0)


def test_no_sentence_with_figures_is_passed_by(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for text in texts for row in chunks.chunk_text(text, split_sentences(text)).chunks]
    short = [len(bind_sentence(row, 0, Topic())) for row in rows]
    monkeypatch.setattr(bind, "_HOLDS_FIGURES", re.compile(""))
    assert short == [len(bind_sentence(row, 0, Topic())) for row in rows]
    assert 0 < short.count(0) < len(short)


def test_ranks_between_full_stops_are_all_ranks(texts: list[str]) -> None:
    made_up = "云溪市稳居全省第一。石浦县居全国前列,位列全省第3位。其他没有\n增速排名全市前十"
    for text in [*texts, made_up]:
        assert [m.span() for m in chunks._rank_matches(text)] == [m.span() for m in chunks._RANK.finditer(text)]
    assert len(list(chunks._rank_matches(made_up))) == 3


@pytest.mark.parametrize("pattern", [r"(?:省|市)?(?:工商|质监)局", "[一二三]金", "商标(?!代理)", r"(?<=第)\d+"])
def test_a_scan_finds_what_finditer_finds(pattern: str, texts: list[str]) -> None:
    scan = Scan(pattern)
    for text in [*texts, "省工商局、质监局获一金二银,商标代理和商标,第12届"]:
        assert [m.span() for m in scan.finditer(text)] == [m.span() for m in re.finditer(pattern, text)]


def test_a_guarded_search_is_a_search(texts: list[str]) -> None:
    pattern = r"(?:目标|任务)[^。]{0,20}$|将(?:争取|力争)?实现"
    guarded = Guarded(pattern)
    for text in texts:
        for sentence in split_sentences(text):
            line = text[sentence.start : sentence.end]
            wanted, got = re.search(pattern, line), guarded.search(line)
            assert (got and got.span()) == (wanted and wanted.span())


def test_a_pattern_without_anything_certain_can_not_be_guarded() -> None:
    with pytest.raises(ValueError, match="no word is certain"):
        Guarded(r"\d+")
    with pytest.raises(ValueError, match="begin with anything"):
        Scan("[^,]局")


def test_a_longer_word_is_one_of_the_dictionary(texts: list[str]) -> None:
    """Where segmentation makes a longer word of the characters, the quick question says that it can."""
    inside = 0
    for text in texts:
        for found in re.finditer("[一二三四五六七八九十百千万]+", text):
            low, high = max(0, found.start() - 6), found.end() + 6
            start, end = found.start() - low, found.end() - low
            at, longer = 0, False
            for word in words(text[low:high]):
                longer = longer or (at <= start and end <= at + len(word) and len(word) > end - start)
                at += len(word)
            inside += longer
            assert in_longer_word(text[low:high], start, end) or not longer
    assert inside > 3


def test_the_benchmark_measures_every_stage() -> None:
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "bench.py"))
    result = benchmark["throughput"](benchmark["dense_once"]()[:8], 0.03)
    assert list(result["stages"]) == list(benchmark["STAGES"])
    assert result["megabytes"] >= 0.03
    whole = result["stages"]["whole job (validated rows)"]
    assert 0 < whole["ratio"]["low"] <= whole["ratio"]["median"] <= whole["ratio"]["high"]
    assert sum(stage["share"] or 0 for stage in result["stages"].values()) == pytest.approx(1)
    assert set(benchmark["growth"](benchmark["dense_once"]()[:3], (2, 4))) == {"2", "4"}
