"""The lines above a body: where the body begins, and which lines are kicker, title, subtitle, credits, navigation.

Stands between the readers of the formats and `assemble`. Nothing that might belong to the body is dropped: lines
above it that are neither headline nor credits nor navigation are handed on as its first lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from qualityextract.documents.boilerplate import is_breadcrumb, is_furniture, is_prose, is_stop, rule_of
from qualityextract.documents.creditline import fill, is_credit, is_name_line, read_credit_line
from qualityextract.documents.metadata import Credit, looks_like_outlet, own_name
from qualityextract.documents.page import Page, Reason, Removed
from qualityextract.documents.ruledata import Kind

MAX_TITLE = 90
ORIGINAL_TITLE = re.compile(r"(?:原标题|原题)\s?[:：]\s?")
_LABELLED_TITLE = re.compile(r"(?:原标题|原题|(?:文章|信息)?标\s{0,8}题)\s?[:：]\s?")
_HEADING = re.compile(
    r"(?:[{0}]{{1,3}}、|[（(][{0}]{{1,3}}[）)]|第[{0}]{{1,3}}[章节条部])".format("一二三四五六七八九十")
)
_SUBTITLE = re.compile(r"\s?[—–-]{1,3}\s?\S")
_SOFT_END = re.compile(r"[^。；]{4,45}[！？!?…”」』]\Z")
_TWO_PART = re.compile(r"[^\s，。：]{4,}[ \u3000][^\s，。：]{4,}\Z")
_MAX_GROUP = 4
_BESIDE: tuple[Kind, ...] = ("breadcrumb", "furniture", "stop", "related")
_REASON: dict[Kind, Reason] = {
    "breadcrumb": "breadcrumb",
    "furniture": "furniture",
    "stop": "stop",
    "related": "related",
}
_CHANNEL = 4
"""A line of so few characters names a channel (要闻, 本地新闻) where a longer one stands beside it."""
_SHORT_TITLE = 8


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the body: `headlines` enter the text; `leading` are lines that begin the body."""

    headlines: tuple[str, ...]
    title: str | None
    kicker: str | None
    subtitle: str | None
    credit: Credit
    site: str | None
    leading: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    kicker: str | None = None
    title: str | None = None
    subtitle: str | None = None
    lines: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sorted:
    """Lines that may be headlines, in groups parted by credits; what the credits say."""

    groups: list[list[str]] = field(default_factory=list)
    credit: Credit = field(default_factory=Credit)
    site: str | None = None
    open: bool = False
    removed: list[Removed] = field(default_factory=list)

    def add(self, line: str) -> None:
        if not self.open:
            self.groups.append([])
        self.groups[-1].append(line)
        self.open = True


# --- where the body begins -----------------------------------------------------------------------------------------


def border(lines: list[str], page: Page) -> int:
    """Index of the body's first line: where the format says, or where paragraphs begin."""
    if page.body_at is None:
        return _body_start(lines)
    if page.title is None:
        return max(min(page.body_at, len(lines)), _body_start(lines))
    return _past_headline(lines, min(page.body_at, len(lines)), page)


def _body_start(lines: list[str]) -> int:
    """Index of the first line that reads like a paragraph, opens a section or is a row of a table."""
    headlines, credited = 0, False
    for at, line in enumerate(lines):
        if (is_stop(line) and at == 0) or is_breadcrumb(line) or is_furniture(line):
            continue
        if is_credit(line, titled=headlines > 0):
            credited = credited or headlines > 0
            continue
        soft = bool(_SOFT_END.match(line)) and not credited and headlines < 3
        if _HEADING.match(line) or (is_prose(line) and not soft) or (headlines and " | " in line):
            return at
        headlines += 1
    return min(1, len(lines)) if len(lines) > 1 and len(lines[0]) <= MAX_TITLE else 0


def _past_headline(lines: list[str], at: int, page: Page) -> int:
    """Move the border that the format gives behind credits and a repeated title that stand inside the body."""
    while at < len(lines) - 1 and len(lines[at]) <= 120:
        line = lines[at]
        named = page.body_at is not None and at <= page.body_at + 2
        if not (
            is_credit(line)
            or is_furniture(line)
            or (page.title and (_same(line, page.title) or _same(line, _after_name(page.title))))
            or (is_name_line(line) and named)
            or named_by_title(line, page.title)
            or (at > 0 and _SUBTITLE.match(line) and not is_prose(line))
        ):
            break
        at += 1
    return at


# --- what stands above it ------------------------------------------------------------------------------------------


def read_head(lines: list[str], page: Page) -> Head:
    """Sort the lines before the body into headlines, credits and navigation."""
    found = _Sorted(site=page.site)
    for line in lines:
        _sort(line, found, page)
    chosen = _choose_marked(found.groups, page) if page.title else _choose(found.groups)
    unused = Counter(line for group in found.groups for line in group)
    unused.subtract([*chosen.lines, *chosen.leading])
    removed = [*found.removed, *(Removed(line, "headline") for line, count in unused.items() if count > 0)]
    return Head(
        chosen.lines, chosen.title, chosen.kicker, chosen.subtitle, found.credit, found.site, chosen.leading,
        tuple(removed),
    )  # fmt: skip


