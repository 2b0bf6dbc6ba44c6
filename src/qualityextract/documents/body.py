"""The lines of a body to the article's own paragraphs: what stands between them goes, what follows the end is cut.

Stands between `headlines`, which says where the body begins, and `assemble`. Everything that goes is recorded with the
rule that decided it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qualityextract.documents.boilerplate import byline_rule, cut_tail, drop_inline, footer_rule, is_stop, rule_of
from qualityextract.documents.creditline import fill, is_credit, read_credit_line
from qualityextract.documents.metadata import Credit, has_cue
from qualityextract.documents.page import Reason, Removed

_MAX_CREDIT = 90


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of an article, what the lines that went say about it, and these lines in reading order."""

    lines: tuple[str, ...]
    credit: Credit
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Why a line goes, and what it says about the article."""

    reason: Reason
    rule: str
    credit: Credit = field(default_factory=Credit)


@dataclass(slots=True)
class _Sifted:
    kept: list[str] = field(default_factory=list)
    credit: Credit = field(default_factory=Credit)
    removed: list[Removed] = field(default_factory=list)

    def drop(self, line: str, verdict: _Verdict) -> None:
        self.credit = fill(self.credit, verdict.credit)
        self.removed.append(Removed(line, verdict.reason, verdict.rule))


def clean_body(lines: list[str]) -> Body:
    """The body's own lines, and what its tail says."""
    sifted = _sift(lines)
    kept, credit = sifted.kept, sifted.credit
    while len(kept) > 1 and len(kept[-1]) <= _MAX_CREDIT and has_cue(kept[-1]) and is_credit(kept[-1]):
        sifted.removed.append(Removed(kept[-1], "credit"))
        credit = fill(read_credit_line(kept.pop())[0], credit)
    text, inside = drop_inline("\n".join(kept))
    tail = cut_tail(text)
    credit = fill(tail.credit, credit)
    body = [line for line in (line.strip() for line in text[: tail.end].split("\n")) if line]
    while len(body) > 1 and is_credit(body[0]):
        sifted.removed.append(Removed(body[0], "credit"))
        credit = fill(credit, read_credit_line(body.pop(0))[0])
    return Body(tuple(body), credit, (*sifted.removed, *inside, *reversed(tail.removed)))


def _sift(lines: list[str]) -> _Sifted:
    """Drop lines that are no part of the article; stop where it ends."""
    sifted = _Sifted()
    for at, line in enumerate(lines):
        verdict = (_ending(line) if sifted.kept else None) or _beside(line)
        if verdict is None:
            sifted.kept.append(line)
            continue
        sifted.drop(line, verdict)
        goes_on = verdict.reason == "related" and _goes_on(sifted.kept, lines[at + 1 :])
        if verdict.reason in ("stop", "footer", "related") and not goes_on:
            sifted.removed += [Removed(later, "behind", verdict.rule) for later in lines[at + 1 :]]
            break
    return sifted


def _ending(line: str) -> _Verdict | None:
    """Whether a line behind the first paragraph ends the article."""
    if found := footer_rule(line):
        return _Verdict("footer", *found)
    if rule := rule_of("stop", line):
        return _Verdict("stop", rule)
    if byline_rule(line) is None and (rule := rule_of("related", line)):
        return _Verdict("related", rule)
    return None


def _beside(line: str) -> _Verdict | None:
    if found := byline_rule(line):
        return _Verdict("credit", *found)
    rule = rule_of("furniture", line)
    return _Verdict("furniture", rule) if rule else None


def _goes_on(before: list[str], after: list[str]) -> bool:
    """Whether paragraphs as long as half of what stands before follow a list of related links."""
    follows = 0
    for line in after:
        if is_stop(line):
            break
        if len(line) >= 60 and "。" in line:
            follows += len(line)
    return follows * 2 >= sum(map(len, before))
