"""What kind of text an article is, and the period that such a text is about when it names none."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from qualityextract.model import Article

_REPORT = re.compile(
    r"政府工作报告|工作报告|统计公报|年度报告|工作总结|白皮书|年报|发展报告|年度回顾|年终盘点|质量状况分析"
)
_FIVE_YEARS = re.compile(r"五年来|过去五年|这五年|年均|十[一二三四五]五时期|连续五年|连续5年|本届政府")
_PLAN_PARAGRAPH = re.compile(
    r"(?:今年|20\d\d年|十五五|下一步|今后五年|未来五年)[^。]{0,30}(?:要|将|目标|安排|任务|重点|力争|工作)|主要预期目标|今年的?主要|重点做好以下"
)
_PLAN_HEADING = re.compile(r"重点工作|目标任务|工作安排|主要目标|总体要求|工作打算|工作重点|下步|下一步|今后")
_REVIEW_HEADING = re.compile(r"回顾|成就|成效|完成情况|总结")
_TITLE_YEAR = re.compile(r"(20\d\d|19\d\d)年")


@dataclass(frozen=True, slots=True)
class DocumentPeriod:
    """The period reviewed by a report; `years` is 1 or 5. Stocks hold on `end`."""

    start: dt.date
    end: dt.date
    years: int

    @property
    def last_year(self) -> tuple[dt.date, dt.date]:
        """The last year reviewed, to which yearly levels belong."""
        return dt.date(self.end.year, 1, 1), self.end


def document_period(article: Article, text: str) -> DocumentPeriod | None:
    """The period that an article's review passages are about, None for ordinary news.

    A report of January to April reviews the previous calendar year, or the five years before when it says so;
    a communiqué reviews the year in its headline.
    """
    title = article.title or ""
    if not _REPORT.search(title):
        return None
    named = [int(year) for year in _TITLE_YEAR.findall(title)]
    published = article.published
    if "公报" in title and named:
        year = named[-1]
    elif published is not None and published.month <= 4:
        year = published.year - 1
    elif named:
        year = named[-1] - 1 if "工作报告" in title else named[-1]
    elif published is not None:
        year = published.year
    else:
        return None
    years = 5 if "工作报告" in title and _FIVE_YEARS.search(text) else 1
    return DocumentPeriod(dt.date(year - years + 1, 1, 1), dt.date(year, 12, 31), years)


def is_plan(paragraph: str, before: bool) -> bool:
    """Does a paragraph of a report speak of the time ahead? A section heading decides for what follows it."""
    if len(paragraph) <= 30:
        if _PLAN_HEADING.search(paragraph):
            return True
        return before and not _REVIEW_HEADING.search(paragraph)
    return before or bool(_PLAN_PARAGRAPH.search(paragraph[:120]))
