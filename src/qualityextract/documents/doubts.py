"""What to know about a whole article before use: a date that can't be right, further pages elsewhere.

Called by `assemble` once text and metadata stand. Nothing is changed here; the flags are those of
`vocabulary.ArticleFlag`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from qualityextract.documents.boilerplate import goes_on_elsewhere
from qualityextract.documents.ruledata import alternation, credit_words

_FAR = dt.timedelta(days=31)
"""Days by which two dates of a page may differ: sites take over what another printed days or weeks before."""
_LONGEST_MARK = 80
_MARK_AT_END = 40


def flags_of(
    text: str, published: dt.date | None, dates: Mapping[str, dt.date], beside: Iterable[str]
) -> tuple[str, ...]:
    """The flags of an article.

    Args:
        text: the cleaned text.
        published: the day that was chosen.
        dates: the days that the places of the page name, the chosen one among them.
        beside: lines that were taken out of the article or stand right behind it.
    """
    # What was lost beside the article is of no concern to its reader.
    found = ["broken_bytes"] if "\ufffd" in text else []
    if any(goes_on_elsewhere(line) for line in beside if len(line) <= _LONGEST_MARK) or any(
        goes_on_elsewhere(line[:_MARK_AT_END]) or goes_on_elsewhere(line[-_MARK_AT_END:]) for line in _ends(text)
    ):
        found.append("multi_page")
    if published and (_contradicted(published, dates) or _overtaken(published, text)):
        found.append("page_date_suspect")
    return tuple(found)


def _ends(text: str) -> tuple[str, str]:
    """First and last line."""
    return text[: text.find("\n")] if "\n" in text else text, text[text.rfind("\n") + 1 :]


def _contradicted(published: dt.date, dates: Mapping[str, dt.date]) -> bool:
    """Whether another place of the page names a day that is far away.

    A signature is older by right (a document is signed, then published), and younger by none.
    """
    for place, date in dates.items():
        far = abs(date - published) > _FAR
        if far and (place != "signature" or date > published):
            return True
    return False


def _overtaken(published: dt.date, text: str) -> bool:
    """Whether the text looks back on a year that had not begun (截至2024年底 in an article of 2023)."""
    words = alternation(credit_words().looks_back)
    years = re.findall(rf"(?:{words})\s?((?:19|20)\d{{2}})\s?年", text)
    return any(int(year) > published.year for year in years)
