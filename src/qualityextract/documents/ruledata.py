"""Load and validate what the documents station knows about pages: line patterns, credits, outlets, containers.

First read by `encoding`, `boilerplate`, `metadata` and `html`; the data stands in `rules/documents/`.
A bad rule is refused here, naming the file, the rule and the field.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from qualityextract.errors import RuleError

Kind = Literal[
    "breadcrumb",
    "furniture",
    "stop",
    "tail",
    "inline",
    "byline",
    "footer",
    "owner",
    "related",
    "number",
    "part",
    "pages",
]
T = TypeVar("T", bound=BaseModel)


class LineRule(BaseModel):
    """One pattern for what stands beside an article, with an example that it must and one that it must not match."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Kind
    pattern: str
    match: list[str]
    no_match: list[str]

    def compiled(self) -> re.Pattern[str]:
        """The pattern, anchored as its kind asks (see rules/documents/lines.yaml)."""
        flags = re.IGNORECASE
        pattern = both_scripts(self.pattern)
        if self.kind in ("breadcrumb", "furniture", "byline", "footer", "owner"):
            return re.compile(rf"(?:{pattern})\Z", flags)
        if self.kind == "tail":
            return re.compile(rf"(?:{pattern})\s*\Z", flags)
        return re.compile(pattern, flags)


class Credits(BaseModel):
    """Words that introduce authors, editors, sources and dates, and the keys of HTML meta elements."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    author: list[str]
    reporter: list[str]
    reporter_prefix: list[str]
    editor: list[str]
    source: list[str]
    date: list[str]
    other: list[str]
    outlet_suffix: list[str]
    edition: list[str]
    not_a_name: list[str]
    compound_surname: list[str]
    surname: str
    no_outlet: list[str]
    opening: list[str]
    looks_back: list[str]
    not_a_place: list[str]
    meta_date: list[str]
    meta_author: list[str]
    meta_source: list[str]
    meta_site: list[str]
    meta_url: list[str]
    meta_title: list[str]


class Dropped(BaseModel):
    """Elements of a page that never hold an article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: list[str]
    names: str
    discussion: str


@dataclass(frozen=True, slots=True)
class Container:
    """A CSS selector under which known content systems keep a part of the article."""

    id: str
    kind: str
    selector: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newspaper, agency or site, and whether it opens stories with a dateline."""

    name: str
    dateline: bool


def _text(name: str) -> str:
    return (files("qualityextract") / "rules" / "documents" / name).read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(_text(name))))


def _check(model: type[T], raw: Any, file: str, rule: str) -> T:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RuleError(f"rules/documents/{file}: {rule}: {field}: {first['msg']}") from error


@lru_cache(maxsize=1)
def line_rules() -> tuple[LineRule, ...]:
    """All line rules in the order of the file."""
    rules = tuple(
        _check(LineRule, raw, "lines.yaml", str(raw.get("id", "rule without id")))
        for raw in yaml.safe_load(_text("lines.yaml"))
    )
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"rules/documents/lines.yaml: {rule.id}: the id is used twice")
        seen.add(rule.id)
        try:
            rule.compiled()
        except re.error as error:
            raise RuleError(f"rules/documents/lines.yaml: {rule.id}: pattern: {error}") from error
    return rules


@lru_cache(maxsize=16)
def patterns(kind: Kind) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Id and compiled pattern of every rule of one kind, in the order of the file."""
    return tuple((rule.id, rule.compiled()) for rule in line_rules() if rule.kind == kind)


@lru_cache(maxsize=1)
def credit_words() -> Credits:
    """The words of credits.yaml, the surnames in both scripts."""
    words = _check(Credits, yaml.safe_load(_text("credits.yaml")), "credits.yaml", "file")
    surnames = "".join(_written_as().get(name, name) for name in words.surname)
    return words.model_copy(update={"surname": surnames})


@lru_cache(maxsize=1)
def dropped() -> Dropped:
    """The elements of dropped.yaml."""
    return _check(Dropped, yaml.safe_load(_text("dropped.yaml")), "dropped.yaml", "file")


@lru_cache(maxsize=1)
def containers() -> tuple[Container, ...]:
    """Known containers, most trusted first."""
    return tuple(Container(row["id"], row["kind"], row["selector"]) for row in _rows("containers.csv"))


@lru_cache(maxsize=1)
def outlets() -> tuple[Outlet, ...]:
    """Known outlets, longest name first."""
    found = [Outlet(row["name"], row["dateline"] == "1") for row in _rows("outlets.csv")]
    return tuple(sorted(found, key=lambda outlet: (-len(outlet.name), outlet.name)))


@lru_cache(maxsize=1)
def common_characters() -> frozenset[str]:
    """The most frequent characters of written Chinese, simplified and traditional."""
    lines = _text("common_characters.txt").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))


@lru_cache(maxsize=1)
def radicals() -> Mapping[str, str]:
    """For code points of CJK radicals that have no decomposition in Unicode the character that looks the same."""
    return {row["radical"]: row["character"] for row in _rows("radicals.csv")}


@lru_cache(maxsize=1)
def _written_as() -> dict[str, str]:
    """Simplified character -> itself and the traditional ones that stand for it."""
    import opencc

    characters = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified = str(opencc.OpenCC("t2s").convert("\n".join(characters))).split("\n")
    written: dict[str, str] = {}
    for old, new in zip(characters, simplified, strict=True):
        if old != new:
            written[new] = written.get(new, new) + old
    return written


def both_scripts(pattern: str) -> str:
    """A pattern of simplified characters that matches the traditional ones too, with the same groups."""
    out: list[str] = []
    inside = False
    for at, character in enumerate(pattern):
        escaped = at > 0 and pattern[at - 1] == "\\" and (at < 2 or pattern[at - 2] != "\\")
        if character in "[]" and not escaped:
            inside = character == "["
        forms = _written_as().get(character, character)
        out.append(forms if inside or len(forms) == 1 else f"[{forms}]")
    return "".join(out)


def alternation(words: list[str] | tuple[str, ...]) -> str:
    """A pattern part that matches any of the words in either script, longest first."""
    return "|".join(both_scripts(re.escape(word)) for word in sorted(words, key=len, reverse=True))
