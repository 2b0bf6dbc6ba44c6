"""Rows of `entities`: every mention of a named thing with its canonical form and offsets."""

from __future__ import annotations

import hashlib
import re

from qualityextract.find.chunks import subject_of
from qualityextract.model import Article, IndicatorMention
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.article import Reading
from qualityextract.resolve.rows import Row
from qualityextract.ruleset import load_ruleset

_STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<issuer>GB|DB\d{2,4}|ISO(?:/IEC)?|IEC|ITU|JJ[FG]|RB|JB|YB|QB|HJ|NY|SB|YY|HG|SJ|T|Q)(?P<kind>/[A-Z]{1,12})? ?(?P<number>\d{2,6}(?:\.\d+)*)(?:[-:](?P<year>(?:19|20)\d\d))?"
)
_POLICY = re.compile(r"办法|条例|意见|方案|规划|纲要|通知|规定|细则|法$|决定|计划|措施|指南|公告|目录|规程|行动")
_SUBJECT_KIND = {
    "whole": "region",
    "zone": "zone",
    "cluster": "cluster",
    "organization": "organization",
    "agency": "organization",
}


def entity_rows(article: Article, reading: Reading) -> list[Row]:
    """Entities of an article in reading order."""
    found: list[tuple[int, int, str, str, str | None, dict[str, str]]] = []
    for chunks, placed in zip(reading.chunks, reading.placed, strict=True):
        for i, chunk in enumerate(chunks):
            subject = subject_of(chunk)
            if subject is not None and not subject.relative:
                owner = placed.owners.get(i)
                code = owner.code if owner else subject.code
                canonical = subject.name
                if subject.scope == "whole" and code:
                    canonical = "中华人民共和国" if code == "100000" else load_gazetteer().division(code).path
                found.append((chunk.start, chunk.end, _SUBJECT_KIND[subject.scope], canonical, code, {}))
            elif isinstance(chunk.value, IndicatorMention) and chunk.value.code.startswith("award."):
                rule = load_ruleset().indicators[chunk.value.code]
                found.append((chunk.start, chunk.end, "award", rule.label_zh, rule.code, dict(chunk.value.attributes)))
    text = reading.projection.text
    for match in _STANDARD.finditer(text):
        canonical = f"{match['issuer']}{match['kind'] or ''} {match['number']}" + (
            f"-{match['year']}" if match["year"] else ""
        )
        parts = {k: v for k, v in match.groupdict().items() if v}
        found.append((match.start(), match.end(), "standard", canonical, canonical, parts))
    for span in reading.projection.titled:
        name = text[span.start : span.end]
        if _POLICY.search(name):
            found.append((span.start, span.end, "policy", name, None, {}))
    return [_row(article, reading, entry) for entry in sorted(found, key=lambda e: (e[0], e[1], e[2]))]


def _row(article: Article, reading: Reading, entry: tuple[int, int, str, str, str | None, dict[str, str]]) -> Row:
    start, end = reading.projection.start(entry[0]), reading.projection.end(entry[1])
    identity = hashlib.sha256(f"{article.article_id}|{entry[2]}|{start}|{end}".encode()).hexdigest()[:16]
    return {
        "entity_id": identity,
        "article_id": article.article_id,
        "kind": entry[2],
        "surface": article.text[start:end],
        "canonical": entry[3],
        "code": entry[4],
        "start": start,
        "end": end,
        "attributes": entry[5],
    }
