"""Read the bound figures of a whole article in order: kind, owner, period, then rows.

What carries from sentence to sentence - subjects, time words, goals, a public notice - lives here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from qualityextract.find.chunks import Chunked, numeral_of
from qualityextract.find.tables import layout_fates, tables_by_sentence
from qualityextract.grammar.figures import Figure
from qualityextract.language.patterns import Guarded
from qualityextract.language.projection import Projection
from qualityextract.language.script import simplified
from qualityextract.language.sentences import Sentence
from qualityextract.model import Article, Chunk, Numeral
from qualityextract.resolve.background import background_places, headline_period
from qualityextract.resolve.checks import check_rows
from qualityextract.resolve.condition import mark_condition
from qualityextract.resolve.document import document_period, is_plan
from qualityextract.resolve.duplicates import mark_duplicates
from qualityextract.resolve.issuers import by_issuer, where_issued
from qualityextract.resolve.kind import Kind, KindState, kind_of
from qualityextract.resolve.owner import is_system_abroad, owner_of, scope_for
from qualityextract.resolve.period import TimeState, When, carry, times_of, when
from qualityextract.resolve.place import Owner, Placed, Places, place_sentence
from qualityextract.resolve.rows import Place, Resolved, Row, role_of, row_of
from qualityextract.resolve.tables import table_rows
from qualityextract.resolve.unmapped import fate_of_rest, noun_of

_GOALS = Guarded(r"(?:目标|任务|力争|争取)[^。]{0,20}$|将(?:争取|力争|努力|着力)?(?:实现|完成|达到|重点)")


_PAST = Guarded(r"已|目前|去年|上半年|截至|近年|以来|累计|围绕|下一步|记者")


_LISTED = re.compile(r"此次|本次|入围|入选|上榜|名单|名列")


_NOTICE = Guarded(r"公示(?!语|板|会|栏|牌)|拟认定|拟入选|拟授予|预获奖")


@dataclass(slots=True)
class Reading:
    """Everything read from one article, for the writers of rows, ledger and entities."""

    projection: Projection
    sentences: list[Sentence]
    chunks: list[list[Chunk]]
    figures: list[list[Figure]]
    fates: list[tuple[Numeral, str, str]]
    rows: list[Row]
    placed: list[Placed]
    row_of_figure: dict[int, Row]
    """The first row of each figure, by `id`, for the parts that point to it."""
    condition: set[str] = field(default_factory=set)
    """What the text tells of its own condition, in words of `vocabulary.ArticleFlag`."""
    rest: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Fate and rule of the quantities that nothing bound, by where their chunks start; the ledger asks for them again."""


def read_figures(
    article: Article,
    projection: Projection,
    sentences: list[Sentence],
    chunks: list[list[Chunk]],
    figures: list[list[Figure]],
    chunked: Chunked,
) -> Reading:
    """Resolve all figures of an article and make their rows."""
    reading = Reading(projection, sentences, chunks, figures, chunked.fates, [], [], {})
    plain = simplified(article) if projection.converted else article
    places = background_places(plain, chunked.subjects)
    document = document_period(plain, projection.text)
    places.report = document is not None and places.title_code is not None
    times = TimeState(article.published, document, headline=headline_period(plain))
    kinds = KindState(article.published.year if article.published else None)
    paragraphs = projection.text.split("\n")
    section, planned = -1, False
    tables = tables_by_sentence(projection.text, sentences)
    for number, (sentence, row_chunks, bound) in enumerate(zip(sentences, chunks, figures, strict=True)):
        if number in tables:
            table = tables[number]
            if table is not None:
                reading.rows += table_rows(table, article, projection, places, times)
                reading.fates += layout_fates(projection.text, table)
            reading.placed.append(place_sentence(row_chunks, sentence.paragraph, places))
            continue
        text = projection.text[sentence.start : sentence.end]
        if document is not None:
            paragraph = paragraphs[sentence.paragraph] if sentence.paragraph < len(paragraphs) else ""
            if sentence.paragraph != section:
                section = sentence.paragraph
                planned = is_plan(paragraph, planned)
            times.plan = planned
        if kinds.goals and (_PAST.search(text) or sentence.paragraph != times.paragraph):
            kinds.goals = times.plan
        reading.placed.append(_read_sentence(article, reading, sentence, row_chunks, bound, (places, times, kinds)))
        if _GOALS.search(text.rstrip("。!?")) or times.plan:
            kinds.goals = True
        if _NOTICE.search(text):
            codes = {f.indicator.code for f in bound if f.indicator} | {c.note for c in row_chunks if c.letter == "I"}
            kinds.status, kinds.status_codes = "public_notice", kinds.status_codes | frozenset(codes)
    reading.condition = mark_condition(reading.rows, article, projection)
    mark_duplicates(reading.rows, plain)
    check_rows(reading.rows, plain)
    return reading


