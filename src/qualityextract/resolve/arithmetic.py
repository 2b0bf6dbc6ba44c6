"""Does what an article states add up: parts and wholes, rates, shares, growth, levels and what is added to them.

Station `resolve`, called by `checks`. Every check yields the facts that disagree; nothing is corrected. Only numbers
stated without a bound are compared, and never closer than they are stated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from qualityextract.model import Article
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.facts import COUNT_KINDS, LEVEL_KINDS, Fact

_SAMPLED = frozenset({"enf.batches_product", "enf.batches_food"})
_SAMPLE_UNITS = frozenset({"批次", "批", "组", "份"})
_PASSED_BEFORE = re.compile(r"(?<!不)合格(?:的|产品|样品|食品)?(?:为|有|共)?$")
_FAILED_BEFORE = re.compile(r"不合格(?:的|产品|样品|食品)?(?:为|有|共)?$")
_RATE_BEFORE = re.compile(r"(?P<rate>不?合格率)(?:为|达到|达|是|:)?$")
_RATE_TOLERANCE = 0.1
_BESIDE = 20
"""Characters between an increase and the growth that restates it in percent."""
_EXHAUSTIVE = re.compile(r"[项个件家户次人张台套批枚种](?:次|件)?[((]")
_LEVEL_OF = {"全市": "prefecture", "全州": "prefecture", "全省": "province", "全区": "province", "全国": "country"}
_SHARE_OF = re.compile(r"(?:占|为)(?P<whole>全[省市州区国])")


def mismatches(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """All facts whose numbers disagree with others of the article; a fact can come more than once.

    Samples and their rates are also compared where the catalogue lacks one of them (合格980批次).
    """
    for together in _grouped(facts, lambda f: f.quote).values():
        yield from _sampling(together, article)
    known = [fact for fact in facts if fact.code != "unmapped"]
    for together in _grouped(known, lambda f: (f.quote, f.code, f.whose)).values():
        yield from _growth(together)
        yield from _additions(together)
    yield from _parts(known, article)
    yield from _shares(known, article)
    yield from _hierarchy(known)


def _grouped(facts: Iterable[Fact], key: Callable[[Fact], Hashable]) -> dict[Hashable, list[Fact]]:
    groups: defaultdict[Hashable, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return groups


def _sampling(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """Passed or failed samples ÷ samples = rate, within 0.1 percentage points."""
    rates = [f for f in facts if f.exact and f.unit == "%" and _rate_words(f, article)]
    counted = [f for f in facts if f.exact and f.unit in _SAMPLE_UNITS and f.kind in COUNT_KINDS]
    before = {f.id: article.text[max(0, f.at - 8) : f.at] for f in counted}
    failed = [f for f in counted if f.code == "enf.nonconforming" or _FAILED_BEFORE.search(before[f.id])]
    passed = [f for f in counted if f not in failed and _PASSED_BEFORE.search(before[f.id])]
    sampled = [f for f in counted if f.code in _SAMPLED and f not in passed and f not in failed]
    if len(sampled) != 1 or len(rates) != 1 or len(failed) + len(passed) != 1:
        return
    part, whole, rate = (failed or passed)[0], sampled[0], rates[0]
    if whole.value <= 0 or part.unit != whole.unit or part.region != whole.region:
        return
    share = 100 * part.value / whole.value
    expected = share if (_rate_words(rate, article) == "不合格率") == bool(failed) else 100 - share
    error = 50 * (part.step * (part.step > 1) + whole.step * (whole.step > 1)) / whole.value
    if abs(expected - rate.value) > _RATE_TOLERANCE + error + 1e-9:
        yield from (part, whole, rate)


def _rate_words(fact: Fact, article: Article) -> str:
    """合格率 or 不合格率 where the fact is such a rate: by its code, else by the words before it."""
    if fact.code != "unmapped":
        if fact.kind != "rate":
            return ""
        return "不合格率" if fact.code == "rate.nonconformity" else "合格率" if "_pass" in fact.code else ""
    found = _RATE_BEFORE.search(article.text[max(0, fact.at - 10) : fact.at])
    return found["rate"] if found else ""


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
    one_code = len({part.code for part in parts}) == 1
    behind = article.text[whole.at : parts[0].at]
    exhaustive = one_code and bool(_EXHAUSTIVE.search(behind)) and not re.search(r"其中|包括|如", behind)
    # Firms of two kinds may be the same firms; regions of one level and levels of one title share nothing.
    regions = {part.region for part in parts if part.scope == "whole" and part.region != whole.region}
    levels = {part.text("level") for part in parts if part.scope == "whole"}
    disjoint = one_code and (len(parts) in (len(regions), len(levels)) or exhaustive)
    if (disjoint and total > whole.value + slack) or (exhaustive and abs(total - whole.value) > slack):
        yield whole
        yield from parts


def _growth(facts: list[Fact]) -> Iterator[Fact]:
    """Old and new level or increase of one thing, and the growth stated beside them: old × (1 + g) = new."""
    exact = [f for f in facts if f.exact]
    changes = [f for f in exact if f.kind == "change_pct"]
    levels = [f for f in exact if f.kind in COUNT_KINDS and f.part_of is None]
    increases = [f for f in exact if f.kind == "change_abs"]
    if len(changes) != 1 or len({f.same for f in levels}) != 1 or len({f.kind for f in levels}) != 1:
        return
    change = changes[0]
    if len(levels) == 2 and not increases:
        old, new = sorted(levels, key=lambda f: str(f.end))
        if old.end and new.end and old.end < new.end and not _grows((old.value, old.step), new, change):
            yield from (old, new, change)
    elif len(levels) == 1 and len(increases) == 1 and abs(increases[0].at - change.at) <= _BESIDE:
        new, more = levels[0], increases[0]
        if not _grows((new.value - more.value, new.step + more.step), new, change):
            yield from (new, more, change)


def _grows(old: tuple[float, float], new: Fact, change: Fact) -> bool:
    """Can the growth be right when every number is only known to half of its last digit? `old` is value and step."""
    value, step = old
    if value - step / 2 <= 0:
        return True
    low = 100 * ((new.value - new.step / 2) / (value + step / 2) - 1)
    high = 100 * ((new.value + new.step / 2) / (value - step / 2) - 1)
    times = 100.0 if abs(change.value) >= 100 and change.step < 100 and "倍" in change.text("quote") else 1.0
    half = change.step * times / 2 + _RATE_TOLERANCE
    return low - half <= change.value <= high + half


def _additions(facts: list[Fact]) -> Iterator[Fact]:
    """What was added in a period is not more than all that was ever granted."""
    totals = {f.same: f for f in facts if f.kind == "cumulative" and f.exact}
    for added in facts:
        total = totals.get(added.same)
        if added.kind != "flow" or not added.exact or total is None:
            continue
        if added.value > total.value + total.step / 2 * (total.step > 1):
            yield from (added, total)


def _shares(facts: list[Fact], article: Article) -> Iterator[Fact]:
    """Count ÷ share = the total of the larger region, where the article states one total of that kind."""
    counts = [f for f in facts if f.kind in COUNT_KINDS and f.exact]
    beside = _grouped(counts, lambda f: (f.quote, f.code))
    alike = _grouped((f for f in counts if f.scope == "whole"), lambda f: (f.same, f.kind, f.end))
    for share in facts:
        if share.kind != "share" or not share.exact or share.value <= 0:
            continue
        before = [f for f in beside.get((share.quote, share.code), ()) if f.at < share.at]
        named = list(_SHARE_OF.finditer(article.text[max(share.quote[0], share.at - 20) : share.at]))
        if not before or not named or before[-1].value <= 0:
            continue
        part, level = before[-1], _LEVEL_OF[named[-1]["whole"]]
        wholes = [
            f for f in alike.get((part.same, part.kind, part.end), ())
            if f.text("region_level") == level and f.value > 0 and _holds(f.region, part.region)
        ]  # fmt: skip
        if len({f.value for f in wholes}) != 1:
            continue
        stated = 100 * part.value / wholes[0].value
        error = share.step / 2 + stated * (part.step / part.value + wholes[0].step / wholes[0].value) / 2
        if abs(stated - share.value) > _RATE_TOLERANCE + error:
            yield from (part, wholes[0], share)


def _holds(outer: str | None, inner: str | None) -> bool:
    """Does the division `outer` contain `inner`?"""
    return outer is not None and outer in _above(inner)


def _above(code: str | None) -> tuple[str, ...]:
    """The divisions that contain a division, the country among them."""
    if code is None or code == "100000":
        return ()
    return (*(above.code for above in load_gazetteer().ancestors(code) if above.code != code), "100000")


def _hierarchy(facts: list[Fact]) -> Iterator[Fact]:
    """A county has no more of a thing than its city, a city no more than its province, at the same time."""
    counts = [f for f in facts if f.scope == "whole" and f.kind in COUNT_KINDS and f.exact and f.region and f.end]
    for group in _grouped(counts, lambda f: (f.same, f.kind, f.start, f.end)).values():
        # What is stated variously for one region says nothing.
        by_region = _grouped(group, lambda f: f.region)
        clear = {region: held[0] for region, held in by_region.items() if len({f.value for f in held}) == 1}
        if len(clear) < 2:
            continue
        for inner in clear.values():
            for code in _above(inner.region):
                outer = clear.get(code)
                if outer is not None and inner.value > outer.value + outer.step:
                    yield from (inner, outer)


def inside_cumulative(facts: list[Fact]) -> Iterator[Fact]:
    """Flows stated beside the cumulative total of the same thing: the total may hold them."""
    totals: defaultdict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind in LEVEL_KINDS:
            totals[(fact.quote, fact.same, fact.whose)].append(fact)
    for fact in facts:
        if fact.kind == "flow" and totals.get((fact.quote, fact.same, fact.whose)):
            yield fact
