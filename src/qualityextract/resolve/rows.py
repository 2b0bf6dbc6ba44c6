"""Resolved figures as rows of the contract: plain dicts, ready for the schema."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.figures import Figure
from qualityextract.language.projection import Projection
from qualityextract.language.sentences import Sentence
from qualityextract.model import Article, Chunk, quick_value
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.kind import Kind
from qualityextract.resolve.period import When
from qualityextract.resolve.place import Owner
from qualityextract.ruleset import load_ruleset

Row = dict[str, object]
_TIGHT = frozenset({"bind.left_tight", "bind.right_tight", "bind.right_levels", "bind.rate", "bind.respectively"})
_ROLE_ACTIONS = (("制修订", "formulate_revise"), ("制(修)订", "formulate_revise"), ("修订", "revise"), ("起草", "draft"),
                 ("编制", "formulate"), ("制定", "formulate"), ("制订", "formulate"), ("研制", "formulate"), ("发布", "publish"))  # fmt: skip


@quick_value
class Resolved:
    """One figure with everything decided about it."""

    figure: Figure
    kind: Kind
    owner: Owner
    when: When
    role: str | None
    action: str | None


@quick_value
class Place:
    """Where rows are made: the article, its projection and the sentence."""

    article: Article
    projection: Projection
    sentence: Sentence


def role_of(figure: Figure, chunks: list[Chunk]) -> tuple[str | None, str | None]:
    """Role and action of standards work, from the words before the figure in its list."""
    indicator = figure.indicator
    if indicator is None or not indicator.code.startswith("std."):
        return None, None
    at = max(figure.at, figure.head)
    role: str | None = None
    action: str | None = None
    for chunk in reversed(chunks[:at]):
        if chunk.letter == ";" or (chunk.letter in "RS" and (role or action)):
            break
        if chunk.letter == "o" and role is None:
            role = chunk.note
        if action is None and chunk.letter in "oA":
            action = next((value for word, value in _ROLE_ACTIONS if word in chunk.text), None)
        if chunk.letter == "A" and chunk.text.startswith(("新增", "发布")) and role is None:
            break
    return role, action


def row_of(resolved: Resolved, place: Place, chunks: list[Chunk]) -> Row:
    """The row of a mapped or unmapped figure."""
    figure, kind, owner = resolved.figure, resolved.kind, resolved.owner
    article, projection = place.article, place.projection
    start, end = _span(figure)
    quote_start, quote_end = projection.start(place.sentence.start), projection.end(place.sentence.end)
    indicator = figure.indicator
    rule = load_ruleset().indicators[indicator.code] if indicator else None
    value, value_max, bound, unit = _value(figure, kind)
    attributes = _attributes(resolved, chunks)
    row: Row = {
        "article_id": article.article_id,
        "published": article.published,
        "indicator": rule.code if rule else "unmapped",
        "indicator_zh": rule.label_zh if rule else None,
        "indicator_en": rule.label_en if rule else None,
        "indicator_text": _indicator_text(figure, chunks),
        "stat_kind": kind.stat_kind,
        "status": kind.status,
        "value": value,
        "value_max": value_max,
        "bound": bound,
        "unit": unit,
        "level": _levels(figure),
        "role": resolved.role,
        "attributes": attributes,
        "scope": owner.scope,
        "subject": owner.name or "未指明",
        "subject_count": owner.count,
        **_region(owner, article.published),
        "period_start": resolved.when.start,
        "period_end": resolved.when.end,
        "period_text": resolved.when.text,
        "each": figure.each,
        "part_of": None,
        "quote": article.text[quote_start:quote_end],
        "quote_start": quote_start,
        "quote_end": quote_end,
        "value_text": article.text[projection.start(start) : projection.end(end)],
        "value_start": projection.start(start),
        "value_end": projection.end(end),
        "rule": figure.rule,
        "confidence": _confidence(resolved),
        "flags": _flags(resolved, attributes),
    }
    row["observation_id"] = _identity(row)
    return row


def _identity(row: Row) -> str:
    key = "|".join(
        str(row[name])
        for name in (
            "article_id",
            "value_start",
            "value_end",
            "indicator",
            "scope",
            "subject",
            "region_code",
            "stat_kind",
        )
    )
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _span(figure: Figure) -> tuple[int, int]:
    numeral = numeral_of(figure.chunk)
    if numeral is not None:
        return numeral.start, numeral.end
    return figure.chunk.start, figure.chunk.end


def _value(figure: Figure, kind: Kind) -> tuple[float, float | None, str, str]:
    numeral = numeral_of(figure.chunk)
    indicator = figure.indicator
    rule = load_ruleset().indicators[indicator.code] if indicator else None
    if numeral is None:
        if figure.effect == "zero":
            return 0.0, None, "exact", rule.unit_default if rule and rule.unit_default else "个"
        bound = "at_least" if figure.rule == "bind.breakthrough" else "exact"
        return 1.0, None, bound, _implied_unit(rule.code if rule else "")
    value, value_max, unit = numeral.value, numeral.value_max, numeral.unit
    if numeral.kind == "times":
        unit = "%"
        value, value_max = value * 100, None if value_max is None else value_max * 100
    if numeral.kind in ("bare",):
        unit = "家" if unit == "企业" else "个"
    if not unit and rule is not None:
        unit = rule.unit_default
    if kind.negative:
        value = -value
        value_max = None if value_max is None else -value_max
        if value_max is not None:
            value, value_max = value_max, value
    return value, value_max, numeral.bound, unit or ("个" if rule is not None else "未注明")


def _implied_unit(code: str) -> str:
    if code.startswith("award."):
        return "项"
    if code.startswith(
        ("ent.", "ip.demo", "ip.advantage", "ip.service", "ip.protection", "insp.", "std.good", "brand.time")
    ):
        return "家"
    rule = load_ruleset().indicators.get(code)
    return "个" if rule is None or code.startswith(("zone.", "pilot.")) else rule.unit_default or "个"


def _indicator_text(figure: Figure, chunks: list[Chunk]) -> str:
    if figure.head >= 0 and figure.head < len(chunks):
        return chunks[figure.head].text
    if figure.indicator is not None:
        return load_ruleset().indicators[figure.indicator.code].label_zh
    return figure.noun or figure.chunk.text


def _levels(figure: Figure) -> tuple[str, ...]:
    indicator = figure.indicator
    if indicator is None:
        return ()
    named = tuple(level for level in indicator.levels if level != "local")
    rule = load_ruleset().indicators[indicator.code]
    order = ("international", "national", "industry", "provincial", "municipal", "county", "group", "enterprise")
    chosen = named or rule.level
    return tuple(level for level in order if level in chosen)


def _attributes(resolved: Resolved, chunks: list[Chunk]) -> dict[str, str]:
    figure = resolved.figure
    attributes = dict(figure.indicator.attributes) if figure.indicator else {}
    attributes.update(figure.attributes)
    if resolved.action:
        attributes["action"] = resolved.action
    numeral = numeral_of(figure.chunk)
    if numeral is not None and numeral.parts:
        attributes["parts"] = "+".join(f"{part:g}" for part in numeral.parts)
    if figure.effect == "rank" and figure.chunk.note:
        attributes["rank_scope"] = figure.chunk.note
    excluded = _EXCLUDED.search("".join([chunk.text for chunk in chunks[: figure.at]]))
    if excluded is None:
        excluded = _COUNTED_APART.match("".join([chunk.text for chunk in chunks[max(figure.at, figure.head) + 1 :]]))
    if excluded:
        attributes["excludes"] = excluded["what"]
    if resolved.owner.candidates:
        attributes["region_candidates"] = ",".join(resolved.owner.candidates)
    return attributes


def _region(owner: Owner, published: dt.date | None) -> Row:
    """The division under the name of the article's day, and what stands for it now."""
    names = ("region_code", "region", "region_level", "province", "prefecture", "county", "region_basis")
    if owner.code is None:
        return dict.fromkeys((*names, "region_code_current", "region_current"))
    gazetteer = load_gazetteer()
    division = gazetteer.named(owner.code, published)
    country = owner.code == "100000"
    current = gazetteer.current(owner.code)
    return {
        "region_code": owner.code,
        "region": "全国" if country else division.path,
        "region_level": division.level,
        "province": None if country else division.province,
        "prefecture": division.prefecture,
        "county": division.county,
        "region_basis": owner.basis or "paragraph",
        "region_code_current": current,
        "region_current": "全国" if country else gazetteer.division(current).path if current else None,
    }


