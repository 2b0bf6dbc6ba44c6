"""Measure the reader of web pages, and its peers, on 36 real Chinese pages whose true body, date and author are known.

Run: `python benchmarks/documents.py [--peers] [--pages]`. The pages lie in the folder `pages` of the material that the
variable QUALITYEXTRACT_SHARED names (default: `../shared` beside the project). Prints token F1 (multiset of Chinese
characters and Latin words) and 4-gram F1 of the body, and the shares of right dates and authors. The pages' author
field names the editor where no author is named, and so is ours read here. A true date that is no date is not judged.
`checked` is the share of right dates where the days of documents-truth.csv stand for those that the annotation has
wrong; each line of that file says why.

Every peer gets the characters of the page, as decoded by this project: none pays for a wrong encoding.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from qualityextract.documents import read_article
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


def decoded(path: Path) -> str:
    """The characters of a page."""
    from qualityextract.documents.encoding import decode

    return decode(path.read_bytes(), path.name).text


def day_of(value: object) -> dt.date | None:
    """The day that a peer names, as a date, a datetime or the beginning of a text."""
    if isinstance(value, dt.datetime):
        return value.date()
    match = _DAY.search(str(value or ""))
    if match is None or match[3] is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def trafilatura_reader(path: Path) -> Reading:
    """trafilatura (needs lxml_html_clean beside it)."""
    import trafilatura  # peers are no dependencies

    found = trafilatura.bare_extraction(decoded(path), include_comments=False, with_metadata=True)
    if found is None:
        return "", None, ()
    fields = found if isinstance(found, dict) else found.as_dict()
    return fields["text"] or "", day_of(fields["date"]), tuple((fields["author"] or "").split("; "))


def readability_reader(path: Path) -> Reading:
    """readability-lxml; it reads no date and no author."""
    from lxml import html as lxml_html
    from readability import Document

    summary = lxml_html.fromstring(Document(decoded(path)).summary())
    return summary.text_content(), None, ()


def newspaper_reader(path: Path) -> Reading:
    """newspaper4k, told that the page is Chinese."""
    import newspaper

    page = newspaper.Article("http://example.org/", language="zh")
    page.download(input_html=decoded(path))
    page.parse()
    return page.text, day_of(page.publish_date), tuple(page.authors)


def resiliparse_reader(path: Path) -> Reading:
    """resiliparse; it reads no date and no author."""
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(decoded(path), main_content=True, comments=False), None, ()


def gne_reader(path: Path) -> Reading:
    """gne, a reader made for Chinese news."""
    from gne import GeneralNewsExtractor

    found = GeneralNewsExtractor().extract(decoded(path))
    return (
        found["content"],
        day_of(found["publish_time"].replace("/", "-")),
        (found["author"],) if found["author"] else (),
    )


PEERS: dict[str, Callable[[Path], Reading]] = {
    "trafilatura": trafilatura_reader,
    "readability-lxml": readability_reader,
    "newspaper4k": newspaper_reader,
    "resiliparse": resiliparse_reader,
    "gne": gne_reader,
}


def checked_dates() -> dict[str, str]:
    """By page, the days that stand for wrongly annotated ones."""
    with Path(__file__).with_name("documents-truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["page"]: row["checked"] for row in csv.DictReader(file) if row["field"] == "date"}


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


@dataclass(frozen=True, slots=True)
class Score:
    """What one reader made of one page; None where the annotation can't be judged."""

    page: str
    token_f1: float
    gram_f1: float
    date: bool | None
    checked: bool | None
    author: bool
    seconds: float
    said: str

    def line(self) -> str:
        """For the eye."""
        return f"  {self.page[:8]} token {self.token_f1:.3f} grams {self.gram_f1:.3f} {self.said}"


def score(reader: Callable[[Path], Reading], path: Path, checked: dict[str, str]) -> Score:
    """Read one page and compare; what fails has read nothing."""
    folder = pages_folder()
    true = {kind: (folder / kind / f"{path.stem}.txt").read_text("utf-8") for kind in ("cleaned", "date", "author")}
    began = time.perf_counter()
    failed = ""
    try:
        body, date, authors = reader(path)
    except ImportError:
        raise
    except Exception as error:  # a peer may fail in any way of its own; that is its score
        body, date, authors, failed = "", None, (), f"failed: {type(error).__name__} "
    spent = time.perf_counter() - began
    found, wanted = _TOKEN.findall(body), _TOKEN.findall(true["cleaned"])
    right, author = date_right(date, true["date"]), author_right(authors, true["author"])
    said = (
        f"{failed}tokens {len(found)}/{len(wanted)} date {'ok' if right else (str(date), true['date'].strip())}"
        f" author {'ok' if author else (authors, true['author'].strip())}"
    )
    return Score(
        path.stem,
        f1(found, wanted),
        f1(grams(found), grams(wanted)),
        right,
        date_right(date, checked.get(path.stem, true["date"])),
        author,
        spent,
        said,
    )


def measure(reader: Callable[[Path], Reading], *, each: bool) -> dict[str, float]:
    """Mean figures over all pages."""
    checked = checked_dates()
    scores = [score(reader, path, checked) for path in sorted((pages_folder() / "original").glob("*.html"))]
    if each:
        print("\n".join(one.line() for one in scores))
    return {
        "token_f1": mean(one.token_f1 for one in scores),
        "gram_f1": mean(one.gram_f1 for one in scores),
        "date": mean(one.date for one in scores if one.date is not None),
        "checked": mean(one.checked for one in scores if one.checked is not None),
        "author": mean(one.author for one in scores),
        "seconds": mean(one.seconds for one in scores),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", action="store_true", help=f"measure {', '.join(PEERS)} too")
    parser.add_argument("--pages", action="store_true", help="print every page")
    options = parser.parse_args()
    if not pages_folder().is_dir():
        raise SystemExit(f"no pages in {pages_folder()}: set QUALITYEXTRACT_SHARED")
    readers = {"qualityextract": ours} | (PEERS if options.peers else {})
    print(f"{'reader':16} token F1  4-gram F1  date   checked  author  ms a page")
    for name, reader in readers.items():
        try:
            figures = measure(reader, each=options.pages)
        except ImportError as error:
            print(f"{name:16} not measured: {str(error).splitlines()[0]}")
            continue
        print(
            f"{name:16} {figures['token_f1']:.3f}     {figures['gram_f1']:.3f}      {figures['date']:.3f}"
            f"  {figures['checked']:.3f}    {figures['author']:.3f}   {figures['seconds'] * 1000:.0f}"
        )


if __name__ == "__main__":
    main()
