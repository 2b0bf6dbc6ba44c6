"""How long loading and a panel take, and how much memory.

    python benchmarks/analysis.py [--rows N] [--articles N] [--one-indicator]

Writes synthetic tables (random regions of the gazetteer, indicators of the catalogue, the first of them far more often
than the last; every tenth row is a copy, a part or a plan) and loads them in a process of its own. The panel is that of
the most frequent indicator; with `--one-indicator` all rows have it, the worst case. Memory is the largest resident set of that process.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import qualityextract as qe  # noqa: E402
from qualityextract.regions import load_gazetteer  # noqa: E402
from qualityextract.ruleset import load_ruleset  # noqa: E402
from qualityextract.schema_docs import arrow_schema  # noqa: E402

KINDS = ["stock", "cumulative", "flow", "change_pct", "share", "target"]
SCOPES = ["whole", "whole", "whole", "subset", "cluster", "organization"]
SOURCES = ["冀东日报", "市场监督管理局", "统计局", "质量观察网", "某百家号", None]


def chosen(values: list[Any], index: Any, kind: Any = None) -> pa.Array:
    return pa.array(values, kind).take(pa.array(index))


def lists_of(values: list[list[str]], index: Any, kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind).take(pa.array(index))


def observations(rows: int, articles: int, *, one_indicator: bool, seed: int = 7) -> pa.Table:
    """Random rows that keep to the schema."""
    random = np.random.default_rng(seed)
    gazetteer = load_gazetteer()
    places = [gazetteer.division(code) for code in gazetteer.codes()]
    codes = list(load_ruleset().indicators.values())
    weights = 1 / np.arange(1, len(codes) + 1)
    which = random.choice(len(codes), rows, p=weights / weights.sum()) if not one_indicator else np.zeros(rows, int)
    place = random.integers(0, len(places), rows)
    days = random.integers(15_000, 20_400, rows).astype("int32")
    article = np.sort(random.integers(0, articles, rows))
    kind = random.integers(0, len(KINDS), rows)
    value = np.round(random.lognormal(4, 1.5, rows))
    schema = arrow_schema("observations")
    lists = schema.field("flags").type
    ids = pa.array([f"{at:016x}" for at in range(rows)])
    flags: list[list[str]] = [[]] * 17 + [["period_default"], ["duplicate_in_article"], ["time_fuzzy"]]
    quote = chosen(
        [f"截至目前，全市共拥有第{at}号句子所说的商标若干件，比上年有所增加。" for at in range(50_000)],
        random.integers(0, 50_000, rows),
    )
    start = np.where(np.array(KINDS)[kind] == "flow", days - 364, days).astype("int32")
    columns: dict[str, Any] = {
        "observation_id": ids,
        "article_id": chosen([f"a{at:015x}" for at in range(articles)], article),
        "published": pa.array(days + 20, pa.int32()).cast(pa.date32()),
        "indicator": chosen([item.code for item in codes], which),
        "indicator_zh": chosen([item.label_zh for item in codes], which),
        "indicator_en": chosen([item.label_en for item in codes], which),
        "indicator_text": chosen([item.label_zh for item in codes], which),
        "stat_kind": chosen(KINDS, kind),
        "status": pa.repeat("achieved", rows),
        "value": pa.array(value),
        "bound": chosen(["exact", "exact", "exact", "over", "about"], random.integers(0, 5, rows)),
        "unit": chosen([item.unit_default for item in codes], which),
        "level": lists_of([[], ["national"], ["national", "industry"]], random.integers(0, 3, rows), lists),
        "role": chosen([None, None, "lead", "participate"], random.integers(0, 4, rows), pa.string()),
        "attributes": lists_of([[], [], [("action", "formulate")]], random.integers(0, 3, rows), pa.map_(pa.string(), pa.string())),
        "scope": chosen(SCOPES, random.integers(0, len(SCOPES), rows)),
        "subject": chosen([item.name for item in places], place),
        "region_code": chosen([item.code for item in places], place),
        "region": chosen([item.path for item in places], place),
        "region_level": chosen([item.level for item in places], place),
        "province": chosen([item.province for item in places], place, pa.string()),
        "prefecture": chosen([item.prefecture for item in places], place, pa.string()),
        "county": chosen([item.county for item in places], place, pa.string()),
        "region_basis": pa.repeat("explicit", rows),
        "period_start": pa.array(start, pa.int32()).cast(pa.date32()),
        "period_end": pa.array(days, pa.int32()).cast(pa.date32()),
        "each": pa.array(np.zeros(rows, dtype=bool)),
        "part_of": pa.array(np.where(random.random(rows) < 0.05, "0000000000000001", None), pa.string()),
        "quote": quote,
        "value_text": pa.array(value.astype(int).astype(str)),
        "rule": chosen(["bind.left_tight", "bind.right", "bind.each"], random.integers(0, 3, rows)),
        "confidence": chosen(["high", "medium", "low"], random.integers(0, 3, rows)),
        "flags": lists_of(flags, random.integers(0, 20, rows), lists),
    }  # fmt: skip
    for name in ("quote_start", "quote_end", "value_start", "value_end"):
        columns[name] = pa.array(random.integers(0, 2000, rows))
    arrays = [columns.get(f.name, pa.nulls(rows, f.type)) for f in schema]
    return pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)


def article_rows(articles: int) -> pa.Table:
    schema = arrow_schema("articles")
    text = "全市共拥有商标若干件。" * 40
    columns: dict[str, Any] = {
        "article_id": pa.array([f"a{at:015x}" for at in range(articles)]),
        "publisher": chosen(SOURCES, np.arange(articles) % len(SOURCES)),
        "title": pa.array([f"第{at}篇" for at in range(articles)]),
        "text": pa.repeat(text, articles),
        "path": pa.array([f"{at}.txt" for at in range(articles)]),
        "n_chars": pa.repeat(len(text), articles),
        "encoding": pa.repeat("utf-8", articles),
        "media_type": pa.repeat("text/plain", articles),
        "authors": pa.array([[]] * articles, schema.field("authors").type),
    }
    arrays = [columns.get(f.name, pa.nulls(articles, f.type)) for f in schema]
    return pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)


def timed(name: str, step: Callable[[], Any], says: Callable[[Any], str]) -> Any:
    """Do it once, as a user meets it, and print wall and processor seconds: on a busy machine they differ."""
    wall, processor = time.perf_counter(), time.process_time()
    found = step()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:10s}{wall:6.2f} s  ({processor:5.2f} s of processor time)  {says(found)}")
    return found


def measure(folder: str) -> None:
    data = timed("load", lambda: qe.load(folder), repr)
    indicator = str(data.observations["indicator"].value_counts().index[0])
    held = int(data.observations["indicator"].eq(indicator).sum())
    timed("panel", lambda: qe.panel(data, indicator, kind="cumulative"), lambda p: f"{p!r} of {held:,} rows")
    timed("conflicts", lambda: qe.conflicts(data), lambda found: f"{len(found):,}")
    timed("coverage", lambda: qe.coverage(data), lambda found: f"{len(found):,} rows")
    print(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--one-indicator", action="store_true", help="all rows are of one indicator")
    parser.add_argument("--measure", metavar="FOLDER", help="only measure tables that are there")
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = observations(options.rows, options.articles, one_indicator=options.one_indicator)
        pq.write_table(rows, Path(folder) / "observations.parquet", compression="zstd", row_group_size=16_384)
        pq.write_table(article_rows(options.articles), Path(folder) / "articles.parquet", compression="zstd")
        del rows
        subprocess.run([sys.executable, __file__, "--measure", folder], check=True)


if __name__ == "__main__":
    main()
