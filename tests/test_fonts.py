"""The font of the charts has the letters that the tables can print, and says under which licence it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from qualityextract import fonts

ROOT = Path(__file__).resolve().parent.parent


def test_every_letter_of_the_labels_and_regions_is_in_the_font() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import build_font
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    wanted = {letter for letter in build_font.printed() if "\u3400" <= letter <= "\u9fff"}
    missing = wanted - {chr(code) for code in TTFont(fonts.FILE).getBestCmap()}
    assert sorted(missing) == [], "cut it anew with: python scripts/build_font.py"


def test_the_font_is_small_and_bears_its_licence() -> None:
    assert fonts.FILE.stat().st_size < 500_000
    names = TTFont(fonts.FILE)["name"]
    assert names.getDebugName(1) == fonts.FAMILY
    assert "Open Font License" in names.getDebugName(13)
    assert "SIL OPEN FONT LICENSE Version 1.1" in fonts.FILE.with_name("OFL.txt").read_text(encoding="utf-8")


def test_it_is_the_first_choice_after_registration() -> None:
    import matplotlib
    from matplotlib import font_manager

    with matplotlib.rc_context():
        first = fonts.use_in_charts()
        assert first == fonts.use_in_charts()
        assert first[0] == fonts.FAMILY
        assert matplotlib.rcParams["font.family"] == first
        found = font_manager.findfont(fonts.FAMILY, fallback_to_default=False)
    assert Path(found) == fonts.FILE


@pytest.mark.parametrize("letter", ["质", "禺", "畲"])
def test_letters_of_rare_names_have_an_outline(letter: str) -> None:
    font = TTFont(fonts.FILE)
    assert font.getBestCmap()[ord(letter)] != ".notdef"
