"""What stands beside an article and goes: navigation, share bars, related links, notices, credits at the end.

Works on the lines of a page (`is_furniture`, `is_stop` …) and on the end of the body (`cut_tail`). The patterns are
data; only whole lines and stretches at the end are cut, never a sentence of the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qualityextract.documents.metadata import (
    Credit,
    bracketed_names,
    find_date,
    looks_like_outlet,
    names,
    parse_credits,
)
from qualityextract.documents.page import Removed
from qualityextract.documents.ruledata import Kind, patterns

_TAIL = 800
"""Characters at the end of a body in which credits and notices are looked for."""
_LAST_BRACKET = re.compile(r"[（(【\[]([^（()）【】\[\]。]{2,80})[）)】\]]\s*\Z")
_SENTENCE_END = re.compile(r"[。！？!?；;”）)》】]\s*(?=[^。！？!?；;]{2,90}\Z)")
_PARTS: tuple[Kind, Kind] = ("number", "part")
_PROSE = re.compile(r"[。；]|[。！？…：；”]\Z")
_LONGEST: dict[Kind, int] = {
    "breadcrumb": 160,
    "furniture": 80,
    "stop": 400,
    "related": 400,
    "byline": 120,
    "footer": 160,
    "owner": 60,
}
"""Characters up to which a line is tried by the rules of a kind."""


def rule_of(kind: Kind, line: str) -> str | None:
    """Id of the first rule of a kind of whole lines that a line matches; None when there is none."""
    if len(line) > _LONGEST[kind]:
        return None
    return next((name for name, pattern in patterns(kind) if pattern.match(line)), None)


def is_breadcrumb(line: str) -> bool:
    """Whether a line before the body only says where on the site the page stands."""
    return rule_of("breadcrumb", line) is not None


def is_furniture(line: str) -> bool:
    """Whether a whole line is a control, a counter, a share bar or an advertisement's mark."""
    return rule_of("furniture", line) is not None


def is_stop(line: str) -> bool:
    """Whether the article has ended before this line."""
    return rule_of("stop", line) is not None


def is_related(line: str) -> bool:
    """Whether a list of other articles begins with this line."""
    return rule_of("related", line) is not None


def goes_on_elsewhere(line: str) -> bool:
    """Whether a line says that the article has further pages (下转第3版, 共5页, 下一页)."""
    return any(pattern.search(line) for _, pattern in patterns("pages"))


def byline_rule(line: str) -> tuple[str, Credit] | None:
    """The rule by which a line is a sentence of the site about the article (本帖由…于…发表), and what it says."""
    return _said("byline", line)


def footer_rule(line: str) -> tuple[str, Credit] | None:
    """The rule by which a line is the foot of a post (由…张贴 @ … 共3篇评论), and what it says; None when it is none."""
    return _said("footer", line)


def owner_rule(line: str) -> str | None:
    """Whose blog or column a page is, by a title or a line beside the article (某某的博客); None when it says nothing."""
    found = _said("owner", line)
    return found[1].authors[0] if found and found[1].authors else None


def _said(kind: Kind, line: str) -> tuple[str, Credit] | None:
    if len(line) > _LONGEST[kind]:
        return None
    for name, pattern in patterns(kind):
        if match := pattern.match(line):
            said = match.groupdict()
            author = said.get("authors")
            credit = Credit((author,) if author else (), None, said.get("publisher"), find_date(said.get("date") or ""))
            return name, credit
    return None


def is_prose(line: str) -> bool:
    """Whether a line reads like a paragraph: it holds or ends a sentence, or is long."""
    return len(line) >= 80 or (len(line) >= 8 and bool(_PROSE.search(line)))


def drop_inline(text: str) -> tuple[str, list[Removed]]:
    """Replace advertisements and page marks inside the text by line breaks; the stretches that went."""
    gone: list[Removed] = []
    for name, pattern in patterns("inline"):
        gone += [Removed(match.group(0).strip(), "inline", name) for match in pattern.finditer(text)]
        text = pattern.sub("\n", text)
    return text, gone


