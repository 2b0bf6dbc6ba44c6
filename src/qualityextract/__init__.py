"""Turns Chinese news articles about quality work into validated, tidy tables of figures with their evidence.

`load`, `panel` and the other names of the analysis are imported when they are first used, so that the command line
answers at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualityextract.analysis.comparability import comparable
    from qualityextract.analysis.conflicts import conflicts
    from qualityextract.analysis.coverage import coverage
    from qualityextract.analysis.denominators import per
    from qualityextract.analysis.load import Data, load
    from qualityextract.analysis.panel import Panel, panel

__version__ = "0.1.0"

__all__ = ["Data", "Panel", "__version__", "comparable", "conflicts", "coverage", "load", "panel", "per"]

_MODULES = {
    "Data": "load",
    "Panel": "panel",
    "comparable": "comparability",
    "conflicts": "conflicts",
    "coverage": "coverage",
    "load": "load",
    "panel": "panel",
    "per": "denominators",
}
"""The module of `analysis` that each name is in."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"qualityextract.analysis.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
