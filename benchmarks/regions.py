"""What the gazetteer costs: milliseconds and megabytes to load, and the speed of `find` beside `jieba.cut`.

    python benchmarks/regions.py [TEXT_FILE ...]
    python benchmarks/regions.py --names

Without files the text is the sample under `data/raw`, repeated to a few megabytes. The load is measured in a fresh
process, five times, and the best is printed: the machine's other work only ever adds to it.

`--names` measures no time: it resolves every name that divisions of several provinces bear or bore, at the middle of
each bearer's life, with the division above it as the only context, and then on a day of 2024 without any.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET_BYTES = 3_000_000
LOAD = """
import resource, sys, time
import ahocorasick_rs, csv, re, dataclasses, datetime, functools, pathlib
sys.path.insert(0, sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from qualityextract.regions import load_gazetteer
start = time.perf_counter()
load_gazetteer()
print((time.perf_counter() - start) * 1000, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def load_cost() -> tuple[float, float]:
    """Milliseconds to load and megabytes that the process grew by, the best of five fresh processes."""
    runs = []
    for _ in range(5):
        command = [sys.executable, "-c", LOAD, str(ROOT / "src")]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        runs.append((float(out[0]), float(out[1])))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def sample(paths: list[Path]) -> str:
    files = paths or sorted((ROOT / "data" / "raw").rglob("*.txt"))
    text = "\n".join(path.read_bytes().decode("utf-8", errors="ignore") for path in files)
    if not text:
        raise SystemExit("no text to measure on")
    return text * max(1, TARGET_BYTES // len(text.encode()))


def ambiguous_names() -> str:
    """How the names of several provinces resolve, with and without context."""
    sys.path.insert(0, str(ROOT / "src"))
    from qualityextract.regions import ancestors, history, load_gazetteer, resolve

    gazetteer = load_gazetteer()
    versions = {(v.code, v.valid_from): v for c in gazetteer.codes(in_force=False) for v in history(c)}
    bearers = defaultdict(list)
    for version in versions.values():
        if version.level in ("prefecture", "county") and version.status != "unconfirmed":
            for name in {version.name, version.short}:
                bearers[name].append(version)
    several = {name: found for name, found in bearers.items() if len({v.code[:2] for v in found}) > 1}
    right = wrong = 0
    for name, found in several.items():
        for version in found:
            middle = dt.date((version.valid_from + (version.valid_to or 2024)) // 2, 7, 1)
            code = resolve(name, on=middle, context=[ancestors(version.code)[0].code]).code
            right += code == version.code
            wrong += code not in (version.code, None)
    alone = {name: resolve(name, on=dt.date(2024, 7, 1)) for name in several}
    open_ = sum(got.code is None for got in alone.values())
    larger = sorted(name for name, got in alone.items() if got.code and len(got.candidates) > 1)
    total = sum(map(len, several.values()))
    return (
        f"{len(several)} names borne in several provinces, {total} bearers: beside the division above "
        f"{right} right ({right / total:.1%}), {wrong} another bearer, {total - right - wrong} left open\n"
        f"without context in 2024: {open_} left open, {len(several) - open_ - len(larger)} with one bearer in force, "
        f"{len(larger)} read as the larger place ({'、'.join(larger)})"
    )


def main() -> None:
    if sys.argv[1:] == ["--names"]:
        sys.stdout.write(ambiguous_names() + "\n")
        return
    milliseconds, megabytes = load_cost()
    text = sample([Path(name) for name in sys.argv[1:]])
    size = len(text.encode()) / 1e6
    sys.path.insert(0, str(ROOT / "src"))
    import jieba

    from qualityextract.regions import load_gazetteer

    jieba.setLogLevel(60)
    jieba.initialize()
    gazetteer = load_gazetteer()
    lines = text.split("\n")
    start = time.perf_counter()
    mentions = sum(len(gazetteer.find(line)) for line in lines)
    middle = time.perf_counter()
    for line in lines:
        for _ in jieba.cut(line):
            pass
    end = time.perf_counter()
    find, cut = size / (middle - start), size / (end - middle)
    sys.stdout.write(
        f"load {milliseconds:.0f} ms, {megabytes:.0f} MB\n"
        f"find {find:.1f} MB/s on {size:.1f} MB ({mentions} mentions)\n"
        f"jieba.cut {cut:.2f} MB/s; ratio {find / cut:.0f}\n"
    )


if __name__ == "__main__":
    main()
