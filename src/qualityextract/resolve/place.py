"""Whose figure it is: subject, scope and region, with the basis on which they were read.

Explicit in the clause before the list that it continues, before what 全市 or 该县 point back to, before the paragraph,
the headline, the dateline and the publisher. Places in comparisons and in longer names own nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from qualityextract.find.chunks import numeral_of, subject_of
from qualityextract.grammar.figures import Figure
from qualityextract.model import Chunk, SubjectMention
from qualityextract.regions import RegionMention, load_gazetteer
from qualityextract.resolve.part import part_of_region
from qualityextract.ruleset import load_ruleset

_SOURCE_BEFORE = re.compile(r"(?:从|据|记者|根据|由|经|在|向|请)$")
_SOURCE_AFTER = re.compile(
    r"^(?:(?:相关|有关)?(?:负责人|工作人员|处长|局长|副局长|党组书记)?[^,。;]{0,12}?(?:获悉|了解到|介绍|表示|消息|数据显示|通报|公布|公示|召开|举行|发布(?!了?\d)|提供|统计|印发|牵头组织|新闻发布会|说))"
)
_OPENERS = frozenset("在 如今 而 为 使 让 据 由 近 今 着 于 截至 自 从 走进 当前 同时 此外 的 我 位于 了 据统计 据介绍 据悉 据了解".split())
_CENTRE = re.compile(r"中心$")
_MEMBERS = re.compile(r"(?:企业|项目|产品|单位|机构|园区|商户|组织|品牌|城市|县区|集群)(?:已|共)?$")
_AMONG = re.compile(r"(?P<set>[\u4e00-\u9fff]{0,10}(?:企业|单位|项目|产品|机构|商户|组织))(?:当?中|里|中有)$")
_EVENT = re.compile(r"签约|获奖|参赛|参展|受表彰|中标|参会|入选")


@dataclass(frozen=True, slots=True)
class Owner:
    """Subject, scope and division of a figure; `candidates` where the place stays ambiguous."""

    scope: str
    name: str
    code: str | None
    basis: str | None
    count: int | None = None
    candidates: tuple[str, ...] = ()
    joint: bool = False


@dataclass(slots=True)
class Places:
    """What the article has said about places so far; codes with the nearest first."""

    published: dt.date | None
    title_code: str | None = None
    dateline_code: str | None = None
    publisher_code: str | None = None
    context: list[str] = field(default_factory=list)
    paragraph: int = -1
    cluster: Owner | None = None
    """The cluster named last, to which a bare 集群 points back."""
    zone: Owner | None = None
    """The zone named last, to which 该区 can point back."""
    last: Owner | None = None
    """Subject of the sentence before, within the paragraph."""
    topic: Owner | None = None
    """First explicit place of the paragraph."""
    document: str | None = None
    """The place most named in the text."""
    report: bool = False
    """A government report: every sentence is about the government's own division unless it opens with another."""

    def seen(self, code: str) -> None:
        if code in self.context:
            self.context.remove(code)
        self.context.insert(0, code)

    def resolve(self, subject: SubjectMention) -> tuple[str | None, tuple[str, ...]]:
        """Code of a mention in context, or None with its candidates."""
        around = [*self.context, *(c for c in (self.title_code, self.document, self.dateline_code) if c)]
        own = self._own_level(subject)
        if own is not None:
            return own, ()
        if isinstance(subject.place, RegionMention):
            found = load_gazetteer().resolve(subject.place, context=around, on=self.published)
            return found.code, () if found.code else found.candidates
        if subject.relative and subject.code is None:
            return self._of_level(subject.relative, around), ()
        return subject.code, ()

    def _own_level(self, subject: SubjectMention) -> str | None:
        """全市 and 我市 mean the city that the article is about, not one of its counties named on the way."""
        main = self.title_code or (self.topic.code if self.topic else None) or self.document
        if not subject.relative or subject.name[:1] not in "全我本" or not main or main == "100000":
            return None
        gazetteer = load_gazetteer()
        division = gazetteer.division(main)
        wanted = subject.name[-1:]
        if wanted == "市":
            if division.name.endswith("市") and division.level != "province":
                return main
            return main if gazetteer.is_municipality(main) else None
        if wanted in "州盟" and division.level == "prefecture":
            return main
        if wanted in "县旗" and division.level == "county":
            return main
        return None

    def _of_level(self, level: str, around: list[str]) -> str | None:
        gazetteer = load_gazetteer()
        for code in around:
            if code == "100000":
                continue
            if level == "any":
                return code
            above = gazetteer.up_to(code, level)  # type: ignore[arg-type]
            if gazetteer.division(above).level == level:
                return above
            if level == "prefecture" and gazetteer.is_municipality(above):
                return above
        return None

    def background(self) -> tuple[str | None, str | None]:
        """The place that the article is about when a sentence names none, and the basis."""
        if self.report and self.title_code:
            return self.title_code, "title"
        if self.topic is not None and self.topic.code:
            return self.topic.code, "paragraph"
        for code, basis in (
            (self.title_code, "title"), (self.document, "paragraph"),
            (self.dateline_code, "dateline"), (self.publisher_code, "publisher"),
        ):  # fmt: skip
            if code:
                return code, basis
        return None, None


