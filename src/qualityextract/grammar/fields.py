"""Whose field a sentence is in: offices and matters that decide what a weak form means (`rules/fields.csv`).

Banks are fined, schools issue papers, roads offices hold trainings. The catalogue means the work of the offices for
quality, markets and intellectual property. The office named last speaks until another is named, as a reader takes it.
Stands between finding forms and settling heads: a reading whose indicator is a stranger to the sentence is dropped.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from dataclasses import dataclass, field

import regex

from qualityextract.errors import RuleError
from qualityextract.language.patterns import Prefilter

_CLASSES = frozenset(
    ("gated", "police_only", "own_office", "own_matter", "joint_office", "other_office", "other_matter", "other_clause")
)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One office or matter; `codes` are the beginnings of the indicators that it makes strangers (or that are gated)."""

    id: str
    kind: str
    codes: tuple[str, ...]
    pattern: regex.Pattern[str]


@functools.cache
def field_rules() -> tuple[FieldRule, ...]:
    """The rules in the order of the file."""
    text = importlib.resources.files("qualityextract").joinpath("rules/fields.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        if None in row:
            raise RuleError(f"rules/fields.csv: rule {row['id']}: a comma without quotes")
        if row["class"] not in _CLASSES:
            raise RuleError(f"rules/fields.csv: rule {row['id']}: unknown class {row['class']!r}")
        codes = tuple(code for code in row["codes"].split("|") if code)
        found.append(FieldRule(row["id"], row["class"], codes, regex.compile(row["pattern"])))
    return tuple(found)


_TOGETHER = regex.compile(r"(?:联合|会同|协同|配合|联动|抄告|通报|[与和同、])[^,。;]{0,16}$")
"""联合卫健委开展检查: an office that is only taken along does not speak."""


@functools.cache
def _prefilter() -> Prefilter:
    return Prefilter(rule.pattern.pattern for rule in field_rules())


@functools.lru_cache(maxsize=16)
def _possible(text: str) -> tuple[FieldRule, ...]:
    """The rules that are worth trying on a text, nearly always none or one; a sentence is asked about twice in a row."""
    rules = field_rules()
    return tuple([rule for i in _prefilter().possible(text) if (rule := rules[i]).pattern.pattern])


def _taken_over(text: str, rules: tuple[FieldRule, ...]) -> tuple[str, ...]:
    """Strangers by an office of another field that is not merely taken along or listed behind another."""
    return tuple(
        code
        for rule in rules
        if rule.kind == "other_office"
        and any(not _TOGETHER.search(text[: found.start()]) for found in rule.pattern.finditer(text))
        for code in rule.codes
    )


def _codes(text: str, kind: str, rules: tuple[FieldRule, ...]) -> tuple[str, ...]:
    return tuple(code for rule in rules if rule.kind == kind and rule.pattern.search(text) for code in rule.codes)


def _names(text: str, kind: str, rules: tuple[FieldRule, ...]) -> bool:
    return any(rule.kind == kind and rule.pattern.search(text) for rule in rules)


@functools.cache
def _listed(kind: str) -> tuple[str, ...]:
    """The codes of the rules that have no pattern: what needs a field at all."""
    return tuple(code for rule in field_rules() if rule.kind == kind for code in rule.codes)


def clause_strangers(sentence: str) -> tuple[FieldRule, ...]:
    """Rules that may make an indicator a stranger to single clauses of this sentence."""
    return tuple(rule for rule in _possible(sentence) if rule.kind == "other_clause" and rule.pattern.search(sentence))


@dataclass(slots=True)
class FieldState:
    """What the text so far leaves behind: the office that speaks, and whether a matter of ours is being talked of."""

    ours: bool = False
    """An office of ours spoke last, or the headline or first sentence names one or a matter."""
    matter: bool = False
    """The paragraph names a matter of ours."""
    police: bool = False
    """Police or customs spoke last."""
    others: tuple[str, ...] = ()
    """Strangers by the office of another field that spoke last."""
    paragraph: int = -1
    unread: list[tuple[str, int]] = field(default_factory=list)
    """Sentences that were passed since the last answer: they are read when the next question comes, often never."""

    def passes(self, sentence: str, paragraph: int) -> None:
        """Go past a sentence that names no indicator: nothing asks what it is about, but those after it may."""
        self.unread.append((sentence, paragraph))

    def strangers(self, sentence: str, paragraph: int) -> tuple[str, ...]:
        """Beginnings of the codes that count nothing in this sentence; sentences come in reading order."""
        for passed in self.unread:
            self._read(*passed)
        self.unread.clear()
        return self._read(sentence, paragraph)

    def _read(self, sentence: str, paragraph: int) -> tuple[str, ...]:
        rules = _possible(sentence)
        if paragraph != self.paragraph:
            self.paragraph, self.matter = paragraph, False
        self.matter = self.matter or _names(sentence, "own_matter", rules)
        strange = _codes(sentence, "other_matter", rules)
        others = _taken_over(sentence, rules)
        if _names(sentence, "own_office", rules):
            self.ours, self.police, self.others = True, False, ()
            return strange
        if others:
            self.ours, self.police, self.others = False, False, others
        elif _names(sentence, "joint_office", rules):
            self.police, self.others = True, ()
        if self.others:
            return strange + self.others
        if self.matter or (self.ours and not self.police):
            return strange
        return strange + _listed("gated") + (_listed("police_only") if self.police else ())


def field_of(lead: str) -> FieldState:
    """The state before the first sentence, from the headline (or the first sentence) and the publisher."""
    rules = _possible(lead)
    own = _names(lead, "own_office", rules) or _names(lead, "own_matter", rules)
    return FieldState(ours=own)
