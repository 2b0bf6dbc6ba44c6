"""Measure the readers of PDF and Word files beside pypdf, pdfminer.six and python-docx's own walk.

Run: `python benchmarks/formats.py`. The files are made from one article of the tests: as a PDF by matplotlib (4 pages
with running head and page number), as a PDF printed by Chromium where the variable CHROMIUM or the path names one (3 and
1 pages), and as a Word file. `lines` is the share of the article's lines (paragraphs and rows of its table) that the
reader gives as lines of their own; `letters` is the share of its characters that it gives at all. Peers that are not
installed are left out.
"""

# ruff: noqa: T201
from __future__ import annotations

import base64
import io
import logging
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from article_files import STORY, as_docx, as_html, as_pdf, lines_of
from qualityextract.documents.formats import read_page
from qualityextract.model import RawDocument

ROUNDS = 10
STYLE = "body{font-family:q;font-size:14px;line-height:1.8}p{text-indent:2em;text-align:justify}td{border:1px solid}"
Reader = Callable[[bytes], list[str]]


def ours(data: bytes) -> list[str]:
    """This project's reader of any format."""
    return list(read_page(RawDocument("a", data)).lines)


def printed() -> Iterator[tuple[str, bytes]]:
    """The article as Chromium prints it, on small pages and on one large one."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return
    from playwright.sync_api import sync_playwright

    font = base64.b64encode((files("qualityextract") / "fonts" / "qualityextract-sans-sc.otf").read_bytes()).decode()
    face = f"<style>@font-face{{font-family:q;src:url(data:font/otf;base64,{font})}}{STYLE}</style>"
    page = as_html(STORY, "utf-8").decode().replace("<head>", f"<head>{face}").replace("iso-8859-1", "utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_content(page)
        head = "<span style='font-size:8px'>内部资料</span>"
        options = {"display_header_footer": True, "header_template": head}
        edges = dict.fromkeys(("top", "bottom", "left", "right"), "0.5in")
        yield "printed, small", tab.pdf(width="4in", height="3in", margin=edges, **options)
        yield "printed, A4", tab.pdf(format="A4", margin=edges, **options)
        browser.close()


def pdf_readers() -> Iterator[tuple[str, Reader]]:
    """This project and the peers that are installed."""
    yield "qualityextract", ours
    try:
        import pypdfium2 as pdfium

        def plain(data: bytes) -> list[str]:
            pages = pdfium.PdfDocument(data)
            return [line for page in pages for line in page.get_textpage().get_text_range().splitlines()]

        yield "pypdfium2 alone", plain
        import pypdf

        yield (
            "pypdf",
            lambda data: [
                x for page in pypdf.PdfReader(io.BytesIO(data)).pages for x in page.extract_text().splitlines()
            ],
        )
        from pdfminer.high_level import extract_text

        yield "pdfminer.six", lambda data: extract_text(io.BytesIO(data)).splitlines()
    except ImportError as error:
        print(f"not measured: {error}")


def word_readers() -> Iterator[tuple[str, Reader]]:
    """This project, and the walk of python-docx."""
    yield "qualityextract", ours
    import docx
    from docx.table import Table

    def walk(data: bytes) -> list[str]:
        out = []
        for item in docx.Document(io.BytesIO(data)).iter_inner_content():
            if isinstance(item, Table):
                out.extend(" | ".join(cell.text for cell in row.cells) for row in item.rows)
            else:
                out.append(item.text)
        return out

    yield "python-docx alone", walk


def measure(kind: str, data: bytes, name: str, read: Reader) -> None:
    """Print one row of the table."""
    began = time.perf_counter()
    for _ in range(ROUNDS):
        found = read(data)
    spent = (time.perf_counter() - began) / ROUNDS * 1000
    wanted = ["".join(line.split()) for line in lines_of(STORY)]
    given = {"".join(line.split()) for line in found}
    letters, had = Counter("".join(wanted).replace("|", "")), Counter("".join(found))
    share = sum((letters & had).values()) / sum(letters.values())
    lines = sum(line in given for line in wanted) / len(wanted)
    extra = sum((Counter("".join("".join(found).split()).replace("|", "")) - letters).values())
    print(f"{kind:16}{name:20}{100 * lines:6.0f}%{100 * share:8.0f}%{extra:8}{spent:10.1f}")


def main() -> None:
    """Print the table."""
    logging.disable(logging.WARNING)
    print(f"{'file':16}{'reader':20}{'lines':>7}{'letters':>9}{'extra':>8}{'ms':>10}")
    for kind, data in [("matplotlib", as_pdf(STORY, "")), *printed()]:
        for name, read in pdf_readers():
            measure(kind, data, name, read)
    for name, read in word_readers():
        measure("Word", as_docx(STORY, ""), name, read)


if __name__ == "__main__":
    main()
