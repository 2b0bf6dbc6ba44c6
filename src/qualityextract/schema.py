"""The records of the five output tables: column types, allowed values, meanings, and what makes a row impossible.

Stands between the stations and the tables: the pipeline builds rows as plain dicts, `validate_rows` turns them into
strict, frozen records or into rejects, and `Tables` carries the records on to `write`. Arrow schema, data package and
codebook are generated from the classes below (`schema_docs`), so documentation can't drift from what is checked.

All offsets are half-open and count Unicode code points of `articles.text`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, Self, overload

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qualityextract.errors import DocumentError
from qualityextract.vocabulary import (
    COUNTED_FATES,
    POINT_KINDS,
    ArticleFlag,
    Bound,
    Confidence,
    EntityKind,
    Fate,
    Flag,
    Level,
    PublishedBasis,
    RegionBasis,
    RegionLevel,
    RejectStage,
    Role,
    Scope,
    StatKind,
    Status,
    TableName,
)


@dataclass(frozen=True, slots=True)
class Column:
    """What the codebook and the data package say about a column beside its type."""

    label_zh: str
    meaning: str
    unit: str | None = None


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_listed = BeforeValidator(_as_tuple)
_Id = Annotated[str, Field(min_length=1)]
_Offset = Annotated[int, Field(ge=0)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_OFFSET_UNIT = "code points"


class Record(BaseModel):
    """Base of all rows: no coercion, no unknown column, no change after it is made."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """The columns in the order of the table, with what is said about each."""
        return {
            name: next(item for item in info.metadata if isinstance(item, Column))
            for name, info in cls.model_fields.items()
        }


class ArticleRecord(Record):
    """One input document that could be read."""

    article_id: Annotated[
        _Id, Column("文章编号", "Key: hash of the cleaned text; of a later exact copy, with a suffix.")
    ]
    path: Annotated[_Id, Column("文件路径", "The input's path inside the input folder, with `/`.")]
    url: Annotated[str | None, Column("网址", "The page's own address, where it states one.")] = None
    title: Annotated[str | None, Column("标题", "Headline.")] = None
    kicker: Annotated[str | None, Column("引题", "Line above the headline.")] = None
    subtitle: Annotated[str | None, Column("副题", "Line below the headline.")] = None
    published: Annotated[dt.date | None, Column("发布日期", "Day of publication.")] = None
    publisher: Annotated[str | None, Column("来源", "Who published the article.")] = None
    authors: Annotated[tuple[str, ...], _listed, Column("作者", "Names in the byline.")] = ()
    editor: Annotated[str | None, Column("编辑", "The editor in charge.")] = None
    dateline: Annotated[str | None, Column("电头地点", "Place named by the news-agency line that opens the body.")] = (
        None
    )
    text: Annotated[
        str,
        Field(min_length=1),
        Column("正文", "Cleaned text (title, kicker, body) that all offsets point into; one paragraph a line."),
    ]
    n_chars: Annotated[_Offset, Column("字数", "Length of `text`.", _OFFSET_UNIT)]
    encoding: Annotated[_Id, Column("编码", "Encoding in which the file was read.")]
    media_type: Annotated[_Id, Column("媒体类型", "Media type as which the file was read.")]
    duplicate_of: Annotated[
        str | None, Column("重复于", "`article_id` of an earlier same or nearly same text (`copied_article`).")
    ] = None
    coverage: Annotated[
        Annotated[float, Field(ge=0, le=1)] | None,
        Column("覆盖率", "Share of numerals whose fate is neither `unexplained` nor `unmapped`; 1 without numerals."),
    ] = None
    published_basis: Annotated[
        PublishedBasis | None, Column("日期依据", "What `published` was read from; null without a date.")
    ] = None
    flags: Annotated[tuple[ArticleFlag, ...], _listed, Column("提示", "What to know before the text is used.")] = ()
    repairs: Annotated[
        dict[str, str], Column("修复", "What was taken out of `text`: the offset where it stood, and its characters.")
    ] = {}
    signature: Annotated[
        Annotated[str, Field(pattern=r"^[0-9a-f]{256}$")] | None,
        Column(
            "文本指纹",
            "MinHash of the text in 64 numbers of 4 hex digits; the more are equal, the more wording is shared.",
        ),
    ] = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _require(self.n_chars == len(self.text), f"n_chars: {self.n_chars} but text has {len(self.text)} characters")
        _require(self.duplicate_of != self.article_id, "duplicate_of: an article can't be a copy of itself")
        return self


class ObservationRecord(Record):
    """One figure about one subject: one value, one indicator, one region, one period, with its evidence."""

    observation_id: Annotated[_Id, Column("记录编号", "Key: the same article and rules give the same id on every run.")]
    article_id: Annotated[_Id, Column("文章编号", "Key into `articles`.")]
    published: Annotated[dt.date | None, Column("发布日期", "The article's publication date.")] = None
    indicator: Annotated[
        str,
        Field(pattern=r"^(unmapped|[a-z0-9_]+(\.[a-z0-9_]+)+)$"),
        Column("指标代码", "Code of the indicator catalogue, or `unmapped` when the catalogue lacks what is counted."),
    ]
    indicator_zh: Annotated[str | None, Column("指标名称", "The catalogue's Chinese label.")] = None
    indicator_en: Annotated[str | None, Column("指标英文名", "The catalogue's English label.")] = None
    indicator_text: Annotated[str, Column("指标原文", "The words in the article that name what is counted.")]
    stat_kind: Annotated[StatKind, Column("统计类型", "What kind of statement the figure makes.")]
    status: Annotated[Status, Column("状态", "Whether the thing counted is a fact, or how far it got.")]
    value: Annotated[
        _Number,
        Column("数值", "Stated number in the base unit; of a range the lower end; a fall is negative.", "see `unit`"),
    ]
    value_max: Annotated[
        _Number | None, Column("数值上限", "Upper end of a stated or conventional range.", "see `unit`")
    ] = None
    bound: Annotated[Bound, Column("精确程度", "How the words around the numeral bound it.")]
    unit: Annotated[
        str, Column("单位", "Canonical measure word or unit: 项 件 个 家 户 次 人 批次 元 % 百分点 分 倍 位 ….")
    ]
    level: Annotated[
        tuple[Level, ...], _listed, Column("级别", "Levels of the counted thing that the words name.")
    ] = ()
    role: Annotated[Role | None, Column("角色", "Part taken in making it; null where the article does not say.")] = None
    attributes: Annotated[
        dict[str, str], Column("其他属性", "Other attributes of the indicator: action, tier, object, base_period, ….")
    ] = {}
    scope: Annotated[Scope, Column("统计口径", "Whose figure it is; only `whole` may enter a regional total.")]
    subject: Annotated[str, Column("主体", "The subject's name as written; for `whole` the region.")]
    subject_count: Annotated[
        Annotated[int, Field(ge=1)] | None,
        Column("主体数量", "How many members a `subset` or `event_set` has.", "members"),
    ] = None
    region_code: Annotated[
        Annotated[str, Field(pattern=r"^\d{6}$")] | None,
        Column("区划代码", "GB/T 2260 code of the smallest division that holds the subject; 100000 for the country."),
    ] = None
    region: Annotated[str | None, Column("地区", "That division's full name from the province down.")] = None
    region_level: Annotated[RegionLevel | None, Column("地区级别", "Level of that division.")] = None
    province: Annotated[str | None, Column("省", "Province on the way down.")] = None
    prefecture: Annotated[str | None, Column("市", "Prefecture on the way down.")] = None
    county: Annotated[str | None, Column("县", "County on the way down.")] = None
    region_basis: Annotated[RegionBasis | None, Column("地区依据", "What the region was read from.")] = None
    period_start: Annotated[dt.date | None, Column("时期起", "First day that the figure covers or holds for.")] = None
    period_end: Annotated[
        dt.date | None, Column("时期止", "Last day; of a target the day by which it is to be reached.")
    ] = None
    period_text: Annotated[
        str | None, Column("时间原文", "Words the period came from; null where it is the default.")
    ] = None
    each: Annotated[bool, Column("各", "The article gave the value for each of several subjects.")] = False
    part_of: Annotated[str | None, Column("属于", "`observation_id` of the whole that this figure is a part of.")] = (
        None
    )
    quote: Annotated[str, Field(min_length=1), Column("原句", "The sentence, verbatim.")]
    quote_start: Annotated[_Offset, Column("原句起", "Where `quote` begins in `articles.text`.", _OFFSET_UNIT)]
    quote_end: Annotated[_Offset, Column("原句止", "Where `quote` ends (half-open).", _OFFSET_UNIT)]
    value_text: Annotated[
        str,
        Field(min_length=1),
        Column("数字原文", "Numeral expression, verbatim; of an implied count the words that imply it."),
    ]
    value_start: Annotated[_Offset, Column("数字起", "Where `value_text` begins in `articles.text`.", _OFFSET_UNIT)]
    value_end: Annotated[_Offset, Column("数字止", "Where `value_text` ends (half-open).", _OFFSET_UNIT)]
    rule: Annotated[_Id, Column("规则", "Id of the rule that produced the row.")]
    confidence: Annotated[Confidence, Column("可信度", "How sure the rules are, by documented criteria.")]
    flags: Annotated[tuple[Flag, ...], _listed, Column("提示", "What to know before the row is used.")] = ()
    region_code_current: Annotated[
        Annotated[str, Field(pattern=r"^\d{6}$")] | None,
        Column("现行区划代码", "Code in force now for the same division; null where it was split up."),
    ] = None
    region_current: Annotated[str | None, Column("现行地区", "Full name under that code.")] = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_value(self)
        _check_region(self)
        _check_period(self)
        _check_evidence(self)
        _require(self.part_of != self.observation_id, "part_of: a figure can't be a part of itself")
        return self


class EntityRecord(Record):
    """One mention of a named thing."""

    entity_id: Annotated[_Id, Column("实体编号", "Key.")]
    article_id: Annotated[_Id, Column("文章编号", "Key into `articles`.")]
    kind: Annotated[EntityKind, Column("类别", "What is named.")]
    surface: Annotated[str, Field(min_length=1), Column("原文", "The name as written.")]
    canonical: Annotated[str, Field(min_length=1), Column("规范名", "The same name for all ways of writing it.")]
    code: Annotated[
        str | None, Column("代码", "Region code, standard number or catalogue code, where there is one.")
    ] = None
    start: Annotated[_Offset, Column("起", "Where `surface` begins in `articles.text`.", _OFFSET_UNIT)]
    end: Annotated[_Offset, Column("止", "Where `surface` ends (half-open).", _OFFSET_UNIT)]
    attributes: Annotated[dict[str, str], Column("其他属性", "What else the name tells.")] = {}

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_slice("surface", self.surface, self.start, self.end)
        return self


class FigureRecord(Record):
    """One numeral expression of the cleaned text and what became of it: the ledger."""

    figure_id: Annotated[_Id, Column("数字编号", "Key.")]
    article_id: Annotated[_Id, Column("文章编号", "Key into `articles`.")]
    value_text: Annotated[str, Field(min_length=1), Column("数字原文", "Numeral expression, verbatim.")]
    value_start: Annotated[_Offset, Column("起", "Where it begins in `articles.text`.", _OFFSET_UNIT)]
    value_end: Annotated[_Offset, Column("止", "Where it ends (half-open).", _OFFSET_UNIT)]
    value: Annotated[_Number | None, Column("数值", "Its number in the base unit, where it is one.", "see `unit`")] = (
        None
    )
    unit: Annotated[str | None, Column("单位", "Canonical measure word that follows it.")] = None
    fate: Annotated[Fate, Column("去向", "What became of it; every numeral has exactly one fate.")]
    observation_ids: Annotated[
        tuple[str, ...], _listed, Column("记录编号", "Rows of `observations` that it led to.")
    ] = ()
    rule: Annotated[str | None, Column("规则", "Id of the rule that settled it.")] = None
    sentence: Annotated[str, Field(min_length=1), Column("原句", "The sentence that it stands in.")]

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_slice("value_text", self.value_text, self.value_start, self.value_end)
        _require(self.value_text in self.sentence, "sentence: does not hold value_text")
        if bool(self.observation_ids) != (self.fate in COUNTED_FATES):
            raise ValueError(f"observation_ids: {len(self.observation_ids)} rows do not fit fate {self.fate}")
        return self


class RejectRecord(Record):
    """One document or record that failed: quarantined with the reason, never dropped."""

    path: Annotated[_Id, Column("文件路径", "The input's path inside the input folder.")]
    article_id: Annotated[str | None, Column("文章编号", "The article, where it was read as one.")] = None
    stage: Annotated[RejectStage, Column("环节", "Where on the way of the data it failed.")]
    table: Annotated[
        Literal["articles", "observations", "entities", "figures"] | None, Column("表", "Table of a failed record.")
    ] = None
    reason: Annotated[_Id, Column("原因", "What is wrong.")]
    hint: Annotated[str, Column("建议", "What can be done about it.")] = ""
    raw: Annotated[str | None, Column("原始内容", "Raw values of a failed record, as a JSON object.")] = None


RECORDS: dict[TableName, type[Record]] = {
    "articles": ArticleRecord,
    "observations": ObservationRecord,
    "entities": EntityRecord,
    "figures": FigureRecord,
    "rejects": RejectRecord,
}


@dataclass(frozen=True, slots=True)
class Tables:
    """The five tables as records, in the order in which the documents were given."""

    articles: tuple[ArticleRecord, ...] = ()
    observations: tuple[ObservationRecord, ...] = ()
    entities: tuple[EntityRecord, ...] = ()
    figures: tuple[FigureRecord, ...] = ()
    rejects: tuple[RejectRecord, ...] = ()

    @classmethod
    def empty(cls) -> Tables:
        """Tables without rows, the neutral element of `+`."""
        return cls()

    @classmethod
    def joined(cls, parts: Iterable[Tables]) -> Tables:
        """All rows of `parts` in their order; the same as adding them up, in linear time."""
        held = list(parts)
        return cls(*(tuple(row for part in held for row in getattr(part, f.name)) for f in fields(cls)))

    def __add__(self, other: Tables) -> Tables:
        return Tables.joined((self, other))

    def rows(self, table: TableName) -> tuple[Record, ...]:
        """The rows of the table of that name."""
        found: tuple[Record, ...] = getattr(self, table)
        return found


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _check_slice(name: str, surface: str, start: int, end: int) -> None:
    if len(surface) == end - start > 0:
        return  # nearly always; a message costs more to put together than the check
    _require(end > start, f"{name}: ends at {end}, not after its start {start}")
    _require(len(surface) == end - start, f"{name}: {len(surface)} characters do not fit offsets {start} to {end}")


def _check_evidence(row: ObservationRecord) -> None:
    _check_slice("quote", row.quote, row.quote_start, row.quote_end)
    _check_slice("value_text", row.value_text, row.value_start, row.value_end)
    at = row.value_start - row.quote_start
    held = at >= 0 and row.quote[at : at + len(row.value_text)] == row.value_text
    _require(held, "quote: does not hold value_text at its offsets")


def _check_value(row: ObservationRecord) -> None:
    if row.value_max is not None:
        _require(row.value_max >= row.value, f"value_max: {row.value_max} is less than value {row.value}")
    _require(row.bound != "range" or row.value_max is not None, "value_max: a range needs an upper end")
    _require(row.stat_kind != "rank" or row.value >= 1, f"value: {row.value} is no position in a ranking")
    counted = row.scope in ("subset", "event_set")
    _require(row.subject_count is None or counted, f"subject_count: does not fit scope {row.scope}")
    for name in ("level", "flags"):
        items = getattr(row, name)
        _require(len(set(items)) == len(items), f"{name}: the same item twice")


def _check_period(row: ObservationRecord) -> None:
    start, end = row.period_start, row.period_end
    if start is not None and end is not None:
        _require(start <= end, f"period_end: {end} is before period_start {start}")
    if row.stat_kind in POINT_KINDS:
        _require(start == end, f"period_start: a {row.stat_kind} holds for one day, not {start} to {end}")


_DIVISION = re.compile(r"(?P<country>100000)|(?P<province>\d{2}0000)|(?P<prefecture>\d{4}00)|(?P<county>\d{6})")
_NAMES_OF_LEVEL: dict[str, tuple[set[str], set[str]]] = {
    "country": (set(), set()),
    "province": ({"province"}, {"province"}),
    "prefecture": ({"province", "prefecture"}, {"province", "prefecture"}),
    # Counties run by the province itself, and districts of municipalities, have no prefecture.
    "county": ({"province", "county"}, {"province", "prefecture", "county"}),
}
"""For each level the names that must be there, and those that may."""


def _check_region(row: ObservationRecord) -> None:
    named = {name for name in ("province", "prefecture", "county") if getattr(row, name) is not None}
    if row.region_code is None:
        rest = [
            name
            for name in ("region", "region_level", "region_code_current", "region_current")
            if getattr(row, name) is not None
        ] + sorted(named)
        _require(not rest, f"region_code: null, but {', '.join(rest)} given")
        return
    match = _DIVISION.fullmatch(row.region_code)
    level = match.lastgroup if match else None
    _require(row.region_level == level, f"region_level: {row.region_level} does not fit code {row.region_code}")
    _require(bool(row.region), "region: a code without a name")
    _require(row.region_basis is not None, "region_basis: a region without what it was read from")
    must, may = _NAMES_OF_LEVEL[str(level)]
    _require(
        must <= named <= may, f"region_code: names of {', '.join(sorted(named)) or 'no division'} do not fit a {level}"
    )


def _plain(value: object) -> object:
    """A value that JSON can hold: what it can't is written as Python shows it."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return repr(value)


