"""Values as the cells of a CSV file, safe to open in a spreadsheet program, and back.

Stands below everything that writes or reads such files: the tables (`write`) and the corrections (`report`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping

# What a spreadsheet program may run: `=`, `+`, `-`, `@`, their full-width forms, and leading control characters. A
# cell that already begins with apostrophes before such a character gets one more, so that reading back is exact.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def defused(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet program would run it as a formula."""
    return "'" + text if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text of a defused cell: the inverse of `defused`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def number_text(value: float) -> str:
    """The shortest digits that read back as `value`; whole numbers without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return repr(value)


def plain_text(value: object) -> str:
    """A value in the words of a CSV cell, before it is defused; null is empty, lists are joined by `|`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "|".join(item.replace("\\", "\\\\").replace("|", "\\|") for item in value)
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
    return str(value)


def cell_text(value: object) -> str:
    """A value as a CSV cell; text and lists are defused."""
    text = plain_text(value)
    return defused(text) if isinstance(value, str | tuple | list) else text
