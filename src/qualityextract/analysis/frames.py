"""Arrow tables as typed pandas frames, and back.

Text with few values becomes a category (ordered where the values have an order), days become timestamps, whole
numbers that may be missing `Int64`, lists tuples and maps dicts. A tuple or dict that many rows have in common is one
object: it costs no memory, and must not be changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from qualityextract.schema_docs import FieldType, arrow_schema, field_types
from qualityextract.vocabulary import TableName

ORDERED: dict[str, tuple[str, ...]] = {
    "confidence": ("low", "medium", "high"),
    "region_level": ("county", "prefecture", "province", "country"),
}
"""Categories that have an order, the least first."""

_ITEM, _PAIR = "\x1f", "\x1e"


def to_frame(table: TableName, rows: pa.Table) -> pd.DataFrame:
    """The rows as a frame with the columns of `table` first; see the module for the types."""
    declared = {field.name: field for field in field_types(table)}
    columns = {name: _series(rows.column(name), declared.get(name)) for name in rows.column_names}
    return pd.DataFrame(columns, copy=False)


def _series(column: pa.ChunkedArray, field: FieldType | None) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _category(column, field)
    if field is not None and field.values and field.kind == "string":
        return _category(pc.dictionary_encode(column), field)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).to_pandas()
    if pa.types.is_map(kind):
        return _shared(_map_texts(column), _dict_of)
    if pa.types.is_list(kind):
        return _shared(_list_texts(column), _tuple_of)
    if pa.types.is_integer(kind) and (field is None or field.nullable):
        return column.to_pandas(types_mapper=lambda _: pd.Int64Dtype())
    return column.to_pandas()


def _category(column: pa.ChunkedArray, field: FieldType | None) -> Any:
    """The column as a category: in the order of the vocabulary, or sorted; a value from elsewhere is kept, last."""
    array = column.combine_chunks()
    words = array.dictionary.to_pylist()
    known = list(ORDERED.get(field.name, field.values or ())) if field else []
    used = {w for w in words if w is not None}
    values = known + sorted(used - set(known))
    place = {value: at for at, value in enumerate(values)}
    recode = np.array([place.get(word, -1) for word in words] + [-1], dtype="int32")
    codes = recode[pc.fill_null(array.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)]
    ordered = field is not None and field.name in ORDERED
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(values, ordered=ordered))


def _list_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # Joining knows lists of the plain item type only, not those whose items can't be null.
    texts = [pc.binary_join(_plain_list(chunk.offsets, chunk.values), _ITEM) for chunk in column.chunks]
    return pa.chunked_array(texts, pa.string())


def _plain_list(offsets: pa.Array, items: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(offsets, items.cast(pa.string()))


def _map_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = []
    for chunk in column.chunks:
        pairs = pc.binary_join_element_wise(chunk.keys, pc.fill_null(chunk.items, ""), _PAIR)
        texts.append(pc.binary_join(_plain_list(chunk.offsets, pairs), _ITEM))
    return pa.chunked_array(texts, pa.string())


def _tuple_of(text: str) -> tuple[str, ...]:
    return tuple(text.split(_ITEM)) if text else ()


def _dict_of(text: str) -> dict[str, str]:
    return dict(pair.split(_PAIR, 1) for pair in text.split(_ITEM)) if text else {}


def _shared(texts: pa.ChunkedArray, value_of: Callable[[str], object]) -> pd.Series[Any]:
    """One object for each distinct text, given to all its rows; a null list is an empty one."""
    encoded = pc.dictionary_encode(pc.fill_null(texts, "")).combine_chunks()
    found = encoded.dictionary.to_pylist()
    values = np.empty(len(found), dtype=object)
    for at, text in enumerate(found):
        values[at] = value_of(text)
    return pd.Series(values[encoded.indices.to_numpy(zero_copy_only=False)], dtype=object)


def objects(values: Iterable[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """A column of tuples or other objects, one for each label of the index."""
    return pd.Series(list(values), index=index, dtype=object)


def to_arrow(table: TableName, frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table: declared columns in their declared type, others as pandas gives them."""
    schema = arrow_schema(table)
    columns = {}
    for name in frame.columns:
        at = schema.get_field_index(name)
        columns[name] = _array(frame[name], None if at < 0 else schema.field(at).type)
    return pa.table(columns)


def _array(column: pd.Series[Any], kind: pa.DataType | None) -> pa.Array:
    if kind is not None and pa.types.is_map(kind):
        return pa.array([sorted(value.items()) for value in column], type=kind)
    if isinstance(column.dtype, pd.CategoricalDtype):
        array = pa.array(column).dictionary_decode()
    else:
        array = pa.array(column, from_pandas=True)
    return array if kind is None or array.type == kind else array.cast(kind)
