"""The order of sources: a communiqué or register before a regulator's list, before its press, before newspapers.

The classes stand in `sources.csv`; rank 1 is preferred. Of the lines whose patterns are found in publisher and headline
the first in the file is taken (an empty pattern always is). It is a guess from names, which `panel` shows beside every
cell.

    >>> classify("冀东日报", "唐山拥有驰名商标9件").source
    'newspaper'
    >>> classify("唐山市统计局", "唐山市2021年国民经济和社会发展统计公报").rank
    1
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class SourceClass:
    """One line of `sources.csv`."""

    rank: int
    source: str
    publisher: re.Pattern[str]
    title: re.Pattern[str]


@functools.cache
def source_classes() -> tuple[SourceClass, ...]:
    """The classes in the order in which they are tried; the last fits all."""
    text = importlib.resources.files("qualityextract.analysis").joinpath("sources.csv").read_text(encoding="utf-8")
    return tuple(
        SourceClass(int(row["rank"]), row["source"], re.compile(row["publisher"]), re.compile(row["title"]))
        for row in csv.DictReader(text.splitlines())
    )


def classify(publisher: str, title: str) -> SourceClass:
    """The class of an article by its publisher's name and its headline, both empty where unknown."""
    return _classify_all([publisher], [title])[0]


def _classify_all(publishers: Sequence[str], titles: Sequence[str]) -> list[SourceClass]:
    """The class of each article; a publisher's name, which comes back often, is looked at once."""
    possible = {name: [c for c in source_classes() if c.publisher.search(name)] for name in set(publishers)}
    return [
        next(c for c in possible[name] if c.title.pattern == "" or c.title.search(title))
        for name, title in zip(publishers, titles, strict=True)
    ]


def rank_sources(articles: pd.DataFrame) -> pd.DataFrame:
    """Class and rank of every article.

    Returns:
        A frame indexed by `article_id` with `publisher`, `source`, `source_rank` and `duplicate_of`; None where unknown.
    """
    words = {n: articles[n].astype(object).where(articles[n].notna(), None) for n in ("publisher", "title")}
    classes = _classify_all(*([text or "" for text in words[name]] for name in ("publisher", "title")))
    return pd.DataFrame(
        {
            "publisher": words["publisher"].to_numpy(),
            "source": [item.source for item in classes],
            "source_rank": [item.rank for item in classes],
            "duplicate_of": articles["duplicate_of"].to_numpy(),
        },
        index=pd.Index(articles["article_id"], name="article_id"),
    )