def _read_sentence(
    article: Article,
    reading: Reading,
    sentence: Sentence,
    chunks: list[Chunk],
    bound: list[Figure],
    state: tuple[Places, TimeState, KindState],
) -> Placed:
    places, times, kinds = state
    placed = place_sentence(chunks, sentence.paragraph, places)
    in_force = times_of(chunks, times)
    if times.paragraph != sentence.paragraph:
        times.paragraph, times.carried = sentence.paragraph, None
    carries = times.carried is not None and (times.age <= 1 or times.carried.kind not in ("asof", "now"))
    kinds.carried = times.carried.kind if times.carried is not None and carries else ""
    done: dict[int, Kind] = {}
    rows = reading.row_of_figure
    periods: dict[int, When] = {}
    previous: Figure | None = None
    for figure in bound:
        if _names_a_set(figure, chunks):
            numeral = numeral_of(figure.chunk)
            if numeral is not None:
                reading.fates.append((numeral, "name", "resolve.set"))
                chunks[figure.at] = replace(figure.chunk, value=None)
            continue
        if figure.indicator is not None and _supposed(figure, chunks):
            figure.indicator = None
        if figure.indicator is not None and is_system_abroad(figure, chunks, placed):
            figure.indicator = None
        if figure.indicator is None and not _is_countable(figure, chunks, reading):
            continue
        if figure.indicator is None:
            figure.noun = noun_of(figure, reading.projection.text, sentence)
        kind = kind_of(figure, chunks, previous, kinds, done)
        if kind.status == "achieved" and kind.stat_kind == "flow" and _named_by_list(figure):
            code = figure.indicator.code if figure.indicator else ""
            listed = _LISTED.search("".join([c.text for c in chunks])) is not None
            notice = _NOTICE.search("".join([c.text for c in chunks])) is not None
            if notice or (code in kinds.status_codes and listed):
                kind = replace(kind, status="public_notice")
        done[id(figure)] = kind
        owner = scope_for(owner_of(figure, chunks, placed, bound, places), figure, chunks)
        if owner.code is None and not owner.candidates:
            owner = where_issued(figure, owner, reading.projection.text, places)
        by_issuer(figure, owner, reading.projection.text, places)
        about = periods.get(id(figure.base)) if figure.base is not None else None
        period = when(figure, kind, chunks, in_force, times, about)
        periods[id(figure)] = period
        resolved = Resolved(figure, kind, owner, period, *role_of(figure, chunks))
        place = Place(article, reading.projection, sentence)
        for each in _spread(resolved, chunks, placed):
            row = row_of(each, place, chunks)
            whole = figure.part_of or None
            if whole is not None and id(whole) in rows:
                row["part_of"] = rows[id(whole)]["observation_id"]
            rows.setdefault(id(figure), row)
            reading.rows.append(row)
        if figure.chunk.letter != "K" and figure.effect != "none":
            previous = figure
    carry(chunks, in_force, times, sentence.paragraph)
    _remember(chunks, placed, places)
    return placed


def _is_countable(figure: Figure, chunks: list[Chunk], reading: Reading) -> bool:
    """Does an unbound quantity count something at all? One person or thing of a narrative does not."""
    found = fate_of_rest(chunks, figure.at)
    reading.rest[chunks[figure.at].start] = found
    return found[0] == "unmapped"


