"""A pipeline of twenty lines that stands in for the real one where the platform is tested, not the extraction.

Every run of digits is one figure: with 件 after it an observation, else `unexplained`. `BUG` in a text is a bug, `DIE`
ends the process, `SLOW` takes a minute, and a `0件` builds a row that can't be.

Run as a script it is the command `extract` with this pipeline, for tests that need a real process.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument
from qualityextract.run import local
from qualityextract.schema import Tables, document_reject, validate_rows

TEXTS = {
    "b.txt": "全市拥有驰名商标9件，专利150件。\n电话12345。",
    "a 空格/唐山 2021.txt": "全市拥有地理标志2件。",
    "a 空格/copy of b.txt": "全市拥有驰名商标9件，专利150件。\n电话12345。",
    "z.md": "=1+1 是公式。获奖7件。",
    "empty.txt": "",
}

_real_extract_sources = local.extract_sources


def observation_row(**changes: Any) -> dict[str, Any]:
    """A row of `observations` that passes, with `changes`."""
    row: dict[str, Any] = {
        "observation_id": "o1",
        "article_id": "a1",
        "indicator": "tm.well_known",
        "indicator_text": "驰名商标",
        "stat_kind": "flow",
        "status": "achieved",
        "value": 9.0,
        "bound": "exact",
        "unit": "件",
        "scope": "whole",
        "subject": "唐山市",
        "region_code": "130200",
        "region": "河北省唐山市",
        "region_level": "prefecture",
        "province": "河北省",
        "prefecture": "唐山市",
        "region_basis": "explicit",
        "quote": "拥有9件",
        "quote_start": 10,
        "quote_end": 14,
        "value_text": "9",
        "value_start": 12,
        "value_end": 13,
        "rule": "bind.test",
        "confidence": "high",
    }
    return row | changes


def article_row(path: str, text: str) -> dict[str, Any]:
    """A row of `articles` that passes."""
    return {
        "article_id": hashlib.sha256(text.encode()).hexdigest()[:16],
        "path": path,
        "text": text,
        "n_chars": len(text),
        "encoding": "utf-8",
        "media_type": "text/plain",
    }


def extract_batch(documents: Sequence[RawDocument], *, max_chars: int | None = None) -> Tables:
    """The stand-in for `pipeline.extract_batch`."""
    return Tables.joined(_one(raw) for raw in documents)


def extract_sources(sources: Sequence[local.Source], max_bytes: int) -> list[Tables]:
    """`run.local.extract_sources` with this pipeline, also in a fresh worker process."""
    sys.modules["qualityextract.pipeline"] = sys.modules[__name__]
    return _real_extract_sources(sources, max_bytes)


def load_ruleset() -> SimpleNamespace:
    """The stand-in for `ruleset.load_ruleset`."""
    return SimpleNamespace(digest="digest-of-the-test", indicators={})


def _one(raw: RawDocument) -> Tables:
    try:
        text = raw.data.decode()
    except UnicodeDecodeError:
        return Tables(rejects=(document_reject(DocumentError(raw.path, "no known encoding", "Save it as UTF-8.")),))
    if not text.strip():
        return Tables(rejects=(document_reject(DocumentError(raw.path, "the file is empty", "Delete it.")),))
    if "BUG" in text:
        raise KeyError("no such thing")
    if "DIE" in text:
        os._exit(9)
    if "SLOW" in text:
        Path(os.environ["SLOW_MARK"]).touch()
        time.sleep(60)
    article = article_row(raw.path, text)
    rows, figures = [], []
    for found in re.finditer(r"\d+", text):
        counted = text[found.end() : found.end() + 1] == "件"
        own = f"{article['article_id']}-{found.start()}"
        value = {"value_text": found[0], "value_start": found.start(), "value_end": found.end()}
        if counted:
            place = {"quote": text, "quote_start": 0, "quote_end": len(text), "value": float(found[0])}
            kind = "rank" if found[0] == "0" else "flow"
            ids = {"observation_id": own, "article_id": article["article_id"], "stat_kind": kind}
            rows.append(observation_row(**ids, **place, **value))
        fate = {"fate": "observation", "observation_ids": [own]} if counted else {"fate": "unexplained"}
        figures.append({"figure_id": own, "article_id": article["article_id"], "sentence": text} | value | fate)
    parts = [validate_rows("articles", [article], raw.path), validate_rows("figures", figures, raw.path)]
    observations, bad = validate_rows("observations", rows, raw.path)
    return Tables(
        articles=tuple(parts[0][0]),
        observations=tuple(observations),
        figures=tuple(parts[1][0]),
        rejects=tuple(bad),
    )


def _main() -> None:
    import fake_pipeline
    from qualityextract import cli, ruleset

    sys.modules["qualityextract.pipeline"] = fake_pipeline
    ruleset.load_ruleset = fake_pipeline.load_ruleset  # type: ignore[assignment]
    local.extract_sources = fake_pipeline.extract_sources
    cli.run_extract()


if __name__ == "__main__":
    _main()
