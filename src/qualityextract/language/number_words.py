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
    """A numeral without 点: sections below 万, gathered below 亿, gathered in `total`.

    Digits without any scale are read one by one (二零二一 is 2021). A last digit after a scale of at least 百 without
    零 between stands for the next place (四百五 is 450, 九万四 is 94000).
    """
    total = below_yi = section = number = Fraction(0)
    last_scale, at, zero = 1, 0, False
    for token in _TOKEN.finditer(text):
        if token.start() != at:
            return None
        at = token.end()
        if token["scale"] is None:
            number, zero = _number(token)
            if number > 9 and token["digits"] and len(token["digits"]) < len(text):
                return None
            continue
        scale = token["scale"]
        if scale in _TENS:
            section += _TENS[scale]
        elif scale == "亿":
            group = below_yi + section + number
            total = total * SCALES[scale] if not group and total else total + (group or 1) * SCALES[scale]
            below_yi = section = Fraction(0)
        elif scale == "万":
            group = section + number
            below_yi = below_yi * SCALES[scale] if not group and below_yi else below_yi + (group or 1) * SCALES[scale]
            section = Fraction(0)
        elif not number and 0 < section < SCALES[scale]:
            return None
        else:
            section += (number or 1) * SCALES[scale]
        number, zero, last_scale = Fraction(0), False, SCALES.get(scale, 1)
    if at != len(text):
        return None
    if 0 < number < 10 and not zero and last_scale >= 100 and text[-1] in DIGITS:
        number *= last_scale // 10
    return total + below_yi + section + number


def _number(token: re.Match[str]) -> tuple[Fraction, bool]:
    """The digits of a token, and whether 零 leads them (one 零 only holds a place)."""
    if token["number"] is not None:
        return Fraction(token["number"]), False
    digits = token["digits"]
    return Fraction(int("".join(str(DIGITS[c]) for c in digits))), digits[0] == "零"
