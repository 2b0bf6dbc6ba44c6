"""The command `show`: what the program sees of one document before any figure is read.

File type, every field with the place it was read from, flags in words, the cleaned text, and what was left out and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qualityextract.errors import ConfigurationError, QualityExtractError
from qualityextract.vocabulary import MEANINGS, ArticleFlag, PublishedBasis

if TYPE_CHECKING:
    from qualityextract.documents import Examined, Removed
    from qualityextract.model import Article, RawDocument
    from qualityextract.read import Source

WRONG_USE = 2
_WIDTH = 160
_SHOWN = 5
"""Lines that are shown of one reason without --all."""
_LISTED = 40
"""Documents of a container that are listed without --all."""
_WORDS = 60
"""Characters that are shown of one line without --all."""
_FIELDS = ("title", "kicker", "subtitle", "published", "publisher", "authors", "editor", "dateline", "url")
_PLACES = {
    **MEANINGS[PublishedBasis],
    "page": "the page's title element or heading",
    "text": "the first lines of the text",
    "visible": "a line that readers see with the headline",
    "behind": "a line behind the part that holds the article",
    "owner": "whose blog or column the page is",
    "site": "the name of the site",
}


def show(
    file: Annotated[Path, typer.Argument(help="A document, an archive, or a table with one article a row.")],
    member: Annotated[
        str | None, typer.Option(help="Which document of an archive or table: its name or the number of its row.")
    ] = None,
    columns: Annotated[str, typer.Option(help="Columns of a table, as for `extract`.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Show all that was left out, in full.")] = False,
) -> None:
    """Show what the program sees of a document: fields, flags, text, and what was left out and why.

    Of an archive or a table without `--member` the documents in it are listed.
    """
    from qualityextract.read import Source, is_container, read_source

    source = Source(file, file.name)
    try:
        if not is_container(source):
            show_document(read_source(source), everything=everything)
        elif member is None:
            _list_members(source, columns, everything=everything)
        else:
            show_document(read_source(_member(source, columns, member)), everything=everything)
    except QualityExtractError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(WRONG_USE) from error


def _members(source: Source, columns: str, skipped: Counter[str]) -> Iterator[Source]:
    from qualityextract.containers import Allowance, parse_columns
    from qualityextract.read import MAX_BYTES, held_sources

    return held_sources(source, Allowance(MAX_BYTES), parse_columns(columns), skipped)


def _member(source: Source, columns: str, name: str) -> Source:
    wanted = f"{source.path}#{name}"
    for found in _members(source, columns, Counter()):
        if found.path == wanted:
            return found
    raise ConfigurationError(f"{source.path} holds no document {name!r}; leave out --member to list them")


def _list_members(source: Source, columns: str, *, everything: bool) -> None:
    """Print the names of the documents in a container, and why some can't be had."""
    skipped: Counter[str] = Counter()
    count = 0
    for count, found in enumerate(_members(source, columns, skipped), 1):
        if everything or count <= _LISTED:
            said = f"{len(found.held.data):,} bytes" if found.held else f"not read: {found.problem}"
            typer.echo(f"{found.path.removeprefix(source.path + '#')}  {said}")
    if count > _LISTED and not everything:
        typer.echo(f"… and {count - _LISTED:,} more; --all lists them")
    for reason, number in sorted(skipped.items()):
        typer.echo(f"passed over: {number:,} ({reason})")
    typer.echo(f"{count:,} documents; show one with --member NAME")


def show_document(raw: RawDocument, *, everything: bool = False) -> None:
    """Print what is seen of one document.

    Args:
        raw: its bytes, and what a table or archive says about it.
        everything: whether all that was left out is shown, in full.

    Raises:
        DocumentError: it can't be read.
    """
    from qualityextract.documents import examine

    seen = examine(raw)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    article = seen.article
    console.print(f"{escape(raw.path)}: {article.media_type}, {article.encoding}, {len(raw.data):,} bytes\n")
    console.print(_fields(article, seen.basis))
    for flag in article.flags:
        console.print(f"flag {flag}: {escape(MEANINGS[ArticleFlag][flag])}", soft_wrap=True)
    console.print(f"\nText: {len(article.text):,} characters")
    for at, line in _paragraphs(article.text):
        mark = "body " if at >= article.body_start else "head "
        console.print(f"{mark}{at:>6}  {escape(line)}", soft_wrap=True)
    for at, gone in article.repairs:
        console.print(f"repair at {at}: {gone!r} was taken out", soft_wrap=True, markup=False)
    console.print(_left_out(seen, everything=everything))


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Every line with the offset where it begins."""
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _fields(article: Article, basis: Mapping[str, str]) -> Table:
    table = _table("Fields", "field", "value", "read from")
    for name in _FIELDS:
        value = getattr(article, name)
        shown = "、".join(value) if isinstance(value, tuple) else str(value or "")
        places = [place for place in basis.get(name, "").split(" and ") if place]
        table.add_row(name, escape(shown) or "-", "; ".join(_PLACES.get(place, place) for place in places))
    return table


def _left_out(seen: Examined, *, everything: bool) -> Table:
    """What does not stand in the text, by reason, in the order of the page."""
    from qualityextract.documents.page import REASONS

    table = _table(f"Left out: {len(seen.removed):,} lines", "why", "rule or element", "words")
    for reason, meaning in REASONS.items():
        gone = [one for one in seen.removed if one.reason == reason]
        shown = gone if everything else gone[:_SHOWN]
        for at, one in enumerate(shown):
            table.add_row("" if at else meaning, escape(one.rule), escape(_words(one, everything=everything)))
        if len(gone) > len(shown):
            table.add_row("", "", f"and {len(gone) - len(shown):,} more; --all shows them")
    return table


def _words(one: Removed, *, everything: bool) -> str:
    return one.text if everything or len(one.text) <= _WORDS else f"{one.text[:_WORDS]}…"


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table
