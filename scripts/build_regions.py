"""Build the generated tables under `rules/regions/` from the public history of GB/T 2260.

    python scripts/build_regions.py AREACODES.csv ZONES.csv [--out DIR]
    python scripts/build_regions.py --counts

AREACODES.csv is the table `result.csv` of yescallop/areacodes (CC0), read at the commit named in the README of the
rules; ZONES.csv is the list of development zones to which the statistical bureau gave codes of its own in 2023.
Writes `divisions.csv` and the generated rows of `aliases.csv`, `names.csv` and `zones.csv`; rows whose `source` is not
one of the generated ones were decided by hand and are kept as they are. The dictionary of jieba is used here, offline,
to propose which names are ordinary words; nothing at run time needs it.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent / "src" / "qualityextract" / "rules" / "regions"
LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}
STATUSES = {"在用": "in_force", "弃用": "abolished", "变更": "renamed"}
PLANNED = {"210200", "330200", "350200", "370200", "440300"}
COLUMNS_TEXT = """
    code name short level province prefecture valid_from valid_to status successors partial_successors derived flags
"""
DIVISION_COLUMNS = COLUMNS_TEXT.split()
RANK = {"province": 0, "prefecture": 1, "county": 2}
GENERATED = {"derived from the full name", "measured", "NBS 2023"}
UNCONFIRMED = (
    # Seen in two community sources only; never used for resolution unless asked for.
    ("500157", "两江新区", "两江新区", "county", "重庆市", "", 2025),
    ("653132", "岑岭县", "岑岭", "county", "新疆维吾尔自治区", "喀什地区", 2025),
    ("659013", "草湖市", "草湖", "county", "新疆维吾尔自治区", "", 2025),
)
# Prefectures without counties, for which nothing can be derived: what the State Council made of them.
SUCCESSORS = {
    "420400": ("421000",),  # 沙市市 went into 荆沙市 (now 荆州市), 1994
    "441000": ("460100",),  # 海口市, with the founding of 海南省, 1988
    "441100": ("460200",),  # 三亚市, likewise
    "530200": ("530113",),  # 东川市 became 东川区 of 昆明市, 1998
    "650300": ("659001",),  # 石河子市, administered by the autonomous region since
}
PROVINCE_TAILS = ["维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "行政区", "省", "市"]
PEOPLES_TEXT = """
    蒙古族 蒙古 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族
    土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族
    景颇族 柯尔克孜 土族 达斡尔族 达斡尔 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 锡伯族 阿昌族
    普米族 塔吉克 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 崩龙族 保安族 裕固族 京族 独龙族 鄂伦春族 各族
    毛难族
