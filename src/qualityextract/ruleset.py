"""The rules of extraction: loaded from `rules/`, checked, and given a digest.

Rules are data. A bad rule is refused here, naming the file, the rule and the field, before any work starts.
The stations above read what they need from the one frozen `Ruleset` of the process.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import importlib.resources
import re
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from qualityextract.errors import RuleError

StatKind = Literal[
    "stock", "cumulative", "flow", "change_abs", "change_pct", "change_pp", "rate", "index", "rank", "share",
    "target", "policy_rule",
]  # fmt: skip
Scope = Literal["whole", "subset", "cluster", "zone", "agency", "event_set", "organization", "product"]


def _split(value: object) -> object:
    return tuple(v for v in value.split("|") if v) if isinstance(value, str) else value


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    return dict(part.partition("=")[::2] for part in value.split(";") if part)


_Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
_Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Indicator(_Rule):
    """What can be counted: one row of `rules/indicators.csv`."""

    code: str = Field(pattern=r"^[a-z]+\.[a-z0-9_]+$")
    label_zh: str = Field(min_length=1)
    label_en: str = Field(min_length=1)
    group: str = Field(min_length=1)
    core: bool
    units: _Words
    unit_default: str
    stat_kinds: _Words
    default_kind: StatKind
    level: _Words
    scope_default: Scope
    attributes: str
    notes: str


class Form(_Rule):
    """A surface form of an indicator: one row of `rules/forms.csv`."""

    id: str = Field(pattern=r"^[a-z]+\.[a-z0-9_]+#\d+$")
    code: str
    form: str = Field(min_length=1)
    kind: Literal["literal", "regex"]
    weak: Literal["", "unit", "topic", "never"]
    topic: str
    stat_kind: Literal["", "stock", "cumulative", "flow", "change_abs", "change_pct", "change_pp", "rate", "index",
                       "rank", "share", "target", "policy_rule"]  # fmt: skip
    level: _Words
    attributes: _Pairs
    note: str

    @field_validator("topic")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class LevelCode(_Rule):
    """A level word beside a form changes what is counted: one row of `rules/level_codes.csv`."""

    form_code: str
    level: str
    code: str


class Cue(_Rule):
    """A word that says something about a figure: one row of `rules/cues.csv`."""

    id: str = Field(pattern=r"^cue\.[a-z_]+#\d+$")
    word: str = Field(min_length=1)
    cue: str = Field(alias="class", min_length=1)
    value: str


class Mask(_Rule):
    """A numeral that is no statistic: one entry of `rules/masks.yaml`."""

    id: str = Field(pattern=r"^mask\.[a-z_]+$")
    fate: str
    pattern: str
    match: str
    no_match: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class Gap(_Rule):
    """A place where a numeral is missing: one entry of `rules/gaps.yaml`; a `likely` one tells only beside another."""

    id: str = Field(pattern=r"^gap\.[a-z_]+$")
    strength: Literal["sure", "likely"]
    pattern: str
    match: str
    no_match: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class SpunWord(_Rule):
    """What programs of copying sites write for a word of this field: one row of `rules/spun.csv`."""

    word: str = Field(min_length=2)
    native: str = Field(min_length=2)


class Construction(_Rule):
    """How a number finds what it counts: one entry of `rules/grammar.yaml`."""

    id: str = Field(pattern=r"^bind\.[a-z_]+$")
    pattern: str
    why: str
    match: str
    no_match: str


class Ruleset(_Rule):
    """Every rule of the package; `digest` names this very set."""

    indicators: dict[str, Indicator]
    forms: tuple[Form, ...]
    level_codes: dict[tuple[str, str], str]
    cues: tuple[Cue, ...]
    masks: tuple[Mask, ...]
    idioms: tuple[str, ...]
    gaps: tuple[Gap, ...]
    spun: tuple[SpunWord, ...]
    constructions: tuple[Construction, ...]
    digest: str


def _folder() -> Traversable:
    return importlib.resources.files("qualityextract").joinpath("rules")


def _checked(name: str, model: type[_Rule], rows: list[dict[str, Any]]) -> list[Any]:
    try:
        return TypeAdapter(list[model]).validate_python(rows)  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        row = rows[int(first["loc"][0])]
        named = row.get("id") or row.get("code") or row
        field = ".".join(str(part) for part in first["loc"][1:])
        raise RuleError(f"rules/{name}: rule {named}: {field}: {first['msg']}") from error


def _csv(name: str, model: type[_Rule]) -> list[Any]:
    text = _folder().joinpath(name).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = list(csv.DictReader(text.splitlines()))
    return _checked(name, model, rows)


def _yaml(name: str, model: type[_Rule]) -> list[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows: list[dict[str, Any]] = yaml.load(_folder().joinpath(name).read_text(encoding="utf-8"), Loader=loader)
    return _checked(name, model, rows)


def _digest() -> str:
    hasher = hashlib.sha256()
    pending = [_folder()]
    while pending:
        for entry in sorted(pending.pop().iterdir(), key=lambda e: e.name):
            if entry.is_dir():
                if entry.name != "examples" and not entry.name.startswith("__"):
                    pending.append(entry)
            elif entry.name.endswith((".csv", ".yaml", ".txt")):
                hasher.update(entry.name.encode() + entry.read_bytes())
    return hasher.hexdigest()[:16]


def _unique(name: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for rule_id in ids:
        if rule_id in seen:
            raise RuleError(f"rules/{name}: rule {rule_id}: the id is used twice")
        seen.add(rule_id)


@functools.cache
def load_ruleset() -> Ruleset:
    """Load and check all rules, once per process.

    Raises:
        RuleError: a rule is malformed, an id is used twice, or a form names an unknown indicator.
    """
    indicators: list[Indicator] = _csv("indicators.csv", Indicator)
    forms: list[Form] = _csv("forms.csv", Form)
    levels: list[LevelCode] = _csv("level_codes.csv", LevelCode)
    cues: list[Cue] = _csv("cues.csv", Cue)
    masks: list[Mask] = _yaml("masks.yaml", Mask)
    gaps: list[Gap] = _yaml("gaps.yaml", Gap)
    spun: list[SpunWord] = _csv("spun.csv", SpunWord)
    constructions: list[Construction] = _yaml("grammar.yaml", Construction)
    idioms = [
        line
        for line in _folder().joinpath("idioms.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    by_code = {indicator.code: indicator for indicator in indicators}
    _unique("indicators.csv", [i.code for i in indicators])
    _unique("forms.csv", [f.id for f in forms])
    _unique("cues.csv", [c.id for c in cues])
    _unique("masks.yaml", [m.id for m in masks])
    _unique("gaps.yaml", [gap.id for gap in gaps])
    _unique("spun.csv", [entry.word for entry in spun])
    for form in forms:
        if form.code not in by_code:
            raise RuleError(f"rules/forms.csv: rule {form.id}: no such indicator: {form.code}")
    return Ruleset(
        indicators=by_code,
        forms=tuple(forms),
        level_codes={(entry.form_code, entry.level): entry.code for entry in levels},
        cues=tuple(cues),
        masks=tuple(masks),
        idioms=tuple(idioms),
        gaps=tuple(gaps),
        spun=tuple(spun),
        constructions=tuple(constructions),
        digest=_digest(),
    )
