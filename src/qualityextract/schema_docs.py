"""What is generated from the records: Arrow schema, data package and codebook.

Stands beside `schema` and above it: everything here is derived from the record classes at run time, so the
documentation written beside the tables can't say anything else than what was checked.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types

from qualityextract.schema import RECORDS, Column, Record
from qualityextract.vocabulary import MEANINGS, TableName

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["string", "integer", "number", "boolean", "date", "list", "map"]
Format = Literal["parquet", "csv"]

_KINDS: dict[object, Kind] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dt.date: "date",
    tuple: "list",
    dict: "map",
}
_KEYS: dict[TableName, str] = {
    "articles": "article_id",
    "observations": "observation_id",
    "entities": "entity_id",
    "figures": "figure_id",
}
_CHILDREN: frozenset[TableName] = frozenset({"observations", "entities", "figures"})
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPES: dict[Format, str] = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_READING = """\
- `articles.text[value_start:value_end] == value_text` and `articles.text[quote_start:quote_end] == quote`.
- Offsets are half-open and count Unicode code points. They hold for the Parquet tables; a defused CSV cell (below)
  has one apostrophe more in front.
- A comparison of regions starts from `scope == "whole"`; nothing else may enter a regional total.
- In CSV: UTF-8 with BOM; an empty cell is null; list items are joined by `|` (inside an item written `\\|`, and a
  backslash `\\\\`); `attributes` is a JSON object; booleans are `true` and `false`; a text cell that a spreadsheet
  would run as a formula bears an apostrophe in front (`'=1+1`).
"""


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a column as the record class declares it."""

    name: str
    column: Column
    kind: Kind
    nullable: bool
    filled: bool
    """A text that can't be empty, or a value of another kind that can't be null."""
    values: dict[str, str] | None
    """Allowed values, or allowed items of a list, with their meanings."""
    pattern: str | None
    limits: dict[str, float]


def _unwrapped(annotation: Any) -> tuple[Any, bool, list[Any]]:
    """The bare type inside `Annotated` and `| None`, whether null is allowed, and the constraints on the way."""
    nullable, notes = False, []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            notes += more
        elif origin in (Union, UnionType):
            nullable = True
            (annotation,) = (arm for arm in get_args(annotation) if arm is not NoneType)
        else:
            return annotation, nullable, notes


def _values_of(bare: Any) -> dict[str, str] | None:
    if get_origin(bare) is tuple:
        return _values_of(get_args(bare)[0])
    if get_origin(bare) is not Literal:
        return None
    return MEANINGS.get(bare, {str(value): "" for value in get_args(bare)})


def _constraints(notes: list[Any]) -> tuple[str | None, dict[str, float]]:
    pattern, limits = None, {}
    flat = [part for note in notes for part in getattr(note, "metadata", [note])]
    for note in flat:
        pattern = getattr(note, "pattern", None) or pattern
        if isinstance(note, annotated_types.Ge):
            limits["minimum"] = float(str(note.ge))
        elif isinstance(note, annotated_types.Le):
            limits["maximum"] = float(str(note.le))
        elif isinstance(note, annotated_types.MinLen):
            limits["minLength"] = note.min_length
    return pattern, {key: int(value) if float(value).is_integer() else value for key, value in limits.items()}


@cache
def field_types(table: TableName) -> tuple[FieldType, ...]:
    """The columns of `table` in order, with their types."""
    record: type[Record] = RECORDS[table]
    described = record.columns()
    return tuple(
        _field_type(name, described[name], info.annotation, list(info.metadata))
        for name, info in record.model_fields.items()
    )


def _field_type(name: str, column: Column, annotation: Any, notes: list[Any]) -> FieldType:
    bare, nullable, inner = _unwrapped(annotation)
    kind = "string" if get_origin(bare) is Literal else _KINDS[get_origin(bare) or bare]
    pattern, limits = _constraints(notes + inner)
    values = _values_of(bare)
    empty_allowed = kind in ("list", "map") or (kind == "string" and not (values or pattern or "minLength" in limits))
    return FieldType(
        name=name,
        column=column,
        kind=kind,
        nullable=nullable,
        filled=not nullable and not empty_allowed,
        values=values,
        pattern=pattern,
        limits=limits,
    )


