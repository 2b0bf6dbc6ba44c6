"""The commands `report` and `review`: the page of an output folder anew, and the page with corrections saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualityextract.errors import ConfigurationError

if TYPE_CHECKING:
    from qualityextract.report import ReportOptions

WRONG_USE = 2

OutFolder = Annotated[Path, typer.Argument(help="Folder that a run has written its tables to, as Parquet.")]
Outlines = Annotated[
    Path | None,
    typer.Option("--geojson", help="Outlines of regions for a map, each feature keyed on the GB/T 2260 code."),
]
Limit = Annotated[int | None, typer.Option("--rows", min=1, help="Rows shown at most; above it a sample is drawn.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of that sample.")]


def report(out: OutFolder, geojson: Outlines = None, rows: Limit = None, seed: Seed = None) -> None:
    """Write report.html anew from the tables of an output folder."""
    from qualityextract.report import write_report

    try:
        page = write_report(out, _options(geojson, rows, seed))
    except ConfigurationError as error:
        raise _failed(error) from error
    typer.echo(f"{page}  open it in a browser; it needs no network")


def review(
    out: OutFolder,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    geojson: Outlines = None,
    rows: Limit = None,
    seed: Seed = None,
) -> None:
    """Serve the report on this machine alone and save corrections into corrections.csv as they are made."""
    from qualityextract.report import CORRECTIONS, ReviewServer

    try:
        server = ReviewServer(out, port, _options(geojson, rows, seed))
    except ConfigurationError as error:
        raise _failed(error) from error
    with server:
        try:
            # From here on Ctrl-C is the way to end it, also before the first request.
            typer.echo(f"Open {server.address}\nCorrections go into {out / CORRECTIONS}. Stop with Ctrl-C.")
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("Stopped.")


def _options(geojson: Path | None, rows: int | None, seed: int | None) -> ReportOptions:
    from qualityextract.report import ReportOptions

    usual = ReportOptions()
    return ReportOptions(
        limit=usual.limit if rows is None else rows, seed=usual.seed if seed is None else seed, geojson=geojson
    )


def _failed(error: Exception) -> typer.Exit:
    typer.echo(f"error: {error}", err=True)
    return typer.Exit(WRONG_USE)
