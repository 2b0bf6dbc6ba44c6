"""How many articles bear each flag of damage, and what set it: to judge false alarms by eye.

    python benchmarks/noise.py [--show N | --strip | --traditional] [FILE.jsonl.gz | FOLDER]...

Each line of a file is a JSON object with a `text`; of a folder every `.txt` is read as a document. Without one they are
`articles` and `corpus/news-3000.jsonl.gz` in the folder that QUALITYEXTRACT_SHARED names (`../shared` by default). `--show`
prints so many places of every flag with the words around them. `--strip` takes all digits out of every text that has five
numbers or more, as filters of websites do, and counts the texts in which that is noticed. `--traditional` converts every text to
three styles of traditional script and counts the rows that are lost or come anew.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import jieba
import opencc

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from qualityextract.documents import read_article  # noqa: E402
from qualityextract.errors import DocumentError  # noqa: E402
from qualityextract.find.damage import find_gaps  # noqa: E402
from qualityextract.language.projection import project  # noqa: E402
from qualityextract.model import Article, RawDocument  # noqa: E402
from qualityextract.pipeline import extract_article, extract_batch  # noqa: E402
from qualityextract.schema import Tables  # noqa: E402
from qualityextract.vocabulary import ArticleFlag  # noqa: E402

SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT / ".." / "shared"))
AROUND = 15


def documents_of(path: Path) -> list[RawDocument]:
    if path.is_dir():
        return [RawDocument(file.name, file.read_bytes()) for file in sorted(path.glob("*.txt"))]
    if not path.is_file():
        raise SystemExit(f"{path}: not there; name a file or set QUALITYEXTRACT_SHARED")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [RawDocument(f"{n}.txt", str(json.loads(line)["text"]).encode()) for n, line in enumerate(lines)]


def places(article: Article, tables: Tables) -> Iterator[tuple[str, str]]:
    """A flag and the words around what set it."""
    text = article.text
    for at, removed in article.repairs:
        yield "text_repaired", f"{text[max(0, at - AROUND) : at]}[{removed}]{text[at : at + AROUND]}"
    projection = project(text)
    for gap in find_gaps(projection.text):
        at = projection.start(gap)
        yield "number_missing", f"{text[max(0, at - AROUND) : at + 1]}<{text[at + 1 : at + AROUND]}"
    if not article.repairs:
        for row in tables.observations:
            if "text_repaired" in row.flags:
                yield "text_repaired", f"numeral {row.value_text!r} in {row.quote[:60]}"
    for flag in set(tables.articles[0].flags) & {"script_converted", "spun_text"}:
        yield flag, text[:60]


def print_flags(path: Path, show: int) -> None:
    articles = rows = rejected = 0
    flags: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for document in documents_of(path):
        try:
            article = read_article(document)
        except DocumentError:
            rejected += 1
            continue
        tables = extract_article(article)
        articles, rows = articles + 1, rows + len(tables.observations)
        flags.update(tables.articles[0].flags)
        marked.update(flag for row in tables.observations for flag in row.flags)
        for flag, words in places(article, tables):
            shown[flag] += 1
            if shown[flag] <= show:
                print(f"  {document.path} {flag}: {words!r}")
    print(f"{path.name}: {articles} articles, {rejected} rejected, {rows} rows")
    for flag in get_args(ArticleFlag):
        print(f"  {flag:20s} {flags[flag]:5d} articles {marked[flag]:6d} rows")


NUMBER = re.compile(r"\d+(?:[.．,，]\d+)*")
MANY = 5


def print_stripped(path: Path) -> None:
    texts = [document.data.decode("utf-8", errors="replace") for document in documents_of(path)]
    texts = [text for text in texts if len(NUMBER.findall(text)) >= MANY]
    noticed = sum(bool(find_gaps(project(NUMBER.sub("", text)).text)) for text in texts)
    print(f"{path.name}: lost numbers noticed in {noticed} of {len(texts)} texts ({noticed / len(texts):.1%})")


FACTS = (
    "indicator",
    "value",
    "value_max",
    "bound",
    "unit",
    "region_code",
    "period_start",
    "period_end",
    "stat_kind",
    "scope",
)


def facts_of(document: RawDocument, text: str) -> Counter[str]:
    rows = extract_batch([RawDocument(document.path, text.encode())]).observations
    return Counter(str([getattr(row, name) for name in FACTS]) for row in rows)


def print_traditional(path: Path) -> None:
    documents = [(document, document.data.decode("utf-8")) for document in documents_of(path)]
    plain = [facts_of(document, text) for document, text in documents]
    for style in ("s2t", "s2hk", "s2twp"):
        convert = opencc.OpenCC(style).convert
        found = [facts_of(document, convert(text)) for document, text in documents]
        lost = sum((old - new).total() for old, new in zip(plain, found, strict=True))
        anew = sum((new - old).total() for old, new in zip(plain, found, strict=True))
        print(f"{path.name} {style}: of {sum(map(Counter.total, plain))} rows {lost} lost, {anew} new")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = [SHARED / "articles", SHARED / "corpus" / "news-3000.jsonl.gz"]
    parser.add_argument("paths", nargs="*", type=Path, default=default)
    parser.add_argument("--show", type=int, default=0, help="places to print for every flag")
    parser.add_argument("--strip", action="store_true", help="count the texts in which taken out digits are noticed")
    parser.add_argument("--traditional", action="store_true", help="count the rows that another script changes")
    options = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    for path in options.paths:
        if options.traditional:
            print_traditional(path)
        elif options.strip:
            print_stripped(path)
        else:
            print_flags(path, options.show)


if __name__ == "__main__":
    main()