def _confidence(resolved: Resolved) -> str:
    figure = resolved.figure
    if resolved.kind.low or figure.indicator is None or resolved.owner.candidates or resolved.owner.code is None:
        return "low"
    if figure.rule in _TIGHT and resolved.owner.basis in ("explicit", "list", "anaphor", "title", "paragraph"):
        return "high"
    return "medium"


_PLANNED = re.compile(r"大连|宁波|厦门|青岛|深圳")
_COUNTED_APART = re.compile(r"[企业家个项,]{1,3}(?P<what>[^,。;()\d]{2,8})(?:\([^()]{1,10}\))?另计")
"""…180家,大连市(计划单列)另计72家."""
_EXCLUDED = re.compile(r"\(?不含(?:计划单列市)?(?P<what>[^),。;]{2,12})")


def _percent_of_rate(figure: Figure, kind: Kind) -> bool:
    """合格率上升2%: almost always percentage points are meant."""
    numeral = numeral_of(figure.chunk)
    if figure.indicator is None or kind.stat_kind != "change_pct" or numeral is None or numeral.kind != "percent":
        return False
    rule = load_ruleset().indicators[figure.indicator.code]
    return rule.default_kind == "rate" and "%" in rule.units


def _flags(resolved: Resolved, attributes: dict[str, str]) -> tuple[str, ...]:
    figure, kind, owner, when = resolved.figure, resolved.kind, resolved.owner, resolved.when
    numeral = numeral_of(figure.chunk)
    code = figure.indicator.code if figure.indicator else ""
    tests = (
        ("implied_count", figure.effect == "implied"),
        ("vague", numeral is not None and numeral.vague),
        ("text_repaired", numeral is not None and numeral.repaired),
        ("target", kind.stat_kind == "target"),
        ("policy_rule", kind.stat_kind == "policy_rule"),
        ("not_achieved", kind.status != "achieved"),
        (
            "negated_zero",
            figure.effect == "zero" or (numeral is not None and numeral.value == 0 and figure.effect == "count"),
        ),
        ("not_comparable", attributes.get("tier") == "mixed"),
        ("mixed_tiers", attributes.get("tier") == "mixed"),
        ("change_unit_suspect", _percent_of_rate(figure, kind)),
        ("excludes_planned_city", bool(_PLANNED.search(attributes.get("excludes", "")))),
        ("subset_not_region", owner.scope in ("subset", "event_set")),
        ("joint_regions", owner.joint),
        ("no_code_region", owner.scope == "zone"),
        ("mixed_levels", code in ("std.mixed", "award.government_quality_mixed")),
        ("mixed_gi", code == "gi.total_mixed"),
        ("ambiguous_region", bool(owner.candidates)),
        ("compound_value", numeral is not None and bool(numeral.parts)),
        ("entity_level", owner.scope == "organization"),
        ("self_reported_activity", owner.scope == "agency"),
        ("time_fuzzy", when.fuzzy),
        ("period_default", when.default),
    )
    return tuple(name for name, holds in tests if holds)
