"""Outlines that the user supplies for the map: GeoJSON whose features are keyed on the region code.

None are shipped. Coordinates are longitude and latitude in degrees; they are rounded to three decimals (some 100 m),
which is finer than a map on a page and makes the file a good deal smaller.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from qualityextract.errors import ConfigurationError

KEYS = ("region_code", "code", "adcode", "ad_code", "gb")
"""Properties in which the code is looked for, in this order; then the feature's `id`."""
_DECIMALS = 3


def read_outlines(file: Path) -> dict[str, Any]:
    """Read a GeoJSON FeatureCollection.

    Returns:
        `regions`: list of `{code, name, rings}`, a ring being a flat list `[lon, lat, lon, lat, …]`, all rings of a
        region to be filled by the even-odd rule.

    Raises:
        ConfigurationError: the file can't be read, or holds no polygon with a six-digit region code.
    """
    try:
        value = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: can't be read as GeoJSON: {error}") from error
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise ConfigurationError(f"{file}: no FeatureCollection")
    try:
        regions = [region for feature in features if (region := _region(feature)) is not None]
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise ConfigurationError(f"{file}: a feature is not as GeoJSON has it: {error}") from error
    if not regions:
        raise ConfigurationError(
            f"{file}: no polygon with a six-digit code; it is looked for in the properties {', '.join(KEYS)} and the id"
        )
    return {"regions": regions}


def _region(feature: dict[str, Any]) -> dict[str, Any] | None:
    properties = feature.get("properties") or {}
    held = [properties.get(key) for key in KEYS] + [feature.get("id")]
    code = next((str(value) for value in held if value is not None and len(str(value)) == 6), None)
    geometry = feature.get("geometry") or {}
    if code is None or not code.isdecimal() or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    drawn = geometry["coordinates"]
    polygons = [drawn] if geometry["type"] == "Polygon" else drawn
    rings = [_ring(ring) for polygon in polygons for ring in polygon]
    return {"code": code, "name": str(properties.get("name") or code), "rings": rings}


def _ring(points: list[list[float]]) -> list[float]:
    flat = [round(float(part), _DECIMALS) for point in points for part in (point[0], point[1])]
    if not all(map(math.isfinite, flat)):
        raise ValueError("a coordinate is no number")
    return flat
