# ruff: noqa: T201 - a benchmark prints
"""How fast the job is: throughput beside bare `jieba.cut`, stages, web pages, readiness, memory, workers, growth.

    python benchmarks/bench.py [--megabytes 5] [--full] [--json benchmarks/out/bench.json]

Dense text is the sample and the annotated articles (where QUALITYEXTRACT_SHARED names the folder that holds them),
repeated in a shuffled order; general news and web pages come from there too and are left out where it is not there.
Every stage runs over the same slices of a text in turn, so that a busy machine slows them all; medians and quartiles
are over the slices. Quote ratios: megabytes a second depend on the machine. `--full` lets the growth of a
process go to 50,000 articles. The default takes about five minutes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import jieba

from qualityextract.documents import read_article
from qualityextract.find.chunks import chunk_text
from qualityextract.language.projection import project
from qualityextract.language.sentences import split_sentences
from qualityextract.model import Article, RawDocument
from qualityextract.pipeline import article_of, extract_article, extract_batch, read, uncollected

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT.parent / "shared"))
SLICES = 10
SEED = 20231
Numbers = dict[str, float]


def dense_once() -> list[Article]:
    """The sample and, where they are at hand, the annotated articles."""
    files = sorted((ROOT / "data" / "raw").glob("*.txt")) + sorted((SHARED / "articles").glob("*.txt"))
    return [read_article(RawDocument(file.name, file.read_bytes())) for file in files]


def news_once() -> list[Article]:
    """General news, where the corpus is at hand; else nothing."""
    file = SHARED / "corpus" / "news-3000.jsonl.gz"
    if not file.is_file():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [article_of(json.loads(line)["text"]) for line in lines]


def megabytes(articles: Sequence[Article]) -> float:
    return sum(len(article.text.encode()) for article in articles) / 1e6


def repeated(once: list[Article], size: float) -> list[Article]:
    """Articles in a random order, again and again, up to a size in megabytes."""
    order = random.Random(SEED)
    chosen: list[Article] = []
    have = 0.0
    while have < size:
        chosen.append(order.choice(once))
        have += megabytes(chosen[-1:])
    return chosen


def chunks(article: Article) -> object:
    with uncollected():
        projected = project(article.text)
        return chunk_text(projected.text, split_sentences(projected.text), projected.quoted)


def rows(article: Article) -> object:
    with uncollected():
        return read(article)


STAGES: dict[str, Callable[[Article], object]] = {
    "jieba.cut": lambda article: list(jieba.cut(article.text)),
    "project and split": lambda article: split_sentences(project(article.text).text),
    "find (to chunks)": chunks,
    "read (to rows)": rows,
    "whole job (validated rows)": extract_article,
}
"""Each one holds those above it, but for the first."""


def seconds(work: Callable[[Any], object], things: Sequence[Any]) -> float:
    start = time.perf_counter()
    for thing in things:
        work(thing)
    return time.perf_counter() - start


def spread(values: Sequence[float]) -> Numbers:
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": middle, "low": low, "high": high}


def throughput(once: list[Article], size: float) -> dict[str, Any]:
    """Every stage over every slice in turn: MB/s, articles/s, ratio to jieba, share of the whole job."""
    articles = repeated(once, size)
    slices = [articles[at::SLICES] for at in range(SLICES)]
    for work in STAGES.values():
        seconds(work, articles[:20])
    taken = {name: [0.0] * SLICES for name in STAGES}
    for at, part in enumerate(slices):
        for name, work in STAGES.items():
            taken[name][at] = seconds(work, part)
    sizes = [megabytes(part) for part in slices]
    stages = {}
    below = 0.0
    for name, times in taken.items():
        total = sum(times)
        share = None if name == "jieba.cut" else (total - below) / sum(taken["whole job (validated rows)"])
        below = below if share is None else total
        stages[name] = {
            "MB/s": spread([size / time for size, time in zip(sizes, times, strict=True)]),
            "ratio": spread([base / time for base, time in zip(taken["jieba.cut"], times, strict=True)]),
            "articles/s": len(articles) / total,
            "share": share,
        }
    return {"megabytes": sum(sizes), "articles": len(articles), "stages": stages}


def pages() -> dict[str, Any]:
    """Web pages: the reader alone, the whole way, and a known reader of pages where it is installed."""
    files = sorted((SHARED / "pages" / "original").glob("*.html"))
    if not files:
        return {}
    documents = [RawDocument(file.name, file.read_bytes()) for file in files]
    works: dict[str, Callable[[RawDocument], object]] = {
        "reader": read_article,
        "bytes to rows": lambda document: extract_batch([document]),
    }
    try:
        import trafilatura
    except ImportError:
        pass
    else:
        works["trafilatura"] = lambda document: trafilatura.extract(document.data)
    for work in works.values():
        seconds(work, documents[:2])
    rounds = {name: [0.0] * 3 for name in works}
    for at in range(3):
        for name, work in works.items():
            rounds[name][at] = seconds(work, documents)
    size = sum(len(document.data) for document in documents) / 1e6
    return {name: {"pages/s": len(files) / min(times), "MB/s": size / min(times)} for name, times in rounds.items()}


READY = """
import datetime, sys
from qualityextract.pipeline import extract_text
rows = extract_text("全市拥有驰名商标9件。", published=datetime.date(2024, 1, 2)).observations
sys.exit(len(rows) != 1)
"""


def ready() -> Numbers:
    """Seconds from the start of a process to its first row, five times."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", READY], check=True)
        times.append(time.perf_counter() - start)
    return spread(times)


