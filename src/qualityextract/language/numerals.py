"""Numeral expressions of a text: exact value, bound, range and measure word, with offsets.

Works on a projected text (`language.projection`) and hands `Numeral` values to `find`, which decides what each of them
is: a count, a date, a code, part of an idiom. An expression is read in three steps: a cheap trigger finds a place
where a numeral can begin; `_CORE` reads the numeral proper (`language.number_words` gives its value); then come the
words that bound it in front (超过, 约), 余 and 多 behind, the measure word and a bound behind it (以上).
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from qualityextract.language.number_words import DIGITS, PLAIN, SCALES, parse_number
from qualityextract.model import Numeral

__all__ = ["Ordinal", "find_numerals", "find_ordinals", "parse_number"]

_BEFORE = {
    "over": "超过了 超过 超出 超 逾 突破了 突破 破 过 多于 大于 高于 >",
    "exact": "高达 多达",
    "nearly": "将近 接近 近",
    "about": "大约 约为 约占 约有 约达 约合 约",
    "under": "不足 不到 未满 低于 少于 小于 <",
    "at_least": "不低于 不少于 不小于 大于等于 大于或等于 大于或者等于 至少有 至少是 至少为 至少 上 ≥ >=",
    "at_most": "不超过 不多于 不高于 不大于 小于等于 小于或等于 最多有 最多是 最多为 最多 至多 ≤ <=",
}
_AFTER = {
    "at_least": "以上 及以上 或以上 或者以上 之上",
    "at_most": "以下 及以下 或以下 以内 之内",
    "about": "左右 上下",
}
_BOUND_BEFORE = {word: bound for bound, words in _BEFORE.items() for word in words.split()}
_BOUND_AFTER = {word: bound for bound, words in _AFTER.items() for word in words.split()}

_NOT_FRONT = {
    "破": "(?<![打侦攻告识])", "近": "(?<![最附靠临邻贴亲])", "约": "(?<![签条公合预节特大誓立违履])", "过": "(?<![通超经不])",
    "超": "(?<![赶反])", "高于": "(?<!不)", "大于": "(?<!不)", "小于": "(?<!不)", "多于": "(?<!不)",
}  # fmt: skip
"""A bound in front that is the end of another word (签约, 打破, 通过) is none."""
_FRONT = re.compile(
    "(?:" + "|".join(_NOT_FRONT.get(w, "") + w for w in sorted(_BOUND_BEFORE, key=len, reverse=True)) + r")\Z"
)
_FRONT_ENDS = frozenset(word[-1] for word in _BOUND_BEFORE)
_BACK = re.compile(
    r"(?:\(含\))?(?P<word>" + "|".join(sorted(_BOUND_AFTER, key=len, reverse=True)) + ")(?!游|级|联|功夫|一心|同)"
)

_CURRENCY = {"¥": "元", "￥": "元", "$": "美元"}
_EASTERN = "个项张户种类条对场处点"
_TRADITIONAL = str.maketrans(_EASTERN, "個項張戶種類條對場處點")

_TRIGGER = re.compile(
    r"[\d零一二两俩三四五六七八九十百千万亿廿卅壹贰貳叁叄柒捌玖佰仟萬億兩倆]|[肆伍陆陸](?=[拾佰仟])|(?<![收捡朝夕])拾(?=[万亿萬億])"
    r"|[数几數幾](?=[十百千万亿萬億以])|半(?=[数成])|(?<=[过超近])半(?![个年天月程日夜])|翻(?=[了一两二三四近番])|倍增|成(?=[倍百千])"
)
"""Where a numeral can begin: one character class over the text, so that most of it is never looked at again."""

_HAN = (
    r"(?:[零一二两俩三四五六七八九十百千万亿廿卅壹贰貳叁叄柒捌玖佰仟萬億兩倆]|[肆伍陆陸](?=[拾佰仟])|拾(?=[万亿萬億])"
    r"|(?<=[一二三四五六七八九壹贰貳叁柒捌玖肆伍陆陸])拾|(?<=[拾佰仟])[肆伍陆陸](?![拾佰仟]))"
)
_SCALE = r"(?:[万萬][亿億]|[十百千]?[万亿萬億]+|[十百千])"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_NUMBER = (
    rf"(?:{_ARABIC}(?:{_SCALE}(?:\d+(?:\.\d+)?{_SCALE})*(?:零\d{{1,4}}(?!\d){_SCALE}?|(?<=[万萬])\d{{4}}(?!\d))?)?"
    rf"|{_HAN}+(?:[点點][零一二三四五六七八九叁]+)?)"
)
_FRACTIONAL = r"(?=[%‰万亿]|个?百分点)"
_WRAPPED = r"(?:(?<=[\u4e00-\u9fff]\d)|(?<=[\u4e00-\u9fff]\d\d)|(?<=[\u4e00-\u9fff]\d{3}))\n\d{3}"
_BESIDE_MEASURE = r"(?![\d.,\n]|[年月日]|[ ]\d)(?=[\u4e00-\u9fff%])"

_CORE = re.compile(
    rf"""
      (?P<per>[百千万佰仟萬])分之(?P<perlow>{_NUMBER})(?:(?:至|到|-)(?:(?P=per)分之)?(?P<perhigh>{_NUMBER}))?  # 百分之三至百分之五
    | (?P<denominator>{_NUMBER})分之(?P<numerator>{_NUMBER})                                   # 三分之一
    | 翻(?:了)?(?P<fold_near>将?近)?(?P<fold>[一两二三四]|\d)?番 | (?P<grown>倍增(?!计划|行动|工程|方案|效应|器)|成倍增长)
    | (?P<half>半数|一半|(?<=[过超近])半(?!成)|半(?=成))                                            # 过半, 一半, 半成
    | (?P<sum>\d+(?:\+\d+)+)                                                                # 26+9
    | (?P<vague>[数几數幾][十百千万亿萬億]+(?!分之)|成百上千|成千上万|数以[百千万亿]计|十[几數幾数](?![字据量值额]))
    | (?P<teen>十)?(?P<pair>[一二两三四五六七八九][二三四五六七八九])(?P<pairscale>[十百千万亿]{{0,2}})(?![点至十百千万亿零一-九\d])    # 七八, 二三十
    | (?P<spaced>\d{{1,3}}(?:[ ]\d{{3}}){{1,3}}){_BESIDE_MEASURE}                              # 12 345件
    | (?P<broken>\d+(?:\.\d+[ ]\d{{1,2}}|[ ]\.\d+|\.[ ]\d+){_FRACTIONAL}                        # 95.1 2%
                |\d+。\d{{1,2}}{_FRACTIONAL}                                                  # 2256。76万
                |\d{{1,3}}{_WRAPPED}{_BESIDE_MEASURE})                                        # 12, line end, 345件
    | (?P<low>{_NUMBER})(?P<lowunit>%|个百分点|个|项|家|件|人|元|成|倍|批次)?[ ]?(?P<link>-{{1,2}}|至|到)[ ]?(?P<high>{_NUMBER})
    | (?P<plain>{_NUMBER})
    """,
    re.VERBOSE,
)
"""The numeral proper. Groups: `per` + `perlow` `perhigh` a percentage in words; `denominator` `numerator` a fraction;
`fold` doublings; `half` `sum` `vague`; `pair` two neighbouring digits (after `teen`, before `pairscale`); `spaced`
thousands apart; `broken` a numeral that the page broke; `low` `lowunit` `link` `high` a range; `plain` any other."""

_PLAIN_CORE = re.compile(rf"(?P<plain>{_NUMBER})")
_MORE = re.compile(
    r"(?:(?P<more>余|餘|[多](?!元化|元的|样|边|重|种形式|少|功能|媒体)|零?[几幾](?=[万亿萬億个项家件名人种次户批]))"
    r"(?P<scale>万亿|[万亿千百萬億])?|(?P<some>来(?=[个家项件人名种户])))"
)
_TENTHS = re.compile(
    r"成(?![为功立长果员效就都分份本品交套像人熟对像形品])(?P<half>[一二三四五六七八九半](?![是成个项家件月年]))?"
)
_FACTOR = re.compile(r"(?P<times>倍)|(?P<fan>番)")
_ORDINAL = re.compile(
    rf"第(?P<number>{_NUMBER})|(?P<first>首)(?:个|家|件|项|批|次|位|张|例|座|届|台|套|条|支|部|款|名)(?!子|长|别|要)"
)
_WORD_PARTS = 200
"""Characters looked at for the 从 or 由 that makes 至 a change and no range."""


@dataclass(frozen=True, slots=True)
class _Core:
    """The numeral proper, read up to `end`."""

    end: int
    value: Fraction
    high: Fraction | None = None
    bound: str = "exact"
    percent: bool = False
    parts: tuple[float, ...] = ()
    vague: bool = False
    repaired: bool = False
    scale_only: bool = False


@dataclass(frozen=True, slots=True)
class Ordinal:
    """第N or 首 with a measure word (its value is 1) at `start:end`."""

    start: int
    end: int
    value: int


@functools.cache
def _units() -> dict[str, list[tuple[str, str, str]]]:
    """First character -> the measure words that begin with it, longest first, with unit and kind."""
    text = importlib.resources.files("qualityextract").joinpath("rules/units.csv").read_text(encoding="utf-8")
    by_first: dict[str, list[tuple[str, str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        surface, unit, kind = row["surface"], row["unit"], row["kind"]
        if surface in ("成", "倍", "番"):
            continue
        for form in dict.fromkeys((surface, surface.translate(_TRADITIONAL))):
            by_first.setdefault(form[0], []).append((form, unit, kind))
    for forms in by_first.values():
        forms.sort(key=lambda form: len(form[0]), reverse=True)
    return by_first


def _unit_at(text: str, at: int, end: int) -> tuple[str, str, str] | None:
    """The longest measure word at `at`: surface, unit, kind."""
    if at >= end:
        return None
    for form in _units().get(text[at], ()):
        if text.startswith(form[0], at) and at + len(form[0]) <= end:
            return form
    return None


def find_numerals(text: str, start: int = 0, end: int | None = None) -> Iterator[Numeral]:
    """All numeral expressions of a projected text from left to right, without overlap.

    Digits inside dates, codes and idioms are found as well: what they are is decided by `find`, not here. A run of
    more digits than a number can have is left out.
    """
    at = start
    end = len(text) if end is None else end
    while (trigger := _TRIGGER.search(text, at, end)) is not None:
        found = _CORE.match(text, trigger.start(), end)
        if found is None:
            at = trigger.end()
            continue
        core = _read_core(found, text, end)
        if core is None:
            at = found.end()
            continue
        numeral = _numeral(text, at, found.start(), end, core)
        at = core.end
        if numeral is not None:
            yield numeral
            at = max(at, numeral.unit_end)


def _read_core(found: re.Match[str], text: str, end: int) -> _Core | None:
    """Value of what `_CORE` matched; None where it is no number."""
    core = _CORE_READERS[found.lastgroup or ""](found) if found.lastgroup in _CORE_READERS else _plain(found)
    if found["pair"] is not None and (core is None or _unit_at(text, core.end, end) is None):
        core = None
    if core is None and (found["pair"] or found["low"] or found["spaced"]):
        again = _PLAIN_CORE.match(text, found.start(), end)
        core = _plain(again) if again else None
    return core