def _names_a_set(figure: Figure, chunks: list[Chunk]) -> bool:
    """甲、乙、丙3个产业集群各…: the number only closes a list of subjects that get a row each."""
    code = figure.indicator.code if figure.indicator else ""
    after = chunks[figure.head + 1].letter if 0 <= figure.head + 1 < len(chunks) else ""
    before = "".join([c.letter for c in chunks[: figure.at]])
    return code.startswith("zone.") and figure.head > figure.at and after == "E" and "、" in before


def _supposed(figure: Figure, chunks: list[Chunk]) -> bool:
    """若再获2项, 将居第一: what has not happened counts nothing."""
    return any(c.letter == "y" for c in chunks[: figure.at]) and not any(c.letter == ";" for c in chunks[: figure.at])


def _named_by_list(figure: Figure) -> bool:
    return figure.indicator is not None and figure.indicator.code.startswith(
        ("ent.", "award.", "pilot.", "brand.", "zone.")
    )


def _spread(resolved: Resolved, chunks: list[Chunk], placed: Placed) -> list[Resolved]:
    """各, 均: one row for each subject of the list before; nothing else is multiplied."""
    figure = resolved.figure
    if figure.owners or figure.indicator is None or figure.effect not in ("count", "change"):
        return [resolved]
    start = figure.at
    while start > 0 and chunks[start - 1].letter != ";":
        start -= 1
    marks = [i for i in range(start, figure.at) if chunks[i].letter == "E"]
    if not marks or any(chunks[i].letter in "QPM" for i in range(marks[-1], figure.at)):
        return [resolved]
    run: list[int] = []
    for i in sorted((i for i in placed.owners if i < marks[-1] and i not in placed.weak), reverse=True):
        between = chunks[i + 1 : run[0]] if run else chunks[i + 1 : marks[-1]]
        letters = "".join([c.letter for c in between])
        if not run and not re.fullmatch(r"[wWQIN,等RL]*", letters):
            break
        if run and not re.fullmatch(r"[、&,]+|[wW][、&,]", letters):
            break
        run.insert(0, i)
    if len(run) < 2:
        return [resolved]
    owners = [scope_for(_industry_cluster(i, chunks, placed), figure, chunks) for i in run]
    figure.each = True
    return [replace(resolved, owner=replace(owner, basis="list" if owner.code else None)) for owner in owners]


def _industry_cluster(i: int, chunks: list[Chunk], placed: Placed) -> Owner:
    """诸暨袜业、柯桥纺织两个产业集群: a place with the industry behind it, when clusters are counted."""
    owner = placed.owners[i]
    industry = chunks[i + 1].text if i + 1 < len(chunks) and chunks[i + 1].letter in "wW" else ""
    counted = any(c.letter == "I" and c.note in ("zone.cluster", "zone.key_quality_region") for c in chunks[i:])
    if owner.scope in ("whole", "zone") and industry and counted:
        return replace(owner, scope="cluster", name=f"{chunks[i].text}{industry}产业集群")
    return owner


def _remember(chunks: list[Chunk], placed: Placed, places: Places) -> None:
    """The subject that the next sentence may continue: the last one that leads a clause."""
    for i in sorted(placed.owners):
        owner = placed.owners[i]
        if i in placed.weak or (owner.code is None and owner.scope == "whole"):
            continue
        if owner.scope == "cluster" or (owner.code == "100000" and owner.scope != "agency" and i > 1):
            continue
        before = chunks[i - 1].letter if i else ","
        if owner.scope == "organization":
            after = "".join([c.text for c in chunks[i + 1 : i + 3]])
            if before in ",;T" or i == 0 or re.match(r",?(?:是|为|成立于|已|将|作为|拥有|专注|致力)", after):
                places.last = owner
            continue
        if before in ",;T:" or i == 0 or chunks[i - 1].text.endswith(("在", "。", "中", "为")):
            places.last = owner
