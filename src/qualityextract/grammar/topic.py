"""What a sentence leaves for the next one to be about."""

from __future__ import annotations

from qualityextract.find.chunks import letters_of
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.model import Chunk, IndicatorMention


def first_award(sentences: list[list[Chunk]]) -> IndicatorMention | None:
    """The first award that a text names: what a headline's 两金三银 are medals of."""
    for chunks in sentences:
        for chunk in chunks:
            if (
                chunk.letter == "I"
                and isinstance(chunk.value, IndicatorMention)
                and chunk.value.code.startswith("award.")
            ):
                return chunk.value
    return None


def next_topic(topic: Topic, chunks: list[Chunk], figures: list[Figure]) -> Topic:
    """The topic after a sentence: its last counted indicator, else the last one that it names for certain."""
    if not figures and "I" not in letters_of(chunks):
        return topic if topic.figure is None else Topic(topic.indicator, None, topic.award)
    mentions = [c.value for c in chunks if isinstance(c.value, IndicatorMention)]
    awards = [m for m in mentions if m.code.startswith("award.")]
    award = awards[-1] if awards else topic.award
    counted = [f for f in figures if f.indicator is not None and f.effect == "count"]
    if counted:
        return Topic(counted[-1].indicator, counted[-1], award)
    strong = [m for m in mentions if not m.weak]
    if strong:
        return Topic(strong[-1], None, award)
    return Topic(topic.indicator, None, award)
