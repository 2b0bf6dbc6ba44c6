"""Heads of counts: indicators with the level words and coordinations that change what they count.

国际、国家、行业标准 is one head of three levels; 国家标准和行业标准 with one number is one head; 省级 before 小巨人 makes it
another indicator. After this pass every `I` chunk of a sentence carries its final code.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from dataclasses import replace

import regex

from qualityextract.find.chunks import numeral_of, with_levels
from qualityextract.grammar.fields import FieldRule, clause_strangers
from qualityextract.model import Chunk, IndicatorMention
from qualityextract.ruleset import load_ruleset


@functools.cache
def _mixes() -> tuple[tuple[frozenset[str], str], ...]:
    text = importlib.resources.files("qualityextract").joinpath("rules/mixes.csv").read_text(encoding="utf-8")
    return tuple((frozenset(row["codes"].split("|")), row["code"]) for row in csv.DictReader(text.splitlines()))


@functools.lru_cache(maxsize=4096)
def _topic(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _levels_of(chunk: Chunk) -> tuple[str, ...]:
    return tuple(v for v in chunk.note.split(",") if v)


def settle_heads(chunks: list[Chunk], sentence: str, topic: str, strange: tuple[str, ...] = ()) -> list[Chunk]:
    """Chunks with every indicator settled.

    Args:
        chunks: one sentence.
        sentence: its projected text, for forms that need a topic word beside them.
        topic: text that may supply the topic as well (headline, sentence before).
        strange: beginnings of the codes that the sentence can't be about (`grammar.fields`).
    """
    kept: list[Chunk] = []
    clauses = clause_strangers(sentence)
    for i, chunk in enumerate(chunks):
        mention = chunk.value
        if not isinstance(mention, IndicatorMention):
            kept.append(chunk)
            continue
        here = strange + _strange_to_clause(clauses, chunks, i) if clauses else strange
        chosen = _choose(mention, chunks, i, (sentence, topic), here)
        if chosen is None:
            kept.append(_as_words(chunk))
        elif chosen.weak == "never":
            kept.append(replace(chunk, letter="N", value=None))
        else:
            kept.append(_with_mention(chunk, chosen))
    return _coordinate(_with_level_words(_teams(_specified(kept))))


def _strange_to_clause(rules: tuple[FieldRule, ...], chunks: list[Chunk], at: int) -> tuple[str, ...]:
    low, high = at, at
    while low > 0 and chunks[low - 1].letter not in ",;":
        low -= 1
    while high + 1 < len(chunks) and chunks[high + 1].letter not in ",;":
        high += 1
    clause = "".join([chunk.text for chunk in chunks[low : high + 1]])
    return tuple(code for rule in rules if rule.pattern.search(clause) for code in rule.codes)


_GENERIC = frozenset(("cert.organisations", "cert.certificates"))


_TEAM = "svc.task_forces"
_WORK_OF_A_TEAM = frozenset(("帮扶", "服务", "指导", "督导", "检查", "调研", "监管", "攻关", "提升", "整治", "创建"))
_LONGEST_COMPOUND = 20


def _teams(chunks: list[Chunk]) -> list[Chunk]:
    """6个产业集群质量帮扶工作组: the last noun of a compound is its head, so teams are counted and no clusters."""
    kept: list[Chunk] = []
    for chunk in chunks:
        kept.append(chunk)
        if chunk.letter != "I" or chunk.note != _TEAM:
            continue
        at = len(kept) - 2
        while at > 0 and kept[at].end == kept[at + 1].start and _inside_compound(kept[at]):
            at -= 1
        first = at + 1
        if first < len(kept) - 1 and kept[at].letter in "QL" and chunk.end - kept[first].start <= _LONGEST_COMPOUND:
            text = "".join(part.text for part in kept[first:])
            kept[first:] = [replace(chunk, start=kept[first].start, text=text)]
    return kept


def _inside_compound(chunk: Chunk) -> bool:
    return chunk.letter in "IwWN" or chunk.text in _WORK_OF_A_TEAM


def _specified(chunks: list[Chunk]) -> list[Chunk]:
    """HACCP + 认证企业: a certification named right before the general word says which one is counted."""
    kept: list[Chunk] = []
    for chunk in chunks:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.letter == chunk.letter == "I"
            and last.end == chunk.start
            and chunk.note in _GENERIC
            and last.note.startswith(("cert.", "brand.regional_public_cert"))
        ):
            kept[-1] = replace(last, end=chunk.end, text=last.text + chunk.text)
        else:
            kept.append(chunk)
    return kept


def _choose(
    mention: IndicatorMention, chunks: list[Chunk], at: int, texts: tuple[str, str], strange: tuple[str, ...]
) -> IndicatorMention | None:
    """The first reading whose condition holds; one that needs a unit needs it on a number nearby if others are left."""
    readings = [
        reading
        for reading in (mention, *(replace(other, others=mention.others) for other in mention.others))
        if not (strange and reading.code.startswith(strange) and reading.weak != "never")
        and (not reading.topic or any(_topic(reading.topic).search(text) for text in texts))
    ]
    needing = [reading for reading in readings if reading.weak == "unit"]
    if len(needing) > 1:
        distances = [_unit_distance(reading.code, chunks, at) for reading in needing]
        if min(distances) < _FAR:
            return needing[distances.index(min(distances))]
    for reading in readings[:-1]:
        if reading.weak != "unit" or _unit_distance(reading.code, chunks, at) < _FAR:
            return reading
    return readings[-1] if readings else None


_FAR = 99


def _unit_distance(code: str, chunks: list[Chunk], at: int) -> int:
    """Chunks between a form and the nearest number in one of the indicator's units; numbers behind come first."""
    plain = {unit.lstrip("万亿") for unit in load_ruleset().indicators[code].units}
    distances = [_FAR]
    for i in range(max(0, at - 4), min(len(chunks), at + 5)):
        numeral = numeral_of(chunks[i])
        if numeral is not None and numeral.unit in plain and numeral.unit:
            distances.append(2 * (i - at) if i > at else 2 * (at - i) + 1)
    return min(distances)


