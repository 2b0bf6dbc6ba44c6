"""Whose figure it is: subject, scope and region, with the basis on which they were read.

Explicit in the clause before the list that it continues, before what 全市 or 该县 point back to, before the paragraph,
the headline, the dateline and the publisher. Places in comparisons and in longer names own nothing.
"""

from __future__ import annotations

import re

from qualityextract.find.chunks import subject_of
from qualityextract.grammar.figures import Figure
from qualityextract.model import Chunk, SubjectMention
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.abroad import opens_abroad
from qualityextract.resolve.part import part_of_region
from qualityextract.resolve.place import Owner, Placed, Places
from qualityextract.resolve.sets import among, counted_set, holders, those
from qualityextract.ruleset import load_ruleset

_OPENERS = frozenset(
    [
        "在",
        "如今",
        "而",
        "为",
        "使",
        "让",
        "据",
        "由",
        "近",
        "今",
        "着",
        "于",
        "截至",
        "自",
        "从",
        "走进",
        "当前",
        "同时",
        "此外",
        "的",
        "我",
        "位于",
        "了",
        "据统计",
        "据介绍",
        "据悉",
        "据了解",
    ]
)


_CENTRE = re.compile(r"中心$")


_EVENT = re.compile(r"签约|获奖|参赛|参展|受表彰|中标|参会|入选")


def owner_of(figure: Figure, chunks: list[Chunk], placed: Placed, figures: list[Figure], places: Places) -> Owner:
    """The owner of a figure; see the module docstring for the order."""
    abroad = _abroad(figure, chunks, placed)
    if abroad is not None:
        return Owner("whole", abroad, None, None)
    return _own(figure, _at_home(figure, chunks, placed, figures, places), places)


_SYSTEM = ("enf.", "ent.", "award.", "pilot.", "svc.")


def is_system_abroad(figure: Figure, chunks: list[Chunk], placed: Placed) -> bool:
    """43家韩国高新技术企业: titles, awards, cases and services are those of the country's own system."""
    code = figure.indicator.code if figure.indicator else ""
    return code.startswith(_SYSTEM) and _abroad(figure, chunks, placed) is not None


def _abroad(figure: Figure, chunks: list[Chunk], placed: Placed) -> str | None:
    """美国拥有约2200项专利, 43家韩国高新技术企业: the foreign place that leads the clause or stands before the noun."""
    if figure.head > figure.at + 1:
        name = opens_abroad(chunks[figure.at + 1], None)
        if name is not None:
            return name
    for i in range(figure.at - 1, -1, -1):
        if i in placed.owners and i not in placed.weak:
            return None
        if chunks[i].letter == ";":
            return None
        before = chunks[i - 1].letter if i else ","
        name = opens_abroad(chunks[i], chunks[i + 1])
        if name is not None and before not in "、&" and leads(chunks, i):
            return name
    return None


_BOOKS = ("money.revenue", "money.profit_tax", "money.rd", "money.market_share", "ip.", "tm.valid")


def _own(figure: Figure, owner: Owner, places: Places) -> Owner:
    """A firm's own money has the region that its name says, no other; in its report, figures without a place are its own."""
    code = figure.indicator.code if figure.indicator else ""
    named = owner.basis == "explicit" and owner.code != "100000" and owner.name not in ("公司", "集团")
    if owner.scope == "organization" and code.startswith("money.") and not named:
        return Owner(owner.scope, owner.name, None, None)
    if places.own_books and owner.scope == "whole" and owner.basis != "explicit" and code.startswith(_BOOKS):
        return Owner("organization", "", None, None)
    return owner


