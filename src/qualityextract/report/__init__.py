"""From the tables of an output folder to one page for people, and from people back to corrections.

Stands beside `read` and `write` and reads finished tables only (Parquet), never the pipeline. `report.html` is one file
that needs nothing else: tables, style and scripts are inside, and its content policy forbids any connection.
"""

from __future__ import annotations

from qualityextract.corrections import CORRECTIONS, Mark, read_marks
from qualityextract.report.build import NAME, ReportOptions, has_tables, report_html, write_report
from qualityextract.report.files import write_marks
from qualityextract.report.server import ReviewServer

__all__ = [
    "CORRECTIONS",
    "NAME",
    "Mark",
    "ReportOptions",
    "ReviewServer",
    "has_tables",
    "read_marks",
    "report_html",
    "write_marks",
    "write_report",
]
