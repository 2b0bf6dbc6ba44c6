"""Does what an article states add up: parts and wholes, rates, shares, growth, levels and what is added to them.

Station `resolve`, called by `checks`. Every check yields the facts that disagree; nothing is corrected. Only numbers
stated without a bound are compared, and never closer than they are stated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from qualityextract.model import Article
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.facts import COUNT_KINDS, LEVEL_KINDS, Fact

_SAMPLED = frozenset({"enf.batches_product", "enf.batches_food"})
_PASSED_BEFORE = re.compile(r"(?<!不)合格(?:的|产品|样品|食品)?(?:为|有|共)?$")
_RATE_TOLERANCE = 0.1
_EXHAUSTIVE = re.compile(r"[项个件家户次人张台套批枚种](?:次|件)?[((]")
_LEVEL_OF = {"全市": "prefecture", "全州": "prefecture", "全省": "province", "全区": "province", "全国": "country"}
_SHARE_OF = re.compile(r"(?:占|为)(?P<whole>全[省市州区国])")


def mismatches(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """All facts whose numbers disagree with others of the article; a fact can come more than once."""
    by_quote: defaultdict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_quote[fact.quote].append(fact)
    for together in by_quote.values():
        yield from _sampling(together, article)
        yield from _growth(together)
        yield from _additions(together)
    yield from _parts(facts, article)
    yield from _shares(facts, by_quote, article)
    yield from _hierarchy(facts)


def _sampling(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """Passed or failed samples ÷ samples = rate, within 0.1 percentage points."""
    counted = [f for f in facts if f.code in _SAMPLED and f.kind == "flow" and f.exact]
    passed = [f for f in counted if _PASSED_BEFORE.search(article.text[max(0, f.at - 6) : f.at])]
    sampled = [f for f in counted if f not in passed]
    failed = [f for f in facts if f.code == "enf.nonconforming" and f.kind == "flow" and f.exact and f.unit != "%"]
    rates = [f for f in facts if f.kind == "rate" and f.exact and (f.code == "rate.nonconformity" or "pass" in f.code)]
    if len(sampled) != 1 or len(rates) != 1 or len(failed) + len(passed) != 1:
        return
    part, whole, rate = (failed or passed)[0], sampled[0], rates[0]
    if whole.value <= 0 or part.unit != whole.unit or part.whose[1] != whole.whose[1]:
        return
    share = 100 * part.value / whole.value
    expected = share if (rate.code == "rate.nonconformity") == bool(failed) else 100 - share
    error = 50 * part.step / whole.value if part.step > 1 or whole.step > 1 else 0.0
    error += share * whole.step / whole.value / 2 if whole.step > 1 else 0.0
    if abs(expected - rate.value) > _RATE_TOLERANCE + error + 1e-9:
        yield from (part, whole, rate)


def _parts(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """No part is more than its whole; parts of one kind are not more together; all parts in brackets make the whole."""
    by_id = {fact.id: fact for fact in facts}
    children: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.part_of in by_id and fact.kind in COUNT_KINDS:
            children[str(fact.part_of)].append(fact)
    for parent_id, parts in children.items():
        whole = by_id[parent_id]
        parts = [p for p in parts if p.unit == whole.unit and p.kind == whole.kind and p.id != whole.id]
        if whole.kind not in COUNT_KINDS or not whole.exact or not parts:
            continue
        margin = whole.step / 2 if whole.step > 1 else 0.0
        for part in parts:
            if part.exact and part.value > whole.value + margin:
                yield from (whole, part)
        yield from _sum_of(whole, parts, margin, article)


def _sum_of(whole: Fact, parts: list[Fact], margin: float, article: Article) -> Iterator[Fact]:
    if len(parts) < 2 or not all(part.exact for part in parts) or whole.code == "gi.total_mixed":
        return  # a product may be on two tracks: their sum may exceed the total
    total = sum(part.value for part in parts)
    slack = margin + sum(part.step / 2 for part in parts if part.step > 1) + 1e-9
    disjoint = len({part.code for part in parts}) == 1 and len({part.whose[1:] for part in parts}) in (1, len(parts))
    behind = article.text[whole.at : parts[0].at]
    exhaustive = bool(_EXHAUSTIVE.search(behind)) and not re.search(r"其中|包括|如", behind) and disjoint
    if (disjoint and total > whole.value + slack) or (exhaustive and abs(total - whole.value) > slack):
        yield whole
        yield from parts


def _growth(facts: list[Fact]) -> Iterator[Fact]:
    """Old and new level or increase, and the growth stated beside them: old × (1 + g) = new."""
    for change in facts:
        if change.kind != "change_pct" or not change.exact:
            continue
        near = [f for f in facts if f.code == change.code and f.whose == change.whose and f.exact and f is not change]
        levels = [f for f in near if f.kind in COUNT_KINDS | {"rate"} and f.part_of is None]
        increases = [f for f in near if f.kind == "change_abs" and abs(f.at - change.at) <= 20]
        others = [f for f in near if f.kind == "change_pct"]
        if others or len({f.kind for f in levels}) > 1:
            continue
        ends = {f.end for f in levels}
        if len(levels) == 2 and not increases and len(ends) == 2 and None not in ends:
            old, new = sorted(levels, key=lambda f: str(f.end))
            if not _grows(old.value, old.step, new.value, new.step, change):
                yield from (old, new, change)
        elif len(levels) == 1 and len(increases) == 1 and levels[0].kind in COUNT_KINDS:
            new, more = levels[0], increases[0]
            if (more.value > 0) != (change.value > 0) or not _grows(
                new.value - more.value, new.step + more.step, new.value, new.step, change
            ):
                yield from (new, more, change)


def _grows(old: float, old_step: float, new: float, new_step: float, change: Fact) -> bool:
    """Can the growth be right when every number is only known to half of its last digit?"""
    if old - old_step / 2 <= 0:
        return True
    low = 100 * ((new - new_step / 2) / (old + old_step / 2) - 1)
    high = 100 * ((new + new_step / 2) / (old - old_step / 2) - 1)
    times = 100.0 if change.text("value_text").endswith("倍") or abs(change.value) >= 100 else 1.0
    half = change.step * times / 2 + _RATE_TOLERANCE
    return low - half <= change.value <= high + half


def _additions(facts: list[Fact]) -> Iterator[Fact]:
    """What was added in a period is not more than all that was ever granted."""
    for total in facts:
        if total.kind != "cumulative" or not total.exact:
            continue
        for added in facts:
            if added.kind == "flow" and added.same == total.same and added.whose == total.whose and added.exact:
                if added.value > total.value + total.step / 2 * (total.step > 1):
                    yield from (added, total)


def _shares(facts: list[Fact], by_quote: dict[tuple[int, int], list[Fact]], article: Article) -> Iterator[Fact]:
    """Count ÷ share = the total of the larger region, where the article states one total of that kind."""
    for share in facts:
        if share.kind != "share" or not share.exact or share.value <= 0:
            continue
        before = [
            f for f in by_quote[share.quote] if f.at < share.at and f.code == share.code and f.kind in COUNT_KINDS
        ]
        named = list(_SHARE_OF.finditer(article.text[share.quote[0] : share.at]))
        if not before or not named:
            continue
        part = before[-1]
        level = _LEVEL_OF[named[-1]["whole"]]
        wholes = [
            f for f in facts
            if f.same == part.same and f.kind == part.kind and f.exact and f.scope == "whole"
            and f.text("region_level") == level and f.region != part.region and f.end == part.end
            and _holds(f.region, part.region)
        ]  # fmt: skip
        if len({f.value for f in wholes}) != 1 or not part.exact or wholes[0].value <= 0:
            continue
        stated = 100 * part.value / wholes[0].value
        error = share.step / 2 + stated * (part.step / part.value + wholes[0].step / wholes[0].value) / 2
        if abs(stated - share.value) > _RATE_TOLERANCE + error:
            yield from (part, wholes[0], share)


def _holds(outer: str | None, inner: str | None) -> bool:
    """Does the division `outer` contain `inner`?"""
    if outer is None or inner is None or outer == inner:
        return False
    return outer == "100000" or any(above.code == outer for above in load_gazetteer().ancestors(inner))


def _hierarchy(facts: list[Fact]) -> Iterator[Fact]:
    """A county has no more of a thing than its city, a city no more than its province, at the same time."""
    groups: defaultdict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.scope == "whole" and fact.kind in COUNT_KINDS and fact.exact and fact.region and fact.end:
            groups[(fact.same, fact.kind, fact.start, fact.end)].append(fact)
    for group in groups.values():
        codes = {fact.region for fact in group}
        if len(codes) < 2:
            continue
        for outer in _distinct(group):
            for inner in _distinct(group):
                if inner.value > outer.value + outer.step and _holds(outer.region, inner.region):
                    yield from (inner, outer)


def _distinct(group: Iterable[Fact]) -> list[Fact]:
    """Regions whose value in the group is stated once or always alike; what is stated variously says nothing."""
    values: defaultdict[str | None, set[float]] = defaultdict(set)
    for fact in group:
        values[fact.region].add(fact.value)
    return [fact for fact in group if len(values[fact.region]) == 1]


def inside_cumulative(facts: list[Fact]) -> Iterator[Fact]:
    """Flows stated beside the cumulative total of the same thing: the total may hold them."""
    totals: defaultdict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind in LEVEL_KINDS:
            totals[(fact.quote, fact.same, fact.whose)].append(fact)
    for fact in facts:
        if fact.kind == "flow" and totals.get((fact.quote, fact.same, fact.whose)):
            yield fact
