"""Places and other subjects of a sentence, resolved in reading order, and what carries from sentence to sentence."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from qualityextract.find.chunks import subject_of
from qualityextract.model import Chunk, SubjectMention, quick_value
from qualityextract.regions import RegionMention, load_gazetteer

_SOURCE_BEFORE = re.compile(r"(?:从|据|记者|根据|由|经|在|向|请)$")


_SOURCE_AFTER = re.compile(
    r"^(?:(?:相关|有关)?(?:负责人|工作人员|处长|局长|副局长|党组书记)?[^,。;]{0,12}?(?:获悉|了解到|介绍|表示|消息|数据显示|通报|公布|公示|召开|举行|发布(?!了?\d)|提供|统计|印发|牵头组织|新闻发布会|说))"
)


_MEETING = re.compile(r"(?:举行|召开|举办)的?[^,。;]{0,8}(?:发布会|通气会|会上|会议)")
_CUSTOMS = re.compile(r"海关(?!查)")
"""A customs office is named after its seat and speaks for its whole district."""
_BARE_ZONES = ("高新区", "经开区", "开发区", "高新技", "经济技", "保税区", "产业园", "工业园")


@quick_value
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
    abroad: bool = False
    """The article speaks of foreign places more than of divisions: only a place in the sentence itself counts."""
    own_books: bool = False
    """A firm reports on itself: its money and patents are its own."""
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
        main = self.title_code or (self.document if not self.context or self._passed() else None)
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

    def _passed(self) -> bool:
        """A county was named in a paragraph before, on the way through the city that the article is about."""
        above = {division.code for division in load_gazetteer().ancestors(self.context[0])}
        return self.document in above and (self.topic is None or self.topic.code == self.document)

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

    def city(self) -> str | None:
        """The city of the article: a bare 高新区 or 经开区 is its zone, whatever county was named last."""
        code = self.title_code or self.document or self.background()[0]
        return load_gazetteer().up_to(code, "prefecture") if code and code != "100000" else code

    def background(self) -> tuple[str | None, str | None]:
        """The place that the article is about when a sentence names none, and the basis."""
        if self.report and self.title_code:
            return self.title_code, "title"
        if self.topic is not None and self.topic.code and not (self.abroad and self.topic.code == "100000"):
            return self.topic.code, "paragraph"
        if self.abroad:
            return None, None
        for code, basis in (
            (self.title_code, "title"), (self.document, "paragraph"),
            (self.dateline_code, "dateline"), (self.publisher_code, "publisher"),
        ):  # fmt: skip
            if code:
                return code, basis
        return None, None


@quick_value
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
        if chunk.letter not in "RS":
            continue
        subject = subject_of(chunk)
        if subject is None:
            continue
        if subject.relative == "cluster":
            if places.cluster is not None:
                owners[i] = Owner("cluster", places.cluster.name, places.cluster.code, "anaphor")
            continue
        code, candidates = places.resolve(subject)
        if subject.scope == "cluster" and subject.place is None and code is None:
            code = _place_in_name(subject.name, places)
        aside = subject.inside not in ("",)
        if code is None and subject.scope in ("cluster", "organization", "agency", "zone") and not candidates:
            code = places.city() if subject.name[:3] in _BARE_ZONES else places.background()[0]
            basis: str | None = "paragraph" if code else None
        else:
            basis = "anaphor" if subject.relative else "explicit" if code else None
        if subject.scope == "agency" and code is None and not candidates and subject.name.startswith("各地"):
            code, basis = "100000", "explicit"
        if subject.scope == "organization":
            code, basis = _seat(chunks, i, owners) or _narrowed(code, basis, places)
        if places.zone is not None and subject.relative == "county" and subject.name[-1:] == "区":
            owners[i] = Owner("zone", places.zone.name, places.zone.code, "anaphor")
            if aside:
                weak.add(i)
            continue
        name = subject.name
        if subject.scope == "whole" and code:
            name = load_gazetteer().named(code, places.published).name if code != "100000" else "全国"
        owners[i] = Owner(subject.scope, name, code, basis, candidates=candidates)
        if subject.scope == "cluster":
            places.cluster = owners[i]
        if subject.scope == "zone":
            places.zone = owners[i]
        elif subject.scope == "whole" and code and not aside and load_gazetteer().division(code).level == "county":
            places.zone = None
        if (
            aside
            or _is_source(chunks, i)
            or _issues(chunks, i)
            or (subject.relative and "K" in "".join([c.letter for c in chunks[i + 1 : i + 4]]))
        ):
            weak.add(i)
        if code and not subject.relative and subject.inside in ("", "government", "zone") and code != "100000":
            places.seen(code)
        if (
            code
            and places.topic is None
            and not aside
            and not _is_source(chunks, i)
            and subject.scope in ("whole", "agency", "zone", "cluster")
        ):
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
    title = chunks[i + 1].letter == "I" and chunks[i + 1].note.startswith(
        ("award.", "tm.famous", "tm.known", "brand.provincial", "brand.municipal")
    )
    return title and chunks[i - 1].letter in "、&HVAUa"


def _seat(chunks: list[Chunk], i: int, owners: dict[int, Owner]) -> tuple[str | None, str | None] | None:
    """位于河北省唐山市迁安市的某公司: the place right before a firm's name."""
    before = chunks[max(0, i - 3) : i]
    for offset, chunk in enumerate(before):
        if chunk.letter == "R" and "的" in "".join([c.text for c in before[offset + 1 :]])[:3]:
            owner = owners.get(max(0, i - 3) + offset)
            if owner is not None and owner.code:
                return owner.code, "explicit"
    return None


def _is_source(chunks: list[Chunk], i: int) -> bool:
    """Only the source of the news (记者从省工信厅获悉), not the subject of its figures."""
    before = chunks[i - 1].text if i else ""
    after = "".join([chunk.text for chunk in chunks[i + 1 : i + 6]])
    if chunks[i].letter == "R" and before.endswith("在") and _MEETING.match(after):
        return True
    if _CUSTOMS.match(after) or chunks[i].text.endswith("海关"):
        return True
    if chunks[i].letter == "S" and chunks[i].note in ("organization", "agency"):
        return bool(_SOURCE_AFTER.match(after)) or (bool(_SOURCE_BEFORE.search(before)) and chunks[i].note == "agency")
    return False