def _writable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _reason(error: ValidationError) -> str:
    said = []
    for item in error.errors(include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        shown = repr(item["input"])
        got = f" (got {shown[:77] + '…' if len(shown) > 80 else shown})" if name and item["type"] != "missing" else ""
        said.append(f"{name}: {message}{got}" if name else message)
    return "; ".join(said)


def record_reject(table: TableName, row: Mapping[str, object], path: str, error: ValidationError) -> RejectRecord:
    """The reject of a row of `table` that failed validation, with its raw values."""
    article_id = row.get("article_id")
    return RejectRecord(
        path=path,
        article_id=_writable(article_id) if isinstance(article_id, str) else None,
        stage="record",
        table=None if table == "rejects" else table,
        reason=_writable(_reason(error)),
        hint="A rule built a row that can't be; please report the article and this reason.",
        raw=_writable(json.dumps(_plain(row), ensure_ascii=False, sort_keys=True)),
    )


def document_reject(error: DocumentError, stage: RejectStage = "document") -> RejectRecord:
    """The reject of a document that could not be opened (`read`) or is no article (`document`)."""
    path, reason, hint = (_writable(text) for text in (error.path, error.reason, error.hint))
    return RejectRecord(path=path, stage=stage, reason=reason, hint=hint)


@overload
def validate_rows(
    table: Literal["articles"], rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[list[ArticleRecord], list[RejectRecord]]: ...
@overload
def validate_rows(
    table: Literal["observations"], rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[list[ObservationRecord], list[RejectRecord]]: ...
@overload
def validate_rows(
    table: Literal["entities"], rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[list[EntityRecord], list[RejectRecord]]: ...
@overload
def validate_rows(
    table: Literal["figures"], rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[list[FigureRecord], list[RejectRecord]]: ...
def validate_rows(
    table: TableName, rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[list[Any], list[RejectRecord]]:
    """Turn the rows of one document into records of `table`.

    Args:
        table: name of the table; columns that may be null or empty may be left out of a row.
        rows: one dict a row; lists may be lists or tuples, dates must be `datetime.date`.
        path: the document's path, for the rejects.

    Returns:
        The records, and for each row that failed a reject with the reason and the raw values, both in order.
    """
    record = RECORDS[table]
    good: list[Any] = []
    bad: list[RejectRecord] = []
    for row in rows:
        try:
            good.append(record.model_validate(row))
        except ValidationError as error:
            bad.append(record_reject(table, row, path, error))
    return good, bad