def _worker(count: int) -> tuple[int, float]:
    """In a process of its own: articles extracted one after another; how many rows, and its peak memory in MB."""
    once = news_once() or dense_once()
    order = random.Random(SEED)
    found = sum(len(extract_article(order.choice(once)).figures) for _ in range(count))
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _figures(articles: list[Article]) -> int:
    return sum(len(extract_article(article).figures) for article in articles)


def workers(once: list[Article]) -> Numbers:
    """Articles a second of one and of two processes on the same articles; each process is warm before the clock starts."""
    order = random.Random(SEED)
    batches = [[order.choice(once) for _ in range(25)] for _ in range(40)]
    speeds = {}
    for number in (1, 2):
        with ProcessPoolExecutor(number) as pool:
            list(pool.map(_figures, batches[: 4 * number]))
            start = time.perf_counter()
            list(pool.map(_figures, batches))
            speeds[f"{number} articles/s"] = 1000 / (time.perf_counter() - start)
    return speeds


def growth(once: list[Article], numbers: Sequence[int]) -> dict[str, Numbers]:
    """Milliseconds an article over the last 500 of so many in one process, beside jieba, and its memory: none should grow."""
    order = random.Random(SEED)
    grown: dict[str, Numbers] = {}
    seconds(extract_article, once[:50])
    last: deque[float] = deque(maxlen=500)
    base: deque[float] = deque(maxlen=500)
    for done in range(1, max(numbers) + 1):
        article = order.choice(once)
        last.append(seconds(extract_article, [article]))
        if any(number - done < 500 for number in numbers if number >= done):
            base.append(seconds(STAGES["jieba.cut"], [article]))
        if done in numbers:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            grown[str(done)] = {
                "ms an article": 1000 * statistics.mean(last),
                "x jieba": sum(base) / sum(last),
                "MB at most": memory,
            }
    return grown


def print_throughput(name: str, result: dict[str, Any]) -> None:
    print(
        f"\n{name}: {result['articles']} articles, {result['megabytes']:.1f} MB in {SLICES} slices; median (quartiles)"
    )
    for stage, row in result["stages"].items():
        speed, ratio = row["MB/s"], row["ratio"]
        share = "" if row["share"] is None else f"{row['share']:6.0%} of the job"
        print(
            f"  {stage:28}{speed['median']:7.2f} MB/s {ratio['median']:7.2f} x jieba ({ratio['low']:.2f} to {ratio['high']:.2f})"
            f"{row['articles/s']:8.0f} articles/s {share}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=5.0, help="of dense text and of general news, each")
    parser.add_argument("--full", action="store_true", help="let the growth go to 50,000 articles")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "out" / "bench.json")
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    once = {"dense": dense_once(), "news": news_once()}
    results: dict[str, Any] = {}
    for name, articles in once.items():
        if articles:
            results[name] = throughput(articles, options.megabytes)
            print_throughput(name, results[name])
    plain = once["news"] or once["dense"]
    with ProcessPoolExecutor(1) as pool:
        memory = pool.submit(_worker, 500).result()[1]
    results |= {"pages": pages(), "ready seconds": ready(), "worker MB at most": memory, "workers": workers(plain)}
    results["growth"] = growth(plain, (1_000, 10_000, 50_000) if options.full else (1_000, 3_000))
    print("\n" + json.dumps({key: results[key] for key in results if key not in once}, indent=2))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {options.json}")


if __name__ == "__main__":
    main()
