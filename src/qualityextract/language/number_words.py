"""What a plain numeral is worth: Arabic (12,345), Chinese (一百零五), mixed (7万5千4百), exactly.

The bottom of the language station: `language.numerals` finds the expressions, this module gives their value as a
`Fraction`, so that 1.2万 is 12000 and nothing is lost to floats. Financial and traditional characters (壹佰, 萬, 億)
count as their plain forms.
"""

from __future__ import annotations

import functools
import re
from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_TENS = {"廿": 20, "卅": 30}
PLAIN = str.maketrans(
    "壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟萬億兩倆點幾數負", "一二二三三四五六六七八九十百千万亿两俩点几数负"
)

_LONGEST = 40
"""Characters of the longest numeral that is read; what is longer is an identifier or noise."""
_TOKEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)|(?P<digits>[零一二两俩三四五六七八九]+)|(?P<scale>[十百千万亿廿卅])")


@functools.lru_cache(maxsize=4096)
def parse_number(text: str) -> Fraction | None:
    """Value of a plain Chinese, Arabic or mixed numeral (`1.2万`, `一百零五`, `7万5千4百`); None if it is none."""
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdigit():
        return Fraction(int(text))
    whole, point, decimals = text.replace(",", "").replace(" ", "").translate(PLAIN).partition("点")
    value = _whole(whole) if whole else None
    if value is None or not point:
        return value
    if not decimals or any(c not in DIGITS for c in decimals):
        return None
    return value + Fraction(int("".join(str(DIGITS[c]) for c in decimals)), 10 ** len(decimals))


def _whole(text: str) -> Fraction | None:
    """A numeral without 点: digits and scales in turn.

    Digits without any scale are read one by one (二零二一 is 2021). A last digit after a scale of at least 百 without
    零 between stands for the next place (四百五 is 450, 九万四 is 94000).
    """
    sums: tuple[Fraction, Fraction, Fraction] | None = (Fraction(0), Fraction(0), Fraction(0))
    number, last_scale, at, zero = Fraction(0), 1, 0, False
    for token in _TOKEN.finditer(text):
        if token.start() != at or sums is None:
            return None
        at = token.end()
        if token["scale"] is None:
            number, zero = _number(token)
            if number > 9 and token["digits"] and len(token["digits"]) < len(text):
                return None
            continue
        sums = _scaled(sums, number, token["scale"])
        number, zero, last_scale = Fraction(0), False, SCALES.get(token["scale"], 1)
    if at != len(text) or sums is None:
        return None
    if 0 < number < 10 and not zero and last_scale >= 100 and text[-1] in DIGITS:
        number *= last_scale // 10
    return sum(sums, number)


def _scaled(
    sums: tuple[Fraction, Fraction, Fraction], number: Fraction, scale: str
) -> tuple[Fraction, Fraction, Fraction] | None:
    """What stands in whole 亿, in whole 万 and below 万, after `number` and a scale; None for a scale out of order.

    A scale without a number counts as one of it (百三 is 130), after a larger one it multiplies (万亿, 四万万).
    """
    above, middle, below = sums
    if scale == "亿":
        group = middle + below + number
        return _grown(above, group, SCALES[scale]), Fraction(0), Fraction(0)
    if scale == "万":
        group = below + number
        return above, _grown(middle, group, SCALES[scale]), Fraction(0)
    if scale in _TENS:
        return above, middle, below + _TENS[scale]
    if not number and 0 < below < SCALES[scale]:
        return None
    return above, middle, below + (number or 1) * SCALES[scale]


def _grown(total: Fraction, group: Fraction, scale: int) -> Fraction:
    return total * scale if total and not group else total + (group or 1) * scale


def _number(token: re.Match[str]) -> tuple[Fraction, bool]:
    """The digits of a token, and whether 零 leads them (one 零 only holds a place)."""
    if token["number"] is not None:
        return Fraction(token["number"]), False
    digits = token["digits"]
    return Fraction(int("".join(str(DIGITS[c]) for c in digits))), digits[0] == "零"
