"""Takes out of the lines of an article what copying protection and bad copies put into them, and keeps a record.

Called by `assemble` when the lines of the article are settled. Forums hide strings of random characters between the
sentences of a post, spelling pages put pinyin in brackets behind characters; both part numerals from what they count.
Precision goes before recall: what could be a code, a name or an address stays. The rules stand in
`rules/documents/repairs.yaml`; numerals that are broken in themselves (95.1 2%) are read by `language.numerals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from qualityextract.documents.ruledata import alternation
from qualityextract.errors import RuleError

_TONES = {
    "a": "aāáǎà", "e": "eēéěè", "i": "iīíǐì", "o": "oōóǒò", "u": "uūúǔùüǖǘǚǜ", "ü": "üǖǘǚǜ", "v": "v",
}  # fmt: skip
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ1-4"

Span = tuple[int, int]
Repairs = tuple[tuple[int, str], ...]


class RepairRule(BaseModel):
    """One kind of stretch that is taken out, with an example that it mends and others that it leaves alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Literal["always", "repeated"]
    pattern: str
    match: str
    mended: str
    no_match: list[str]


@dataclass(frozen=True, slots=True)
class Repaired:
    """Lines without what was taken out; `repairs` are offsets in the joined lines with the characters that stood there."""

    lines: list[str]
    repairs: Repairs
    sources: tuple[int, ...] = ()
    """For each line its number among those that went in."""

    def before(self, count: int) -> int:
        """How many lines are left of the first `count`."""
        return sum(source < count for source in self.sources)


def _read(name: str) -> str:
    return (files("qualityextract") / "rules" / "documents" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def repair_rules() -> tuple[RepairRule, ...]:
    """The rules of repairs.yaml in the order of the file.

    Raises:
        RuleError: a rule is malformed, does not compile, or its id is used twice.
    """
    rules: list[RepairRule] = []
    for raw in yaml.safe_load(_read("repairs.yaml")):
        try:
            rule = RepairRule.model_validate(raw)
            compiled(rule)
        except (ValidationError, re.error) as error:
            raise RuleError(f"rules/documents/repairs.yaml: {raw.get('id', 'rule without id')}: {error}") from error
        if any(rule.id == other.id for other in rules):
            raise RuleError(f"rules/documents/repairs.yaml: {rule.id}: the id is used twice")
        rules.append(rule)
    return tuple(rules)


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    syllable = _syllable()
    toned = rf"(?=[a-zA-Zü]{{0,5}}[{_TONED}]){syllable}"
    return re.compile(pattern.replace("{pinyin}", syllable).replace("{toned}", toned))


def compiled(rule: RepairRule) -> re.Pattern[str]:
    """The rule's pattern with the syllables of pinyin put in."""
    return _pattern(rule.pattern)


@lru_cache(maxsize=1)
def _syllable() -> str:
    words = [word for line in _read("pinyin.txt").splitlines() if line[:1] != "#" for word in line.split()]
    either = "".join(f"[{_TONES[letter]}]" if letter in _TONES else letter for letter in alternation(words))
    return f"(?:{either})[1-5]?"


def repair_lines(lines: list[str]) -> Repaired:
    """Take out what does not belong into the lines; a line of which nothing is left goes, unless it is the only one.

    The lines joined by line feeds, with every repair put back where it stood, last one first, are what went in.
    """
    spans = _spans(lines)
    gone = [not "".join(_between(line, cuts)).strip() for line, cuts in zip(lines, spans, strict=True)]
    if not any(spans) or all(gone):
        return Repaired(list(lines), (), tuple(range(len(lines))))
    kept: list[str] = []
    repairs: dict[int, str] = {}
    at = 0
    for line, cuts, empty in zip(lines, spans, gone, strict=True):
        if empty:
            # Its line feed goes with it.
            where = max(0, at - 1)
            repairs[where] = repairs.get(where, "") + ("\n" + line if kept else line + "\n")
            continue
        shift = 0
        for start, end in cuts:
            where = at + start - shift
            repairs[where] = repairs.get(where, "") + line[start:end]
            shift += end - start
        kept.append("".join(_between(line, cuts)))
        at += len(kept[-1]) + 1
    sources = tuple(number for number, empty in enumerate(gone) if not empty)
    return Repaired(kept, tuple(repairs.items()), sources)


def repair_line(line: str) -> str:
    """One line by itself, without the rules that ask for repetition."""
    return "".join(_between(line, _merged(_found(line, "always"))))


def _between(line: str, cuts: list[Span]) -> Iterator[str]:
    at = 0
    for start, end in cuts:
        yield line[at:start]
        at = end
    yield line[at:]


def _spans(lines: list[str]) -> list[list[Span]]:
    """What goes, line by line. Rare kinds count only together."""
    always = [_found(line, "always") for line in lines]
    repeated = [_found(line, "repeated") for line in lines]
    if sum(map(len, always)) + sum(map(len, repeated)) < 2:  # two of a kind
        repeated = [[] for _ in lines]
    return [_merged([*one, *other]) for one, other in zip(always, repeated, strict=True)]


def _found(line: str, kind: str) -> list[Span]:
    if not _MAY_HOLD.search(line):
        return []
    return [
        match.span("taken") if "taken" in match.re.groupindex else match.span()
        for rule in repair_rules()
        if rule.kind == kind
        for match in compiled(rule).finditer(line)
    ]


_MAY_HOLD = re.compile(r"[A-Za-z!-/:-@\[-`{-~]")
"""Letters and marks of ASCII: without one nothing can be there."""


def _merged(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out