def _sort(line: str, found: _Sorted, page: Page) -> None:
    titled = bool(found.groups)
    for kind in _BESIDE:
        if rule := rule_of(kind, line):
            found.removed.append(Removed(line, _REASON[kind], rule))
            return
    if is_credit(line, titled=titled):
        said, on_site = read_credit_line(line, titled=titled)
        found.site = found.site or on_site
        _credit(line, said, found)
    elif looks_like_outlet(line) and len(line) <= 14 and not titled:
        found.site = found.site or own_name(line)
        found.removed.append(Removed(line, "site"))
    elif (titled and is_name_line(line)) or named_by_title(line, page.title):
        _credit(line, Credit(authors=tuple(re.split(r"[\s、]+", line))), found)
    elif len(line) <= MAX_TITLE * 2:
        marked = _LABELLED_TITLE.match(line)
        found.add(line[marked.end() :] if marked else line)
    else:
        found.removed.append(Removed(line, "headline"))


def _credit(line: str, said: Credit, found: _Sorted) -> None:
    found.credit = fill(found.credit, said)
    found.removed.append(Removed(line, "credit"))
    found.open = False


def named_by_title(line: str, title: str | None) -> bool:
    """Whether a line under a headline 甲某：…… is 甲某 alone, who then wrote it."""
    before, colon, _ = re.split("([：:])", title, maxsplit=1) if title and re.search("[：:]", title) else ("", "", "")
    return bool(colon) and before == line and re.fullmatch("[\u4e00-\u9fff·]{2,5}", line) is not None


def _after_name(title: str) -> str:
    """What a headline 甲某：…… says without the name."""
    named = re.match("[\u4e00-\u9fff·]{2,5}[：:]", title)
    return title[named.end() :] if named else title


def _choose(groups: list[list[str]]) -> _Chosen:
    """Kicker, title and subtitle where the format names none."""
    if not groups:
        return _Chosen()
    flat = [line for group in groups for line in group]
    if again := _repeated(groups):
        first, last = again
        kickers = flat[first + 1 : last] if last - first <= 2 else []
        return _headline(kickers[-1:], flat[last], flat[last + 1 :])
    at = 0
    if len(groups) > 1 and max(map(len, groups[0])) < _SHORT_TITLE <= max(map(len, groups[1])):
        at = 0 if _SUBTITLE.match(groups[1][0]) else 1
    later = [line for group in groups[at + 1 :] for line in group]
    under = [line for line in later if _SUBTITLE.match(line)]
    group = _without_channels(groups[at])
    if len(group) > 1 and max(map(len, group)) <= _CHANNEL:
        return _Chosen(leading=(*group, *later))
    if len(group) > _MAX_GROUP:
        # Navigation stands above a headline that credits follow; without them nobody knows what the lines are.
        if len(groups) == 1 or at or any(map(_tells, group[:-_MAX_GROUP])):
            return _headline([], group[0], [], (*group[1:], *later))
        group = group[-_MAX_GROUP:]
    title = _title_of(group)
    leading = tuple(line for line in later if line not in under)
    return _headline(group[:title][-1:], group[title], [*group[title + 1 :], *under], leading)


def _repeated(groups: list[list[str]]) -> tuple[int, int] | None:
    """Where a headline is printed first and last: above the credits and again close to the body."""
    flat = [line for group in groups for line in group]
    for last in range(len(flat) - 1, 0, -1):
        first = flat.index(flat[last])
        if first < min(last, len(groups[0])) and last - first <= _MAX_GROUP and len(flat[last]) > _CHANNEL:
            return first, last
    return None


def _tells(line: str) -> bool:
    """Whether a line is too long or too precise for navigation."""
    return len(line) > 16 or bool(re.search(r"\d", line))


def _without_channels(group: list[str]) -> list[str]:
    """The group without the short lines above its first headline."""
    first = next((at for at, line in enumerate(group) if len(line) > _CHANNEL), 0)
    return group[first:]


def _title_of(group: list[str]) -> int:
    """Index of the title in one to four lines that stand together.

    A line that begins with a dash is a subtitle, and the title stands right above it. Else the title of two lines is
    the second, of more the one under the first. A line of two parts with a gap is a kicker (above) or, when it is
    long or counts something, a subtitle (below).
    """
    dashed = next((at for at, line in enumerate(group) if at and _SUBTITLE.match(line)), None)
    if dashed is not None:
        return dashed - 1
    if len(group) != 2:
        return min(1, len(group) - 1)
    above, below = group
    if _TWO_PART.match(above):
        return 1
    if _TWO_PART.match(below) and len(below) > 1.3 * len(above):
        return 0
    told = len(below) >= 1.8 * len(above) and len(above) >= _SHORT_TITLE
    return 0 if told and re.search(r"[\d，、]", below) else 1


def _choose_marked(groups: list[list[str]], page: Page) -> _Chosen:
    """As `_choose`, where the format names the title; the line of the page is taken as printed."""
    candidates = [line for group in groups for line in group]
    title = page.title or ""
    printed = [at for at, line in enumerate(candidates) if _same(line, title)]
    if not printed:
        lines = tuple(part for part in (page.kicker, title, page.subtitle) if part)
        return _Chosen(page.kicker, title, page.subtitle, lines)
    at = printed[-1]
    before = [line for line in candidates[:at] if page.kicker and _same(line, page.kicker)]
    after = [
        line
        for line in candidates[at + 1 :]
        if _SUBTITLE.match(line) or (page.subtitle is not None and _same(line, page.subtitle))
    ]
    return _headline(before[-1:], candidates[at], after)


def _headline(kicker: list[str], title: str, after: list[str], leading: tuple[str, ...] = ()) -> _Chosen:
    subtitle = after[0] if after else None
    return _Chosen(kicker[0] if kicker else None, title, subtitle, (*kicker, title, *after), leading)


def _same(line: str, title: str) -> bool:
    return "".join(line.split()) == "".join(title.split())
