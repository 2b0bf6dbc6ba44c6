"""What lies outside the divisions of the country: foreign places, and firms that report about themselves.

A figure of a foreign country, or of one firm's own books, must not take the division that the article happens to name.
Stands beside `resolve.background`: both look at the article as a whole before its figures are given owners.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.model import Chunk

_WORLD = ("全球", "全世界")
_LISTED = re.compile(r"[、和及与]\||\|[、和及与等]")
_OWN_BOOKS = re.compile(
    r"募集资金|发行人|收报|港元|临床试验|的公告|公告称|总市值|净利润|归母|每股收益|财报|半年报|[一三]季报|季度报告|招股|上市公司|报告期|股东的|扣非|毛利率|业绩预告|证券代码|股价"
)


@dataclass(frozen=True, slots=True)
class ForeignName:
    """A place name, with the characters that make it another word when they stand beside it."""

    name: str
    not_after: str
    not_before: str


@functools.cache
def _names() -> tuple[tuple[ForeignName, ...], AhoCorasick]:
    path = importlib.resources.files("qualityextract").joinpath("rules/regions/foreign.csv")
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    names = tuple(ForeignName(row["name"], row["not_after"], row["not_before"]) for row in rows)
    return names, AhoCorasick([name.name for name in names], matchkind=MatchKind.LeftmostLongest)


@functools.cache
def _first_characters() -> frozenset[str]:
    return frozenset(name.name[0] for name in _names()[0])


def foreign_names(text: str) -> list[tuple[int, int, str]]:
    """Foreign places in a text: start, end, name."""
    names, automaton = _names()
    found = []
    for i, start, end in automaton.find_matches_as_indexes(text):
        rule = names[i]
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if not (before and before in rule.not_after) and not (after and after in rule.not_before):
            found.append((start, end, rule.name))
    return found


def is_abroad(text: str, at_home: int) -> bool:
    """Does an article that names divisions of the country `at_home` times speak of foreign places more often?"""
    abroad = sum(
        name not in _WORLD and not _LISTED.search(text[max(0, start - 1) : start] + "|" + text[end : end + 1])
        for start, end, name in foreign_names(text)
    )
    return abroad >= 2 and abroad > at_home


def is_own_books(text: str) -> bool:
    """Is the article a firm's report on itself: at least two different words of financial reports?"""
    return len(set(_OWN_BOOKS.findall(text))) >= 2


def opens_abroad(chunk: Chunk, following: Chunk | None) -> str | None:
    """The foreign place that a chunk opens with; a list (美国、日本等地) names buyers and not the subject."""
    if following is not None and following.letter in "、&":
        return None
    begins = chunk.letter in "wWXN" and chunk.text[:1] in _first_characters()
    found = foreign_names(chunk.text) if begins else []
    if found and found[0][0] == 0 and not re.match(r"(?:、|等|市场|客户|客商|和|及)", chunk.text[found[0][1] :]):
        return found[0][2]
    return None
