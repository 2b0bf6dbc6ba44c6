"""Runs over a folder: the local pool; every engine calls the same `pipeline.extract_batch`."""

from __future__ import annotations

from qualityextract.run.account import Account
from qualityextract.run.local import ExtractionBugError, FirstRejectError, RunOptions, RunResult, extract_folder

__all__ = ["Account", "ExtractionBugError", "FirstRejectError", "RunOptions", "RunResult", "extract_folder"]
