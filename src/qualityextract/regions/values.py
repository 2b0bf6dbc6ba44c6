"""The small frozen values of the regions package: divisions, mentions of places, and what a mention resolves to.

Offsets are half-open and count Unicode code points of the text that was searched. Years are calendar years: the
history says in which year a name appeared and in which year it ended, not the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qualityextract.model import quick_value

Level = Literal["country", "province", "prefecture", "county"]
Form = Literal["full", "short", "path", "relative", "set"]
RelativeLevel = Literal["province", "prefecture", "county", "any"]
COUNTRY = "100000"
LEVEL_RANK: dict[Level, int] = {"country": 0, "province": 1, "prefecture": 2, "county": 3}


@dataclass(frozen=True, slots=True)
class Division:
    """One version of a division of GB/T 2260: the name that a code bore from one year to another."""

    code: str
    name: str
    short: str
    level: Level
    province: str | None
    prefecture: str | None
    """Null for provinces, for what a municipality or a province administers itself, and for the country."""
    county: str | None
    path: str
    """The full name from the province down: 河北省唐山市丰润区, 北京市东城区, 海南省澄迈县."""
    valid_from: int
    valid_to: int | None
    """The year in which the version ended; null while it is in force."""
    successors: tuple[str, ...]
    """Codes that took the division over as a whole; for a prefecture derived from its counties, most counties first."""
    status: str
    """`in_force`, `abolished`, `renamed` (the code lives on under another name) or `unconfirmed`."""
    partial_successors: tuple[tuple[str, int], ...] = ()
    """Codes that took only a part of the division, with the year."""
    flags: tuple[str, ...] = ()
    """`planned` (separately planned city), `xpcc` (city of the Corps), `province_administered`."""


@quick_value
class RegionMention:
    """A stretch of text that names a place, or that points to one named elsewhere (全市, 该县, 两地)."""

    start: int
    end: int
    surface: str
    form: Form
    codes: tuple[str, ...]
    """Every code that the words can mean; empty for `relative` and for `set` without named members."""
    name: str = ""
    """The words of the smallest division: 丰润区 of 唐山市丰润区; empty for `relative` and `set`."""
    relative_level: RelativeLevel | None = None
    inside: str | None = None
    """Kind of the longer name that the mention stands in: `organization`, `media`, `product`, `zone`, `institute`,
    `government`, `award`, `facility` or `document`; null where the place itself is meant."""


@quick_value
class Resolution:
    """What a mention means: one code, or none with the candidates that remained."""

    code: str | None
    candidates: tuple[str, ...]
    written: str | None = None
    """The code that bore the written name; differs from `code` where a division lives on under a new one."""
    in_force: bool = True
    """False where the written division was no longer (or not yet) in force on the date and has no single heir."""


@quick_value
class ZoneMention:
    """A development zone in a text; `holder_code` is the division that holds it, null where the text can't say."""

    start: int
    end: int
    surface: str
    canonical: str
    holder_code: str | None
