"""`python -m qualityextract FOLDER --out DIR`: the same as the console script `extract`."""

from __future__ import annotations

import sys

from qualityextract.cli import run_module

if __name__ == "__main__":
    run_module(sys.argv[1:])
