"""Measure the reader of web pages on 36 real Chinese pages whose true body, date and author are known.

Run: `python benchmarks/documents.py [--peers] [--pages]`. The pages lie in the folder `pages` of the material that the
variable QUALITYEXTRACT_SHARED names (default: `../shared` beside the project). Prints token F1 (multiset of Chinese
characters and Latin words) and 4-gram F1 of the body, and the shares of right dates and authors. The pages' author
field names the editor where no author is named, and so is ours read here. A true date that is no date is not judged.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from qualityextract.documents import read_article
from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[A-Za-z]+|\d+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")

Reading = tuple[str, dt.date | None, tuple[str, ...]]


def pages_folder() -> Path:
    """The folder with the sub-folders original, cleaned, date and author."""
    root = Path(__file__).resolve().parents[1]
    return Path(os.environ.get("QUALITYEXTRACT_SHARED", root / ".." / "shared")) / "pages"


def f1(found: list[str], true: list[str]) -> float:
    """Multiset F1 of two token lists."""
    common = sum((Counter(found) & Counter(true)).values())
    return 2 * common / (len(found) + len(true)) if common else 0.0


def grams(tokens: list[str]) -> list[str]:
    """Runs of four tokens."""
    return ["".join(tokens[at : at + 4]) for at in range(len(tokens) - 3)]


def ours(path: Path) -> Reading:
    """This project's reader."""
    article = read_article(RawDocument(path.name, path.read_bytes()))
    by = article.authors or ((article.editor,) if article.editor else ())
    return article.text[article.body_start :], article.published, by


def trafilatura_reader(path: Path) -> Reading:
    """The peer trafilatura, given the right characters."""
    import trafilatura  # a peer, not a dependency: needs lxml_html_clean beside it

    from qualityextract.documents.encoding import decode

    text = decode(path.read_bytes(), path.name).text
    found = trafilatura.bare_extraction(text, include_comments=False, with_metadata=True)
    if found is None:
        return "", None, ()
    fields = found if isinstance(found, dict) else found.as_dict()
    date = dt.date.fromisoformat(fields["date"]) if fields["date"] else None
    return fields["text"] or "", date, tuple((fields["author"] or "").split("; "))


def date_right(found: dt.date | None, true: str) -> bool | None:
    """The same day (or month, where no day is known), or no date where none is known; None where it is no date."""
    match = _DAY.search(true)
    if match is None:
        return found is None if "UNKNOWN" in true else None
    year, month, day = match.groups()
    return found is not None and (found.year, found.month) == (int(year), int(month)) and day in (None, *_days(found))


def _days(date: dt.date) -> tuple[str, str]:
    return str(date.day), f"{date.day:02d}"


def author_right(found: tuple[str, ...], true: str) -> bool:
    """The same set of names; no name where none is known."""
    wanted = {name for name in re.split(r"[\s、,，()]+", true.strip()) if name and name != "UNKNOWN"}
    return wanted == {part for name in found for part in name.split()}


def measure(reader: Callable[[Path], Reading], *, each: bool) -> dict[str, float]:
    """Mean figures over all pages."""
    folder = pages_folder()
    sums: dict[str, float] = defaultdict(float)
    judged = 0
    files = sorted((folder / "original").glob("*.html"))
    for path in files:
        true = {kind: (folder / kind / f"{path.stem}.txt").read_text("utf-8") for kind in ("cleaned", "date", "author")}
        began = time.perf_counter()
        try:
            body, date, authors = reader(path)
        except DocumentError as error:
            print(f"  {path.stem}: {error.reason}")
            body, date, authors = "", None, ()
        spent = time.perf_counter() - began
        found, wanted = _TOKEN.findall(body), _TOKEN.findall(true["cleaned"])
        right = date_right(date, true["date"])
        judged += right is not None
        row = {
            "token_f1": f1(found, wanted),
            "gram_f1": f1(grams(found), grams(wanted)),
            "date": float(bool(right)),
            "author": float(author_right(authors, true["author"])),
            "seconds": spent,
        }
        for key, value in row.items():
            sums[key] += value
        if each:
            print(
                f"  {path.stem[:8]} token {row['token_f1']:.3f} grams {row['gram_f1']:.3f}"
                f" tokens {len(found)}/{len(wanted)}"
                f" date {'ok' if row['date'] else (date, true['date'].strip())}"
                f" author {'ok' if row['author'] else (authors, true['author'].strip())}"
            )
    mean = {key: value / max(1, len(files)) for key, value in sums.items()}
    return mean | {"date": sums["date"] / max(1, judged)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="store_true", help="measure trafilatura too")
    parser.add_argument("--pages", action="store_true", help="print every page")
    options = parser.parse_args()
    if not pages_folder().is_dir():
        raise SystemExit(f"no pages in {pages_folder()}: set QUALITYEXTRACT_SHARED")
    readers = {"qualityextract": ours} | ({"trafilatura": trafilatura_reader} if options.peers else {})
    print(f"{'reader':16} token F1  4-gram F1  date   author  ms a page")
    for name, reader in readers.items():
        try:
            mean = measure(reader, each=options.pages)
        except ImportError as error:
            print(f"{name:16} not measured: {error}")
            continue
        print(
            f"{name:16} {mean['token_f1']:.3f}     {mean['gram_f1']:.3f}      {mean['date']:.3f}  {mean['author']:.3f}"
            f"   {mean['seconds'] * 1000:.0f}"
        )


if __name__ == "__main__":
    main()
