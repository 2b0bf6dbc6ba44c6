"""The whole way of the data on one screen: documents in, tables out.

    bytes -> Article -> sentences -> chunks -> bound figures -> resolved figures -> records

`extract_batch` is a pure function: no clock, no randomness, no state that changes an answer, and
`extract_batch(a + b) == extract_batch(a) + extract_batch(b)`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from qualityextract.documents import read_article
from qualityextract.documents.signature import signature
from qualityextract.errors import DocumentError
from qualityextract.find.chunks import chunk_text, letters_of, numeral_of
from qualityextract.grammar.bind import bind_sentence
from qualityextract.grammar.fields import field_of
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.grammar.heads import settle_heads
from qualityextract.grammar.topic import first_award, next_topic
from qualityextract.language.projection import project
from qualityextract.language.script import simplify
from qualityextract.language.sentences import split_sentences
from qualityextract.model import Article, Chunk, RawDocument
from qualityextract.resolve.article import Reading, read_figures
from qualityextract.resolve.entities import entity_rows
from qualityextract.resolve.ledger import ledger_rows
from qualityextract.schema import Tables, document_reject, validate_rows
from qualityextract.vocabulary import ArticleFlag


def extract_batch(documents: Sequence[RawDocument], *, max_chars: int | None = None) -> Tables:
    """Read documents and extract their figures.

    Args:
        documents: inputs; the order of the rows follows theirs.
        max_chars: a document with a longer cleaned text is a reject; None for no limit.

    Returns:
        The five tables of the contract. A document that can't be read is a row of `rejects`.
    """
    tables = Tables()
    for document in documents:
        try:
            article = _short_enough(read_article(document), max_chars)
        except DocumentError as error:
            tables += Tables(rejects=(document_reject(error),))
        else:
            tables += extract_article(article)
    return tables


def _short_enough(article: Article, max_chars: int | None) -> Article:
    if max_chars is not None and len(article.text) > max_chars:
        reason = f"{len(article.text):,} characters of text are more than the limit of {max_chars:,}"
        raise DocumentError(article.path, reason, "If it really is one article, raise the limit with --max-chars.")
    return article


def extract_article(article: Article) -> Tables:
    """Extract the figures of one article."""
    with uncollected():
        return _extract(article)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cyclic garbage from running: the values of an article die with it and form no cycles.

    It would look through every live object of the process, rules and gazetteer included, many times an article.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _extract(article: Article) -> Tables:
    reading = read(article)
    observations, bad_observations = validate_rows("observations", reading.rows, article.path)
    kept = {row.observation_id for row in observations}
    figures, bad_figures = validate_rows("figures", ledger_rows(article, reading, kept), article.path)
    entities, bad_entities = validate_rows("entities", entity_rows(article, reading), article.path)
    understood = sum(figure.fate not in ("unexplained", "unmapped") for figure in figures)
    coverage = understood / len(figures) if figures else 1.0
    articles, bad_articles = validate_rows("articles", [_article_row(article, coverage, reading)], article.path)
    return Tables(
        articles=tuple(articles),
        observations=tuple(observations),
        entities=tuple(entities),
        figures=tuple(figures),
        rejects=(*bad_articles, *bad_observations, *bad_entities, *bad_figures),
    )


def read(article: Article) -> Reading:
    """All stations between an article and its rows."""
    projection = project(article.text)
    sentences = split_sentences(projection.text)
    chunked = chunk_text(projection.text, sentences, projection.quoted)
    headline = project(article.title, traditional=projection.converted).text if article.title else ""
    settled: list[list[Chunk]] = []
    bound: list[list[Figure]] = []
    before = headline or projection.text[sentences[0].start : sentences[0].end] if sentences else ""
    lead = before
    publisher = simplify(article.publisher or "") if projection.converted else article.publisher or ""
    field = field_of(f"{lead}\n{publisher}")
    topic = Topic(award=first_award(chunked.chunks))
    for number, (sentence, chunks) in enumerate(zip(sentences, chunked.chunks, strict=True)):
        text = projection.text[sentence.start : sentence.end]
        heads = chunks
        if "I" in letters_of(chunks):
            heads = settle_heads(chunks, text, f"{lead}\n{before}", field.strangers(text, sentence.paragraph))
        else:
            field.passes(text, sentence.paragraph)
        figures = bind_sentence(heads, number, topic)
        settled.append(heads)
        bound.append(figures)
        topic = next_topic(topic, heads, figures)
        before = text
    return read_figures(article, projection, sentences, settled, bound, chunked)


def _article_flags(article: Article, reading: Reading) -> tuple[str, ...]:
    """What reader, text and numerals tell of an article, in the order of the vocabulary."""
    told = {*article.flags, *reading.condition}
    chunks = (numeral_of(chunk) for sentence in reading.chunks for chunk in sentence)
    numerals = [*chunks, *(numeral for numeral, *_ in reading.fates)]
    if any(numeral is not None and numeral.repaired for numeral in numerals):
        told.add("text_repaired")
    return tuple(flag for flag in get_args(ArticleFlag) if flag in told)


def _article_row(article: Article, coverage: float, reading: Reading) -> dict[str, object]:
    return {
        "article_id": article.article_id,
        "path": article.path,
        "url": article.url,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "published": article.published,
        "publisher": article.publisher,
        "authors": article.authors,
        "editor": article.editor,
        "dateline": article.dateline,
        "text": article.text,
        "n_chars": len(article.text),
        "encoding": article.encoding,
        "media_type": article.media_type,
        "duplicate_of": None,
        "coverage": round(coverage, 4),
        "published_basis": article.published_basis,
        "flags": _article_flags(article, reading),
        "repairs": {str(at): removed for at, removed in article.repairs},
        "signature": signature(reading.projection.text),
    }


def article_of(
    text: str,
    *,
    title: str | None = None,
    published: dt.date | None = None,
    publisher: str | None = None,
    dateline: str | None = None,
) -> Article:
    """An article made of a text at hand, for rule builders and tests; a title is put before the text."""
    whole = f"{title}\n{text}" if title and not text.startswith(title) else text
    return Article(
        path="text",
        text=whole,
        article_id=hashlib.sha256(whole.encode()).hexdigest()[:16],
        title=title,
        published=published,
        publisher=publisher,
        dateline=dateline,
        body_start=len(title) + 1 if title else 0,
    )


def extract_text(
    text: str,
    *,
    title: str | None = None,
    published: dt.date | None = None,
    publisher: str | None = None,
    dateline: str | None = None,
) -> Tables:
    """Extract from a text at hand; arguments as in `article_of`."""
    return extract_article(article_of(text, title=title, published=published, publisher=publisher, dateline=dateline))


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """How one sentence was read: its chunks as letters and in words, its rows, the fates of its numerals."""

    text: str
    letters: str
    chunks: list[tuple[str, str, str]]
    rows: list[dict[str, object]]
    figures: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` returns."""

    sentences: list[ExplainedSentence]


def explain(text: str, *, published: dt.date | None = None, title: str | None = None) -> Explanation:
    """Show how a text is read, for people who build rules."""
    article = article_of(text, title=title, published=published)
    reading = read(article)
    ledger = ledger_rows(article, reading, {str(row["observation_id"]) for row in reading.rows})
    explained = []
    for sentence, chunks in zip(reading.sentences, reading.chunks, strict=True):
        low, high = reading.projection.start(sentence.start), reading.projection.end(sentence.end)
        explained.append(
            ExplainedSentence(
                text=article.text[low:high],
                letters="".join(chunk.letter for chunk in chunks),
                chunks=[(chunk.letter, chunk.text, chunk.note) for chunk in chunks],
                rows=[row for row in reading.rows if row["quote_start"] == low],
                figures=[
                    (str(f["value_text"]), str(f["fate"]), str(f["rule"] or ""))
                    for f in ledger
                    if low <= int(str(f["value_start"])) < high
                ],
            )
        )
    return Explanation(explained)
