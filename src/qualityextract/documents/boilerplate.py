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
from qualityextract.documents.ruledata import patterns

_TAIL = 800
"""Characters at the end of a body in which credits and notices are looked for."""
_LAST_BRACKET = re.compile(r"[（(【\[]([^（()）【】\[\]。]{2,80})[）)】\]]\s*\Z")
_SENTENCE_END = re.compile(r"[。！？!?；;”）)》】]\s*(?=[^。！？!?；;]{2,90}\Z)")
_PROSE = re.compile(r"[。；]|[。！？…：；”]\Z")


def is_breadcrumb(line: str) -> bool:
    """Whether a line before the body only says where on the site the page stands."""
    return len(line) <= 160 and any(pattern.match(line) for pattern in patterns("breadcrumb"))


def is_furniture(line: str) -> bool:
    """Whether a whole line is a control, a counter, a share bar or an advertisement's mark."""
    return len(line) <= 80 and any(pattern.match(line) for pattern in patterns("furniture"))


def is_stop(line: str) -> bool:
    """Whether the article has ended before this line."""
    return len(line) <= 400 and any(pattern.match(line) for pattern in patterns("stop"))


def is_related(line: str) -> bool:
    """Whether a list of other articles begins with this line."""
    return len(line) <= 400 and any(pattern.match(line) for pattern in patterns("related"))


def byline_rule(line: str) -> Credit | None:
    """What a sentence of the site about the article says (本帖由…于…发表); None when the line is none."""
    if len(line) > 120:
        return None
    for pattern in patterns("byline"):
        if match := pattern.match(line):
            said = match.groupdict()
            author = said.get("authors")
            return Credit((author,) if author else (), None, said.get("publisher"), find_date(said.get("date") or ""))
    return None


def is_prose(line: str) -> bool:
    """Whether a line reads like a paragraph: it holds or ends a sentence, or is long."""
    return len(line) >= 80 or (len(line) >= 8 and bool(_PROSE.search(line)))


def drop_inline(text: str) -> str:
    """Replace advertisements inside the text by line breaks."""
    for pattern in patterns("inline"):
        text = pattern.sub("\n", text)
    return text


def drop_parts(line: str) -> tuple[str, bool]:
    """A line of credits without page numbers, weekdays and controls, and whether it names a page or an issue."""
    numbered = any(pattern.search(line) for pattern in patterns("number"))
    for kind in ("number", "part"):
        for pattern in patterns(kind):
            line = pattern.sub("  ", line)
    return line, numbered


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the body ends once its tail is cut, and what the tail says."""

    end: int
    credit: Credit


def cut_tail(text: str) -> Tail:
    """Cut credits and notices from the end of a body, one after another, until a sentence stands there."""
    base = max(0, len(text) - _TAIL)
    tail, credit = text[base:].rstrip(), Credit()
    while True:
        step = _cut_rule(tail) or _cut_bracket(tail) or _cut_fragment(tail)
        if step is None or (base == 0 and not step[0].strip()):
            return Tail(base + len(tail), credit)
        tail, credit = step[0].rstrip(), merge(credit, step[1])


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


def _cut_rule(tail: str) -> tuple[str, Credit] | None:
    for pattern in patterns("tail"):
        match = pattern.search(tail)
        if match is None:
            continue
        said = match.groupdict()
        return tail[: match.start()], Credit(
            editor=said.get("editor"),
            publisher=said.get("publisher"),
            published=find_date(said.get("date") or ""),
        )
    return None


def _cut_bracket(tail: str) -> tuple[str, Credit] | None:
    """`（记者 崔璨 见习记者 秦汉清）`, `(沈谦)`, `（来源：极目新闻）` at the very end."""
    match = _LAST_BRACKET.search(tail)
    if match is None:
        return None
    inner = match.group(1)
    credit, rest = parse_credits(inner)
    if credit.authors or credit.editor or credit.publisher:
        if not rest or looks_like_outlet(rest) or names(rest):
            return tail[: match.start()], replace(credit, authors=bracketed_names(inner))
    elif tail[: match.start()].rstrip().endswith(("。", "！", "？", "”", "\n")) and _only_names(inner):
        return tail[: match.start()], Credit(authors=names(inner))
    return None


def _only_names(text: str) -> bool:
    parts = text.split()
    return 0 < len(parts) <= 5 and all(re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", part) for part in parts)


def _cut_fragment(tail: str) -> tuple[str, Credit] | None:
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
    return tail[:start], credit
