"""Rows of `entities`: every mention of a named thing with its canonical form and offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import field

from qualityextract.find.chunks import subject_of
from qualityextract.language.number_words import parse_number
from qualityextract.model import Article, Chunk, IndicatorMention, quick_value
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.article import Reading
from qualityextract.resolve.place import Placed
from qualityextract.resolve.rows import Row
from qualityextract.ruleset import load_ruleset

_STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<issuer>GB|DB\d{2,4}|ISO(?:/IEC)?|IEC|ITU|ASTM|EN|JJ[FG]|RB|JB|YB|QB|HJ|NY|SB|YY|HG|SJ|CJ|DL|YD|TB|JT|SH|WS|GA|LY|SC|SN|T|Q)"
    r"(?P<kind>/[A-Z]{1,12}\d{0,2})? ?(?P<number>\d{2,6}(?:\.\d+)*)(?:[-:](?P<year>(?:19|20)\d\d))?"
)
_POLICY = re.compile(
    r"办法|条例|意见|方案|规划|纲要|通知|规定|细则|法$|决定|计划|措施|指南|公告|目录|规程|行动|标准|规范|若干政策"
)
_DOCUMENT_NUMBER = re.compile(r"》?[(\[]?(?P<number>[\u4e00-\u9fff]{1,8}[〔\[(](?:19|20)\d\d[〕\])]\d{1,4}号)")
_ISSUED = re.compile(r"(?:联合)?(?:印发|出台|发布|制定|公布|下发|颁布|制订|审议通过|实施)(?:了|的|实施)?《?$")
_ROUND = re.compile(r"(?:第(?P<n>[一二三四五六七八九十\d]{1,3})|(?P<first>首))届[\u4e00-\u9fff]{0,5}$")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年度?[\u4e00-\u9fff]{0,5}$")
_PRODUCT = re.compile(r"地理标志|特产|农产品|产品")
_SUBJECT_KIND = {
    "whole": "region",
    "zone": "zone",
    "cluster": "cluster",
    "organization": "organization",
    "agency": "organization",
}


@quick_value
class _Found:
    """A mention in the projection."""

    start: int
    end: int
    kind: str
    canonical: str
    code: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def entity_rows(article: Article, reading: Reading) -> list[Row]:
    """Entities of an article in reading order."""
    text = reading.projection.text
    found: list[_Found] = []
    for chunks, placed in zip(reading.chunks, reading.placed, strict=True):
        found += _subjects(article, chunks, placed)
        found += _awards(text, chunks)
    found += _standards(text)
    found += _policies(reading)
    found += _products(reading)
    return [_row(article, reading, entity) for entity in sorted(found, key=lambda e: (e.start, e.end, e.kind))]


def _subjects(article: Article, chunks: list[Chunk], placed: Placed) -> Iterator[_Found]:
    """Regions, zones, clusters and organisations; 全市 and 该县 are pointers and no names."""
    for i, chunk in enumerate(chunks):
        subject = subject_of(chunk) if chunk.letter in "RS" else None
        if subject is None or subject.relative:
            continue
        owner = placed.owners.get(i)
        code = owner.code if owner else subject.code
        canonical = subject.name
        if subject.scope == "whole" and code:
            division = load_gazetteer().named(code, article.published)
            canonical = "中华人民共和国" if code == "100000" else division.path
        yield _Found(chunk.start, chunk.end, _SUBJECT_KIND[subject.scope], canonical, code)


def _awards(text: str, chunks: list[Chunk]) -> Iterator[_Found]:
    """Awards with their edition (第三届) and year (2020年度), where these stand before the name, a place between at most."""
    for chunk in chunks:
        if (
            chunk.letter != "I"
            or not isinstance(chunk.value, IndicatorMention)
            or not chunk.value.code.startswith("award.")
        ):
            continue
        rule = load_ruleset().indicators[chunk.value.code]
        attributes = dict(chunk.value.attributes)
        before = text[max(0, chunk.start - 12) : chunk.start]
        if edition := _ROUND.search(before):
            attributes["round"] = "1" if edition["first"] else str(int(parse_number(edition["n"]) or 0))
        if year := _YEAR.search(before):
            attributes["year"] = year["year"]
        yield _Found(chunk.start, chunk.end, "award", rule.label_zh, rule.code, attributes)


def _standards(text: str) -> Iterator[_Found]:
    """Standard codes in their parts: GB/T 19001-2016, DB13/T 5012-2019, ISO 9001."""
    for match in _STANDARD.finditer(text):
        name = f"{match['issuer']}{match['kind'] or ''} {match['number']}"
        canonical = f"{name}-{match['year']}" if match["year"] else name
        parts = {key: value for key, value in match.groupdict().items() if value}
        yield _Found(match.start(), match.end(), "standard", canonical, canonical, parts)


def _policies(reading: Reading) -> Iterator[_Found]:
    """Documents in 《》 with their number, and the office that issued them where the words before say so."""
    text = reading.projection.text
    if not reading.projection.titled:
        return
    issuers = [
        (chunk.start, chunk.end, subject.name)
        for chunks in reading.chunks
        for chunk in chunks
        if chunk.letter in "RS"
        and (subject := subject_of(chunk)) is not None
        and (subject.scope == "agency" or subject.inside == "government")
    ]
    for span in reading.projection.titled:
        name = text[span.start : span.end]
        if not _POLICY.search(name):
            continue
        attributes = {}
        if number := _DOCUMENT_NUMBER.match(text, span.end):
            attributes["number"] = number["number"]
        opens = max(text.rfind(mark, 0, span.start) for mark in "。;\n") + 1
        before = text[opens : span.start]
        named = [entry for entry in issuers if opens <= entry[0] and entry[1] <= span.start]
        if named and _ISSUED.search(before):
            attributes["issuer"] = "、".join(dict.fromkeys(entry[2] for entry in named))
        yield _Found(span.start, span.end, "policy", name, attributes.get("number"), attributes)


def _products(reading: Reading) -> Iterator[_Found]:
    """Names of products in quotation marks that begin with a place (“讷河马铃薯”), where the sentence speaks of products."""
    text = reading.projection.text
    if not reading.projection.quoted:
        return
    places = {
        chunk.start
        for chunks in reading.chunks
        for chunk in chunks
        if chunk.letter in "RS"
        and (subject := subject_of(chunk)) is not None
        and subject.scope == "whole"
        and not subject.relative
    }
    for span in reading.projection.quoted:
        if span.start not in places or not 3 <= span.end - span.start <= 10:
            continue
        low = max(text.rfind(mark, 0, span.start) for mark in "。\n") + 1
        high = min((at for mark in "。\n" if (at := text.find(mark, span.end)) >= 0), default=len(text))
        if _PRODUCT.search(text[low:high]):
            name = text[span.start : span.end]
            yield _Found(span.start, span.end, "product", name)


def _row(article: Article, reading: Reading, entity: _Found) -> Row:
    start, end = reading.projection.start(entity.start), reading.projection.end(entity.end)
    identity = hashlib.sha256(f"{article.article_id}|{entity.kind}|{start}|{end}".encode()).hexdigest()[:16]
    return {
        "entity_id": identity,
        "article_id": article.article_id,
        "kind": entity.kind,
        "surface": article.text[start:end],
        "canonical": entity.canonical,
        "code": entity.code,
        "start": start,
        "end": end,
        "attributes": entity.attributes,
    }
