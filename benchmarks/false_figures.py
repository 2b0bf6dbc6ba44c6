"""Mapped figures of general news, drawn for a person to read one by one: how many are false?

    python benchmarks/false_figures.py [--draw N] [--seed N] [--width N] [--out FILE.csv] [FILE.jsonl.gz]

Most general news says nothing that the catalogue counts, so what is mapped there shows where the rules are too free.
Each line of the file is a JSON object with `id`, `text` and `published` (a date or null). Without one the file is
`corpus/news-3000.jsonl.gz` in the folder that QUALITYEXTRACT_SHARED names (`../shared` by default). A row is named by
the text's id and the offset of its numeral; the window shows the words around the numeral.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import json
import logging
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import jieba

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from qualityextract.pipeline import extract_text  # noqa: E402

SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT / ".." / "shared"))
COLUMNS = ("row", "indicator", "value", "unit", "stat_kind", "scope", "subject", "region_code", "window", "rule")


def mapped_rows(path: Path, *, width: int) -> Iterator[dict[str, object]]:
    """Every row with an indicator of the catalogue, text by text; `width` characters around the numeral."""
    if not path.is_file():
        raise SystemExit(f"{path}: not there; name a file or set QUALITYEXTRACT_SHARED")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            day = dt.date.fromisoformat(item["published"][:10]) if item["published"] else None
            for row in extract_text(item["text"], published=day).observations:
                if row.indicator == "unmapped":
                    continue
                side = max(0, width - len(row.value_text)) // 2
                low, high = max(0, row.value_start - side), row.value_end + side
                yield {
                    "row": f"{item['id']}:{row.value_start}",
                    "indicator": row.indicator,
                    "value": f"{row.value:.12g}",
                    "unit": row.unit,
                    "stat_kind": row.stat_kind,
                    "scope": row.scope,
                    "subject": row.subject,
                    "region_code": row.region_code or "",
                    "window": item["text"][low:high].replace("\n", " "),
                    "rule": row.rule,
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "corpus" / "news-3000.jsonl.gz")
    parser.add_argument("--draw", type=int, default=200, help="rows to draw; all if there are fewer; 0 for all")
    parser.add_argument("--seed", type=int, default=20231)
    parser.add_argument("--width", type=int, default=24, help="characters shown around and with the numeral")
    parser.add_argument("--out", type=Path, help="CSV to write; printed if left out")
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    rows = list(mapped_rows(options.file, width=options.width))
    drawn = rows
    if 0 < options.draw < len(rows):
        at = sorted(random.Random(options.seed).sample(range(len(rows)), options.draw))
        drawn = [rows[i] for i in at]
    stream = options.out.open("w", encoding="utf-8", newline="") if options.out else sys.stdout
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(drawn)
    if options.out:
        stream.close()
    print(f"{len(rows)} mapped rows, {len(drawn)} drawn", file=sys.stderr)


if __name__ == "__main__":
    main()
