"""What the cells of a table say: an indicator, an owner and a time for each, put together from its labels.

Station `resolve`. The labels of a cell (header above, stub to the left, caption) are written as the sentence that says
the same (2013年末,有效注册商标9862件。) and read by the grammar of running text, so that levels, kinds and periods
follow the same rules; the row then points to the cell itself. A blank or a dash is missing, never a zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from qualityextract.find.chunks import chunk_text, numeral_of
from qualityextract.find.subjects import find_subjects
from qualityextract.find.tables import Cell, Table, is_missing, is_value, is_year
from qualityextract.find.terms import find_indicators
from qualityextract.grammar.bind import bind_sentence
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.grammar.heads import settle_heads
from qualityextract.language.dates import find_times
from qualityextract.language.numerals import find_numerals
from qualityextract.language.projection import Projection
from qualityextract.language.sentences import Sentence
from qualityextract.model import Article, Chunk, Numeral, SubjectMention
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.kind import Kind, KindState, kind_of
from qualityextract.resolve.owner import scope_for
from qualityextract.resolve.period import TimeState, When, times_of, when
from qualityextract.resolve.place import Owner, Places
from qualityextract.resolve.rows import Place, Resolved, Row, role_of, row_of
from qualityextract.ruleset import load_ruleset

_RULE = "table.cell"
_TOTAL = re.compile(r"(?:总|合|共)\s*计|总数|总体|小计|全[省市县区州国]|(?P<own>[省市县州]本级|市直)")
_UNIT = re.compile(r"单位[::]\s*(?P<units>[^,;()\s]+)|\((?P<last>[^()]{1,6})\)$")
_UNIT_COLUMN = re.compile(r"(?:计量)?单位")
_NUMBER_COLUMN = re.compile(r"序号|^序$|编号|代码|排名|位次|名次|备注|电话|日期|邮编|年份|^年度$|^时间$")
_CHANGE = re.compile(r"增长|增幅|增速|增减|增加|下降|同比|环比|比上年|较上年|±|\+-")
_AMOUNT = re.compile(r"增[加减]?[数量额值]|净增")
_POINTS = re.compile(r"百分点")
_SHARE = re.compile(r"占比|比重|占全[省市国县区]|份额|所占")
_NEW = re.compile(r"^(?:其中[::]?|#)?\s*(?P<cue>新增|新认定|累计|现有|有效|当年新增|本年新增)?")
_PART = re.compile(r"^(?:其中[::,]?|#)\s*")
_MINUS = re.compile(r"-|↓|▼|下降|减少|降低")
_SIGN = re.compile(r"[+↑↓▲▼-]|(?:增长|上升|提高|增加|下降|减少|降低)")
_BRACKET = re.compile(r"\([^()]*\)$")
_THING_HEADER = re.compile(r"指标|项目|内容")
_PLACE_HEADER = re.compile(r"地区|区域|县|市|区$|州|省|辖区|行政区")


@dataclass(frozen=True, slots=True)
class _Label:
    """What one header cell or stub says: `words` without its unit, and what they name."""

    words: str = ""
    unit: str = ""
    counts: bool = False
    time: str = ""
    owner: Owner | None = None
    change: bool = False
    points: bool = False
    share: bool = False
    part: bool = False
    thing: bool = False
    """A stub under 指标 or 项目: it names what is counted, known or not."""
    skip: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """The figure that a pair of labels stands for, before its number is put in; shared by the cells under it."""

    figure: Figure
    chunks: list[Chunk]
    kind: Kind
    when: When


@dataclass(slots=True)
class _Scene:
    """A table and everything around it that its cells may take from."""

    table: Table
    article: Article
    projection: Projection
    places: Places
    times: TimeState
    caption: _Label
    base: Owner
    readings: dict[tuple[str, str, str], _Reading | None] = field(default_factory=dict)
    parents: dict[int, Row] = field(default_factory=dict)


def table_rows(table: Table, article: Article, projection: Projection, places: Places, times: TimeState) -> list[Row]:
    """The rows of all cells of a table that say what they count.

    Args:
        table: its layout.
        article: the article that holds it.
        projection: the article's text as matched.
        places: what the text before the table has said about places.
        times: what it has said about time, and the document's period.

    Returns:
        Complete rows with the flag `table_cell`, in reading order. Cells without a known indicator that bear a unit are
        rows of `unmapped`; other cells (numbers of lines, ranks, lines that do not fit the header) are none.
    """
    scene = _scene(table, article, projection, places, times)
    columns = _columns(table, scene)
    rows: list[Row] = []
    for line in table.body:
        if len(line) == len(columns):
            rows += _line_rows(line, columns, scene)
    return rows


def _scene(table: Table, article: Article, projection: Projection, places: Places, times: TimeState) -> _Scene:
    caption = _label(table.caption.text, places)
    code, basis = places.background()
    owner = Owner("whole", _name(code), code, basis)
    for mention in find_subjects(table.caption.text):
        # 山东省各市: what looks like a comparison in running text is the whole that a table divides.
        if mention.scope == "whole" and mention.inside in ("", "comparator", "government"):
            named = _owner(mention, places)
            if named.code:
                owner = named
                break
    if owner.code:
        places.seen(owner.code)
    return _Scene(table, article, projection, places, times, caption, owner)


def _name(code: str | None) -> str:
    if code is None:
        return ""
    return "全国" if code == "100000" else load_gazetteer().division(code).name


def _owner(mention: SubjectMention, places: Places) -> Owner:
    code, candidates = places.resolve(mention)
    name = _name(code) if mention.scope == "whole" and code else mention.name
    basis = "anaphor" if mention.relative and code else "explicit" if code else None
    return Owner(mention.scope, name, code, basis, candidates=candidates)


def _columns(table: Table, scene: _Scene) -> list[_Label]:
    """One label a column; two lines of header are read as one."""
    columns = []
    for index in range(len(table.header[0])):
        parts = [line[index].text for line in table.header if index < len(line)]
        label = _label("".join(dict.fromkeys(parts)), scene.places)
        cells = [line[index].text for line in table.body if index < len(line) and not is_missing(line[index].text)]
        years = index == 0 and all(is_year(text) for text in cells)
        if _UNIT_COLUMN.fullmatch(label.words) and not any(_is_unit(text) for text in cells):
            label = replace(label, words="单位名称")  # the bodies that the lines are about, no measure words
        named = _NUMBER_COLUMN.search(label.words) or _UNIT_COLUMN.fullmatch(label.words)
        values = any(is_value(text) for text in cells) and not years and not named
        columns.append(label if values else replace(label, skip=True))
    return columns


def _label(text: str, places: Places) -> _Label:
    """Take a label apart."""
    unit = ""
    found = _UNIT.search(text)
    if found:
        units = re.split(r"[、/]", found["units"] or found["last"])
        unit = units[0] if len(units) == 1 and _is_unit(units[0]) else ""
    words = _BRACKET.sub("", text) if found else text
    part = _PART.match(words)
    words = words[part.end() :] if part else words
    mentions = find_indicators(words)
    time = next((t.text for t in find_times(words) if t.kind not in ("base", "duration")), "")
    if re.fullmatch(r"(?:19|20)\d\d", words):
        time = f"{words}年"
    owner = None if mentions else _owner_named(words, places)
    change = _CHANGE.search(words) is not None
    return _Label(
        words, unit, bool(mentions), time, owner, change and not re.search("新增", words),
        _POINTS.search(text) is not None, _SHARE.search(words) is not None, part is not None,
    )  # fmt: skip


def _is_unit(text: str) -> bool:
    numeral = next(find_numerals(f"5{text}"), None)
    return bool(text) and numeral is not None and numeral.unit_end == 1 + len(text)


def _owner_named(words: str, places: Places) -> Owner | None:
    """The subject that a label consists of; a place inside a longer label is none."""
    for mention in find_subjects(words):
        fits = (
            mention.start == 0 and mention.end >= len(words) - 1 and not (mention.relative and mention.scope == "whole")
        )
        if fits and mention.scope in ("whole", "zone", "organization", "cluster", "agency"):
            return _owner(mention, places)
    return None


def _line_rows(line: tuple[Cell, ...], columns: list[_Label], scene: _Scene) -> list[Row]:
    """The rows of one line of the body."""
    stub, unit = _stub(line, columns, scene)
    if stub is None:
        return []
    rows: list[Row] = []
    last_time = ""
    last: _Label | None = None
    for index, (cell, column) in enumerate(zip(line, columns, strict=True)):
        if column.skip or is_missing(cell.text) or not is_value(cell.text):
            continue
        # A column of changes or shares is about the figure to its left.
        about = column if column.counts or not (column.change or column.share) or last is None else replace(
            column, words=last.words, counts=last.counts, time=column.time or last_time
        )  # fmt: skip
        if not column.change and not column.share:
            last, last_time = column, column.time
        row = _cell_row(cell, about, stub, unit, scene)
        if row is None:
            continue
        if stub.part and index in scene.parents:
            row["part_of"] = scene.parents[index]["observation_id"]
        elif not stub.part:
            scene.parents[index] = row
        rows.append(row)
    return rows


def _stub(line: tuple[Cell, ...], columns: list[_Label], scene: _Scene) -> tuple[_Label | None, str]:
    """The label at the left of a line, and the unit where a column of units gives it."""
    stub: _Label | None = None
    unit = ""
    for cell, column in zip(line, columns, strict=True):
        if _UNIT_COLUMN.fullmatch(column.words):
            unit = cell.text if _is_unit(cell.text) else ""
        elif column.skip and not _NUMBER_COLUMN.search(column.words) and stub is None and cell.text:
            stub = replace(_label(cell.text, scene.places), thing=_THING_HEADER.search(column.words) is not None)
            if not stub.counts and (stub.owner is None or stub.owner.scope == "whole"):
                stub = replace(stub, owner=_stub_owner(stub, column, scene))
    if stub is None and all(not column.skip or not cell.text for cell, column in zip(line, columns, strict=True)):
        return _Label(), unit
    if stub is None:
        time = line[0].text if re.fullmatch(r"(?:19|20)\d\d年?", line[0].text) else ""
        stub = _Label(time=time and time.rstrip("年") + "年")
    return stub, unit


def _stub_owner(stub: _Label, column: _Label, scene: _Scene) -> Owner | None:
    """Whose line it is: the region of the caption for totals, a division, or a part that only the table knows."""
    base = scene.base
    total = _TOTAL.search(stub.words)
    if total is not None:
        if total["own"]:
            return Owner("subset", stub.words, base.code, base.basis)
        return replace(base, scope="whole")
    if stub.owner is not None:
        return stub.owner if stub.owner.code or not scene.base.code else replace(stub.owner, basis=None)
    if stub.time or not stub.words or stub.thing:
        return None
    if _PLACE_HEADER.search(column.words):
        return Owner("whole", stub.words, None, None)
    return Owner("subset", stub.words, base.code, base.basis)


def _cell_row(cell: Cell, column: _Label, stub: _Label, unit: str, scene: _Scene) -> Row | None:
    """The row of one cell, None where its labels do not say what is counted."""
    change = column.change or stub.change
    ratio = (change and not _AMOUNT.search(column.words)) or column.share
    numeral = _numeral(cell, column.unit or ("%" if ratio else unit or stub.unit or scene.caption.unit))
    if numeral is None or (column.share and numeral.value == 100):
        return None  # the share of the total in itself says nothing
    thing, named = _thing(column, stub, scene)
    time = column.time or stub.time or scene.caption.time
    reading = _reading(thing, time, "" if ratio else numeral.unit, scene) if named else None
    if reading is None:
        if ratio or not numeral.unit or not thing or numeral.kind == "physical":
            return None  # without a measure word nothing says that it counts at all
        reading = _unmapped(thing, time, scene)
    owner = next((o for o in (stub.owner, column.owner) if o is not None), scene.base)
    if stub.owner is not None and column.owner is not None and stub.owner.scope == "subset":
        owner = column.owner
    if owner.scope == "whole":
        owner = scope_for(owner, reading.figure, reading.chunks)
    return _row(cell, numeral, reading, owner, (column, change), scene)


def _row(cell: Cell, numeral: Numeral, reading: _Reading, owner: Owner, how: tuple[_Label, bool], scene: _Scene) -> Row:
    column, change = how
    text = scene.projection.text
    letter = "P" if numeral.kind in ("percent", "points") else "M" if numeral.kind == "money" else "Q"
    chunk = Chunk(letter, cell.start, cell.end, cell.text, numeral.unit, numeral)
    figure = replace(reading.figure, chunk=chunk, rule=_RULE, attributes=dict(reading.figure.attributes))
    kind = reading.kind
    if change:
        points = column.points or numeral.kind == "points"
        name = "change_pp" if points else "change_pct" if numeral.kind == "percent" else "change_abs"
        kind = Kind(name, kind.status, negative=_MINUS.match(cell.text) is not None)
        figure.effect = "change"
    elif column.share:
        kind, figure.effect = Kind("share", kind.status), "share"
    day = _when(figure, kind, reading, scene) if change or column.share else reading.when
    start = text.rfind("\n", 0, cell.start) + 1
    end = text.find("\n", cell.start)
    place = Place(scene.article, scene.projection, Sentence(start, len(text) if end < 0 else end, 0))
    row = row_of(Resolved(figure, kind, owner, day, *role_of(figure, reading.chunks)), place, reading.chunks)
    added = (
        ("table_cell", "double_count_risk")
        if owner.scope == "subset" and _TOTAL.search(owner.name)
        else ("table_cell",)
    )
    flags = row["flags"]
    row["flags"] = (*(flags if isinstance(flags, tuple) else ()), *added)
    return row


def _thing(column: _Label, stub: _Label, scene: _Scene) -> tuple[str, bool]:
    """The words that name what is counted, and whether the catalogue may know them: header, else stub, else caption."""
    for label, other in ((column, stub), (stub, column)):
        if label.counts:
            cue = _NEW.match(other.words) if not other.counts else None
            return (cue["cue"] or "" if cue else "") + label.words, True
    if stub.thing:
        return stub.words, False
    caption = scene.table.caption.text
    mentions = find_indicators(caption)
    if mentions:
        cue = _NEW.match(column.words)
        return (cue["cue"] or "" if cue else "") + caption[mentions[-1].start : mentions[-1].end], True
    for label in (column, stub):
        if label.words and label.owner is None and not label.time:
            return label.words, True
    return "", False


def _numeral(cell: Cell, unit: str) -> Numeral | None:
    """The figure of a cell in its base unit, `unit` where the cell has none, with offsets of the projection."""
    sign = _SIGN.match(cell.text)
    skip = sign.end() if sign else 0
    bare = cell.text[skip:]
    own = next(find_numerals(bare), None)
    if own is None:
        return None
    whole = own if own.unit else next(find_numerals(bare + unit), own)
    at = cell.start + skip
    end = at + min(own.end, len(bare))
    return replace(whole, start=at, end=end, unit_end=at + len(bare), digits=at + own.digits)


def _reading(thing: str, time: str, unit: str, scene: _Scene) -> _Reading | None:
    """The labels read as a sentence; None when the catalogue does not know the thing."""
    key = (thing, time, unit)
    if key not in scene.readings:
        scene.readings[key] = _read(thing, time, unit, scene)
    return scene.readings[key]


def _read(thing: str, time: str, unit: str, scene: _Scene) -> _Reading | None:
    mentions = find_indicators(thing)
    if not mentions:
        return None
    unit = unit or load_ruleset().indicators[mentions[-1].code].unit_default
    text = f"{time},{thing}5{unit}。" if time else f"{thing}5{unit}。"
    sentence = Sentence(0, len(text), 0)
    chunks = settle_heads(
        chunk_text(text, [sentence]).chunks[0], text, f"{scene.article.title or ''}\n{scene.table.caption.text}"
    )
    for figure in bind_sentence(chunks, 0, Topic()):
        numeral = numeral_of(figure.chunk)
        if figure.indicator is not None and figure.effect == "count" and numeral is not None:
            return _settled(figure, chunks, scene, time)
    return None


def _settled(figure: Figure, chunks: list[Chunk], scene: _Scene, time: str) -> _Reading:
    kind = kind_of(figure, chunks, None, KindState(), {})
    if kind.stat_kind == "cumulative" and re.search(r"末|底|截[至止]", time):
        kind = replace(kind, stat_kind="stock")  # a column headed by a day gives the number on that day
    state = replace(scene.times, carried=None, plan=False)
    return _Reading(figure, chunks, kind, when(figure, kind, chunks, times_of(chunks, state), state, None))


def _when(figure: Figure, kind: Kind, reading: _Reading, scene: _Scene) -> When:
    state = replace(scene.times, carried=None, plan=False)
    return when(figure, kind, reading.chunks, times_of(reading.chunks, state), state, None)


def _unmapped(thing: str, time: str, scene: _Scene) -> _Reading:
    """A count that the catalogue lacks, with its label as the counted noun."""
    text = f"{time},{thing}5。"
    chunks = chunk_text(text, [Sentence(0, len(text), 0)]).chunks[0]
    at = len(chunks) - 1
    figure = Figure(0, at, chunks[at], None, "count", _RULE, noun=thing)
    return _settled(figure, chunks, scene, time)
