"""Typed chunks: every sentence as a short sequence of things that a grammar can be written over.

One letter a type. Quantities: `Q` count, `P` ratio, `M` money, `K` rank, `J` a count without a numeral (首个, 零的突破).
Things: `I` indicator, `L` level word, `N` generic noun, `R` region, `S` other subject. Time: `T`.
Cues: `H` hold, `U` cumulative, `A` brought about, `a` carried out, `V` won or named, `D` reaches, `G` rises or falls, `B` rises or
falls to, `c` compared with, `s` share, `r` rank, `g` target, `p` policy, `u` status, `y` hypothetical, `n` negative,
`E` each, `F` respectively, `O` of which, `x` besides, `e` per, `o` role.
Marks stand for themselves, `.` for the end of the sentence; `&` is 和, 及, 与; `w`, `W` and `X` are other words: up to 2, up to 8, and more characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qualityextract.find.masks import find_masks
from qualityextract.find.subjects import find_subjects
from qualityextract.find.terms import find_cues, find_indicators
from qualityextract.language.dates import TimeMention, find_times
from qualityextract.language.numerals import find_numerals, parse_number
from qualityextract.language.patterns import Scan
from qualityextract.language.sentences import Sentence
from qualityextract.model import Chunk, IndicatorMention, Numeral, Span, SubjectMention

_CUE_LETTER = {
    "hold": "H", "cumulative": "U", "flow": "A", "act": "a", "win": "V", "to": "D", "change_up": "G", "change_down": "G",
    "change_to": "B", "compare": "c", "share": "s", "rank": "r", "target": "g", "policy": "p", "status": "u",
    "hypo": "y", "negative": "n", "each": "E", "dist": "F", "part": "O", "extra": "x", "each_of": "e", "role": "o",
    "level": "L", "noun": "N",
}  # fmt: skip
_MARK = re.compile(r"[,;:、()\[\]。!?]|[和及与或]|--+")
_RANK = re.compile(
    r"(?P<pre>(?:全[省市国区县州]|[省国区]内|同类城市|[\u4e00-\u9fff]{2,3}[省市]|中西部|西部|东部|中部)[^,。;\d]{0,10}?)?"
    r"(?:稳居|位居|居于|荣居|连居|高居|雄居|排在|位列|名列|排名|跃居|升至|上升至|上升到|提升至|提升到|跻身|进位至|进入|位于|高居|排|居|列|保持|蝉联|领跑|为)"
    r"(?P<where>[^,。;、第首前榜\d()]{0,16}?(?:\([市县区、旗州]{1,7}\))?[^,。;、第首前榜\d()]{0,6}?)"
    r"(?P<rank>第(?P<n>[一二三四五六七八九十]{1,3}|\d{1,3})(?![届批次期个件家项产季轮版类款章条者方步梯]|[、\d和至]+[条款项])|首位(?!数)|榜首|首(?=[,。;、])|前(?P<top>[一二三四五六七八九十]{1,3}|\d{1,3})(?![年月天个届期次季批]))(?P<unit>位|名|强)?"
)
_MARK_LETTER = {"和": "&", "及": "&", "与": "&", "或": "&", "[": "(", "]": ")", "。": ".", "!": ".", "?": "."}
_FIELD = re.compile(r"全|省|市|国|区|县|州|中部|西部|东部|东北|各地|系统|行业|同类|世界|同期|城市|[\u4e00-\u9fff]{2}")
_IMPLIED = Scan(
    r"(?:第一|首)(?:个|家|件|项|张|单|支|部|座|例|批(?=国家))(?!月|子|长|别)|(?<!统)唯一(?:一[个家项件])?|零的?突破|首次(?=获|入选|上榜|荣获|摘得|斩获)|首获|零的?记录"
)
_MEDALS = Scan(r"(?P<runs>(?:(?:[一二两三四五六七八九十]{1,4}|\d{1,4})(?:金|银|铜|优)){2,})(?!属|行|融|奖)")


@dataclass(frozen=True, slots=True)
class Medal:
    """One part of 三金五银: `tier` and its numeral."""

    tier: str
    numeral: Numeral


@dataclass(frozen=True, slots=True)
class Chunked:
    """The chunks of a text: `sentences[i]` has `chunks[i]`; `fates` explains the numerals that are no quantities;
    `subjects` are all places and other possible owners in reading order."""

    chunks: list[list[Chunk]]
    fates: list[tuple[Numeral, str, str]]
    subjects: list[SubjectMention]


def chunk_text(text: str, sentences: list[Sentence], quoted: Sequence[Span] = ()) -> Chunked:
    """Find everything in a projected text and lay it out sentence by sentence without overlap.

    Args:
        text: the projection.
        sentences: its sentences.
        quoted: what stood in quotation marks: a bare number there is a scheme's name.
    """
    taken = bytearray(len(text) + 1)
    chunks: list[Chunk] = []
    indicators = find_indicators(text)
    subjects = find_subjects(text)
    numerals = list(find_numerals(text))
    masks = find_masks(text, quoted)
    times = find_times(text)

    def claim(chunk: Chunk) -> bool:
        if taken.find(1, chunk.start, chunk.end) >= 0:
            return False
        taken[chunk.start : chunk.end] = b"\x01" * (chunk.end - chunk.start)
        chunks.append(chunk)
        return True

    for chunk in _ranks(text):
        claim(chunk)
    for match in _MEDALS.finditer(text):
        for chunk in _medals(match):
            claim(chunk)
    for subject in subjects:
        if subject.relative == "cluster":
            claim(Chunk("S", subject.start, subject.end, text[subject.start : subject.end], "cluster", subject))
    spans = [(s.start, s.end) for s in subjects if s.scope in ("cluster", "organization", "agency")]
    for indicator in indicators:
        if not any(a <= indicator.start and indicator.end <= b for a, b in spans):
            claim(
                Chunk(
                    "I",
                    indicator.start,
                    indicator.end,
                    text[indicator.start : indicator.end],
                    indicator.code,
                    indicator,
                )
            )
    for match in _IMPLIED.finditer(text):
        claim(Chunk("J", match.start(), match.end(), match.group()))
    for subject in subjects:
        if subject.scope != "whole":
            claim(Chunk("S", subject.start, subject.end, text[subject.start : subject.end], subject.scope, subject))
    fates: list[tuple[Numeral, str, str]] = []
    claimed_times = [time for time in times if claim(Chunk("T", time.start, time.end, time.text, time.kind, time))]
    mask_spans = [mask for mask in masks if taken.find(1, mask[0], mask[1]) < 0]
    for subject in subjects:
        if subject.scope == "whole":
            claim(Chunk("R", subject.start, subject.end, text[subject.start : subject.end], subject.inside, subject))
    for numeral in _settle(numerals, claimed_times, mask_spans, chunks, fates):
        letter = _quantity_letter(numeral)
        if not claim(
            Chunk(
                letter, numeral.start, numeral.unit_end, text[numeral.start : numeral.unit_end], numeral.unit, numeral
            )
        ):
            fates.append((numeral, "name", "find.name"))
    for start, end, cue in find_cues(text):
        claim(Chunk(_CUE_LETTER[cue.cue], start, end, cue.word, cue.value, cue))
    for match in _MARK.finditer(text):
        mark = match.group()
        claim(Chunk(_MARK_LETTER.get(mark[0], mark[0]), match.start(), match.end(), mark))
    chunks.sort(key=lambda c: c.start)
    return Chunked(_by_sentence(text, sentences, chunks), fates, subjects)


def _quantity_letter(numeral: Numeral) -> str:
    if numeral.kind in ("percent", "points", "times", "doubling"):
        return "P"
    return "M" if numeral.kind == "money" else "Q"


def _settle(
    numerals: list[Numeral],
    times: list[TimeMention],
    masks: list[tuple[int, int, str, str]],
    chunks: list[Chunk],
    fates: list[tuple[Numeral, str, str]],
) -> list[Numeral]:
    """Numerals that are quantities; the others go into `fates` with what they are."""
    covers = [(t.start, t.end, _time_fate(t), t.rule) for t in times]
    covers += masks
    covers += [(c.start, c.end, _chunk_fate(c), c.note or "find.name") for c in chunks if c.letter in "IKJS"]
    covers.sort()
    starts = [c[0] for c in covers]
    quantities = []
    for numeral in numerals:
        cover = _cover(numeral, covers, starts)
        if cover is not None:
            fates.append((numeral, cover[2], cover[3]))
        elif numeral.kind == "time":
            fates.append((numeral, "age_or_duration", "unit.time"))
        elif numeral.kind == "physical":
            fates.append((numeral, "physical", "unit.physical"))
        elif numeral.kind in ("ordinal", "grade"):
            fates.append((numeral, "ordinal" if numeral.kind == "ordinal" else "name", f"unit.{numeral.kind}"))
        else:
            quantities.append(numeral)
    return quantities


def _time_fate(time: TimeMention) -> str:
    if time.kind == "duration":
        return "age_or_duration"
    return "date" if time.kind in ("day", "base") else "period"


def _chunk_fate(chunk: Chunk) -> str:
    return "ordinal" if chunk.letter == "K" else "name"


def _cover(
    numeral: Numeral, covers: list[tuple[int, int, str, str]], starts: list[int]
) -> tuple[int, int, str, str] | None:
    """What the digits of `numeral` lie in, if anything."""
    at = bisect_right(starts, numeral.digits) - 1
    for cover in covers[max(0, at - 1) : at + 2]:
        inside = cover[0] <= numeral.digits if cover[2] == "idiom" else cover[0] < numeral.end
        if inside and numeral.digits < cover[1]:
            return cover
    return None


_IN_A_RANK = re.compile("[第首前榜]")
"""Every rank holds one of these, and none reaches over a full stop."""


def _rank_matches(text: str) -> Iterator[re.Match[str]]:
    start = 0
    while (mark := _IN_A_RANK.search(text, start)) is not None:
        start = max(start, text.rfind("。", start, mark.start()) + 1)
        end = text.find("。", mark.end()) + 1 or len(text)
        yield from _RANK.finditer(text, start, end)
        start = end


def _ranks(text: str) -> list[Chunk]:
    found = []
    for match in _rank_matches(text):
        start = match.start("rank")
        if match["top"]:
            value, bound = parse_number(match["top"]), "at_most"
        elif match["n"]:
            value, bound = parse_number(match["n"]), "exact"
        else:
            value, bound = parse_number("一"), "exact"
        if value is None or value > 400 or not _FIELD.search((match["where"] or "") + (match["pre"] or "")):
            continue
        end = match.end("rank")
        numeral = Numeral(start, end, match.end(), start, float(value), None, bound, "位", "rank")
        found.append(Chunk("K", start, match.end(), match.group("rank"), match["where"] or match["pre"] or "", numeral))
    return found


def _medals(match: re.Match[str]) -> list[Chunk]:
    chunks = []
    for part in re.finditer(r"([一二两三四五六七八九十]+|\d+)(金|银|铜|优)", match["runs"]):
        value = parse_number(part[1])
        if value is None:
            continue
        start = match.start("runs") + part.start()
        numeral = Numeral(
            start, start + len(part[1]), start + len(part[0]), start, float(value), None, "exact", "项", "count"
        )
        tier = {"金": "gold", "银": "silver", "铜": "bronze", "优": "excellence"}[part[2]]
        chunks.append(Chunk("Q", start, start + len(part[0]), part[0], tier, Medal(tier, numeral)))
    return chunks


def _by_sentence(text: str, sentences: list[Sentence], chunks: list[Chunk]) -> list[list[Chunk]]:
    """Distribute chunks over sentences and fill the gaps with `w`, `W` and `X`."""
    laid_out: list[list[Chunk]] = []
    index = 0
    for sentence in sentences:
        row: list[Chunk] = []
        at = sentence.start
        while index < len(chunks) and chunks[index].start < sentence.start:
            index += 1
        while index < len(chunks) and chunks[index].start < sentence.end:
            chunk = chunks[index]
            if chunk.start > at:
                row.append(_gap(text, at, chunk.start))
            row.append(chunk)
            at = chunk.end
            index += 1
        if at < sentence.end:
            row.append(_gap(text, at, sentence.end))
        laid_out.append(row)
    return laid_out


def _gap(text: str, start: int, end: int) -> Chunk:
    words = text[start:end]
    length = end - start
    return Chunk("w" if length <= 2 else "W" if length <= 8 else "X", start, end, words)


def letters_of(chunks: Iterable[Chunk]) -> str:
    """The chunks of a sentence as a string of letters."""
    return "".join([chunk.letter for chunk in chunks])


def subject_of(chunk: Chunk) -> SubjectMention | None:
    """The subject mention that an `R` or `S` chunk carries."""
    return chunk.value if isinstance(chunk.value, SubjectMention) else None


def numeral_of(chunk: Chunk) -> Numeral | None:
    """The numeral that a quantity chunk carries."""
    if isinstance(chunk.value, Medal):
        return chunk.value.numeral
    return chunk.value if isinstance(chunk.value, Numeral) else None


def with_levels(mention: IndicatorMention, levels: tuple[str, ...], code: str | None = None) -> IndicatorMention:
    """`mention` with more levels, and with another code where the levels change what is counted."""
    merged = tuple(dict.fromkeys((*levels, *mention.levels)))
    if merged == mention.levels and (code or mention.code) == mention.code:
        return mention
    return replace(mention, levels=merged, code=code or mention.code)
