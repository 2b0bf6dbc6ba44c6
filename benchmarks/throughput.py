# ruff: noqa: T201 - a benchmark prints
"""Throughput of the whole job as a ratio to bare `jieba.cut` over the same text, in one process on one core.

    python benchmarks/throughput.py [--megabytes 1.0] [--rounds 3] [--json FILE]

Dense text is the sample (and the annotated articles, where QUALITYEXTRACT_SHARED names them) repeated in a shuffled
order; general news is the corpus there. Rounds are interleaved; medians are printed. Ratios are what to quote: absolute
figures depend on the machine.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import jieba

from qualityextract.documents import read_article
from qualityextract.find.chunks import chunk_text
from qualityextract.language.projection import project
from qualityextract.language.sentences import split_sentences
from qualityextract.model import Article, RawDocument
from qualityextract.pipeline import article_of, extract_article, read

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT.parent / "shared"))


def dense(megabytes: float) -> list[Article]:
    """The sample and the annotated articles, repeated in a shuffled order up to a size."""
    files = sorted((ROOT / "data" / "raw").glob("*.txt")) + sorted((SHARED / "articles").glob("*.txt"))
    once = [read_article(RawDocument(file.name, file.read_bytes())) for file in files]
    return _repeated(once, megabytes)


def news(megabytes: float) -> list[Article]:
    """General news, where the corpus is at hand; else nothing."""
    file = SHARED / "corpus" / "news-3000.jsonl.gz"
    if not file.is_file():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        once = [article_of(json.loads(line)["text"]) for line in lines]
    return _repeated(once, megabytes)


def _repeated(once: list[Article], megabytes: float) -> list[Article]:
    order = random.Random(20231)
    chosen: list[Article] = []
    size = 0.0
    while size < megabytes * 1e6:
        article = order.choice(once)
        chosen.append(article)
        size += len(article.text.encode())
    return chosen


def _seconds(work: Callable[[Article], object], articles: list[Article]) -> float:
    start = time.perf_counter()
    for article in articles:
        work(article)
    return time.perf_counter() - start


def _chunks(article: Article) -> object:
    projected = project(article.text)
    return chunk_text(projected.text, split_sentences(projected.text))


STAGES: dict[str, Callable[[Article], object]] = {
    "jieba.cut": lambda article: list(jieba.cut(article.text)),
    "project and split": lambda article: split_sentences(project(article.text).text),
    "find (to chunks)": _chunks,
    "read (to rows)": read,
    "whole job (validated rows)": extract_article,
}


def measure(articles: list[Article], rounds: int) -> dict[str, dict[str, float]]:
    """Median MB/s of every stage and its ratio to jieba."""
    size = sum(len(article.text.encode()) for article in articles) / 1e6
    taken: dict[str, list[float]] = {name: [] for name in STAGES}
    for work in STAGES.values():
        work(articles[0])
    for _ in range(rounds):
        for name, work in STAGES.items():
            taken[name].append(_seconds(work, articles))
    base = size / statistics.median(taken["jieba.cut"])
    return {
        name: {
            "MB/s": size / statistics.median(times),
            "ratio": size / statistics.median(times) / base,
            "articles/s": len(articles) / statistics.median(times),
        }
        for name, times in taken.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    results = {}
    for name, articles in (("dense", dense(options.megabytes)), ("news", news(options.megabytes))):
        if not articles:
            print(f"{name}: no text at hand")
            continue
        results[name] = measure(articles, options.rounds)
        print(f"{name}: {len(articles)} articles")
        for stage, figures in results[name].items():
            print(
                f"  {stage:28} {figures['MB/s']:8.2f} MB/s  {figures['ratio']:6.2f} x jieba  {figures['articles/s']:8.0f} articles/s"
            )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
