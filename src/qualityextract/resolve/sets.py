"""Sets that own a figure: 15个重点区域拥有…, 受支持企业中有…, 这些企业…, 1550家高企拥有….

Stands beside `resolve.owner`, which asks here whether a part of a region is meant and not the region itself.
"""

from __future__ import annotations

import re

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.figures import Figure
from qualityextract.model import Chunk

_MEMBERS = re.compile(r"(?:企业|项目|产品|单位|机构|园区|商户|组织|品牌|城市|县区|集群)(?:已|共)?$")


def holders(figure: Figure, chunks: list[Chunk]) -> str | None:
    """其中1550家高企拥有有效发明专利…件: firms that hold something are a part of the firms of that title."""
    code = figure.indicator.code if figure.indicator else ""
    after = chunks[figure.head + 1 : figure.head + 4] if figure.head > figure.at else []
    if not code.startswith("ent.") or len(after) < 2 or after[0].text not in ("拥有", "持有") or after[1].letter != "I":
        return None
    return f"{after[0].text}{after[1].text}的{chunks[figure.head].text}"


def those(figure: Figure, chunks: list[Chunk]) -> str | None:
    """这些重点区域拥有…: a set named before, taken up again as the subject of a sentence."""
    for i in range(min(3, figure.at)):
        if chunks[i].text in ("这些", "上述", "以上", "此批") and i + 1 < figure.at and chunks[i + 1].letter in "IN":
            return chunks[i].text + chunks[i + 1].text
    return None


def among(figure: Figure, chunks: list[Chunk]) -> str | None:
    """受支持企业中有2000家…: a set without a number in which members are counted."""
    for i in range(figure.at - 1, -1, -1):
        if chunks[i].letter == ";":
            return None
        if chunks[i].letter == "O" and chunks[i].text.startswith("中") and i and chunks[i - 1].letter == "N":
            start = i - 1
            while start > 0 and chunks[start - 1].letter in "wWXN":
                start -= 1
            name = "".join([c.text for c in chunks[start:i]])
            return name if len(name) > 2 and (start == 0 or chunks[start - 1].letter in ",T:") else None
    return None


def counted_set(figure: Figure, chunks: list[Chunk], figures: list[Figure]) -> tuple[int, str, int] | None:
    """15个重点区域拥有…: a counted set that is the subject of the figures behind it."""
    best: tuple[int, str, int] | None = None
    for other in figures:
        if other.at >= figure.at or other.chunk.letter != "Q" or other.effect not in ("count", "none"):
            continue
        if other.base is not None or any(c.letter == ";" for c in chunks[other.at : figure.at]):
            continue
        noun_end = other.head if other.head > other.at else other.at
        if noun_end == other.at:
            noun_end = _noun_end(chunks, other.at)
            if noun_end < 0:
                continue
        if noun_end >= figure.at:
            continue
        if other.at and (
            chunks[other.at - 1].letter in "aAo"
            or (other.at > 1 and chunks[other.at - 2].letter in "aA" and chunks[other.at - 1].letter == "w")
        ):
            continue
        numeral = numeral_of(other.chunk)
        if numeral is None or numeral.value != int(numeral.value) or numeral.bound != "exact":
            continue
        follow = chunks[noun_end + 1 : figure.at]
        if not follow or not _leads(follow):
            continue
        indicator = other.indicator
        if indicator is not None and not indicator.code.startswith(("zone.", "ent.", "pilot.", "brand.")):
            continue
        name = "".join([c.text for c in chunks[other.at : noun_end + 1]])
        best = (int(numeral.value), name, other.at)
    return best


def _noun_end(chunks: list[Chunk], at: int) -> int:
    """Index of the last chunk of the noun phrase behind an unbound count, -1 where it names no set of members."""
    end = at
    while (
        end + 1 < len(chunks) and (chunks[end + 1].letter in "wWXNL" or chunks[end + 1].text == "获奖") and end - at < 5
    ):
        end += 1
    phrase = "".join([c.text for c in chunks[at + 1 : end + 1]])
    return end if end > at and _MEMBERS.search(phrase) else -1


def _leads(follow: list[Chunk]) -> bool:
    """After the set comes its predicate: a verb or a time, then an indicator, without a new item of the list."""
    letters = "".join([c.letter for c in follow])
    return bool(re.match(r"w?[THUAaoD]", letters)) and "I" in letters
