"""The bound figure: a quantity together with what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from qualityextract.model import Chunk, IndicatorMention, SubjectMention, quick_value


@dataclass(slots=True, eq=False)
class Figure:
    """One quantity of one sentence and its reading.

    `effect`: `count` (also rates and money), `change`, `share`, `rank`, `implied`.
    `base` is the figure that a change, share or rank is about; `part_of` the whole that this one is a part of.
    `owners` is set where the grammar itself names them (各, 分别); `joint` where several own it together (共).
    """

    sentence: int
    at: int
    """Index of the quantity among the sentence's chunks."""
    chunk: Chunk
    indicator: IndicatorMention | None
    effect: str
    rule: str
    head: int = -1
    """Index of the indicator chunk, -1 where it was carried from elsewhere."""
    base: Figure | None = None
    part_of: Figure | None = None
    owners: tuple[SubjectMention, ...] = ()
    year: int | None = None
    """The year that 分别 hands to this figure out of a range of years."""
    time: int = -1
    """Index of a time chunk that 分别 hands to this figure."""
    joint: bool = False
    each: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    noun: str = ""
    """For a count that the catalogue lacks: the counted noun phrase."""


@quick_value
class Topic:
    """What the text was last about: carried from sentence to sentence within a paragraph, and from the headline."""

    indicator: IndicatorMention | None = None
    figure: Figure | None = None
    award: IndicatorMention | None = None
    """The award named last: what 获奖 and 三金五银 are about."""