GENERIC_NOUNS = frozenset(("企业", "单位", "产品", "项目", "机构", "专利", "商标", "品牌"))


def _as_words(chunk: Chunk) -> Chunk:
    """Words that turned out to be no indicator, as what they are without it."""
    length = chunk.end - chunk.start
    letter = "N" if chunk.text[-2:] in GENERIC_NOUNS else "w" if length <= 2 else "W" if length <= 8 else "X"
    return replace(chunk, letter=letter, value=None, note="")


def _with_level_words(chunks: list[Chunk]) -> list[Chunk]:
    """Give each indicator the level words that stand directly before it, and the code that they ask for."""
    settled: list[Chunk] = []
    for i, chunk in enumerate(chunks):
        mention = chunk.value
        if not isinstance(mention, IndicatorMention):
            settled.append(chunk)
            continue
        if any(later.letter == "F" for later in chunks[i + 1 : i + 3]):
            settled = _levels_apart(settled, mention)
            settled.append(chunk)
            continue
        levels: list[str] = []
        at = len(settled) - 1
        start = chunk.start
        while at >= 0 and settled[at].letter in "L&、w" and len(settled[at].text) <= 8:
            here = settled[at]
            if here.letter == "L":
                levels = [*_levels_of(here), *levels]
                start = here.start
            elif (here.letter == "w" and here.text not in ("的", "“", "及", "级")) or (
                here.letter in "&、" and (at == 0 or settled[at - 1].letter != "L")
            ):
                break
            at -= 1
        if levels and mention.code.startswith("std.") and len(set(levels)) > 0:
            levels += [v for v in load_ruleset().indicators[mention.code].level if v not in levels]
        code = _code_for(mention.code, levels)
        mention = with_levels(mention, tuple(levels), code)
        if start < chunk.start:
            while settled and settled[-1].start >= start:
                settled.pop()
            first = start
            chunk = replace(chunk, start=first)
        settled.append(_with_mention(chunk, mention))
    return settled