"""
PEOPLES = PEOPLES_TEXT.split()
AUTONOMOUS = {"自治州": "州", "自治县": "县", "自治旗": "旗"}
PLAIN_TAILS = {
    "prefecture": ("地区", "行政区", "市", "盟"),
    "county": ("林区", "特区", "市", "县", "区", "旗"),
}


@dataclass(frozen=True)
class Row:
    """One version of a division: the name that a code bore from one year to another."""

    code: str
    name: str
    level: str
    province: str
    prefecture: str
    valid_from: int
    valid_to: int | None
    status: str
    successors: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    derived: bool = False
    flags: tuple[str, ...] = field(default=())


def root_of(name: str, level: str) -> str:
    """The name without the word for its kind; a root of one character keeps it (赵县)."""
    if level == "province":
        tail = next((t for t in PROVINCE_TAILS if name.endswith(t)), "")
        return name.removesuffix(tail)
    for tail in AUTONOMOUS:
        if name.endswith(tail):
            return strip_peoples(name.removesuffix(tail))
    for tail in PLAIN_TAILS[level]:
        if name.endswith(tail):
            root = name.removesuffix(tail)
            return root if len(root) > 1 else name
    return name


def strip_peoples(name: str) -> str:
    """Take the names of peoples off the end: 恩施土家族苗族 is 恩施, 东乡族 is 东乡, 鄂伦春 stays."""
    rest = name
    while True:
        people = max((p for p in PEOPLES if rest.endswith(p)), key=len, default="")
        if not people or len(rest) == len(people):
            break
        rest = rest.removesuffix(people)
    return rest.removesuffix("族") if len(rest) > 2 else rest


def read_history(path: Path) -> list[Row]:
    """The published table as rows; a successor with a year in brackets took only a part of the division."""
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for line in csv.DictReader(handle):
            level = LEVELS[line["级别"]]
            parts = [p for p in line["新代码"].split(";") if p]
            upper = line["二级行政区"]
            code = line["代码"]
            rows.append(
                Row(
                    code=code,
                    name=line["名称"],
                    level=level,
                    province=line["一级行政区"],
                    prefecture="" if level == "province" or upper == "直辖" else upper,
                    valid_from=int(line["启用时间"]),
                    valid_to=int(line["变更/弃用时间"]) if line["变更/弃用时间"] else None,
                    status=STATUSES[line["状态"]],
                    successors=tuple(dict.fromkeys(p for p in parts if "[" not in p)),
                    partial=tuple(parts_of(parts)),
                    flags=flags_of(code),
                )
            )
    return rows


def parts_of(parts: Iterable[str]) -> Iterable[str]:
    """`130209[2012]` as `130209@2012`."""
    for part in parts:
        if match := re.fullmatch(r"(\d{6})\[(\d{4})\]", part):
            yield f"{match[1]}@{match[2]}"


def flags_of(code: str) -> tuple[str, ...]:
    flags = []
    if code in PLANNED:
        flags.append("planned")
    if code.startswith("6590"):
        flags.append("xpcc")
    if code[2:4] == "90" and not code.endswith("0000"):
        flags.append("province_administered")
    return tuple(flags)


def derive_prefectures(rows: list[Row]) -> list[Row]:
    """Give a prefecture that ended the prefectures into which its counties went, most counties first."""
    heads = {row.code for row in rows if row.level == "prefecture"}
    counties: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.level == "county":
            counties[row.code[:4] + "00"].append(row)
    roots = {row.code: root_of(row.name, row.level) for row in rows if row.level == "prefecture" and not row.valid_to}
    out = []
    for row in rows:
        if row.level == "prefecture" and row.status == "renamed":
            # The same code bears the next name; what is published beside it are districts split off.
            row = replace(row, successors=(row.code,), derived=True)
        elif row.level == "prefecture" and row.status == "abolished":
            votes: Counter[str] = Counter()
            for county in counties[row.code]:
                if county.valid_to == row.valid_to:
                    for code in county.successors:
                        head = code[:4] + "00"
                        votes[head if head in heads else code] += 1
            votes.pop(row.code, None)
            root = root_of(row.name, row.level)
            order = sorted(votes, key=lambda c: (roots.get(c) != root, -votes[c], c))
            row = replace(row, successors=tuple(order) or SUCCESSORS.get(row.code, ()), derived=True)
        out.append(row)
    return out


def extra_rows() -> list[Row]:
    country = Row("100000", "中华人民共和国", "country", "", "", 1949, None, "in_force")
    unconfirmed = [
        Row(code, name, level, province, prefecture, year, None, "unconfirmed", flags=flags_of(code))
        for code, name, _, level, province, prefecture, year in UNCONFIRMED
    ]
    return [country, *unconfirmed]


def short_of(row: Row) -> str:
    if row.level == "country":
        return "中国"
    return root_of(row.name, row.level)


def write_divisions(rows: list[Row], out: Path) -> None:
    lines = [
        [
            row.code, row.name, short_of(row), row.level, row.province, row.prefecture, row.valid_from,
            row.valid_to or "", row.status, "|".join(row.successors), "|".join(row.partial),
            int(row.derived), "|".join(row.flags),
        ]
        for row in rows
    ]  # fmt: skip
    write(out / "divisions.csv", DIVISION_COLUMNS, lines)


def write(path: Path, header: list[str], lines: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def kept(path: Path, header: list[str]) -> list[list[str]]:
    """The rows of an earlier table that were decided by hand."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return [[line[c] for c in header] for line in csv.DictReader(handle) if line["source"] not in GENERATED]


def generated_aliases(rows: list[Row]) -> Iterable[tuple[str, str, str, str]]:
    """恩施州 and 恩施自治州 beside 恩施土家族苗族自治州; the same for autonomous counties and banners."""
    for row in rows:
        tail = next((t for t in AUTONOMOUS if row.name.endswith(t)), "")
        root = root_of(row.name, row.level) if tail else ""
        if not root:
            continue
        for alias in (root + AUTONOMOUS[tail], root + tail):
            if alias != row.name:
                yield alias, row.code, "common", "derived from the full name"


def write_aliases(rows: list[Row], out: Path) -> None:
    header = ["alias", "codes", "kind", "source"]
    lines = kept(out / "aliases.csv", header)
    have = {(line[0], line[1]) for line in lines}
    fresh = sorted({line for line in generated_aliases(rows) if (line[0], line[1]) not in have}, key=lambda a: a[1::-1])
    write(out / "aliases.csv", header, [*lines, *fresh])


class Words:
    """Unigram weights of a general Chinese word list, as the segmenter's dictionary gives them."""

    def __init__(self) -> None:
        import jieba

        path = Path(jieba.__file__).parent / "dict.txt"
        self.freq: dict[str, int] = {}
        self.tag: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            word, freq, tag = line.split(" ")
            self.freq[word], self.tag[word] = int(freq), tag
        self.log_total = math.log(sum(self.freq.values()))
        self.ends: dict[str, list[str]] = defaultdict(list)
        self.starts: dict[str, list[str]] = defaultdict(list)
        for word in self.freq:
            if len(word) == 2:
                self.ends[word[1]].append(word[0])
                self.starts[word[0]].append(word[1])

    def cost(self, *words: str) -> float:
        """Log probability of the words in a row; a word that the list lacks counts as seen once."""
        return sum(math.log(self.freq.get(word) or 1) - self.log_total for word in words)


