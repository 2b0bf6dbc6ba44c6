"""Numeral expressions of a text: exact value, bound, range and measure word, with offsets.

Works on a projected text (`language.projection`) and hands `Numeral` values to `find`, which decides what each of them
is: a count, a date, a code, part of an idiom. An expression is read in three steps: a cheap trigger finds a place
where a numeral can begin; `_read` reads the numeral proper (`language.number_words` gives its value); then come the
words that bound it in front (超过, 约), 余 and 多 behind, the measure word and a bound behind it (以上).
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

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
    "at_least": "以上 及以上 或以上 或者以上 之上 或更多 或者更多",
    "at_most": "以下 及以下 或以下 之下 以内 之内",
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
_LONGEST_FRONT = max(map(len, _BOUND_BEFORE))
_FRONT_ENDS = frozenset(word[-1] for word in _BOUND_BEFORE)
_BACK = re.compile(
    r"(?:\(含\))?(?P<word>" + "|".join(sorted(_BOUND_AFTER, key=len, reverse=True)) + ")(?!游|级|联|功夫|一心|同)"
)

_CURRENCY = {"¥": "元", "￥": "元", "$": "美元"}
_TRADITIONAL = str.maketrans("个项张户种类条对场处点", "個項張戶種類條對場處點")
"""Measure words are found in traditional characters too."""

_TRIGGER = re.compile(
    r"[\d零一二两俩三四五六七八九十百千万亿廿卅壹贰貳叁叄柒捌玖佰仟萬億兩倆]|[肆伍陆陸](?=[拾佰仟])|(?<![收捡朝夕])拾(?=[一二三四五六七八九]?[万亿萬億])"
    r"|[数几數幾](?=[十百千万亿萬億以])|半(?=[数成])|(?<=[过超近])半(?![个年天月程日夜])|翻(?=[了一两二三四近番])|倍增|成(?=[倍百千])"
)
"""Where a numeral can begin: one character class over the text, so that most of it is never looked at again."""

_HAN = (
    r"(?:[零一二两俩三四五六七八九十百千万亿廿卅壹贰貳叁叄柒捌玖佰仟萬億兩倆]|[肆伍陆陸](?=[拾佰仟])|拾(?=[一二三四五六七八九]?[万亿萬億])"
    r"|(?<=[一二三四五六七八九壹贰貳叁柒捌玖肆伍陆陸])拾|(?<=[拾佰仟])[肆伍陆陸](?![拾佰仟]))"
)
_SCALE = r"(?:[万萬][亿億]|[十百千]?[万亿萬億]+|[十百千])"
_ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d{1,24})(?:\.\d{1,24})?"
_NUMBER = (
    rf"(?:{_ARABIC}(?:{_SCALE}(?:\d+(?:\.\d+)?{_SCALE})*(?:零\d{{1,4}}(?!\d){_SCALE}?|(?<=[万萬])\d{{4}}(?!\d))?)?"
    rf"|{_HAN}+(?:[点點][零一二三四五六七八九叁]+)?)"
)
_FRACTIONAL = r"(?:[万亿]{1,2}|(?=[%‰]|个?百分点))"

_PLAIN = re.compile(_NUMBER)
_WORDS = re.compile(
    r"""
      (?P<doubling>翻了?(?P<foldnear>将?近)?(?P<fold>[一两二三四\d])?番|倍增(?!计划|行动|工程|方案|效应|器)|成倍增长)
    | (?P<half>半数|一半|(?<=[过超近])半(?!成)|半(?=成))
    | (?P<vague>[数几數幾][十百千万亿萬億]+(?!分之)|成百上千|成千上万|数以[百千万亿]计|十[几幾数數](?![字据量值额])[百千万亿萬億]*)
    """,
    re.VERBOSE,
)
"""Numerals that are words: `doubling` with `fold` (翻两番), `half` (过半), `vague` (数十)."""
_PAIR = re.compile(
    r"(?P<tens>[二三四五六七八九]?十)?(?P<pair>[一二两三四五六七八九][二两三四五六七八九])(?P<pairscale>[十百千万亿]{0,2})"
    r"(?![点零一二两三四五六七八九十百千万亿至\d])"
)
"""Two neighbouring digits as a range, with `tens` in front and `pairscale` behind: 七八, 十七八, 三五百."""
_BROKEN = re.compile(
    rf"(?P<spaced>\d{{1,3}}(?: \d{{3}}){{1,3}}(?:\.\d{{1,4}})?[万亿]?)(?![\d.,]| \d)"
    rf"|(?P<single>(?<![\d.,] )\d(?: \d){{2,8}}(?:\.\d{{1,4}})?[万亿]?)(?![\d.,]| \d)"
    rf"|(?P<broken>\d+(?:\.\d+ \d{{1,2}}| \.\d+|\. \d+|。\d{{1,2}}){_FRACTIONAL})"
    rf"|(?P<wrapped>(?<=[\u4e00-\u9fff])(?<![年月第])\d{{1,3}}\n\d{{3}})(?![\d.,])"
)
"""Digits with something between: `spaced` 12 345件, `single` 1 2 6件, `broken` 95.1 2% and 2256。76万, `wrapped` a line end in 12345件."""
_MIXED = re.compile(rf"又(?P<below>{_NUMBER})分之(?P<above>{_NUMBER})")
_SUM = re.compile(r"\d+(?:\+\d+)+")
_SHARE = re.compile(rf"分之(?P<low>{_NUMBER})(?:(?:至|到|-)(?:(?P<again>[百千万])分之)?(?P<high>{_NUMBER}))?")
_RANGE = re.compile(
    rf"(?P<unit>%|个百分点|个|项|家|件|人|元|成|倍|批次)? ?(?P<link>-{{1,2}}|至|到) ?(?P<high>{_NUMBER})"
    rf"|[与和](?P<between>{_NUMBER})(?=之间)"
)
"""What makes a number the lower end of a range: 3至5, 10%-20%, 20和30之间."""

_MORE = re.compile(
    r"(?:(?P<more>[余餘]|多(?!元化|元的|样|边|重|种形式|少|功能|媒体)|零?[几幾](?=[万亿萬億个项家件名人种次户批]))"
    r"(?P<scale>万亿|[万亿千百萬億])?|(?P<some>来(?=[个家项件人名种户])))"
)
_TENTHS = re.compile(
    r"成(?![为功立长果员效就都分份本品交套像人熟对形])(?P<half>[一二三四五六七八九半](?![是成个项家件月年]))?"
)
_CHANGE = re.compile(r"[从由自][^,。;、\n]{0,12}\Z")
_LONE = frozenset([*"百千万亿萬億", "万千", "亿万", "千千万", "万万", "萬萬"])
_ORDINAL = re.compile(
    rf"第(?P<number>{_NUMBER})|首(?:个|家|件|项|批|次|位|张|例|座|届|台|套|条|支|部|款|名)(?!子|长|别|要)"
)


class _Core(NamedTuple):
    """The numeral proper, read up to `end`."""

    end: int
    value: Fraction
    high: Fraction | None = None
    bound: str = "exact"
    percent: bool = False
    parts: tuple[float, ...] = ()
    vague: bool = False
    repaired: bool = False
    lone: bool = False
    """A scale alone (万, 百): a numeral only with a bound, 余 or a measure word."""


class _Tail(NamedTuple):
    """What follows the numeral proper: where the value's words and where the measure word end, and what they do."""

    end: int
    unit_end: int
    unit: str
    kind: str
    factor: Fraction | int
    extra: int
    more: str
    back: str