@cache
def arrow_schema(table: TableName) -> pa.Schema:
    """The Arrow schema of `table`; every field carries its meaning, Chinese label and unit as metadata."""
    import pyarrow as pa

    arrow: dict[Kind, Any] = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        # The item's name is the one that Parquet gives it, so that the schema comes back as it was.
        "list": pa.list_(pa.field("element", pa.string(), nullable=False)),
        "map": pa.map_(pa.string(), pa.string()),
    }
    columns = []
    for field in field_types(table):
        note = {"description": field.column.meaning, "label_zh": field.column.label_zh}
        if field.column.unit:
            note["unit"] = field.column.unit
        columns.append(pa.field(field.name, arrow[field.kind], nullable=field.nullable, metadata=note))
    return pa.schema(columns, metadata={"description": _summary(table)})


def _summary(table: TableName) -> str:
    return str(RECORDS[table].__doc__).strip()


def _package_field(field: FieldType, *, key: bool) -> dict[str, object]:
    types = {"map": "object"}
    described: dict[str, object] = {
        "name": field.name,
        "title": field.column.label_zh,
        "type": types.get(field.kind, field.kind),
        "description": field.column.meaning,
    }
    if field.column.unit:
        described["unit"] = field.column.unit
    if field.kind == "list":
        described |= {"delimiter": "|", "itemType": "string"}
    constraints: dict[str, object] = {}
    if field.filled:
        constraints["required"] = True
    if key:
        constraints["unique"] = True
    if field.pattern:
        constraints["pattern"] = field.pattern
    constraints |= field.limits
    if field.values is not None:
        # Frictionless knows no allowed values for the items of a list, so those stand beside the constraints.
        if field.kind == "list":
            described["itemEnum"] = list(field.values)
        else:
            constraints["enum"] = list(field.values)
        described["valueMeanings"] = field.values
    if constraints:
        described["constraints"] = constraints
    return described


def _resource(table: TableName, format_: Format) -> dict[str, object]:
    key = _KEYS.get(table)
    schema: dict[str, object] = {
        "fields": [_package_field(field, key=field.name == key) for field in field_types(table)],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = [key]
    if table in _CHILDREN:
        schema["foreignKeys"] = [
            {"fields": ["article_id"], "reference": {"resource": "articles", "fields": ["article_id"]}}
        ]
    described: dict[str, object] = {
        "name": table,
        "description": _summary(table),
        "path": f"{table}.{format_}",
        "format": format_,
        "mediatype": _MEDIA_TYPES[format_],
    }
    if format_ == "csv":
        described |= {"encoding": "utf-8", "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True}}
    return described | {"schema": schema}


def data_package(formats: tuple[Format, ...], version: str) -> str:
    """`datapackage.json`: type, unit, meaning and allowed values of every column of every table.

    Args:
        formats: what was written. With both, each table is one resource whose main file is the CSV, and its Parquet
            twin is named beside it.
        version: the program's version.
    """
    main: Format = "csv" if "csv" in formats else "parquet"
    resources = []
    for table in RECORDS:
        described = _resource(table, main)
        if "parquet" in formats and main == "csv":
            described["alternates"] = [{"path": f"{table}.parquet", "mediatype": _MEDIA_TYPES["parquet"]}]
        resources.append(described)
    package = {
        "$schema": _PROFILE,
        "name": "qualityextract-output",
        "title": "Figures about quality work in news articles",
        "description": "One row of `observations` per figure about one subject; see codebook.md.",
        "version": version,
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _type_cell(field: FieldType) -> str:
    name = {"list": "list of string", "map": "map of string"}.get(field.kind, field.kind)
    return f"{name}, null" if field.nullable else name


def _codebook_table(table: TableName) -> list[str]:
    lines = [f"## `{table}`", "", f"{_summary(table)}", ""]
    lines += ["| column | 中文 | type | unit | meaning |", "| --- | --- | --- | --- | --- |"]
    for field in field_types(table):
        cells = (f"`{field.name}`", field.column.label_zh, _type_cell(field), field.column.unit or "")
        lines.append("| " + " | ".join(_cell(cell) for cell in (*cells, field.column.meaning)) + " |")
    for field in field_types(table):
        if field.values and any(field.values.values()):
            lines += ["", f"### Values of `{table}.{field.name}` ({field.column.label_zh})", ""]
            lines += ["| value | meaning |", "| --- | --- |"]
            lines += [f"| `{value}` | {_cell(meaning)} |" for value, meaning in field.values.items()]
    return [*lines, ""]


def codebook(version: str) -> str:
    """`codebook.md`: the same for people, with Chinese labels beside the English names."""
    lines = [
        "# Codebook",
        "",
        f"Tables written by qualityextract {version}. 各表字段说明。",
        "",
        "## Reading rules",
        "",
    ]
    lines += [_READING]
    for table in RECORDS:
        lines += _codebook_table(table)
    return "\n".join(lines).rstrip() + "\n"
