"""Turns Chinese news articles about quality work into validated, tidy tables of figures with their evidence."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