@dataclass(frozen=True, slots=True)
class Ordinal:
    """第N, or 首 with a measure word (its value is 1), at `start:end`."""

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
    more digits than a number can have comes in pieces of 24, so that none is lost and the time stays linear.
    """
    at = start
    end = len(text) if end is None else end
    while (trigger := _TRIGGER.search(text, at, end)) is not None:
        digits = trigger.start()
        number = _PLAIN.match(text, digits, end)
        core = _read(text, digits, end, number)
        if core is None:
            at = number.end() if number is not None else trigger.end()
            continue
        numeral = _numeral(text, at, digits, end, core)
        at = core.end
        if numeral is not None:
            yield numeral
            at = max(at, numeral.unit_end)


def _read(text: str, at: int, end: int, number: re.Match[str] | None) -> _Core | None:
    """The numeral proper at `at`; `number` is the plain number there, if any."""
    if (number is None or text[at] in "一十") and (words := _WORDS.match(text, at, end)) is not None:
        return _doubling(words) if words["doubling"] else _vague(words) if words["vague"] else _half(words)
    if number is None:
        return None
    follows = text[number.end()] if number.end() < end else ""
    core = None
    if follows in _CONTINUES:
        core = _continued(text, at, end, number, follows)
    if core is None and number.end() - at > 1 and (pair := _PAIR.match(text, at, end)) is not None:
        core = _pair(pair, measured=_measured(text, pair.end(), end))
    return core or _plain(number)


_CONTINUES = frozenset("分又与和 .。\n+-至到%个项家件人元成倍批")
"""What can stand behind a number that is only the beginning of an expression."""


def _continued(text: str, at: int, end: int, number: re.Match[str], follows: str) -> _Core | None:
    """Shares, sums, broken digits and ranges; None where the number stands for itself."""
    if follows == "分":
        share = _SHARE.match(text, number.end(), end)
        return _share(number.group(), share) if share else None
    if follows == "又":
        mixed = _MIXED.match(text, number.end(), end)
        return _mixed(number.group(), mixed) if mixed else None
    if follows == "+":
        total = _SUM.match(text, at, end)
        return _sum(total) if total else None
    broken = _BROKEN.match(text, at, end) if follows in " .。\n" else None
    if broken is not None and (broken["broken"] or _measured(text, broken.end(), end)):
        return _rejoined(broken)
    if (link := _RANGE.match(text, number.end(), end)) is not None and not _is_change(text, at, link):
        return _range(number.group(), link)
    return None


def _measured(text: str, at: int, end: int) -> bool:
    """Does a measure word follow, or 余 and 多?"""
    return _unit_at(text, at, end) is not None or (at < end and text[at] in "余多")


def _plain(number: re.Match[str]) -> _Core | None:
    value = parse_number(number.group())
    return None if value is None else _Core(number.end(), value, lone=number.group() in _LONE)


def _share(below: str, share: re.Match[str]) -> _Core | None:
    """百分之N, 千分之N and fractions, in percent.

    A fraction is exact where it ends (八分之一 is 12.5), else has two decimals (三分之一 is 33.33).
    """
    divisor, low = parse_number(below), parse_number(share["low"])
    if not divisor or low is None:
        return None
    high = parse_number(share["high"]) if share["high"] else None
    if high is not None and low < high and (divisor == 100 or share["again"]):
        return _Core(share.end(), _percent(low, divisor), _percent(high, divisor), "range", percent=True)
    return _Core(share.end("low"), _percent(low, divisor), percent=True)


def _percent(above: Fraction, below: Fraction) -> Fraction:
    value = above * 100 / below
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return value if rest == 1 else round(value, 2)


def _mixed(whole: str, fraction: re.Match[str]) -> _Core | None:
    """三又三分之一: a number with a fraction is no share."""
    values = [parse_number(words) for words in (whole, fraction["above"], fraction["below"])]
    if values[0] is None or values[1] is None or not values[2]:
        return None
    return _Core(fraction.end(), values[0] + values[1] / values[2])


def _doubling(found: re.Match[str]) -> _Core:
    """翻N番 as growth in percent: 翻一番 is +100 %, 翻两番 +300 %; 成倍增长 is at least a doubling."""
    fold = found["fold"]
    folds = parse_number(fold) if fold else Fraction(1)
    value = Fraction((2 ** int(folds or 1) - 1) * 100)
    bound = "at_least" if found["doubling"][0] == "成" else "nearly" if found["foldnear"] else "exact"
    return _Core(found.end(), value, bound=bound, percent=True, vague=bound == "at_least")


def _half(found: re.Match[str]) -> _Core:
    if found.string.startswith("成", found.end()):
        return _Core(found.end(), Fraction(1, 2))
    return _Core(found.end(), Fraction(50), percent=True)


def _sum(found: re.Match[str]) -> _Core | None:
    parts = [parse_number(part) for part in found.group().split("+")]
    values = [part for part in parts if part is not None]
    if len(values) < len(parts):
        return None
    return _Core(found.end(), sum(values, Fraction(0)), parts=tuple(float(value) for value in values))


def _vague(found: re.Match[str]) -> _Core:
    """数十 is 20-99, 十几 11-19, 数以万计 at least 10000; only a convention, therefore marked vague."""
    words = found["vague"].translate(PLAIN)
    if words[0] == "十":
        scale = _scale(words[2:])
        return _Core(found.end(), Fraction(11 * scale), Fraction(19 * scale), "range", vague=True)
    if words[0] == "成" or words.startswith("数以"):
        scale = SCALES[words[1] if words[0] == "成" else words[2]]
        return _Core(found.end(), Fraction(scale), bound="at_least", vague=True)
    scale = _scale(words[1:])
    return _Core(found.end(), Fraction(2 * scale), Fraction(10 * scale - 1), "range", vague=True)


def _pair(found: re.Match[str], *, measured: bool) -> _Core | None:
    """七八 is 7 to 8, 三五百 is 300 to 500, 二十七八 is 27 to 28; without a measure word it is something else."""
    low, high = (DIGITS[char] for char in found["pair"])
    scale = _scale(found["pairscale"])
    tens = parse_number(found["tens"]) if found["tens"] else Fraction(0)
    if not measured or high - low not in (1, 2) or tens is None or (tens and scale == 10):
        return None
    return _Core(found.end(), (tens + low) * scale, (tens + high) * scale, "range")


def _rejoined(found: re.Match[str]) -> _Core | None:
    """A numeral that spaces, a line end or a full stop broke; a space between thousands is no damage."""
    value = parse_number(re.sub(r"\s", "", found.group()).replace("。", "."))
    return None if value is None else _Core(found.end(), value, repaired=found["spaced"] is None)


def _range(lower: str, link: re.Match[str]) -> _Core | None:
    """Two numbers with 至, 到 or a dash; the scale of the second counts for the first (1.2-1.5万)."""
    higher = link["high"] or link["between"]
    low, high = parse_number(lower), parse_number(higher)
    if low is None or high is None:
        return None
    scale = re.search(r"[百千万亿萬億]+\Z", higher)
    if scale and lower[-1].isdigit():
        factor = _scale(scale.group())
        low = low * factor if low * factor < high else low
    return _Core(link.end(), low, high, "range") if low < high else None


def _is_change(text: str, at: int, link: re.Match[str]) -> bool:
    """由1.1万件至2.4万件, 50万件到100万件: two levels, no range."""
    if link["link"] is None or link["link"][0] == "-":
        return False
    if link["link"] == "到" and link["unit"]:
        return True
    return _CHANGE.search(text, max(0, at - 13), at) is not None


def _scale(words: str) -> int:
    """What 十, 百万, 亿 … multiply by; 1 for no words."""
    scale = 1
    for char in words.translate(PLAIN):
        scale *= SCALES[char]
    return scale


def _front(text: str, floor: int, digits: int) -> tuple[int, str, str]:
    """Where the words in front of the digits begin, their bound or "", and the sign 负 or currency mark, if any."""
    start, mark, bound = digits, "", ""
    if start > floor and text[start - 1] in "负負¥￥$":
        start, mark = start - 1, text[start - 1]
    if start > floor and text[start - 1] in _FRONT_ENDS:
        found = _FRONT.search(text, max(floor, start - _LONGEST_FRONT), start)
        word = found.group() if found else ""
        if found and (word not in "上过" or text[start] in "百千万亿半"):
            start, bound = found.start(), _BOUND_BEFORE[word]
    return start, bound, mark


def _tail(text: str, core: _Core, end: int) -> _Tail:
    """Read what follows the numeral proper."""
    at, more = core.end, ""
    factor: Fraction | int = 1
    extra = 0
    if (found := _MORE.match(text, at, end)) is not None:
        at, more = found.end(), "about" if found["some"] else "over"
        factor = _scale(found["scale"] or "")
    unit, kind, value_end = ("%", "percent", at) if core.percent else ("", "none", at)
    tenths = _TENTHS.match(text, at, end) if not core.percent and (core.high or core.value) <= 10 else None
    if tenths is not None:
        at = value_end = tenths.end()
        unit, kind, factor = "%", "percent", 10
        half = tenths["half"]
        extra = (5 if half == "半" else DIGITS[half]) if half else 0
    elif not core.percent and at < end and text[at] in "倍番":
        unit, kind = (text[at], "times" if text[at] == "倍" else "doubling")
        at += 1
    elif not core.percent and (form := _unit_at(text, at, end)) is not None:
        at, unit, kind = at + len(form[0]), form[1], form[2]
        if form[0] == "‰":
            unit, factor = "%", Fraction(factor, 10)
    if kind in ("percent", "times", "points") and at < end and text[at] in "多余" and not text.startswith("多元", at):
        at, more = at + 1, "over"
    back = _BACK.match(text, at, end)
    at = back.end() if back else at
    if tenths is not None or core.percent:
        value_end = at
    return _Tail(value_end, at, unit, kind, factor, extra, more, _BOUND_AFTER[back["word"]] if back else "")


def _numeral(text: str, floor: int, digits: int, end: int, core: _Core) -> Numeral | None:
    """The numeral proper with what stands around it; None for a scale that stands alone."""
    start, before, mark = _front(text, floor, digits)
    tail = _tail(text, core, end)
    if core.lone and not before and not tail.more and tail.kind in ("none", "bare"):
        return None
    value, high = core.value, core.high
    if tail.factor != 1:
        value = value * tail.factor + tail.extra
        high = None if high is None else high * tail.factor
    bound = _bound(core, before, tail)
    if core.vague and before:
        high = None
    unit, kind = tail.unit, tail.kind
    if mark in _CURRENCY and kind == "none":
        unit, kind = _CURRENCY[mark], "money"
    if mark in "负負" and mark:
        value, high = -value, None if high is None else -high
    return Numeral(
        start, tail.end, tail.unit_end, digits, _float(value), None if high is None else _float(high), bound, unit, kind,
        core.parts, core.vague, core.repaired,
    )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def _float(value: Fraction) -> float:
    """The few numbers that nearly all numerals are, converted once."""
    return float(value)


def _bound(core: _Core, before: str, tail: _Tail) -> str:
    """The bound that the words state together: a range keeps its ends, 近 and 约 go before 余, 以上 before all."""
    if core.bound == "range" and not core.vague:
        return before if before in ("over", "under", "at_least", "at_most") else "range"
    bound = core.bound if core.vague or not tail.more else tail.more
    if before in ("nearly", "about", "over", "under", "at_least", "at_most"):
        bound = "about" if bound == "over" and before == "nearly" else before
    if tail.back and not (core.vague and core.bound == "range") and before not in ("under", "at_least", "at_most"):
        bound = tail.back
    return bound


def find_ordinals(text: str, start: int = 0, end: int | None = None) -> Iterator[Ordinal]:
    """第三, 第21, 首个: positions in an order, not counts; 首 reaches over its measure word."""
    for found in _ORDINAL.finditer(text, start, len(text) if end is None else end):
        value = parse_number(found["number"]) if found["number"] else Fraction(1)
        if value is not None and value.denominator == 1:
            yield Ordinal(found.start(), found.end(), int(value))
