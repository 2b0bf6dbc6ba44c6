"""What becomes of the numerals of general news, and what finding them costs beside `jieba.cut`.

    python benchmarks/ledger.py [--sample N] [--seed N] [FILE.jsonl.gz | FOLDER]

Each line of the file is a JSON object with a `text`; of a folder every `.txt` is read. Without one the file is `corpus/news-3000.jsonl.gz` in the folder
that QUALITYEXTRACT_SHARED names (`../shared` by default). Speeds are megabytes of UTF-8 a second of processor time, in
one process; the ratio to segmentation in the same run is the figure to compare between machines. The slowest article is
told as a multiple of the median time per character; texts under 200 characters count as 200, since a call costs something.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import jieba

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from qualityextract.find.chunks import chunk_text  # noqa: E402
from qualityextract.find.masks import find_masks  # noqa: E402
from qualityextract.language.projection import project  # noqa: E402
from qualityextract.language.sentences import split_sentences  # noqa: E402
from qualityextract.pipeline import extract_text  # noqa: E402

SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT / ".." / "shared"))


def texts_of(path: Path, *, sample: int, seed: int) -> list[str]:
    if path.is_dir():
        return [file.read_text(encoding="utf-8") for file in sorted(path.glob("*.txt"))]
    if not path.is_file():
        raise SystemExit(f"{path}: not there; name a file or set QUALITYEXTRACT_SHARED")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [str(json.loads(line)["text"]) for line in lines]
    return random.Random(seed).sample(texts, sample) if 0 < sample < len(texts) else texts


def speed(step: Callable[[str], object], texts: list[str], megabytes: float) -> float:
    step(texts[0])
    start = time.process_time()
    for text in texts:
        step(text)
    return megabytes / (time.process_time() - start)


def print_fates(texts: list[str]) -> None:
    fates = Counter(figure.fate for text in texts for figure in extract_text(text).figures)
    print(f"{len(texts)} articles, {fates.total()} numerals")
    for fate, count in fates.most_common():
        print(f"  {fate:16s} {count:7d}  {count / fates.total():7.2%}")


def print_speeds(texts: list[str]) -> None:
    projected = [project(text).text for text in texts]
    megabytes = sum(len(text.encode()) for text in projected) / 1e6
    steps: dict[str, Callable[[str], object]] = {
        "jieba.cut": lambda text: list(jieba.cut(text)),
        "find_masks": find_masks,
        "chunk_text": lambda text: chunk_text(text, split_sentences(text)),
        "extract_text": extract_text,
    }
    speeds = {name: speed(step, projected, megabytes) for name, step in steps.items()}
    for name, value in speeds.items():
        print(f"  {name:16s} {value:7.2f} MB/s  {value / speeds['jieba.cut']:6.2f} of jieba.cut")


_SHORTEST = 200


def print_slowest(texts: list[str]) -> None:
    """The time per character of every article against the median one."""
    extract_text(texts[0])
    costs = []
    for text in texts:
        times = []
        for _ in range(2):
            start = time.process_time()
            extract_text(text)
            times.append(time.process_time() - start)
        costs.append(min(times) / max(len(text), _SHORTEST))
    middle = statistics.median(costs)
    slowest = max(range(len(texts)), key=costs.__getitem__)
    print(
        f"  slowest article  {costs[slowest] / middle:7.2f} x the median time per character ({texts[slowest][:20]!r})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "corpus" / "news-3000.jsonl.gz")
    parser.add_argument("--sample", type=int, default=300, help="articles to read; 0 for all")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    texts = texts_of(options.file, sample=options.sample, seed=options.seed)
    print_fates(texts)
    print_speeds(texts)
    print_slowest(texts)


if __name__ == "__main__":
    main()
