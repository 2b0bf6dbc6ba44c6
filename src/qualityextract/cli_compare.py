"""The command `compare`: a panel of regions as a table in the terminal, a file, or a chart.

Nothing heavy is imported before the command runs. Every form shows the grade beside the value, and says how many rows
of the indicator were left out and why; the workbook holds them all.
"""

from __future__ import annotations

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qualityextract import fonts
from qualityextract.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas as pd

    from qualityextract.analysis.panel import Panel

WRONG_USE = 2
_SHOWN = ["region", "at", "value", "value_max", "bound", "unit", "period_end", "grade", "n_sources", "source", "reason"]
_BARS = 40
"""Bars in a chart at most; a longer one can't be read."""
_COLOURS = {"A": "#1b5e8c", "B": "#4c93bd", "C": "#9dbfd3", "D": "#c9c9c9"}


class CompareFormat(StrEnum):
    """What `--format` of `compare` takes."""

    TABLE = "table"
    CSV = "csv"
    MD = "md"
    XLSX = "xlsx"
    PNG = "png"
    SVG = "svg"


class RegionBy(StrEnum):
    """What `--by` takes."""

    COUNTRY = "country"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


def compare(
    out: Annotated[list[Path], typer.Argument(help="Folders that runs have written their tables to.")],
    indicator: Annotated[str, typer.Option(help="Code of the catalogue; `indicators` lists them.")],
    by: Annotated[RegionBy, typer.Option(help="Level of the regions; levels are never mixed.")] = RegionBy.PREFECTURE,
    kind: Annotated[
        str | None, typer.Option(help="stock, cumulative, flow, rate …", show_default="the indicator's usual one")
    ] = None,
    at: Annotated[
        str,
        typer.Option(help="year-end, half-year-end, quarter-end, month-end, latest, or days (2021-12-31,2022-12-31)."),
    ] = "year-end",
    tolerance: Annotated[str, typer.Option(help="How far a figure may be from such a day.")] = "92D",
    where: Annotated[
        list[str] | None, typer.Option(help="Only rows with this column or attribute: role=lead. May be repeated.")
    ] = None,
    form: Annotated[
        CompareFormat | None, typer.Option("--format", help="How to show it.", show_default="by the ending of --to")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="File to write; workbooks and charts need one.")] = None,
) -> None:
    """Compare regions: one figure per region and date, with its grade of comparability, and what was left out."""
    try:
        chosen = _form(form, to)
        panel = _panel(out, indicator, by.value, kind=kind, at=at, tolerance=tolerance, where=where or [])
        _write(panel, chosen, to)
    except (ConfigurationError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(WRONG_USE) from error


def _form(form: CompareFormat | None, to: Path | None) -> CompareFormat:
    if form is None:
        ending = to.suffix.lstrip(".").lower() if to else CompareFormat.TABLE.value
        if ending not in list(CompareFormat):
            raise ConfigurationError(f"--to {to}: of its ending no format is known; name one with --format")
        return CompareFormat(ending)
    if to is None and form in (CompareFormat.XLSX, CompareFormat.PNG, CompareFormat.SVG):
        raise ConfigurationError(f"--format {form.value} needs a file: --to FILE")
    return form


def _panel(
    out: list[Path], indicator: str, by: str, *, kind: str | None, at: str, tolerance: str, where: list[str]
) -> Panel:
    from qualityextract.analysis.load import load
    from qualityextract.analysis.panel import panel
    from qualityextract.ruleset import load_ruleset

    pairs = [text.partition("=") for text in where]
    if any(not sign for _, sign, _ in pairs):
        raise ConfigurationError("--where takes column=value, like role=lead")
    item = load_ruleset().indicators.get(indicator)
    usual = item.default_kind if item else "stock"
    days = at.split(",") if at[:1].isdigit() else at
    asked = {name: value for name, _, value in pairs}
    return panel(load(out), indicator, by=by, kind=kind or usual, at=days, tolerance=tolerance, where=asked)


def _write(panel: Panel, form: CompareFormat, to: Path | None) -> None:
    if form is CompareFormat.XLSX and to:
        write_workbook(panel, to)
    elif form in (CompareFormat.PNG, CompareFormat.SVG) and to:
        draw_chart(panel, to, form.value)
    else:
        text = {CompareFormat.CSV: csv_text, CompareFormat.MD: markdown_text}.get(form)
        if text is None:
            print_panel(panel, to)
        elif to is None:
            sys.stdout.write(text(panel))
        else:
            to.write_text(text(panel), encoding="utf-8-sig" if form is CompareFormat.CSV else "utf-8", newline="")
    if to:
        typer.echo(f"{to}: {len(panel.cells)} cells; {_left_out(panel)}", err=True)


def _left_out(panel: Panel) -> str:
    counts = Counter(codes[0] for codes in panel.excluded["reasons"])
    listed = ", ".join(f"{code} {count}" for code, count in counts.most_common())
    return f"{len(panel.excluded)} rows of the indicator left out" + (f" ({listed})" if listed else "")


def _title(panel: Panel) -> str:
    from qualityextract.ruleset import load_ruleset

    item = load_ruleset().indicators[panel.indicator]
    return f"{item.label_zh} ({item.label_en}), {panel.kind} by {panel.by}"


def _cells(frame: pd.DataFrame, columns: list[str]) -> list[list[str]]:
    """The cells as text: days without a time, numbers without needless digits, lists joined by `|`."""
    from qualityextract.cells import cell_text

    records = frame[columns].astype(object).to_dict("records")
    return [[cell_text(_plain(record[name])) for name in columns] for record in records]


def _plain(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def csv_text(panel: Panel) -> str:
    """All columns of the cells as CSV, text defused as in the tables of a run."""
    import csv
    import io

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(panel.cells.columns)
    rows.writerows(_cells(panel.cells, list(panel.cells.columns)))
    return text.getvalue()


def markdown_text(panel: Panel) -> str:
    """The main columns of the cells as a Markdown table, with what was left out below."""
    lines = [
        f"## {_title(panel)}",
        "",
        "| " + " | ".join(_SHOWN) + " |",
        "| " + " | ".join(["---"] * len(_SHOWN)) + " |",
    ]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in _cells(panel.cells, _SHOWN)]
    return "\n".join([*lines, "", f"{_left_out(panel)}.", ""])


def print_panel(panel: Panel, to: Path | None = None) -> None:
    """The main columns as a table, in the terminal or as plain text in a file."""
    import io

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(_title(panel)), title_justify="left", header_style="bold")
    for name in _SHOWN:
        table.add_column(
            name, justify="right" if name in ("value", "value_max", "n_sources") else "left", overflow="fold"
        )
    for row in _cells(panel.cells, _SHOWN):
        table.add_row(*(escape(cell) for cell in row))
    held = io.StringIO()
    console = Console(highlight=False) if to is None else Console(highlight=False, file=held)
    if not console.is_terminal:
        console = Console(highlight=False, width=160, file=None if to is None else held)
    console.print(table if len(panel.cells) else f"{escape(_title(panel))}: no cell")
    console.print(escape(_left_out(panel)) + ".")
    if to:
        to.write_text(held.getvalue(), encoding="utf-8")