def _at_home(figure: Figure, chunks: list[Chunk], placed: Placed, figures: list[Figure], places: Places) -> Owner:
    if figure.owners:
        return _named(figure.owners[0], chunks, placed, places)
    if (
        figure.base is not None
        and figure.base.sentence == figure.sentence
        and figure.effect in ("change", "rank", "share", "level")
    ):
        own = _in_clause(figure, chunks, placed)
        if own is None or own.scope == "whole":
            return owner_of(figure.base, chunks, placed, figures, places)
    joint = _joint(figure, chunks, placed)
    if joint is not None:
        return joint
    held = holders(figure, chunks)
    if held:
        whole = _nearest(figure, chunks, placed, places) or _carried(places, figure)
        return Owner("subset", held, whole.code, whole.basis, candidates=whole.candidates)
    found = _attributive(figure, chunks, placed) or _nearest(figure, chunks, placed, places)
    if figure.part_of is not None and figure.part_of.sentence == figure.sentence and found is None:
        found = owner_of(figure.part_of, chunks, placed, figures, places)
    if found is None and _whole_round(figure, chunks):
        return Owner("whole", "全国", "100000", "paragraph")
    region = _part_of_country(figure, chunks, placed)
    if region is not None:
        return Owner("subset", region, "100000", "explicit")
    base = found or _carried(places, figure)
    if base.code is None and not base.candidates and base.scope == "whole":
        base = _from_names(figure, chunks, placed) or base
    taken_up = those(figure, chunks)
    if taken_up is not None and found is None and base.scope in ("whole", "subset"):
        return Owner("subset", taken_up, base.code, base.basis, candidates=base.candidates)
    members_of = among(figure, chunks)
    if members_of is not None and base.scope == "whole":
        return Owner("subset", members_of, base.code, base.basis, candidates=base.candidates)
    subset = counted_set(figure, chunks, figures)
    if subset is not None:
        members, name, at = subset
        owner_index = max((i for i in placed.owners if i < figure.at and i not in placed.weak), default=-1)
        if owner_index < at:
            scope = (
                "event_set" if _EVENT.search("".join([c.text for c in chunks[max(0, at - 2) : at + 8]])) else "subset"
            )
            return Owner(scope, name, base.code, base.basis, members, base.candidates)
    return base


def _named(subject: SubjectMention, chunks: list[Chunk], placed: Placed, places: Places) -> Owner:
    for i, owner in placed.owners.items():
        if chunks[i].start == subject.start and subject.scope not in (owner.scope, "organization"):
            return Owner(subject.scope, subject.name, owner.code, owner.basis)
        if chunks[i].start == subject.start:
            if owner.code is None and not owner.candidates:
                code, basis = places.background()
                return Owner(owner.scope, owner.name, code, basis)
            return owner
    code, basis = places.background()
    return Owner(subject.scope, subject.name, code, basis)


def _in_clause(figure: Figure, chunks: list[Chunk], placed: Placed) -> Owner | None:
    start = figure.at
    while start > 0 and chunks[start - 1].letter not in ",;":
        start -= 1
    inside = [i for i in placed.owners if start <= i < figure.at and i not in placed.weak]
    return placed.owners[inside[-1]] if inside else None


def _joint(figure: Figure, chunks: list[Chunk], placed: Placed) -> Owner | None:
    """云溪、石浦两地共新增3家: one figure of several regions belongs to their nearest common division."""
    start = figure.at
    while start > 0 and chunks[start - 1].letter not in ",;":
        start -= 1
    regions = [i for i in placed.owners if start <= i < figure.at and chunks[i].letter == "R" and i not in placed.weak]
    named = [i for i in regions if placed.owners[i].code]
    if len(named) < 2:
        return None
    between = "".join([c.letter for c in chunks[named[0] + 1 : named[-1]]])
    if not re.fullmatch(r"[、&R]*", between):
        return None
    after = "".join([c.text for c in chunks[named[-1] + 1 : figure.at]])
    if not re.search(r"共|合计|一共|总共|两地|三地|累计", after):
        return None
    codes = [placed.owners[i].code or "" for i in named]
    common = load_gazetteer().common_ancestor(codes)
    name = "、".join(placed.owners[i].name for i in named)
    return Owner("subset", name, common, "list", len(named), joint=True)


def _attributive(figure: Figure, chunks: list[Chunk], placed: Placed) -> Owner | None:
    """A place between the number and its noun (658家广东企业) or after 来自 (225家企业来自长沙)."""
    if figure.chunk.letter == "J" and figure.at > 1:
        subject = subject_of(chunks[figure.at - 1])
        owner = placed.owners.get(figure.at - 1)
        if (
            owner is not None
            and owner.code
            and subject is not None
            and not subject.relative
            and chunks[figure.at - 2].text.endswith(("是", "成为", "系"))
            and owner.code != "100000"
        ):
            return owner
    for i in range(figure.at + 1, min(figure.at + 6, len(chunks))):
        if chunks[i].letter in ",;、":
            break
        if i not in placed.owners or chunks[i].letter != "R":
            continue
        before = chunks[i - 1].text
        if i == figure.at + 1 and placed.owners[i].code and i not in placed.weak:
            return placed.owners[i]
        if before.endswith("来自") and placed.owners[i].code:
            return placed.owners[i]
    return None


def leads(chunks: list[Chunk], i: int) -> bool:
    """Does the subject at `i` open its clause, but for time words and the like?"""
    at = i - 1
    while at >= 0 and (chunks[at].letter in "TORSx" or chunks[at].text in _OPENERS):
        at -= 1
    return at < 0 or chunks[at].letter in ",;:(、&"