def _with_mention(chunk: Chunk, mention: IndicatorMention) -> Chunk:
    if chunk.value is mention and chunk.note == mention.code:
        return chunk
    return replace(chunk, value=mention, note=mention.code)


def _levels_apart(settled: list[Chunk], mention: IndicatorMention) -> list[Chunk]:
    """国际、国家、行业标准分别为…: every level word before the head is a head of its own."""
    kept = list(settled)
    at = len(kept) - 1
    while at > 0 and kept[at].letter in "、&" and kept[at - 1].letter == "L":
        level = kept[at - 1]
        levels = _levels_of(level)
        own = replace(
            mention, code=_family(mention.code, levels), levels=levels, attributes=(), start=level.start, end=level.end
        )
        kept[at - 1] = replace(level, letter="I", value=own, note=own.code)
        at -= 2
    return kept


_FAMILY = {"international": "std.international", "national": "std.national", "industry": "std.industry", "group": "std.group",
           "enterprise": "std.enterprise", "local": "std.local_provincial", "provincial": "std.local_provincial",
           "municipal": "std.local_municipal"}  # fmt: skip


def _family(code: str, levels: tuple[str, ...]) -> str:
    if code.startswith("std.") and len(levels) == 1:
        return _FAMILY.get(levels[0], code)
    return _code_for(code, list(levels))


def _code_for(code: str, levels: list[str]) -> str:
    codes = load_ruleset().level_codes
    found = {codes.get((code, level), code) for level in levels}
    if code.startswith("std.") and len(set(levels) - {"local"}) > 1:
        return "std.mixed"
    return found.pop() if len(found) == 1 else code


def _coordinate(chunks: list[Chunk]) -> list[Chunk]:
    """Join indicators that share one number: 国家标准和行业标准3500项, 绿色食品、有机农产品和地理标志农产品1337个."""
    joined: list[Chunk] = []
    i = 0
    while i < len(chunks):
        run = [i]
        while _continues(chunks, run[-1]):
            run.append(run[-1] + 2)
        if len(run) > 1 and not _distributed(chunks, run[-1]):
            merged = _merge([chunks[j] for j in run])
            if merged is not None:
                joined.append(merged)
                i = run[-1] + 1
                continue
        joined.append(chunks[i])
        i += 1
    return joined


def _continues(chunks: list[Chunk], i: int) -> bool:
    return (
        i + 2 < len(chunks)
        and chunks[i].letter == "I"
        and chunks[i + 1].letter in "&、"
        and chunks[i + 2].letter == "I"
    )


def _distributed(chunks: list[Chunk], last: int) -> bool:
    """A 分别 right behind the list hands the numbers out one by one."""
    return any(chunk.letter == "F" for chunk in chunks[last + 1 : last + 5])


def _merge(run: list[Chunk]) -> Chunk | None:
    mentions = [chunk.value for chunk in run if isinstance(chunk.value, IndicatorMention)]
    codes = {mention.code for mention in mentions}
    code = (
        codes.pop()
        if len(codes) == 1
        else next((c for members, c in _mixes() if {m.code for m in mentions} <= members), None)
    )
    if code is None or not mentions:
        return None
    rules = load_ruleset()
    levels = tuple(dict.fromkeys(lv for m in mentions for lv in (m.levels or rules.indicators[m.code].level)))
    components = ",".join(m.code for m in mentions)
    attributes = mentions[-1].attributes if len({m.code for m in mentions}) == 1 else (("components", components),)
    merged = replace(mentions[-1], code=code, levels=levels, attributes=attributes, start=run[0].start)
    return replace(run[-1], start=run[0].start, text=f"{run[0].text}…{run[-1].text}", note=code, value=merged)
