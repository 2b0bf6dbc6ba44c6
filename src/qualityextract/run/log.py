"""The log of the runs on an output folder: one JSON object a line, appended and flushed event by event.

It has times and the order of arrival in it, which no table has.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TextIO

NAME = "run.log"


class RunLog:
    """Appends events to `run.log` in a folder; without a folder it forgets them."""

    def __init__(self, folder: Path | None) -> None:
        self._file: TextIO | None = (folder / NAME).open("a", encoding="utf-8", newline="\n") if folder else None

    def tell(self, event: str, details: dict[str, object] | None = None) -> None:
        """Write one event with the time in UTC."""
        if self._file is None:
            return
        entry = {"time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "event": event, **(details or {})}
        self._file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
