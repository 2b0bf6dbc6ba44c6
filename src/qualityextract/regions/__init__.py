"""Places: the divisions of GB/T 2260 with their history, found in texts and resolved in context.

Stands between `find` and `language` on the way of the data and imports nothing but `model` and `errors`.

    >>> import datetime as dt
    >>> resolve("丰润", on=dt.date(2001, 6, 1), within="130000").code
    '130221'
    >>> resolve("丰润", on=dt.date(2021, 6, 1), within="130000").code
    '130208'
    >>> resolve("鼓楼区").code is None
    True
    >>> [division.name for division in ancestors("130208")]
    ['唐山市', '河北省', '中华人民共和国']
    >>> [(d.code, d.name, d.valid_from, d.valid_to) for d in history("130284")]
    [('132723', '滦县', 1981, 1983), ('130223', '滦县', 1983, 2018), ('130284', '滦州市', 2018, None)]
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .gazetteer import Gazetteer, load_gazetteer
from .values import Division, RegionMention, Resolution, ZoneMention

__all__ = [
    "Division",
    "Gazetteer",
    "RegionMention",
    "Resolution",
    "ZoneMention",
    "ancestors",
    "find_zones",
    "history",
    "load_gazetteer",
    "resolve",
]


def resolve(
    name: str, *, on: dt.date | None = None, within: str | None = None, context: Sequence[str] = ()
) -> Resolution:
    """The code that a place name means on a date (None: now).

    Args:
        name: full (丰润区), short (丰润) or nested (唐山市丰润区) name.
        on: the date of the text.
        within: a code that must contain the answer.
        context: codes named around it, the nearest first.
    """
    return load_gazetteer().resolve_name(name, on=on, within=within, context=context)


def ancestors(code: str) -> tuple[Division, ...]:
    """The divisions above a code, the nearest first.

    Raises:
        KeyError: no division ever had the code.
    """
    return load_gazetteer().ancestors(code)


def history(code: str) -> tuple[Division, ...]:
    """The lineage of a code by year: what went into it, the names it bore, what it went into.

    Raises:
        KeyError: no division ever had the code.
    """
    return load_gazetteer().history(code)


def find_zones(text: str) -> list[ZoneMention]:
    """Development zones named in a text, with the division that holds each."""
    return load_gazetteer().find_zones(text)