@dataclass(frozen=True, slots=True)
class Placed:
    """The subjects of one sentence: chunk index to owner, and those that can't own a figure."""

    owners: dict[int, Owner]
    weak: frozenset[int]


def place_sentence(chunks: list[Chunk], paragraph: int, places: Places) -> Placed:
    """Resolve every subject mention of a sentence in reading order."""
    if paragraph != places.paragraph:
        places.paragraph = paragraph
        places.last = None
        places.topic = None
    owners: dict[int, Owner] = {}
    weak: set[int] = set()
    for i, chunk in enumerate(chunks):
        subject = subject_of(chunk)
        if subject is None or chunk.letter not in "RS":
            continue
        if subject.relative == "cluster":
            if places.cluster is not None:
                owners[i] = Owner("cluster", places.cluster.name, places.cluster.code, "anaphor")
            continue
        code, candidates = places.resolve(subject)
        if subject.scope == "cluster" and subject.place is None and code is None:
            code = _place_in_name(subject.name, places)
        aside = subject.inside not in ("",)
        if code is None and subject.scope in ("cluster", "organization", "agency") and not candidates:
            code = places.background()[0]
            basis: str | None = "paragraph" if code else None
        else:
            basis = "anaphor" if subject.relative else "explicit" if code else None
        if subject.scope == "organization":
            code, basis = _seat(chunks, i, owners) or _narrowed(code, basis, places)
        if places.zone is not None and subject.relative == "county" and subject.name[-1:] == "区":
            owners[i] = Owner("zone", places.zone.name, places.zone.code, "anaphor")
            if aside:
                weak.add(i)
            continue
        name = subject.name
        if subject.scope == "whole" and code:
            name = load_gazetteer().division(code).name if code != "100000" else "全国"
        owners[i] = Owner(subject.scope, name, code, basis, candidates=candidates)
        if subject.scope == "cluster":
            places.cluster = owners[i]
        if subject.scope == "zone":
            places.zone = owners[i]
        elif subject.scope == "whole" and code and not aside and load_gazetteer().division(code).level == "county":
            places.zone = None
        if aside or _is_source(chunks, i) or _issues(chunks, i) or (subject.relative and "K" in "".join(c.letter for c in chunks[i + 1 : i + 4])):
            weak.add(i)
        if code and not subject.relative and subject.inside in ("", "government", "zone") and code != "100000":
            places.seen(code)
        if code and places.topic is None and not aside and subject.scope in ("whole", "agency", "zone", "cluster"):
            topic = owners[i]
            if topic.scope == "cluster":
                topic = Owner("whole", load_gazetteer().division(code).name, code, topic.basis)
            places.topic = topic
    return Placed(owners, frozenset(weak))