def neighbours(name: str, level: str, words: Words) -> tuple[str, str]:
    """Characters before, and characters after, a name that make it the seam of two words (提高|安全 is not 高安).

    What follows is the weaker sign, because the reader goes from left to right: it counts only for counties that the
    word list does not know as places, where the odds are clear.
    """
    first, rest, last, front = name[0], name[1:], name[-1], name[:-1]
    left = [c for c in words.ends[first] if words.freq[c + first] >= 100]
    left = [c for c in left if words.cost(c + first, rest) > words.cost(c, name)]
    if last == "县":
        return "".join(sorted(left)), "级域区乡市际"
    if len(name) > 2 or level != "county" or words.tag.get(name, "") == "ns":
        return "".join(sorted(left)), ""
    right = [c for c in words.starts[last] if words.freq[last + c] >= 300]
    right = [c for c in right if words.cost(front, last + c) > words.cost(name, c) + 3.0]
    return "".join(sorted(left)), "".join(sorted(right))


def measured_names(rows: list[Row]) -> Iterable[list[str]]:
    """Names that need a look at their neighbours (`guarded`), and short forms long out of use (`stop`)."""
    words = Words()
    level: dict[str, str] = {}
    alive: set[str] = set()
    for row in rows:
        if row.level == "country":
            continue
        for name in {row.name, short_of(row)}:
            if name == row.name or row.valid_to is None or row.valid_to >= 2005:
                alive.add(name)
            level[name] = min(level.get(name, row.level), row.level, key=RANK.__getitem__)
    for name in sorted(level):
        if name not in alive or (len(name) == 2 and name[1] == "区"):
            yield [name, "stop", "", "", "measured"]
        elif len(name) == 2 or (len(name) == 3 and words.freq.get(name[1:], 0) >= 500):
            left, right = neighbours(name, level[name], words)
            if left or right:
                yield [name, "guarded", left, right, "measured"]


def write_names(rows: list[Row], out: Path) -> None:
    header = ["name", "use", "left", "right", "source"]
    lines = kept(out / "names.csv", header)
    have = {line[0] for line in lines}
    write(out / "names.csv", header, [*lines, *(n for n in measured_names(rows) if n[0] not in have)])


def write_zones(path: Path, out: Path) -> None:
    header = ["zone", "short_forms", "holder", "source"]
    lines = kept(out / "zones.csv", header)
    have = {form for line in lines for form in (line[0], *line[1].split("|"))}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        listed = [
            [line["name"], "", line["city_code"], "NBS 2023"]
            for line in csv.DictReader(handle)
            if line["nbs_code"][4:] >= "60" and line["name"] not in have and line["name"][-1] in "区园城委"
        ]
    write(out / "zones.csv", header, [*lines, *listed])


def counts(out: Path) -> list[str]:
    """The lines of the table in `docs/regions.md`: versions by level and status, and what stands beside them."""
    with (out / "divisions.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    order = ("in_force", "renamed", "abolished", "unconfirmed")
    lines = ["| level | " + " | ".join(order) + " | distinct codes |", "| --- |" + " ---: |" * 5]
    for level in ("country", "province", "prefecture", "county"):
        here = [row for row in rows if row["level"] == level]
        per = [sum(row["status"] == status for row in here) for status in order]
        lines.append(f"| {level} | " + " | ".join(map(str, per)) + f" | {len({row['code'] for row in here})} |")
    derived = sum(row["derived"] == "1" for row in rows)
    lines += ["", f"- {derived} ended or renamed prefectures carry successors derived from their counties"]
    for name in ("aliases", "zones", "names", "relative", "contexts", "guards"):
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            lines.append(f"- `{name}.csv`: {sum(1 for _ in csv.DictReader(handle))} rows")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areacodes", type=Path, nargs="?")
    parser.add_argument("zones", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=RULES)
    parser.add_argument("--counts", action="store_true", help="print the counts of the tables that are there")
    args = parser.parse_args()
    if args.counts:
        sys.stdout.write("\n".join(counts(args.out)) + "\n")
        return
    if args.areacodes is None or args.zones is None:
        parser.error("AREACODES.csv and ZONES.csv are needed")
    rows = sorted(
        [*derive_prefectures(read_history(args.areacodes)), *extra_rows()],
        key=lambda row: (row.code, row.valid_from),
    )
    args.out.mkdir(parents=True, exist_ok=True)
    write_divisions(rows, args.out)
    write_aliases(rows, args.out)
    write_names(rows, args.out)
    write_zones(args.zones, args.out)


if __name__ == "__main__":
    main()
