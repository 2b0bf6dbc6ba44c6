"""Cut the font for charts out of Noto Sans CJK: the Chinese letters that the tables can print, and no others.

    python scripts/build_font.py                      # write src/qualityextract/fonts/qualityextract-sans-sc.otf
    python scripts/build_font.py --source FILE.ttc    # from another place than Debian's package fonts-noto-cjk

The letters are those of the catalogue, of the names of regions and zones, of the labels and meanings in the
vocabulary, of the reasons of `comparability.csv`, of the notebooks, the documentation and the expected rows of the
sample, with ASCII and common punctuation. The family gets a name of its own, so that it never stands in for an installed font of the full size.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "qualityextract"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = PACKAGE / "fonts" / "qualityextract-sans-sc.otf"
FAMILY = "QualityExtract Sans SC"
PUNCTUATION = "、。《》〈〉「」『』【】〔〕（）！，：；？～“”‘’…—–·×÷±°℃％‰→←↑↓≥≤≈−"


def column(file: Path, *names: str) -> str:
    """All text of some columns of a table."""
    with file.open(encoding="utf-8", newline="") as lines:
        return "".join(row[name] or "" for row in csv.DictReader(lines) for name in names)


def printed() -> str:
    """What charts print: labels, units, regions, zones, the vocabulary, reasons, and the words of the notebooks."""
    rules = PACKAGE / "rules"
    text = column(rules / "indicators.csv", "label_zh") + column(rules / "units.csv", "surface", "unit")
    text += column(rules / "regions" / "divisions.csv", "name", "short")
    text += column(rules / "regions" / "zones.csv", "zone", "short_forms")
    files = [PACKAGE / "vocabulary.py", PACKAGE / "schema.py", PACKAGE / "analysis" / "comparability.csv"]
    files += sorted((ROOT / "notebooks").glob("*.ipynb"))
    return text + "".join(file.read_text(encoding="utf-8") for file in files)


def letters() -> set[str]:
    """The characters of the font: those, and what else this project writes."""
    text = "".join(map(chr, range(0x20, 0x7F))) + PUNCTUATION + printed()
    files = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*.csv"), *PACKAGE.glob("report/assets/labels.json")]
    files += (ROOT / "data" / "raw").glob("*.expected.yaml")
    text += "".join(file.read_text(encoding="utf-8") for file in sorted(files))
    return {letter for letter in text if letter.isprintable()}


def simplified(source: Path) -> TTFont:
    """The face for simplified Chinese of a collection, or the one face of a file."""
    if source.suffix.lower() != ".ttc":
        return TTFont(source)
    faces = TTCollection(source).fonts
    return next(face for face in faces if face["name"].getDebugName(1) == "Noto Sans CJK SC")


def named(font: TTFont) -> None:
    """Give the subset its own name; copyright and licence stay."""
    names = font["name"]
    kept = {
        entry.nameID: entry.toUnicode()
        for entry in names.names
        if entry.langID == 0x409 and entry.nameID in (0, 13, 14)
    }
    names.names = []
    own = {1: FAMILY, 2: "Regular", 3: f"{FAMILY} 1", 4: FAMILY, 5: "Version 1", 6: FAMILY.replace(" ", "")}
    for number, text in (kept | own).items():
        names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [own[6]]
    top.topDictIndex[0].FullName = top.topDictIndex[0].FamilyName = FAMILY


def build(source: Path, target: Path) -> int:
    """Write the subset; the same source and letters give the same bytes. Returns the number of letters."""
    font = simplified(source)
    options = subset.Options(hinting=False, desubroutinize=False, layout_features=[], notdef_outline=True)
    options.name_IDs, options.name_languages = [0, 13, 14], [0x409]
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(letters())))
    cutter.subset(font)
    named(font)
    font.recalcTimestamp = False
    font["head"].modified = font["head"].created
    font.save(target)
    return len(font.getBestCmap())


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--source", type=Path, default=SOURCE, help="Noto Sans CJK, .ttc or .otf")
    parser.add_argument("--target", type=Path, default=TARGET)
    wanted = parser.parse_args()
    if not wanted.source.exists():
        parser.error(f"{wanted.source} is not there; install fonts-noto-cjk or name the font with --source")
    count = build(wanted.source, wanted.target)
    sys.stdout.write(f"{wanted.target.name}: {count} letters, {wanted.target.stat().st_size / 1000:.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
