"""Sentences of other fields, in which a form of the catalogue means something else (`rules/other_fields.csv`).

Stands between finding forms and settling heads: a reading whose indicator is a stranger to the sentence is dropped.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from dataclasses import dataclass

import regex

from qualityextract.errors import RuleError


@dataclass(frozen=True, slots=True)
class OtherField:
    """Indicators (by the beginnings of their codes) that mean nothing where the pattern is found."""

    id: str
    codes: tuple[str, ...]
    pattern: regex.Pattern[str]


@functools.cache
def other_fields() -> tuple[OtherField, ...]:
    """The rules in the order of the file."""
    text = importlib.resources.files("qualityextract").joinpath("rules/other_fields.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        if None in row:
            raise RuleError(f"rules/other_fields.csv: rule {row['id']}: a comma without quotes")
        codes = tuple(row["codes"].split("|"))
        found.append(OtherField(row["id"], codes, regex.compile(row["pattern"])))
    return tuple(found)


@functools.lru_cache(maxsize=64)
def strangers(sentence: str) -> tuple[str, ...]:
    """Beginnings of the codes that count nothing in this sentence."""
    return tuple(code for field in other_fields() if field.pattern.search(sentence) for code in field.codes)
