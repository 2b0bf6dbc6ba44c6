"""The page: template, style, scripts and data put together into one file that needs nothing else.

Nothing of an article becomes markup: the data stand in a JSON block in which no character can end the block, and the
scripts put text in as text. As a second wall the content policy allows exactly these scripts and styles, by hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

SCRIPTS = ("core", "filters", "grid", "marks", "detail", "series", "charts", "overview", "main")
"""Our scripts in the order in which they are joined."""
_LIBRARY = "vendor/tabulator.min.js"
_STYLES = ("vendor/tabulator_simple.min.css", "style.css")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SPECIAL = re.compile("[<>&\u2028\u2029]")
_SLOT = re.compile(r"\{\{(\w+)\}\}")
# The builds name a source map beside them, which nobody has; a browser's tools would look for it.
_SOURCE_MAP = re.compile(r"(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)")


def json_block(value: object) -> str:
    """JSON that can stand in a script element: `<`, `>`, `&`, U+2028 and U+2029 are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)


def content_policy(*, connected: bool) -> str:
    """The content security policy of the page.

    Args:
        connected: whether the page may send to its own address (the review server); else to none.
    """
    scripts = " ".join(_hash(script) for script in _scripts())
    parts = (
        "default-src 'none'",
        f"script-src {scripts}",
        f"style-src {_hash(_style())}",
        "connect-src 'self'" if connected else "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(parts)


def render(data: Mapping[str, Any], version: str, *, connected: bool = False) -> str:
    """The page as text.

    Args:
        data: what `payload` gives.
        version: the program's version, shown on the page.
        connected: for the review server.
    """
    library, script = _scripts()
    slots = {
        "policy": content_policy(connected=connected),
        "style": _style(),
        "library": library,
        "script": script,
        "data": json_block({**data, "version": version, "text": json.loads(_asset("labels.json"))}),
    }
    # One pass: what is put in is not searched for slots again.
    return _SLOT.sub(lambda found: slots[found[1]], _asset("template.html"))


@cache
def _scripts() -> tuple[str, str]:
    ours = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return _SOURCE_MAP.sub("", _asset(_LIBRARY)), f'(() => {{\n"use strict";\n{ours}}})();'


@cache
def _style() -> str:
    return "\n".join(_SOURCE_MAP.sub("", _asset(name)) for name in _STYLES)


@cache
def _asset(name: str) -> str:
    return files("qualityextract.report").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
