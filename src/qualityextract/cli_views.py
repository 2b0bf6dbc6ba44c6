"""What the commands print: the summary of a run, the explanation of a text, the catalogue, what it lacks."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, get_args

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qualityextract.errors import ConfigurationError
from qualityextract.vocabulary import Fate

if TYPE_CHECKING:
    from qualityextract.ruleset import Indicator
    from qualityextract.run import Account, RunOptions, RunResult

_PLAIN_WIDTH = 160
"""Width of the tables where no terminal tells one: in a pipe or a file."""
_QUOTE = 60
"""Characters of a quote that are shown."""
_ROW_COLUMNS = (
    "indicator",
    "indicator_zh",
    "value_text",
    "value",
    "value_max",
    "bound",
    "unit",
    "stat_kind",
    "status",
    "level",
    "role",
    "attributes",
    "scope",
    "subject",
    "region",
    "region_basis",
    "period_start",
    "period_end",
    "rule",
    "confidence",
    "flags",
)


class ExplainedSentence(Protocol):
    """What is shown of one sentence."""

    @property
    def text(self) -> str: ...
    @property
    def letters(self) -> str: ...
    @property
    def chunks(self) -> Sequence[tuple[str, str, str]]: ...
    @property
    def rows(self) -> Sequence[Mapping[str, object]]: ...
    @property
    def figures(self) -> Sequence[tuple[str, str, str | None]]: ...


class Explanation(Protocol):
    """What `pipeline.explain` returns, as far as it is shown."""

    @property
    def sentences(self) -> Sequence[ExplainedSentence]: ...


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)


def _table(title: str, *headers: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left", overflow="fold")
    return table


def _counted(title: str, what: str, counts: Iterable[tuple[str, int]]) -> Table:
    table = _table(title, what, "count", numbers=("count",))
    for name, count in counts:
        table.add_row(escape(name), f"{count:,}")
    return table


def print_summary(result: RunResult, options: RunOptions) -> None:
    """Articles read, rejected and copies, figures by fate, rows by indicator group, and where to look next."""
    console, account = _console(), result.account
    inputs = [
        ("articles read", account.articles),
        ("of them exact copies", account.copies),
        ("inputs rejected", account.rejected_documents),
        ("records rejected", account.rejects - account.rejected_documents),
    ]
    if result.reused:
        inputs.insert(1, ("of them from the journal", result.reused))
    inputs += [(f"skipped: {reason}", count) for reason, count in account.skipped.items()]
    console.print(_counted("Inputs", "what", inputs))
    fates = [(fate, account.fates[fate]) for fate in get_args(Fate) if account.fates[fate]]
    console.print(_counted("Numerals by fate", "fate", [*fates, ("all", account.fates.total())]))
    groups = _by_group(account.indicators)
    console.print(_counted("Rows by indicator group", "group", [*groups, ("all", account.indicators.total())]))
    if account.first_rejects:
        console.print(_rejects(account))
    for note in result.notes:
        console.print(f"\n{escape(note)}", soft_wrap=True)
    ending = "csv" if "csv" in options.formats else "parquet"
    console.print(f"\nRead {account.inputs:,} inputs in {result.seconds['total']:.1f} s. Where to look:")
    report = [("report.html", "all of it in a browser, each figure with its article")] if options.with_report else []
    for name, meaning in (
        *report,
        (f"observations.{ending}", "one row per figure, with its evidence"),
        (f"figures.{ending}", "what became of every numeral"),
        (f"rejects.{ending}", "what failed, and why"),
        ("codebook.md", "what every column means"),
    ):
        console.print(f"  {escape(str(result.out / name))}  {meaning}", soft_wrap=True)
    if options.report and not options.with_report:
        console.print("No report.html: it is built from Parquet tables.")


def _by_group(indicators: Counter[str]) -> list[tuple[str, int]]:
    from qualityextract.ruleset import load_ruleset

    known = load_ruleset().indicators
    groups: Counter[str] = Counter()
    for code, count in indicators.items():
        groups[known[code].group if code in known else code] += count
    return sorted(groups.items(), key=lambda item: (-item[1], item[0]))


def _rejects(account: Account) -> Table:
    more = account.rejects - len(account.first_rejects)
    title = f"Rejected (the first {len(account.first_rejects)}; {more} more in the table)" if more else "Rejected"
    table = _table(title, "path", "stage", "reason", "what to do")
    for row in account.first_rejects:
        table.add_row(escape(row.path), row.stage, escape(row.reason), escape(row.hint))
    return table


def print_indicators(indicators: Sequence[Indicator]) -> None:
    """The catalogue as a table; core indicators bear a star."""
    headers = ("core", "code", "指标", "label", "group", "units", "kinds")
    table = _table(f"{len(indicators)} indicators", *headers)
    table.columns[1].no_wrap = True
    for item in indicators:
        star, units, kinds = "*" if item.core else "", " ".join(item.units), " ".join(item.stat_kinds)
        table.add_row(star, item.code, escape(item.label_zh), escape(item.label_en), item.group, units, kinds)
    _console().print(table)


def print_explanation(explanation: Explanation) -> None:
    """Sentence by sentence: chunks with their letters, rules, rows, and the fate of every numeral."""
    console = _console()
    for sentence in explanation.sentences:
        console.rule(escape(sentence.text), align="left")
        console.print(f"letters: {escape(sentence.letters)}")
        chunks = _table("Chunks", "letter", "words", "reading")
        for letter, surface, note in sentence.chunks:
            chunks.add_row(escape(str(letter)), escape(str(surface)), escape(str(note)))
        console.print(chunks)
        figures = _table("Numerals", "words", "fate", "rule")
        for surface, fate, rule in sentence.figures:
            figures.add_row(escape(str(surface)), escape(str(fate)), escape(str(rule or "")))
        console.print(figures)
        if sentence.rows:
            console.print(_rows(sentence.rows))
        else:
            console.print("no rows")


def _rows(rows: Sequence[Mapping[str, object]]) -> Table:
    """Rows side by side, one column each, without the lines that none of them fills."""
    table = _table("Rows", "column", *(f"row {number}" for number in range(1, len(rows) + 1)))
    for name in _ROW_COLUMNS:
        cells = [_shown(row.get(name)) for row in rows]
        if any(cells):
            table.add_row(name, *cells)
    return table


def _shown(value: object) -> str:
    if value is None or value in ((), [], {}):
        return ""
    if isinstance(value, Mapping):
        return escape(", ".join(f"{key}={item}" for key, item in sorted(value.items())))
    if isinstance(value, list | tuple):
        return escape(", ".join(str(item) for item in value))
    return escape(f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value))


def count_unmapped(out: Path) -> list[tuple[str, int, str]]:
    """What the unmapped rows of an output folder count: words, number of rows, and the first quote; most frequent first.

    Raises:
        ConfigurationError: there is no table of observations in the folder.
    """
    counts: Counter[str] = Counter()
    quotes: dict[str, str] = {}
    for text, quote in _unmapped_rows(out):
        counts[text] += 1
        quotes.setdefault(text, quote)
    return [(text, n, quotes[text]) for text, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _unmapped_rows(out: Path) -> Iterator[tuple[str, str]]:
    columns = ["indicator", "indicator_text", "quote"]
    if (out / "observations.parquet").is_file():
        import pyarrow.parquet as pq

        rows = pq.read_table(out / "observations.parquet", columns=columns).to_pylist()
    elif (out / "observations.csv").is_file():
        from qualityextract.cells import restored

        with (out / "observations.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: restored(row[name]) for name in columns} for row in csv.DictReader(file)]
    else:
        raise ConfigurationError(f"{out}: no table of observations; run `extract FOLDER --out {out}` first")
    for row in rows:
        if row["indicator"] == "unmapped":
            yield row["indicator_text"], row["quote"]


def print_unmapped(counted: Sequence[tuple[str, int, str]], top: int) -> None:
    """The most frequent of them as a table, with a quote to look at."""
    rows = sum(count for _, count, _ in counted)
    table = _table(
        f"{rows:,} unmapped rows count {len(counted):,} things", "count", "words", "quote", numbers=("count",)
    )
    for text, count, quote in counted[:top]:
        table.add_row(f"{count:,}", escape(text), escape(quote if len(quote) <= _QUOTE else f"{quote[:_QUOTE]}…"))
    _console().print(table)
