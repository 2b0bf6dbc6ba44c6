"""Chinese and mixed numerals with their bounds, ranges and measure words, exactly.

One pattern finds the candidates in a projected text (`language.projection`); one parser gives the value. Values are
computed with `Fraction`, so 7万5千4百 is 75400 and 1.2万 is 12000 without a float surprise.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
import re
from collections.abc import Iterator
from fractions import Fraction

from qualityextract.model import Numeral

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "廿": 20, "卅": 30}
_BEFORE = {
    "超过": "over", "超出": "over", "超": "over", "逾": "over", "突破": "over", "破": "over", "过": "over",
    "多于": "over", "大于": "over",
    "高达": "exact", "多达": "exact",
    "将近": "nearly", "接近": "nearly", "近": "nearly", "大约": "about", "约": "about",
    "不足": "under", "不到": "under", "未满": "under", "低于": "under", "少于": "under",
    "不低于": "at_least", "不少于": "at_least", "至少": "at_least", "上": "at_least",
    "不超过": "at_most", "不多于": "at_most", "不高于": "at_most", "最多": "at_most", "至多": "at_most",
}  # fmt: skip
_AFTER = {
    "以上": "at_least", "及以上": "at_least", "之上": "at_least", "以下": "at_most", "以内": "at_most",
    "之内": "at_most", "左右": "about", "上下": "about",
}  # fmt: skip

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_SCALES = r"(?:万亿|[十百千]?[万亿]|[十百千])"
_HAN = r"[零一二两俩三四五六七八九十百千万亿廿卅]"
_NUMBER = rf"(?:{_ARABIC}(?:{_SCALES}(?:\d+(?:\.\d+)?{_SCALES})*)?|{_HAN}+(?:点[零一二三四五六七八九]+)?)"
_FRONT = (
    r"不低于|不少于|不超过|不多于|不高于|超过|超出|突破|多于|大于|高达|多达|将近|接近|大约|不足|不到|未满|低于|少于|至少|最多|至多"
    r"|超|逾|(?<!打)破|(?<![最附靠临])近|(?<![签条公合预节特大誓立违履])约|上(?=[百千万亿])|(?<![通超经不])过(?=[百千万亿半])"
)


@functools.cache
def _units() -> dict[str, tuple[str, str]]:
    """Measure word -> (canonical unit, kind), from `rules/units.csv`."""
    text = importlib.resources.files("qualityextract").joinpath("rules/units.csv").read_text(encoding="utf-8")
    return {row["surface"]: (row["unit"], row["kind"]) for row in csv.DictReader(text.splitlines())}


@functools.cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(re.escape(u) for u in sorted(_units(), key=len, reverse=True) if u not in ("成", "倍", "番"))
    after = "|".join(sorted(_AFTER, key=len, reverse=True))
    return re.compile(
        rf"(?P<front>{_FRONT})?(?:"
        rf"(?P<per>百分之|千分之|万分之)(?P<perno>{_NUMBER})"
        rf"|(?P<den>{_NUMBER})分之(?P<num>{_NUMBER})"
        rf"|(?P<doubling>翻(?:了)?(?P<fold>[一两二三四])?番|倍增|成倍增长)"
        rf"|(?P<tenths>(?P<ten>[一二两三四五六七八九]|\d(?:\.\d)?)成)(?![为功立长果员效就都分份本品交套像人熟对像形])(?P<half>[一二三四五六七八九半])?"
        rf"|(?P<half2>半数|过半数|过半(?![个年天月程]))"
        rf"|(?P<compound>\d+(?:\+\d+)+)"
        rf"|(?P<vague>[数几](?:十|百|千|万|亿)+|十几|成百上千|数以[百千万]计|[百千万亿]余)"
        rf"|(?P<pair>[一二两三四五六七八九][二三四五六七八九](?=(?:{units})))"
        rf"|(?P<low>{_NUMBER})(?P<lowunit>%|个|项|家|件|万)?(?:-|至)(?P<high>{_NUMBER})"
        rf"|(?P<plain>{_NUMBER})"
        rf")(?P<more>余|多(?![元样边种家少次数年]?[化性式样重])|几(?=万))?(?P<scale2>(?<=[余多几])(?:万亿|[万亿千百]))?(?P<more2>(?<=[万亿])[余多](?![元样边]?[化性]))?"
        rf"(?:(?P<unit>{units})|(?P<times>倍)|(?P<fan>番))?"
        rf"(?P<back>(?:{after})(?!游|级|联|功夫|一心|同))?"
    )


def parse_number(text: str) -> Fraction | None:
    """Value of a plain Chinese, Arabic or mixed numeral (`1.2万`, `一百零五`, `7万5千4百`); None if it is none."""
    if not text:
        return None
    if text[0].isdigit():
        return _mixed(text.replace(",", ""))
    whole, _, decimals = text.partition("点")
    value = _han(whole)
    if value is None or not all(c in _DIGIT for c in decimals):
        return None
    for place, char in enumerate(decimals, 1):
        value += Fraction(_DIGIT[char], 10**place)
    return value


def _mixed(text: str) -> Fraction:
    total = Fraction(0)
    for digits, scales in re.findall(r"(\d+(?:\.\d+)?)([十百千万亿]*)", text):
        part = Fraction(digits)
        for char in scales:
            part *= _SCALE[char]
        total += part
    return total


def _han(text: str) -> Fraction | None:
    """A numeral in Chinese characters; digit by digit where it has no scale (二零二一)."""
    if not text:
        return None
    if all(c in _DIGIT for c in text):
        return Fraction(int("".join(str(_DIGIT[c]) for c in text)))
    total = section = digit = 0
    last_scale = 1
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
        elif char in "万亿":
            section = (section + digit) or 1
            if char == "亿":
                total = (total + section) * _SCALE[char]
            else:
                total += section * _SCALE[char]
            section, digit, last_scale = 0, 0, _SCALE[char]
        elif char in "廿卅":
            section += _SCALE[char]
        else:
            section += (digit or 1) * _SCALE[char]
            digit, last_scale = 0, _SCALE[char]
    if digit and last_scale >= 100 and text[-2:-1] != "零" and text[-1] in _DIGIT:
        return Fraction(total + section + digit * last_scale // 10)
    return Fraction(total + section + digit)


def find_numerals(text: str, start: int = 0, end: int | None = None) -> Iterator[Numeral]:
    """All numeral expressions of a projected text from left to right, without overlap.

    Digits inside dates, codes and idioms are found as well: what they are is decided by `find`, not here.
    """
    pattern = _pattern()
    at = start
    end = len(text) if end is None else end
    while (found := pattern.search(text, at, end)) is not None:
        numeral = _numeral(found)
        if numeral is None:
            at = found.start() + 1
            continue
        yield numeral
        at = max(numeral.unit_end, found.start() + 1)


def _numeral(found: re.Match[str]) -> Numeral | None:
    value, value_max, bound, kind, parts, vague = _core(found)
    if value is None:
        return None
    front, back = found["front"] or "", found["back"]
    digits = found.start() + len(front)
    end = max(found.end(g) for g in _ENDS if found[g] is not None)
    unit, unit_kind = _units().get(found["unit"], ("", "none")) if found["unit"] else ("", "none")
    unit_end = found.end("unit") if found["unit"] else end
    if found["times"] or found["fan"]:
        unit, unit_kind = ("倍", "times") if found["times"] else ("番", "doubling")
        unit_end = end = found.end("times") if found["times"] else found.end("fan")
        end -= 1
    if kind:
        unit, unit_kind = ("%", "percent")
    if found["unit"] == "‰":
        value /= 10
        unit = "%"
    scale2 = found["scale2"]
    if scale2:
        for char in scale2:
            value *= _SCALE[char]
    if found["more"] or found["more2"]:
        bound = "over" if not vague else bound
    if front:
        stated = _BEFORE.get(front, "over")
        bound = "about" if bound == "over" and stated in ("nearly", "about") else stated if stated != "exact" else bound
        if bound in ("nearly",) and vague:
            value_max = None
    if back:
        unit_end = found.end("back")
        if unit_kind in ("none", "percent") and (not found["unit"] or unit == "%") and kind:
            end = unit_end
        bound = _AFTER[back] if bound in ("exact", "over", "about", "nearly") or not front else bound
    return Numeral(found.start(), end, unit_end, digits, float(value),
                   None if value_max is None else float(value_max), bound, unit, unit_kind,
                   parts, vague)  # fmt: skip


_ENDS = ("perno", "num", "doubling", "tenths", "half", "half2", "compound", "vague", "pair", "high", "plain",
         "more", "scale2", "more2")  # fmt: skip
_Core = tuple[Fraction | None, Fraction | None, str, str, tuple[float, ...], bool]


def _core(found: re.Match[str]) -> _Core:
    """Value, upper value, bound, ratio kind, parts and vagueness of the numeral proper."""
    none: tuple[float, ...] = ()
    if found["per"]:
        value = parse_number(found["perno"])
        divisor = {"百": 1, "千": 10, "万": 100}[found["per"][0]]
        return (value / divisor if value is not None else None), None, "exact", "percent", none, False
    if found["den"]:
        low, high = parse_number(found["den"]), parse_number(found["num"])
        share = round(high * 100 / low, 2) if low and high is not None else None
        return share, None, "exact", "percent", none, False
    if found["doubling"]:
        folds = _DIGIT.get(found["fold"] or "一", 1)
        return Fraction((2**folds - 1) * 100), None, "exact", "percent", none, False
    if found["tenths"]:
        half = found["half"]
        extra = Fraction(0) if not half else Fraction(5) if half == "半" else Fraction(_DIGIT[half])
        return (parse_number(found["ten"]) or Fraction(0)) * 10 + extra, None, "exact", "percent", none, False
    if found["half2"]:
        return Fraction(50), None, "over" if found["half2"].startswith("过") else "exact", "percent", none, False
    if found["compound"]:
        parts = tuple(float(p) for p in found["compound"].split("+"))
        return Fraction(sum(int(p) for p in parts)), None, "exact", "", parts, False
    if found["vague"]:
        return _vague(found["vague"])
    if found["pair"]:
        low_digit, high_digit = (_DIGIT[c] for c in found["pair"])
        if high_digit - low_digit in (1, 2) and high_digit > low_digit:
            return Fraction(low_digit), Fraction(high_digit), "range", "", none, False
        return None, None, "exact", "", none, False
    if found["low"]:
        return _range(found)
    return parse_number(found["plain"]), None, "exact", "", none, False


def _range(found: re.Match[str]) -> _Core:
    low_text, high_text = found["low"], found["high"]
    if found["lowunit"] == "万":
        low_text += "万"
    low, high = parse_number(low_text), parse_number(high_text)
    if low is not None and high is not None:
        scale = re.search(r"[万亿]+$", high_text)
        if scale and low < 10_000 and not re.search(r"[万亿]$", low_text):
            for char in scale.group():
                low *= _SCALE[char]
    if low is None or high is None or high <= low:
        return None, None, "exact", "", (), False
    return low, high, "range", "", (), False


def _vague(text: str) -> _Core:
    """数十 is 20-99, 十几 11-19, 百余 more than 100; only a convention, therefore marked vague."""
    if text.endswith("余"):
        return Fraction(_SCALE[text[0]]), None, "over", "", (), False
    if text == "十几":
        return Fraction(11), Fraction(19), "range", "", (), True
    if text[0] not in "数几" or text.startswith("数以"):
        return Fraction(1000 if "千" in text else 100), None, "at_least", "", (), True
    scale = Fraction(1)
    for char in text[1:]:
        scale *= _SCALE[char]
    return 2 * scale, 10 * scale - 1, "range", "", (), True
