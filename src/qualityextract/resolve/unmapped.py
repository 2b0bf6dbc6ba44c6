"""Quantities that nothing bound: which of them count something, what they count, and what the others are.

A count that the catalogue lacks is kept as an `unmapped` row with the noun phrase that it counts. What counts nothing
has no row; the ledger says what it is. Both ask `fate_of_rest`, so no numeral falls between them.
"""

from __future__ import annotations

import re

from qualityextract.find.chunks import numeral_of
from qualityextract.find.masks import rest_mask
from qualityextract.grammar.figures import Figure
from qualityextract.language.segment import in_longer_word, words
from qualityextract.language.sentences import Sentence
from qualityextract.model import Chunk, Numeral

_NOUN_STOP = re.compile(r"[,。;:、!?()\[\]\n]|[的是在将被把已正]")
_HAN = frozenset("零一二两俩三四五六七八九十百千万亿廿卅几数余多半成倍番")
_DIGITS = frozenset("一二两俩三四五六七八九十")
_SCALES = frozenset("十百千万亿")
_SECOND_OF_TWO = frozenset(("人", "名", "位", "字"))
"""Two is said 两 before a measure word; 二 there means the second (二期, 二套), but for persons."""
_VAGUE_TWO = frozenset(("手", "口", "眼", "步", "头", "层", "行", "排"))
_AROUND = 24
_LATIN = re.compile(r"[A-Za-z]")
_VALUE_WORDS = re.compile(
    r"(?:[达为至到报于有约共超近逾破获计收付给赚花值额价款薪资量数房涨跌减降增开出来动累加入名收选满距差欠需要让使每前戒含在低高]"
    r"|得分|预期|前值|上限|成交|投资|票房|捐赠|募集|容量|用户|粉丝|奖金|规模|拥有|带动|覆盖|发行|骗取|售|卖|买|均|仅|了|过|和|从|比|或)$"
)

_NUMBER_NAME = re.compile(r"[\u4e00-\u9fff]{2} ?$")
_LONGEST_NUMBER_NAME = 4
"""Without a measure word, a short number right behind a noun numbers the thing (标普500, 套路1); it counts nothing."""


def fate_of_rest(chunks: list[Chunk], at: int) -> tuple[str, str]:
    """What an unbound quantity is: its fate in the ledger and the rule that says so.

    Args:
        chunks: the chunks of its sentence.
        at: its place among them; the chunk carries a numeral.

    Returns:
        `unmapped` for what counts something, `unexplained` where no rule knows it.
    """
    chunk = chunks[at]
    numeral = numeral_of(chunk)
    if numeral is None:
        return "unexplained", "rest.none"
    if chunk.letter == "K" or numeral.kind == "rank":
        return "ordinal", "rest.rank"
    front = numeral.digits - chunk.start
    before = _text_before(chunks, at) + chunk.text[:front]
    surface, after = chunk.text[front:], _text_after(chunks, at)
    if surface and all(char in _HAN for char in surface[: numeral.end - numeral.digits]):
        return _written_in_characters(numeral, before, surface, after)
    if numeral.parts and numeral.kind == "none":
        return "scheme", "rest.sum"
    if numeral.kind in ("none", "score", "bare"):
        return rest_mask(before, surface, after) or _plain_digits(numeral, before, surface)
    return ("name", "rest.place") if numeral.kind == "place" else ("unmapped", "bind.none")