def drop_parts(line: str) -> tuple[str, bool]:
    """A line of credits without page numbers, weekdays and controls, and whether it names a page or an issue."""
    numbered = any(pattern.search(line) for _, pattern in patterns("number"))
    for kind in _PARTS:
        for _, pattern in patterns(kind):
            line = pattern.sub("  ", line)
    return line, numbered


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the body ends once its tail is cut, what the tail says, and the stretches that went, last first."""

    end: int
    credit: Credit
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """One step of cutting: what is left, what the stretch says, and the rule."""

    left: str
    credit: Credit
    rule: str


def cut_tail(text: str) -> Tail:
    """Cut credits and notices from the end of a body, one after another, until a sentence stands there."""
    base = max(0, len(text) - _TAIL)
    tail, credit = text[base:].rstrip(), Credit()
    gone: list[Removed] = []
    while True:
        cut = _cut_rule(tail) or _cut_bracket(tail) or _cut_fragment(tail)
        if cut is None or (base == 0 and not cut.left.strip()):
            return Tail(base + len(tail), credit, tuple(gone))
        gone.append(Removed(tail[len(cut.left) :].strip(), "tail", cut.rule))
        tail, credit = cut.left.rstrip(), merge(credit, cut.credit)


def merge(first: Credit, second: Credit) -> Credit:
    """Fill what the first credit leaves open from the second; later authors stand in front (the tail is read
    from its end)."""
    return replace(
        first,
        authors=tuple(dict.fromkeys([*second.authors, *first.authors])),
        editor=first.editor or second.editor,
        publisher=first.publisher or second.publisher,
        published=first.published or second.published,
        url=first.url or second.url,
    )


def _cut_rule(tail: str) -> _Cut | None:
    for name, pattern in patterns("tail"):
        match = pattern.search(tail)
        if match is None:
            continue
        said = match.groupdict()
        credit = Credit(
            editor=said.get("editor"),
            publisher=said.get("publisher"),
            published=find_date(said.get("date") or ""),
        )
        return _Cut(tail[: match.start()], credit, name)
    return None


def _cut_bracket(tail: str) -> _Cut | None:
    """`（记者 崔璨 见习记者 秦汉清）`, `(沈谦)`, `（来源：极目新闻）` at the very end."""
    match = _LAST_BRACKET.search(tail)
    if match is None:
        return None
    inner = match.group(1)
    credit, rest = parse_credits(inner)
    if credit.authors or credit.editor or credit.publisher:
        if not rest or looks_like_outlet(rest) or names(rest):
            return _Cut(tail[: match.start()], replace(credit, authors=bracketed_names(inner)), "credits in brackets")
    elif tail[: match.start()].rstrip().endswith(("。", "！", "？", "”", "\n")) and _only_names(inner):
        return _Cut(tail[: match.start()], Credit(authors=names(inner)), "names in brackets")
    return None


def _only_names(text: str) -> bool:
    parts = text.split()
    return 0 < len(parts) <= 5 and all(re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", part) for part in parts)


def _cut_fragment(tail: str) -> _Cut | None:
    """A last fragment after the last sentence that consists of credits alone."""
    last = list(_SENTENCE_END.finditer(tail))
    line = tail.rfind("\n") + 1
    start = max(last[-1].end() if last else line, line)
    fragment = tail[start:]
    if not 2 <= len(fragment) <= 90:
        return None
    credit, rest = parse_credits(fragment)
    says = credit.authors or credit.editor or credit.publisher
    bare_cue = not rest and len(fragment) <= 12 and not any(ch.isdigit() for ch in fragment)
    if not says and not bare_cue:
        return None
    if rest and not looks_like_outlet(rest) and len(rest) > 6:
        return None
    return _Cut(tail[:start], credit, "credits behind the last sentence")
