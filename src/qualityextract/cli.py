"""The command line: parse arguments, call a run or the rules, print, and choose the exit code.

Two console scripts: `extract FOLDER --out DIR` for users, and `qualityextract` with the same command and more, for
people who build rules (`explain`, `indicators`, `unmapped`; `show` in `cli_show`), who read and correct the results
(`cli_report`) and who compare regions (`cli_compare`). Nothing heavy is imported before it is needed, so that `--help` answers at once.

Exit codes: 0 all well; 1 some inputs or records were rejected; 2 wrong use (arguments, folders, rules), nothing
written; 3 the program failed (a bug, a full disk), the tables are as they were; 130 interrupted, likewise.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from qualityextract import __version__, cli_report, cli_show
from qualityextract.cli_compare import compare
from qualityextract.errors import ConfigurationError, QualityExtractError

if TYPE_CHECKING:
    from qualityextract.containers import Columns
    from qualityextract.run import RunOptions, RunResult
    from qualityextract.run.local import Progress

OK, REJECTED, WRONG_USE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


_DEFAULT_MAX_BYTES = 32 * 1024 * 1024  # read.MAX_BYTES; a test holds them together, importing it here would be slow
_DEFAULT_MAX_CHARS = 2_000_000  # read.MAX_CHARS, likewise


class TableFormat(StrEnum):
    """What `--format` takes."""

    PARQUET = "parquet"
    CSV = "csv"
    BOTH = "both"


_FORMATS: dict[TableFormat, tuple[Literal["parquet", "csv"], ...]] = {
    TableFormat.PARQUET: ("parquet",),
    TableFormat.CSV: ("csv",),
    TableFormat.BOTH: ("parquet", "csv"),
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qualityextract {__version__}")
        raise typer.Exit


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


VersionFlag = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
]

_SETTINGS = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
extract_app = typer.Typer(**_SETTINGS)  # type: ignore[arg-type]
group_app = typer.Typer(**_SETTINGS, no_args_is_help=True)  # type: ignore[arg-type]


@extract_app.command()
@group_app.command()
def extract(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with the articles: pages, texts, documents, tables, archives; subfolders included."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables; made if it is not there.")],
    glob: Annotated[str, typer.Option(help="Only files whose name (with a '/': whose path) matches.")] = "*",
    workers: Annotated[
        int, typer.Option(min=1, help="Processes. The tables do not depend on it.", show_default="cores")
    ] = _cores(),
    table_format: Annotated[TableFormat, typer.Option("--format", help="How to write the tables.")] = TableFormat.BOTH,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first reject and write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Reject larger files.")] = _DEFAULT_MAX_BYTES,
    max_seconds: Annotated[float, typer.Option(min=0, help="Reject files that take longer; 0 for no limit.")] = 120,
    max_chars: Annotated[int, typer.Option(min=1, help="Reject articles with more characters.")] = _DEFAULT_MAX_CHARS,
    max_depth: Annotated[int, typer.Option(min=1, help="Archives inside archives that are looked into.")] = 3,
    columns: Annotated[
        str,
        typer.Option(
            help="Columns of tables with one article a row: text=NAME,title=NAME,… (also html, published, publisher, authors, url)."
        ),
    ] = "",
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Follow symbolic links, also out of the folder.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Read everything again; use nothing of an earlier run.")
    ] = False,
    retry_rejects: Annotated[
        bool, typer.Option("--retry-rejects", help="Read again what was rejected before.")
    ] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.html.")] = False,
    version: VersionFlag = False,
) -> None:
    """Turn a folder of news articles into validated, tidy tables.

    Exit code 0: all well; 1: some inputs were rejected (see the table rejects); 2: wrong use, nothing written.
    """
    del version
    from qualityextract.run import RunOptions

    options = RunOptions(
        glob=glob,
        workers=workers,
        formats=_FORMATS[table_format],
        fail_fast=fail_fast,
        max_bytes=max_bytes,
        max_seconds=max_seconds,
        max_chars=max_chars,
        max_depth=max_depth,
        columns=_columns(columns),
        follow_links=follow_links,
        fresh=fresh,
        retry_rejects=retry_rejects,
        report=not no_report,
    )
    result = _carry_out(folder, out, options, quiet=quiet)
    if not quiet:
        from qualityextract.cli_views import print_summary

        print_summary(result, options)
    raise typer.Exit(REJECTED if result.account.rejects else OK)


def _columns(text: str) -> Columns:
    from qualityextract.containers import parse_columns

    try:
        return parse_columns(text)
    except ConfigurationError as error:
        _fail(str(error), WRONG_USE)


def _carry_out(folder: Path, out: Path, options: RunOptions, *, quiet: bool) -> RunResult:
    from qualityextract.run import ExtractionBugError, FirstRejectError, extract_folder

    try:
        with _progress_bar(shown=not quiet and sys.stderr.isatty()) as progress:
            return extract_folder(folder, out, options, progress=progress)
    except KeyboardInterrupt:
        kept = "nothing was written" if options.fail_fast else "run the same command again to go on where it stopped"
        _fail(f"interrupted; {kept}", INTERRUPTED)
    except FirstRejectError as error:
        _fail(f"{error}\nStopped at the first reject (--fail-fast); nothing was written.", REJECTED)
    except ConfigurationError as error:
        _fail(str(error), WRONG_USE)
    except ExtractionBugError as error:
        # A bug is shown in full: the trace is what a report of it needs.
        traceback.print_exc()
        _fail(f"{error}\nPlease report this with the document; the tables are as they were.", FAILED)
    except (QualityExtractError, OSError) as error:
        _fail(f"{error}\nThe tables are as they were; run the same command again to go on.", FAILED)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(code)


@contextmanager
def _progress_bar(*, shown: bool) -> Iterator[Progress | None]:
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("extracting", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield tell


@group_app.command()
def explain(
    text: Annotated[str, typer.Argument(help="A sentence or a few, in quotes; '-' reads them from standard input.")],
    published: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Publication date, for words like 去年.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Headline, for the region.")] = None,
) -> None:
    """Show how the rules read a text: its chunks, the rule that fired, the rows, and what became of every numeral."""
    from qualityextract.cli_views import print_explanation
    from qualityextract.pipeline import explain as explain_text

    said = sys.stdin.read() if text == "-" else text
    if not said.strip():
        _fail("the text is empty", WRONG_USE)
    try:
        explanation = explain_text(said, published=published.date() if published else None, title=title)
    except QualityExtractError as error:
        _fail(str(error), WRONG_USE)
    print_explanation(explanation)


@group_app.command()
def indicators(
    group: Annotated[str | None, typer.Option(help="Only this group, or what its name begins with.")] = None,
    core: Annotated[bool, typer.Option("--core", help="Only those met most often.")] = False,
) -> None:
    """List the catalogue of indicators."""
    from qualityextract.cli_views import print_indicators
    from qualityextract.ruleset import load_ruleset

    try:
        known = load_ruleset().indicators.values()
    except ConfigurationError as error:
        _fail(str(error), WRONG_USE)
    groups = sorted({item.group for item in known})
    if group is not None and not any(name.startswith(group) for name in groups):
        _fail(f"no group {group!r}; there are: {', '.join(groups)}", WRONG_USE)
    print_indicators([item for item in known if item.group.startswith(group or "") and (item.core or not core)])


@group_app.command()
def unmapped(
    out: Annotated[Path, typer.Argument(help="Folder that a run has written its tables to.")],
    top: Annotated[int, typer.Option(min=1, help="How many to list.")] = 30,
) -> None:
    """List what is counted most often and is not in the catalogue: what to add to it next."""
    from qualityextract.cli_views import count_unmapped, print_unmapped

    try:
        counted = count_unmapped(out)
    except ConfigurationError as error:
        _fail(str(error), WRONG_USE)
    print_unmapped(counted, top)


group_app.command()(cli_report.report)
group_app.command()(cli_report.review)
group_app.command()(cli_show.show)
group_app.command()(compare)


@group_app.callback()
def _group(version: VersionFlag = False) -> None:
    """Figures about quality work in Chinese news articles: extraction, comparison, and tools for those who build rules."""
    del version


def run_extract() -> None:
    """Entry point of the console script `extract`."""
    _run(extract_app, "extract")


def run_group() -> None:
    """Entry point of the console script `qualityextract`."""
    _run(group_app, "qualityextract")


def run_module(arguments: list[str]) -> None:
    """`python -m qualityextract`: does what `extract` does, unless the first argument names one of the commands."""
    commands = {"extract", "explain", "indicators", "unmapped", "report", "review", "show", "compare"}
    if arguments and arguments[0] in commands:
        _run(group_app, "python -m qualityextract")
    else:
        _run(extract_app, "python -m qualityextract")


def _run(app: Callable[..., object], name: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show Chinese shows question marks instead of a trace.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _interrupted)
    app(prog_name=name)


def _interrupted(_signal: int, _frame: object) -> NoReturn:
    # As on Ctrl-C: what was staged is removed on the way out.
    raise KeyboardInterrupt