def write_workbook(panel: Panel, to: Path) -> None:
    """A workbook with the cells and all rows left out; text is never run as a formula.

    Raises:
        ConfigurationError: openpyxl is not installed.
    """
    import pandas as pd

    from qualityextract.analysis.extras import import_extra

    workbook = import_extra("openpyxl").Workbook()
    workbook.remove(workbook.active)
    for name, frame in (("cells", panel.cells), ("excluded", panel.excluded)):
        sheet = workbook.create_sheet(name)
        sheet.append(list(frame.columns))
        sheet.freeze_panes = "A2"
        for at, record in enumerate(frame.astype(object).to_dict("records"), start=2):
            for column, value in enumerate(record.values(), start=1):
                plain = "|".join(map(str, value)) if isinstance(value, tuple) else None if pd.isna(value) else value
                cell = sheet.cell(at, column, plain)
                if isinstance(plain, str):
                    cell.data_type = "s"
    workbook.save(to)


def _digits(value: Any) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def draw_chart(panel: Panel, to: Path, form: str) -> None:
    """Bars of the last date, the highest first, coloured by grade, in the package's own font.

    Raises:
        ConfigurationError: matplotlib is not installed, or there is no cell to draw.
    """
    from qualityextract.analysis.extras import import_extra

    if panel.cells.empty:
        raise ConfigurationError(f"nothing to draw: {_title(panel)} has no cell; {_left_out(panel)}")
    import_extra("matplotlib").use("Agg")
    pyplot = import_extra("matplotlib.pyplot")
    day = panel.cells["at"].max()
    cells = panel.cells[panel.cells["at"].eq(day)].nlargest(_BARS, "value").iloc[::-1]
    with pyplot.rc_context({"svg.hashsalt": "1"}):
        fonts.use_in_charts()
        figure, axes = pyplot.subplots(figsize=(8, 1.6 + 0.32 * len(cells)), layout="constrained")
        bars = axes.barh(cells["region"], cells["value"], height=0.7)
        for bar, grade in zip(bars, cells["grade"], strict=True):
            bar.set_color(_COLOURS[grade])
        labels = [f"{_digits(row.value)} ({row.grade})" for row in cells.itertuples()]
        axes.bar_label(bars, labels=labels, padding=3, fontsize=9)
        axes.margins(x=0.15)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(f"{_title(panel)}\n{day:%Y-%m-%d}, A–D: comparability", loc="left", fontsize=11)
        figure.savefig(to, format=form, dpi=150, metadata={"Date": None} if form == "svg" else None)
        pyplot.close(figure)
