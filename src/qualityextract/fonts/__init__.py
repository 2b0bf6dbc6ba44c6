"""A font with the Chinese letters that the tables can print, so that charts need no font of the system.

The file is a subset of Noto Sans CJK SC (SIL Open Font License, see `OFL.txt`), cut by `scripts/build_font.py`: the
letters of the catalogue, of regions and zones, and of this project's own words. Names of firms may hold others; for
those a Chinese font of the system is asked, where there is one.
"""

from __future__ import annotations

from pathlib import Path

FAMILY = "QualityExtract Sans SC"
FILE = Path(__file__).with_name("qualityextract-sans-sc.otf")
_LARGER = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
    *("SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC"),
)
_LATIN = "DejaVu Sans"
"""Comes with matplotlib."""


def use_in_charts() -> list[str]:
    """Register the font with matplotlib and make it the first choice of all text that is drawn from now on.

    Returns:
        The families in their order: this one, a larger Chinese font of the system where there is one, DejaVu Sans.
    """
    from matplotlib import font_manager, rcParams

    known = {font.name for font in font_manager.fontManager.ttflist}
    if FAMILY not in known:
        font_manager.fontManager.addfont(FILE)
    families = [FAMILY, *[name for name in _LARGER if name in known][:1], _LATIN]
    rcParams["font.family"] = families
    rcParams["axes.unicode_minus"] = False
    return families