_CRACKED = ("破获", "侦破", "查处", "查获", "捣毁", "摧毁", "打掉", "破获了")


def _is_of_a_case(chunks: list[Chunk], i: int) -> bool:
    """破获涪陵特大制售假冒榨菜案,涉案金额…: the place of a case, whoever cracked it."""
    if chunks[i].letter != "R" or not i or not chunks[i - 1].text.endswith(_CRACKED):
        return False
    following = "".join([c.text for c in chunks[i + 1 : i + 8]]).split(",")[0]
    return following.rstrip("。").endswith("案")


def _has_a_predicate(chunks: list[Chunk], i: int) -> bool:
    """本届亚运会浙江省共有场馆56个,共涉及…; 由某团队研发: a place with 拥有 behind it, an agent, goes on into the next clauses."""
    if chunks[i].note == "organization" and i and chunks[i - 1].text == "由":
        return True
    if _is_of_a_case(chunks, i):
        return True
    return chunks[i].letter == "R" and i + 1 < len(chunks) and chunks[i + 1].letter in "HU"


def _nearest(figure: Figure, chunks: list[Chunk], placed: Placed, places: Places) -> Owner | None:
    """The last subject before the figure in its sentence."""
    limit = figure.at
    if figure.head > figure.at:
        inside = [i for i in placed.owners if figure.at < i < figure.head and i not in placed.weak]
        if inside and chunks[inside[0]].letter == "R" and placed.owners[inside[0]].code:
            return placed.owners[inside[0]]
    candidates = [i for i in placed.owners if i < limit]
    strong = [i for i in candidates if i not in placed.weak]
    clause = figure.at
    while clause > 0 and chunks[clause - 1].letter not in ",;":
        clause -= 1
    if figure.effect == "share" and "part" in figure.attributes and not strong:
        return next((placed.owners[i] for i in reversed(candidates) if placed.owners[i].code), None)
    pulled = figure.head - 1
    if pulled in placed.weak and pulled > 0 and chunks[pulled - 1].text.endswith(("拉动", "带动", "推动")):
        return placed.owners[pulled]
    for i in reversed(strong):
        owner = placed.owners[i]
        if owner.code == "100000" and any(
            k < i and placed.owners[k].code not in (None, "100000") and k >= clause for k in strong
        ):
            continue
        if i < clause and (places.report or not (leads(chunks, i) or _has_a_predicate(chunks, i))):
            continue
        stands = leads(chunks, i) or chunks[i - 1].letter in "&、wHUR" or _is_of_a_case(chunks, i)
        if i >= clause and owner.scope == "whole" and not stands:
            continue
        if i and i >= clause and owner.scope == "whole" and chunks[i - 1].text in ("对", "向", "给"):
            continue
        if owner.scope == "organization" and _does_not_act(figure):
            continue
        if owner.scope == "organization" and not _is_subject(chunks, i, figure.at):
            continue
        if owner.code or owner.candidates or owner.scope != "whole":
            return owner
    for i in reversed(candidates):
        owner = placed.owners[i]
        if owner.scope == "organization" and re.search(
            r"我们|我公司|我司|我企业", "".join([c.text for c in chunks[i:limit]])
        ):
            return owner
        if owner.scope == "agency" and owner.code:
            return Owner("whole", load_gazetteer().named(owner.code, places.published).name, owner.code, owner.basis)
    return None


def _from_names(figure: Figure, chunks: list[Chunk], placed: Placed) -> Owner | None:
    """Nothing else says where: a place inside a longer name of the sentence (《诸暨市市长质量奖管理办法》)."""
    for i in sorted(placed.weak, reverse=True):
        subject = subject_of(chunks[i])
        owner = placed.owners[i]
        if (
            i < figure.at
            and owner.code
            and owner.scope == "whole"
            and subject is not None
            and subject.inside not in ("comparator", "aside")
        ):
            return Owner("whole", owner.name, owner.code, "paragraph")
    return None


def _does_not_act(figure: Figure) -> bool:
    """Sampling, cases and services are what bureaus do; a firm named beside them is their object."""
    return figure.indicator is not None and figure.indicator.code.startswith(("enf.", "svc."))


def _is_subject(chunks: list[Chunk], i: int, at: int) -> bool:
    """A firm owns the figure when a verb leads from it to the number, not when it only stands in the sentence."""
    before = chunks[i - 1].text if i else ""
    if before.endswith(("与", "为", "对", "向", "被", "获评", "等")):
        return False
    after = "".join([c.letter for c in chunks[i + 1 : at]])
    if re.search(r"等(?:$|[^,。;级]{0,4}$)", "".join([c.text for c in chunks[i + 1 : at]])):
        return False
    return not after.startswith(("、", "&")) and "N" not in after[:2]