def _place_in_name(name: str, places: Places) -> str | None:
    """高密劳保产业集群: a short name that is also a word counts as a place when it lies where the article is."""
    gazetteer = load_gazetteer()
    background = places.background()[0]
    for length in (3, 2):
        found = gazetteer.resolve_name(name[:length], on=places.published, context=[background] if background else [])
        if found.code and background and any(above.code == background for above in gazetteer.ancestors(found.code)):
            return found.code
    return None


def _narrowed(code: str | None, basis: str | None, places: Places) -> tuple[str | None, str | None]:
    """A firm named after its province sits in the city that the article is about, when that lies in the province."""
    gazetteer = load_gazetteer()
    for near in (places.topic.code if places.topic else None, places.title_code, places.document):
        if code and near and near != code and any(above.code == code for above in gazetteer.ancestors(near)):
            return near, "paragraph"
    return code, basis


def _issues(chunks: list[Chunk], i: int) -> bool:
    """拥有无锡知名商标30件: a place in front of a title says who gave it, not whose it is."""
    if i + 1 >= len(chunks) or chunks[i].letter != "R" or not i:
        return False
    title = chunks[i + 1].letter == "I" and chunks[i + 1].note.startswith(("award.", "tm.famous", "tm.known", "brand.provincial", "brand.municipal"))
    return title and chunks[i - 1].letter in "、&HVAUa"


def _seat(chunks: list[Chunk], i: int, owners: dict[int, Owner]) -> tuple[str | None, str | None] | None:
    """位于河北省唐山市迁安市的某公司: the place right before a firm's name."""
    before = chunks[max(0, i - 3) : i]
    for offset, chunk in enumerate(before):
        if chunk.letter == "R" and "的" in "".join(c.text for c in before[offset + 1 :])[:3]:
            owner = owners.get(max(0, i - 3) + offset)
            if owner is not None and owner.code:
                return owner.code, "explicit"
    return None


def _is_source(chunks: list[Chunk], i: int) -> bool:
    """Only the source of the news (记者从省工信厅获悉), not the subject of its figures."""
    before = chunks[i - 1].text if i else ""
    after = "".join(chunk.text for chunk in chunks[i + 1 : i + 6])
    if chunks[i].letter == "S" and chunks[i].note in ("organization", "agency"):
        return bool(_SOURCE_AFTER.match(after)) or (
            bool(_SOURCE_BEFORE.search(before)) and chunks[i].note == "agency"
        )
    return False


