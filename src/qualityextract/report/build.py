"""The report of one output folder: tables to data, data to page, page to file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qualityextract import __version__
from qualityextract.corrections import Mark
from qualityextract.report.files import write_whole
from qualityextract.report.outlines import read_outlines
from qualityextract.report.page import render
from qualityextract.report.payload import payload
from qualityextract.report.tables import LIMIT, SEED, ReportTables

NAME = "report.html"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the user can choose.

    Args:
        limit: observations shown at most; a folder with more is sampled by whole articles, and the page says so.
        seed: seed of the sample.
        geojson: outlines for the map, each feature keyed on the region code; no map without them.
    """

    limit: int = LIMIT
    seed: int = SEED
    geojson: Path | None = None


def has_tables(folder: Path) -> bool:
    """Whether the folder holds the Parquet tables that a report is built from."""
    return (folder / "observations.parquet").is_file()


def report_html(folder: Path, options: ReportOptions | None = None, *, review: Sequence[Mark] | None = None) -> str:
    """The page for the tables in `folder`; the same tables and options give the same bytes.

    Args:
        folder: an output folder with the tables as Parquet.
        options: see `ReportOptions`.
        review: for the review server: the marks saved so far; the page may then send marks back to its own address.

    Raises:
        ConfigurationError: a table or the outlines are missing or can't be read.
    """
    chosen = options or ReportOptions()
    tables = ReportTables.read(folder, limit=chosen.limit, seed=chosen.seed)
    outlines = read_outlines(chosen.geojson) if chosen.geojson is not None else None
    return render(payload(tables, outlines=outlines, review=review), __version__, connected=review is not None)


def write_report(out: Path, options: ReportOptions | None = None) -> Path:
    """Write `report.html` into the output folder in one step: whole, or not at all.

    Returns:
        The path of the page.

    Raises:
        ConfigurationError: as `report_html`, or the file can't be written.
    """
    return write_whole(out / NAME, report_html(out, options).encode("utf-8"))
