"""Traditional script, turned into the simplified one that the rules are written in, character for character.

Every output is as long as its input, so offsets stay. A text counts as traditional by its share of characters that only
that script has: simplified texts hold a few in names (哪吒, 王濛), traditional ones about a third.
"""

from __future__ import annotations

import functools
import re

_FEWEST = 4
_SHARE = 0.1
_HAN = re.compile(r"[\u3400-\u9fff]")


@functools.cache
def _only_traditional() -> re.Pattern[str]:
    characters = "".join(map(chr, range(0x3400, 0xA000)))
    simplified = _converter("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return re.compile(f"[{''.join(old for old, new in pairs if old != new)}]")


def _converter(text: str) -> str:
    return str(_opencc().convert(text))


@functools.cache
def _opencc():  # type: ignore[no-untyped-def]  # the library has no types
    import opencc

    return opencc.OpenCC("t2s")


def is_traditional(text: str) -> bool:
    """Is at least a tenth of the Chinese characters traditional only, and are there four different ones?"""
    found = _only_traditional().findall(text)
    return len(set(found)) >= _FEWEST and len(found) >= _SHARE * len(_HAN.findall(text))


def simplify(text: str) -> str:
    """`text` in simplified script, exactly as long.

    Words are converted in context (乾隆 keeps its 乾); a line whose words change length is converted character by character.
    """
    lines = text.split("\n")
    return "\n".join(_of_length(line, _converter(line)) for line in lines)


def _of_length(line: str, converted: str) -> str:
    if len(converted) == len(line):
        return converted
    singles = (_converter(character) for character in line)
    return "".join(new if len(new) == 1 else old for old, new in zip(line, singles, strict=True))