def owner_of(figure: Figure, chunks: list[Chunk], placed: Placed, figures: list[Figure], places: Places) -> Owner:
    """The owner of a figure; see the module docstring for the order."""
    if figure.owners:
        return _named(figure.owners[0], chunks, placed, places)
    if figure.base is not None and figure.base.sentence == figure.sentence and figure.effect in ("change", "rank", "share", "level"):
        own = _in_clause(figure, chunks, placed)
        if own is None or own.scope == "whole":
            return owner_of(figure.base, chunks, placed, figures, places)
    joint = _joint(figure, chunks, placed)
    if joint is not None:
        return joint
    holders = _holders(figure, chunks)
    if holders:
        whole = _nearest(figure, chunks, placed, places) or _carried(places, figure)
        return Owner("subset", holders, whole.code, whole.basis, candidates=whole.candidates)
    found = _attributive(figure, chunks, placed) or _nearest(figure, chunks, placed, places)
    if figure.part_of is not None and figure.part_of.sentence == figure.sentence and found is None:
        found = owner_of(figure.part_of, chunks, placed, figures, places)
    if found is None and _whole_round(figure, chunks):
        return Owner("whole", "全国", "100000", "paragraph")
    base = found or _carried(places, figure)
    if base.code is None and not base.candidates and base.scope == "whole":
        base = _from_names(figure, chunks, placed) or base
    among = _among(figure, chunks)
    if among is not None and base.scope == "whole":
        return Owner("subset", among, base.code, base.basis, candidates=base.candidates)
    subset = _subset(figure, chunks, figures, placed)
    if subset is not None:
        members, name, at = subset
        owner_index = max((i for i in placed.owners if i < figure.at and i not in placed.weak), default=-1)
        if owner_index < at:
            scope = "event_set" if _EVENT.search("".join(c.text for c in chunks[max(0, at - 2) : at + 8])) else "subset"
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
    between = "".join(c.letter for c in chunks[named[0] + 1 : named[-1]])
    if not re.fullmatch(r"[、&R]*", between):
        return None
    after = "".join(c.text for c in chunks[named[-1] + 1 : figure.at])
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
        if owner is not None and owner.code and subject is not None and not subject.relative and chunks[figure.at - 2].text.endswith(("是", "成为", "系")) and owner.code != "100000":
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
    for i in reversed(strong):
        owner = placed.owners[i]
        if i < clause and (places.report or not leads(chunks, i)):
            continue
        if i >= clause and owner.scope == "whole" and not (leads(chunks, i) or chunks[i - 1].letter in "&、wHUR"):
            continue
        if owner.scope == "organization" and _does_not_act(figure):
            continue
        if owner.scope == "organization" and not _is_subject(chunks, i, figure.at):
            continue
        if owner.code or owner.candidates or owner.scope != "whole":
            return owner
    for i in reversed(candidates):
        owner = placed.owners[i]
        if owner.scope == "organization" and re.search(r"我们|我公司|我司|我企业", "".join(c.text for c in chunks[i:limit])):
            return owner
        if owner.scope == "agency" and owner.code:
            return Owner("whole", load_gazetteer().division(owner.code).name, owner.code, owner.basis)
    return None


def _from_names(figure: Figure, chunks: list[Chunk], placed: Placed) -> Owner | None:
    """Nothing else says where: a place inside a longer name of the sentence (《诸暨市市长质量奖管理办法》)."""
    for i in sorted(placed.weak, reverse=True):
        subject = subject_of(chunks[i])
        owner = placed.owners[i]
        if i < figure.at and owner.code and owner.scope == "whole" and subject is not None and subject.inside not in ("comparator", "aside"):
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
    after = "".join(c.letter for c in chunks[i + 1 : at])
    if re.search(r"等(?:$|[^,。;级]{0,4}$)", "".join(c.text for c in chunks[i + 1 : at])):
        return False
    return not after.startswith(("、", "&")) and "N" not in after[:2]


def _carried(places: Places, figure: Figure) -> Owner:
    """No subject in the sentence: that of the sentence before, else what the article is about."""
    if not (places.report and places.title_code) and places.last is not None and not (places.last.scope == "organization" and _does_not_act(figure)) and places.last.scope in ("whole", "zone", "agency", "organization", "cluster"):
        last = places.last
        return Owner(last.scope, last.name, last.code, "paragraph" if last.code else None, candidates=last.candidates)
    code, basis = places.background()
    if code is None:
        return Owner("whole", "", None, None)
    name = load_gazetteer().division(code).name if code != "100000" else "全国"
    return Owner("whole", name, code, basis)


def _whole_round(figure: Figure, chunks: list[Chunk]) -> bool:
    """本届共评选出金奖29项: all prizes of a national award, not those of the place that the article is about."""
    indicator = figure.indicator
    if indicator is None or not indicator.code.startswith("award.") or "national" not in load_ruleset().indicators[indicator.code].level:
        return False
    return bool(re.search(r"评选出|评审出|共评出|共授予|授奖项目|预获奖", "".join(c.text for c in chunks)))


