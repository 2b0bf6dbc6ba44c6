"""Development zones: the named ones of `rules/regions/zones.csv`, and any place name with a word for a zone after it.

A zone has no code of GB/T 2260 unless the standard lists it (浦东新区 and 滨海新区 are districts and never come out
here); what stands for it is the division that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from qualityextract.language.patterns import Scan

from .contexts import macros
from .tables import read
from .values import RegionMention, ZoneMention

# Words that name a zone even in the middle of a clause; the vaguer ones (新区, 示范区) need a boundary before them.
BARE = "高新区|经开区|综保区|高新技术产业开发区|经济技术开发区"


@dataclass(frozen=True, slots=True)
class Zone:
    """A named zone and the code of the division that holds it."""

    name: str
    holder: str


class ZoneFinder:
    """Automaton over the named zones, with the generic patterns beside it."""

    __slots__ = ("after_place", "automaton", "bare", "forms", "kinds", "words")

    def __init__(self) -> None:
        self.forms: dict[str, Zone] = {}
        for name, shorts, holder, _ in read("zones.csv", 4):
            zone = Zone(name, holder)
            for form in (name, *filter(None, shorts.split("|"))):
                self.forms.setdefault(form, zone)
        self.kinds = {row[0]: row[1] for row in read("zone_kinds.csv", 2)}
        words = "|".join(sorted(self.kinds, key=len, reverse=True))
        self.after_place = re.compile(f"(?:市|县|区)?((?:{macros()['%S']}){{0,6}}?)({words})(?![域块])")
        self.bare = Scan(f"(?<![\u4e00-\u9fff])(?:{words})(?![域块建])|{BARE}")
        self.words = list(self.forms)
        self.automaton = ahocorasick_rs.AhoCorasick(
            self.words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )

    def find(
        self, text: str, mentions: Sequence[RegionMention], resolve: Callable[[RegionMention], str | None]
    ) -> list[ZoneMention]:
        """Zones in reading order without overlaps; `resolve` gives the code of a place mention."""
        named = list(self._named(text))
        found = [*self._after_places(text, mentions, named, resolve), *named, *self._bare(text)]
        out: list[ZoneMention] = []
        for zone in sorted(found, key=lambda z: (z.start, -z.end)):
            if not out or zone.start >= out[-1].end:
                out.append(zone)
        return out

    def _named(self, text: str) -> Iterator[ZoneMention]:
        for index, start, end in self.automaton.find_matches_as_indexes(text):
            zone = self.forms[self.words[index]]
            yield ZoneMention(start, end, text[start:end], zone.name, zone.holder)

    def _after_places(
        self,
        text: str,
        mentions: Sequence[RegionMention],
        named: Sequence[ZoneMention],
        resolve: Callable[[RegionMention], str | None],
    ) -> Iterator[ZoneMention]:
        ends = {zone.end: zone for zone in named}
        for mention in mentions:
            if mention.form == "set" or mention.surface[0] == "全" or "区" not in text[mention.end : mention.end + 20]:
                continue  # 全市开发区 are many zones, not one
            match = self.after_place.match(text, mention.end)
            if match is None or (mention.form == "relative" and match[1]):
                continue
            end = match.end()
            known = ends.get(end)
            if known is not None and known.start - mention.end < 2:
                canonical, holder = known.canonical, known.holder_code
            else:
                canonical, holder = self._name(mention, match, resolve)
            yield ZoneMention(mention.start, end, text[mention.start : end], canonical, holder)

    def _name(
        self, mention: RegionMention, match: re.Match[str], resolve: Callable[[RegionMention], str | None]
    ) -> tuple[str, str | None]:
        """Canonical name and holder of a place with a word for a zone after it."""
        place = "" if mention.form == "relative" else (mention.name or mention.surface).removesuffix("市")
        canonical = place + match[1] + self.kinds[match[2]]
        zone = self.forms.get(mention.surface + match[0]) or self.forms.get(canonical)
        return (zone.name, zone.holder) if zone else (canonical, resolve(mention))

    def _bare(self, text: str) -> Iterator[ZoneMention]:
        """A zone named without its place (高新区机器人产业集群): the article has to say where."""
        for match in self.bare.finditer(text):
            yield ZoneMention(match.start(), match.end(), match[0], self.kinds[match[0]], None)