def _written_in_characters(numeral: Numeral, before: str, surface: str, after: str) -> tuple[str, str]:
    """A numeral in Chinese characters counts only with a measure word; without one it is part of a word (三审, 四驱)."""
    own = surface[: numeral.end - numeral.digits]
    if numeral.kind == "place":
        return ("idiom", "rest.word") if _inside_word(before, surface, after) else ("name", "rest.place")
    if numeral.value == 1 and own[0] == "一" and numeral.kind in ("none", "bare", "count", "money", "score"):
        return "idiom", "rest.one"
    if numeral.kind not in ("none", "bare") and _inside_word(before, surface, after):
        return "idiom", "rest.word"
    if numeral.kind == "count" and own == "二" and surface[1:] not in _SECOND_OF_TWO:
        return "ordinal", "rest.second"
    if numeral.kind == "count" and own in "两俩" and surface[1:] in _VAGUE_TWO:
        return "idiom", "rest.two"
    if numeral.kind == "score" and all(char in _SCALES for char in own):
        return "idiom", "rest.word"
    if numeral.kind not in ("none", "bare"):
        return "unmapped", "bind.none"
    found = rest_mask(before, surface, after)
    if found is not None:
        return found
    if numeral.kind == "bare":
        return ("unmapped", "bind.none") if numeral.value > 2 else ("idiom", "rest.word")
    if (
        own[-1:] in _SCALES
        and len(own) > 1
        and (numeral.start < numeral.digits or any(c in _DIGITS or c in "几数余多" for c in own))
    ):
        return "unmapped", "bind.none"
    if (len(own) <= 3 and numeral.value < 100) or all(char in _SCALES for char in own):
        return "idiom", "rest.word"
    return (
        ("idiom", "rest.word")
        if _inside_word(before, own, surface[len(own) :] + after)
        else ("unexplained", "rest.none")
    )


def _plain_digits(numeral: Numeral, before: str, surface: str) -> tuple[str, str]:
    """Digits without a measure word count where they are large, bounded, or follow a word that asks for an amount."""
    if numeral.kind in ("score", "bare"):
        return "unmapped", "bind.none"
    own = surface[: numeral.end - numeral.digits]
    if any(char in _SCALES or char in ",余多几" for char in own) or numeral.bound != "exact":
        return "unmapped", "bind.none"
    if _VALUE_WORDS.search(before.rstrip()):
        return "unmapped", "bind.none"
    if _NUMBER_NAME.search(before) and own.isdigit() and len(own) <= _LONGEST_NUMBER_NAME:
        return "name", "rest.number_name"
    return "unexplained", "rest.none"


def _text_before(chunks: list[Chunk], at: int) -> str:
    """The words in front, up to the start of the sentence, which is marked by a line feed."""
    text = ""
    while at > 0 and len(text) < _AROUND:
        at -= 1
        text = chunks[at].text + text
    return ("\n" if at == 0 and len(text) <= _AROUND else "") + text[-_AROUND:]


def _text_after(chunks: list[Chunk], at: int) -> str:
    text = ""
    while at + 1 < len(chunks) and len(text) < _AROUND:
        at += 1
        text += chunks[at].text
    return text[:_AROUND]


def _inside_word(before: str, surface: str, after: str) -> bool:
    """Segmentation decides whether the numeral and its measure word are part of a longer word."""
    left = before[-6:]
    start, end = len(left), len(left) + len(surface)
    around = left + surface + after[:6]
    if not in_longer_word(around, start, end):
        return False
    at = 0
    for word in words(around):
        if at <= start and end <= at + len(word) and len(word) > len(surface):
            return True
        at += len(word)
    return False


def noun_of(figure: Figure, text: str, sentence: Sentence) -> str:
    """The counted noun phrase: the words behind a count, or those before a ratio or a sum of money."""
    end = figure.chunk.end
    if figure.chunk.letter == "Q":
        stop = _NOUN_STOP.search(text, end, sentence.end)
        phrase = text[end : min(stop.start() if stop else sentence.end, end + 16)]
        if len(phrase) >= 2:
            return _whole_words(phrase, 12)
    start = max(sentence.start, figure.chunk.start - 14)
    before = re.split(r"[,。;:、!?()\[\]\n]", text[start : figure.chunk.start])[-1]
    return before or figure.chunk.text


def _whole_words(phrase: str, limit: int) -> str:
    """Cut a phrase after whole words."""
    if len(phrase) <= limit:
        return phrase
    kept = ""
    for word in words(phrase):
        if len(kept) + len(word) > limit:
            break
        kept += word
    return kept or phrase[:limit]
