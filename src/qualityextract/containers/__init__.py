"""Files that hold several documents, and the documents in them: archives, web archives, and tables of articles.

Stands between `read`, which finds files, and `documents`, which reads one document. Everything is streamed; nothing is
unpacked to disk. What a file is, its bytes decide. A member that can't be had is `Lost`, and the rest goes on.
"""

from __future__ import annotations

from qualityextract.containers.budget import Allowance
from qualityextract.containers.columns import Columns, parse_columns
from qualityextract.containers.kinds import HEAD, SUFFIXES, is_office, kind_of
from qualityextract.containers.members import Search, members
from qualityextract.containers.parts import Lost

__all__ = [
    "HEAD",
    "SUFFIXES",
    "Allowance",
    "Columns",
    "Lost",
    "Search",
    "is_office",
    "kind_of",
    "members",
    "parse_columns",
]
