"""Does a place name stand inside a longer name? 河北日报 is a newspaper, 唐山市市场监管局 a bureau.

Decided by what follows the name, with the patterns of `rules/regions/contexts.csv` in their order, and by brackets and
quotation marks around it. `%S` in a pattern is one character that can stand inside a name, `%D` a word for a
department.
"""

from __future__ import annotations

import re

from ..errors import RuleError
from .tables import read

# What ends a name: verbs and particles that open the predicate, and every punctuation mark.
VERBS = "的了在和与及为是有被将把向对从拥于获新增达共累计荣评争创等各以居位"
IN_NAME = "[^" + VERBS + r"\s、，。；：？！“”‘’「」《》〈〉（）()\[\],.;:?!%/|-]"
DEPARTMENT = (
    "(?:市场监督?管理?|市监|质量技术监督|质监|工商(?:行政管理)?|知识产权|药品监督?管理?|食品药品监督?管理?|食药监|商务|农业农村|农业|"
    "工业和信息化|工信|经济和信息化|经信|发展和?改革|发改|科学技术|科技|财政|税务|统计|卫生健康|卫健|生态环境|环保|住房和?城乡建设|住建|"
    "文化和?旅游|文旅|公安|教育|人力资源和?社会保障|人社|标准化|林业|水利|交通运输|司法|民政|审计|宣传|组织|公安|应急管理|检察|版权)"
)
BEHIND_INSTITUTE = re.compile(r"(?:中心|院|所|局|实验室|大学|基地|学会|协会)[（(]$")
QUOTED = re.compile(r"[\u4e00-\u9fff]{1,6}[”」]")


class Contexts:
    """Compiled patterns; `kind` is asked once per mention."""

    __slots__ = ("kinds", "pattern")

    def __init__(self) -> None:
        parts, self.kinds = [], list[str]()
        for kind, right, _ in read("contexts.csv", 3):
            parts.append("(" + right.replace("%S", IN_NAME).replace("%D", DEPARTMENT) + ")")
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