def _carried(places: Places, figure: Figure) -> Owner:
    """No subject in the sentence: that of the sentence before, else what the article is about."""
    if (
        not (places.report and places.title_code)
        and places.last is not None
        and not (places.last.scope == "organization" and _does_not_act(figure))
        and places.last.scope in ("whole", "zone", "agency", "organization", "cluster")
    ):
        last = places.last
        return Owner(last.scope, last.name, last.code, "paragraph" if last.code else None, candidates=last.candidates)
    code, basis = places.background()
    if code is None:
        return Owner("whole", "", None, None)
    name = load_gazetteer().named(code, places.published).name if code != "100000" else "全国"
    return Owner("whole", name, code, basis)


def _whole_round(figure: Figure, chunks: list[Chunk]) -> bool:
    """本届共评选出金奖29项: all prizes of a national award, not those of the place that the article is about."""
    indicator = figure.indicator
    if (
        indicator is None
        or not indicator.code.startswith("award.")
        or "national" not in load_ruleset().indicators[indicator.code].level
    ):
        return False
    return bool(re.search(r"评选出|评审出|共评出|共授予|授奖项目|预获奖", "".join([c.text for c in chunks])))


_PART_OF_COUNTRY = re.compile(r"(?:东部|中部|西部|东北)地区")


def _part_of_country(figure: Figure, chunks: list[Chunk], placed: Placed) -> str | None:
    """东部地区实现营业收入…: one of the four parts that the statistics of the country are divided into."""
    if _PART_OF_COUNTRY.search("".join([c.text for c in chunks[: figure.at + 1]])) is None:
        return None
    for i in range(figure.at - 1, -1, -1):
        if chunks[i].letter == ";" or (i in placed.owners and placed.owners[i].code != "100000"):
            return None
        part = _PART_OF_COUNTRY.search("".join([c.text for c in chunks[i : i + 2]]))
        if part is not None and (i == 0 or chunks[i - 1].letter in ",;:T(RO"):
            return part.group()
    return None


def _assisted(figure: Figure, chunks: list[Chunk]) -> bool:
    """帮扶企业标准制修订12项: what a bureau helped others to do is its own activity."""
    return any(
        c.text.startswith(("帮扶", "指导", "服务", "帮助", "引导")) for c in chunks[max(0, figure.at - 8) : figure.at]
    )


def _becomes_a_cluster(figure: Figure, chunks: list[Chunk]) -> str | None:
    """洋浦石化新材料成为首个千亿级产业集群: the industry of the place is the cluster."""
    i = figure.at - 1
    code = figure.indicator.code if figure.indicator else ""
    if figure.chunk.letter != "J" or not code.startswith("zone.") or i < 2 or chunks[i].letter != "V":
        return None
    named = chunks[i - 1].letter in "wW" and chunks[i - 2].letter in "RS"
    return f"{chunks[i - 2].text}{chunks[i - 1].text}" if named else None


def scope_for(owner: Owner, figure: Figure, chunks: list[Chunk]) -> Owner:
    """Let the indicator have its word: what bureaus did is theirs, a centre's cases are its own."""
    indicator = figure.indicator
    if indicator is None:
        return owner
    about = figure
    while about.base is not None:
        about = about.base
    part = part_of_region(about, chunks) if about.sentence == figure.sentence else None
    if part is not None and owner.scope in ("whole", "agency", "zone"):
        return Owner(part[0], part[1], owner.code, owner.basis, candidates=owner.candidates)
    cluster = _becomes_a_cluster(figure, chunks)
    if cluster is not None and owner.scope in ("whole", "zone"):
        return Owner("cluster", cluster, owner.code, owner.basis, candidates=owner.candidates)
    default = load_ruleset().indicators[indicator.code].scope_default
    if owner.scope == "agency":
        trained = figure.head >= 0 and chunks[figure.head].text.startswith("培训")
        if default == "agency" or trained or _CENTRE.search(owner.name) or _assisted(figure, chunks):
            return owner
        name = load_gazetteer().division(owner.code).name if owner.code else owner.name
        return Owner("whole", name, owner.code, owner.basis, candidates=owner.candidates)
    if owner.scope == "whole" and default == "agency":
        return Owner(default, owner.name, owner.code, owner.basis, owner.count, owner.candidates)
    return owner
