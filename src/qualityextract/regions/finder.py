"""Find every place mention in a text: one pass of an Aho-Corasick automaton, then joining, guarding and listing.

Names that are ordinary words (和平, 新兴) are not in the automaton. They count only where something proves them: the
parent just before (福州鼓楼), or an enumeration that says what its members are (和平、河西两区).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from qualityextract.language.patterns import Scan

from .contexts import Contexts
from .tables import CODE, LEVEL, STATUS, Pointer, Tables, read
from .values import COUNTRY, Form, RegionMention

LIST_END = Scan(
    "(?:等)?(?:[两二三四五六七八九十]|[0-9０-９]{1,2})个?(?:省区市|省市|市县|县市|区县|县区|[省市县区州盟旗地])(?![场域块值点带])"
)
# A township, village or water that bears the name of a county: 浦江镇 is not 浦江, 浏阳河 is not 浏阳.
NAMESAKE = re.compile(
    "镇(?![海江原远平安雄宁坪巴沅康赉域])|乡(?![村镇土间])|村(?![级民镇集庄])|庄(?![河浪])|街道|社区|[江河湖岛](?![南北西口苏源])"
)
_CITY_DISTRICTS = ("中区", "南区", "北区")
"""枣庄市中区 is 枣庄 and its 市中区, not 枣庄市."""
SEPARATORS = "、和与及，,"
LONGEST = 15


@dataclass(slots=True)
class Raw:
    """A stretch that the automaton (or a look-up) proposed; `rows` are indexes into the table of divisions."""

    start: int
    end: int
    name: str
    rows: list[int]
    pointer: Pointer | None = None
    group: tuple[str, ...] = ()
    joined: bool = False


class Finder:
    """The automaton with the look-ups beside it; built once a process."""

    __slots__ = (
        "automaton",
        "contexts",
        "guards",
        "patterns",
        "pointers",
        "short_depth",
        "tables",
        "weak",
        "weak_begins",
    )

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.contexts = Contexts()
        self.guards = {row[0] for row in read("guards.csv", 1)}
        self.pointers = {pointer.word: pointer for pointer in tables.pointers}
        self.weak = {n for n, r in tables.rules.items() if r.use in ("stop", "never") and n in tables.names}
        self.weak_begins = {name[0] for name in self.weak}
        strong = (name for name in tables.names if name not in self.weak)
        self.patterns = list(dict.fromkeys([*strong, *self.pointers, *tables.groups, *self.guards]))
        self.automaton = ahocorasick_rs.AhoCorasick(
            self.patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )

    def find(self, text: str) -> list[RegionMention]:
        """All mentions in reading order; none overlaps another."""
        joined = self._join(text, list(self._scan(text)))
        listed = self._enumerations(text, joined) if "、" in text or "两" in text else joined
        return [self._mention(text, raw) for raw in listed]

    # The scan ---------------------------------------------------------------------------------------------------

    def _scan(self, text: str) -> Iterator[Raw]:
        cursor = 0
        named = -1
        for pid, start, end in self.automaton.find_matches_as_indexes(text):
            if start < cursor:
                continue
            raw = self._accept(text, self.patterns[pid], start, end, named)
            if raw is None and self.patterns[pid] not in self.guards:
                raw = self._hidden(text, start, end)
            if raw is not None:
                cursor = raw.end
                named = raw.end if raw.rows else -1
                yield raw

    def _hidden(self, text: str, start: int, end: int) -> Raw | None:
        """A name that begins inside a refused one (扩|大连云港)."""
        offset = start + 1
        for pid, at, to in self.automaton.find_matches_as_indexes(text[offset : end + LONGEST]):
            if offset + at >= end:
                return None
            if raw := self._accept(text, self.patterns[pid], offset + at, offset + to, -1):
                return raw
        return None

    def _accept(self, text: str, name: str, start: int, end: int, named: int) -> Raw | None:
        """The proposal as a Raw, or None where its neighbours make it something else."""
        before = text[start - 1] if start else ""
        after = text[end] if end < len(text) else ""
        rows = self.tables.names.get(name)
        if rows is None or name in self.weak:
            pointer = self.pointers.get(name)
            if pointer is not None:
                if (before and before in pointer.not_after) or (after and after in pointer.not_before):
                    return None
                return Raw(start, start + pointer.length, name, [], pointer)
            group = self.tables.groups.get(name)
            return Raw(start, end, name, [], group=group) if group else None
        rule = self.tables.rules.get(name)
        if rule is not None and start != named and before and before in rule.left:
            return None
        if rule is not None and after and after in rule.right:
            return None
        if name in self.tables.short_only and NAMESAKE.match(text, end) and not self._is_province(rows):
            return None
        if (after and after in "场值" and name[-1] == "市") or (after and after in "域块" and name[-1] == "区"):
            return self._shorten(text, name, start, end, named)
        if name[-1] == "市" and text[end : end + 2] in _CITY_DISTRICTS:
            city = self._shorten(text, name, start, end, named)
            above = {self.tables.rows[i][CODE] for i in rows}
            district = self._nest(city, "市" + text[end : end + 2], end + 2, above) if city is not None else None
            if district is not None:
                return district
        return Raw(start, end, name, rows)

    def _is_province(self, rows: Sequence[int]) -> bool:
        return any(self.tables.rows[i][LEVEL] in ("province", "country") for i in rows)

    def _shorten(self, text: str, name: str, start: int, end: int, named: int) -> Raw | None:
        """唐山市场 is 唐山 and 市场, 唐山区域 is 唐山 and 区域."""
        short = name[:-1]
        if short in self.tables.names and short not in self.weak:
            return self._accept(text, short, start, end - 1, named)
        return None

    # Joining ----------------------------------------------------------------------------------------------------

    def _join(self, text: str, raws: list[Raw]) -> list[Raw]:
        """Nested names that touch become one mention of the smallest: 河北省唐山市丰润区."""
        out: list[Raw] = []
        index = 0
        while index < len(raws):
            raw = raws[index]
            index += 1
            if out and raw.start < out[-1].end:
                continue
            while raw.rows:
                following = raws[index] if index < len(raws) and raws[index].start == raw.end else None
                step = self._step(text, raw, following)
                if step is None:
                    break
                raw = step
                while index < len(raws) and raws[index].start < raw.end:
                    index += 1
            out.append(raw)
        return out

    def _step(self, text: str, raw: Raw, following: Raw | None) -> Raw | None:
        """The mention made one level smaller by the words that follow, or None."""
        above = {self.tables.rows[i][CODE] for i in raw.rows}
        best: Raw | None = None
        if following is not None and following.rows:
            best = self._nest(raw, following.name, following.end, above)
        if text[raw.end : raw.end + 1] not in self.weak_begins:
            return best
        floor = following.end - following.start if following is not None and best is not None else 1
        for size in range(min(LONGEST, len(text) - raw.end), max(floor, 1), -1):
            name = text[raw.end : raw.end + size]
            if name in self.weak and (self.tables.rules[name].use == "stop" or name not in self.tables.short_only):
                nested = self._nest(raw, name, raw.end + size, above) if above != {COUNTRY} else None
                if nested is not None:
                    return nested
        return best

    def _nest(self, raw: Raw, name: str, end: int, above: set[str]) -> Raw | None:
        if raw.name == "全国" or name in ("全国", "中国", "我国"):
            return None
        rows = [i for i in self.tables.names.get(name, ()) if above & set(self.tables.ancestors(i))]
        if not rows and raw.name != name:  # 第八师石河子市: two names of one place
            rows = [i for i in self.tables.names[name] if self.tables.rows[i][CODE] in above]
        if above != {COUNTRY} and any(self.tables.rows[i][LEVEL] == "province" for i in self.tables.names[name]):
            return None  # 天津河北 is two provinces side by side, not a district
        return Raw(raw.start, end, name, rows, joined=True) if rows else None

    # Enumerations -----------------------------------------------------------------------------------------------

    def _enumerations(self, text: str, raws: list[Raw]) -> list[Raw]:
        """Add members that only their list proves: 和平、河西两区; 迁安、开平 beside each other in one prefecture."""
        taken = {raw.start: raw for raw in raws}
        ends = {raw.end for raw in raws}
        fresh: dict[int, Raw] = {}
        for match in LIST_END.finditer(text):
            members = list(self._members(text, match.start()))
            if len(members) > 1:
                fresh.update((m.start, m) for m in members if m.start not in taken and m.end not in ends)
        for raw in raws:
            if raw.rows and text[raw.end : raw.end + 1] == "、":
                neighbour = self._neighbour(text, raw)
                if neighbour is not None and neighbour.start not in taken:
                    fresh.setdefault(neighbour.start, neighbour)
        if not fresh:
            return raws
        out: list[Raw] = []
        for raw in sorted([*raws, *fresh.values()], key=lambda r: (r.start, -r.end)):
            if not out or raw.start >= out[-1].end:
                out.append(raw)
        return out

    def _members(self, text: str, end: int) -> Iterator[Raw]:
        """The names of a list that ends at `end`, from the last to the first."""
        while end > 1:
            name = next((text[end - n : end] for n in range(8, 1, -1) if text[end - n : end] in self.tables.names), "")
            if not name or end < len(name):
                return
            start = end - len(name)
            yield Raw(start, end, name, self.tables.names[name])
            if start == 0 or text[start - 1] not in SEPARATORS:
                return
            end = start - 1

    def _neighbour(self, text: str, raw: Raw) -> Raw | None:
        """A stop name right after `X、` that shares the prefecture of X and ends where a list goes on or closes."""
        begin = raw.end + 1
        homes = {self.tables.ancestors(i)[0] for i in raw.rows if self.tables.rows[i][LEVEL] == "county"}
        for size in range(6, 1, -1):
            name = text[begin : begin + size]
            if (
                name in self.weak
                and self.tables.rules[name].use == "stop"
                and text[begin + size : begin + size + 1] in "、和与及等"
            ):
                rows = [
                    i
                    for i in self.tables.names[name]
                    if self.tables.ancestors(i)[:1] and self.tables.ancestors(i)[0] in homes
                ]
                if rows:
                    return Raw(begin, begin + size, name, rows)
        return None

    # The value --------------------------------------------------------------------------------------------------

    def _mention(self, text: str, raw: Raw) -> RegionMention:
        surface = text[raw.start : raw.end]
        if raw.pointer is not None:
            level = raw.pointer.level
            kind = "government" if raw.pointer.length < len(raw.pointer.word) else None
            return RegionMention(raw.start, raw.end, surface, raw.pointer.form, (), "", level, kind)
        inside = self.contexts.kind(text, raw.start, raw.end)
        if raw.name in ("全国", "我国") and inside not in ("government", "document"):
            inside = None
        if raw.group:
            return RegionMention(raw.start, raw.end, surface, "set", raw.group, "", "any", inside)
        codes = codes_of(self.tables, raw.rows)
        form: Form = "path" if raw.joined else "short" if raw.name in self.tables.short_only else "full"
        return RegionMention(raw.start, raw.end, surface, form, codes, raw.name, None, inside)


def codes_of(tables: Tables, rows: Sequence[int]) -> tuple[str, ...]:
    """The distinct codes of rows; what is not confirmed stays out unless there is nothing else."""
    sure = [tables.rows[i][CODE] for i in rows if tables.rows[i][STATUS] != "unconfirmed"]
    return tuple(dict.fromkeys(sure or [tables.rows[i][CODE] for i in rows]))
