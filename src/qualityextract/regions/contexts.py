"""Does a place name stand inside a longer name? 河北日报 is a newspaper, 唐山市市场监管局 a bureau.

Decided by what follows the name, with the patterns of `rules/regions/contexts.csv` in their order, and by brackets and
quotation marks around it. The macros in the patterns (`%S`, `%D`) are those of `context_words.csv`.
"""

from __future__ import annotations

import re

from ..errors import RuleError
from .tables import read

BEHIND_INSTITUTE = re.compile(r"(?:中心|院|所|局|实验室|大学|基地|学会|协会)[（(]$")
QUOTED = re.compile(r"[\u4e00-\u9fff]{1,6}[”」]")


def macros() -> dict[str, str]:
    """The macros that the patterns may use."""
    return {macro: pattern for macro, pattern, _ in read("context_words.csv", 3)}


class Contexts:
    """Compiled patterns; `kind` is asked once per mention."""

    __slots__ = ("kinds", "pattern")

    def __init__(self) -> None:
        parts, self.kinds = [], list[str]()
        words = macros()
        for kind, right, _ in read("contexts.csv", 3):
            for macro, pattern in words.items():
                right = right.replace(macro, pattern)
            parts.append(f"({right})")
            self.kinds.append(kind)
        try:
            self.pattern = re.compile("|".join(parts))
        except re.error as error:
            raise RuleError(f"rules/regions/contexts.csv: {error}") from error

    def kind(self, text: str, start: int, end: int) -> str | None:
        """Kind of the longer name around `text[start:end]`, or None."""
        before = text[max(0, start - 6) : start]
        if before[-1:] in ("（", "(") and text[end : end + 1] in ("）", ")"):
            match = self.pattern.match(text, end + 1)
            if match and self.kinds[(match.lastindex or 1) - 1] in ("organization", "zone", "institute"):
                return self.kinds[(match.lastindex or 1) - 1]
            if BEHIND_INSTITUTE.search(before):
                return "institute"
            if before[:-1].endswith(("公司", "集团", "厂")):
                return "organization"
        if match := self.pattern.match(text, end):
            return self.kinds[(match.lastindex or 1) - 1]
        if before[-1:] in ("“", "「") and QUOTED.match(text, end):
            return "product"
        return "document" if inside_title(text, start) else None


def inside_title(text: str, start: int) -> bool:
    """Whether an opening 《 stands before on the same line without its 》."""
    opening = text.rfind("《", max(0, start - 60), start)
    return opening >= 0 and text.find("》", opening, start) < 0 and text.find("\n", opening, start) < 0