def _holders(figure: Figure, chunks: list[Chunk]) -> str | None:
    """其中1550家高企拥有有效发明专利…件: firms that hold something are a part of the firms of that title."""
    code = figure.indicator.code if figure.indicator else ""
    after = chunks[figure.head + 1 : figure.head + 4] if figure.head > figure.at else []
    if not code.startswith("ent.") or len(after) < 2 or after[0].text not in ("拥有", "持有") or after[1].letter != "I":
        return None
    return f"{after[0].text}{after[1].text}的{chunks[figure.head].text}"


def _among(figure: Figure, chunks: list[Chunk]) -> str | None:
    """受支持企业中有2000家…: a set without a number in which members are counted."""
    for i in range(figure.at - 1, -1, -1):
        if chunks[i].letter == ";":
            return None
        if chunks[i].letter == "O" and chunks[i].text.startswith("中") and i and chunks[i - 1].letter == "N":
            start = i - 1
            while start > 0 and chunks[start - 1].letter in "wWXN":
                start -= 1
            name = "".join(c.text for c in chunks[start:i])
            return name if len(name) > 2 and (start == 0 or chunks[start - 1].letter in ",T:") else None
    return None


def _subset(
    figure: Figure, chunks: list[Chunk], figures: list[Figure], placed: Placed
) -> tuple[int, str, int] | None:
    """15个重点区域拥有…: a counted set that is the subject of the figures behind it."""
    best: tuple[int, str, int] | None = None
    for other in figures:
        if other.at >= figure.at or other.chunk.letter != "Q" or other.effect not in ("count", "none"):
            continue
        if other.base is not None or any(c.letter == ";" for c in chunks[other.at : figure.at]):
            continue
        noun_end = other.head if other.head > other.at else other.at
        if noun_end == other.at:
            noun_end = _noun_end(chunks, other.at)
            if noun_end < 0:
                continue
        if noun_end >= figure.at:
            continue
        if other.at and (chunks[other.at - 1].letter in "aAo" or (other.at > 1 and chunks[other.at - 2].letter in "aA" and chunks[other.at - 1].letter == "w")):
            continue
        numeral = numeral_of(other.chunk)
        if numeral is None or numeral.value != int(numeral.value) or numeral.bound != "exact":
            continue
        follow = chunks[noun_end + 1 : figure.at]
        if not follow or not _leads(follow):
            continue
        indicator = other.indicator
        if indicator is not None and not indicator.code.startswith(("zone.", "ent.", "pilot.", "brand.")):
            continue
        name = "".join(c.text for c in chunks[other.at : noun_end + 1])
        best = (int(numeral.value), name, other.at)
    return best


def _noun_end(chunks: list[Chunk], at: int) -> int:
    """Index of the last chunk of the noun phrase behind an unbound count, -1 where it names no set of members."""
    end = at
    while end + 1 < len(chunks) and chunks[end + 1].letter in "wWXNL" and end - at < 5:
        end += 1
    phrase = "".join(c.text for c in chunks[at + 1 : end + 1])
    return end if end > at and _MEMBERS.search(phrase) else -1


def _leads(follow: list[Chunk]) -> bool:
    """After the set comes its predicate: a verb or a time, then an indicator, without a new item of the list."""
    letters = "".join(c.letter for c in follow)
    return bool(re.match(r"w?[THUAao]", letters)) and "I" in letters


def _assisted(figure: Figure, chunks: list[Chunk]) -> bool:
    """帮扶企业标准制修订12项: what a bureau helped others to do is its own activity."""
    return any(c.text.startswith(("帮扶", "指导", "服务", "帮助", "引导")) for c in chunks[max(0, figure.at - 8) : figure.at])


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
    default = load_ruleset().indicators[indicator.code].scope_default
    if owner.scope == "agency":
        if default == "agency" or _CENTRE.search(owner.name) or _assisted(figure, chunks):
            return owner
        name = load_gazetteer().division(owner.code).name if owner.code else owner.name
        return Owner("whole", name, owner.code, owner.basis, candidates=owner.candidates)
    if owner.scope == "whole" and default == "agency":
        return Owner(default, owner.name, owner.code, owner.basis, owner.count, owner.candidates)
    return owner
