"""What README and docs say is so: links, commands, options, outputs, tables of rules.

`python tests/test_docs.py` writes the output of the README's `explain` example anew.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "qualityextract"
RULES = PACKAGE / "rules"
README = ROOT / "README.md"
PAGES = sorted(
    [
        README,
        ROOT / "README.zh-CN.md",
        *(ROOT / "docs").glob("*.md"),
        ROOT / "data/README.md",
        ROOT / "notebooks/README.md",
    ]
)
# Run in order, with their outputs, by test_tutorial.
EXECUTED = [ROOT / "docs" / name for name in ("tutorial.md", "tutorial.zh.md", "how-to.md")]
EXPLAIN = 'explain "唐山市拥有驰名商标9件。" --published 2021-10-25'


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, without the indent of the list that they may stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def table(text: str, header: str) -> list[list[str]]:
    """The cells of every row of the tables whose header row begins with `header`."""
    rows: list[list[str]] = []
    for part in text.split(f"\n| {header} |")[1:]:
        for line in part.split("\n")[2:]:
            if not line.startswith("| "):
                break
            rows.append([cell.strip() for cell in line.strip().strip("|").split(" | ")])
    return rows


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def ran(*arguments: str, package: Path = PACKAGE, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, as the user has it: no terminal, no colours."""
    settings = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "COLUMNS", "PYTHONPATH")}
    settings |= {"PYTHONPATH": str(package.parent), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=settings, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


def explained() -> str:
    """What the README's example prints, without the rule line's dashes and trailing spaces."""
    done = ran("-m", "qualityextract", *shlex.split(EXPLAIN))
    assert done.returncode == 0, done.stderr
    return "\n".join(line.rstrip(" ─") for line in done.stdout.splitlines()).strip() + "\n"


def explain_block() -> str:
    return text_of(README).split("<!-- explain", 1)[1].split("```text\n", 1)[1].split("```\n", 1)[0]


@pytest.fixture(scope="session")
def sample_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample's tables in `data/out`, where the README puts them."""
    folder = tmp_path_factory.mktemp("docs")
    done = ran("-m", "qualityextract", "data/raw", "--out", str(folder / "data" / "out"), "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


# Links, commands, options


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(page))
    # Pages that the site makes from the program stand in its navigation only.
    made = set(re.findall(r": (\S+\.md)$", text_of(ROOT / "mkdocs.yml"), flags=re.MULTILINE))
    made = made if page.parent.name == "docs" else set()
    assert [t for t in targets if "://" not in t and not (page.parent / t).exists() and t not in made] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), flags=re.MULTILINE))
    assert named <= targets
    if page.name.startswith("README") and page.parent == ROOT:
        assert {"extract", "test"} <= named


@pytest.mark.parametrize("page", [README, ROOT / "README.zh-CN.md"], ids=lambda page: page.name)
def test_the_two_commands_come_first(page: Path) -> None:
    first = blocks(text_of(page), "sh")[0]
    assert [line.split("#")[0].split() for line in first.splitlines()] == [["make", "extract"], ["make", "test"]]
    assert text_of(page).index(first) < 1000


def _commands() -> list[str]:
    lines = [
        line
        for page in PAGES
        if page not in EXECUTED
        for block in blocks(text_of(page), "sh")
        for line in block.splitlines()
    ]
    return sorted({line for line in lines if not line.startswith("make ")})


@pytest.mark.parametrize("command", _commands())
def test_every_command_works(command: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    name = Path(program).name
    if name == "jupyter":
        assert arguments[0] == "execute"
        assert (ROOT / arguments[1]).exists()  # the notebook itself is run by test_notebook
        return
    assert name in ("extract", "qualityextract")
    arguments = [str(tmp_path / "out") if previous == "--out" else word for previous, word in _paired(arguments)]
    prefix = [] if name == "qualityextract" else ["extract"]
    done = ran("-m", "qualityextract", *prefix, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def _paired(words: list[str]) -> list[tuple[str, str]]:
    return list(zip(["", *words], words, strict=False))


def test_the_documented_options_are_those_of_the_program() -> None:
    shown = ran("-m", "qualityextract", "--help")
    assert shown.returncode == 0
    options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", shown.stdout.split("Options", 1)[1]))
    documented = {code for row in table(text_of(README), "option") for code in codes(row[0])}
    assert documented == {option for option in options if option.startswith("--") or len(option) == 2}


def test_the_documented_exit_codes_are_those_of_the_program() -> None:
    from qualityextract import cli

    documented = [int(row[0]) for row in table(text_of(README), "exit code")]
    assert documented == [cli.OK, cli.REJECTED, cli.WRONG_USE, cli.FAILED, cli.INTERRUPTED]


# README: outputs


def test_the_readme_is_short() -> None:
    assert len(text_of(README).splitlines()) <= 180


def test_the_explain_example_is_what_the_program_prints() -> None:
    assert EXPLAIN in text_of(README)
    assert explain_block() == explained(), "write it anew with: python tests/test_docs.py"


def test_the_table_of_tables_is_complete() -> None:
    from qualityextract.schema import RECORDS

    for page, header in ((README, "table"), (ROOT / "README.zh-CN.md", "表")):
        assert {code for row in table(text_of(page), header) for code in codes(row[0])} == set(RECORDS)


def test_the_rows_of_the_readme_are_rows_of_the_sample(sample_out: Path) -> None:
    with (sample_out / "data/out/observations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    part = text_of(README).split("<!-- rows", 1)[1]
    columns = [codes(cell)[0] for cell in part.splitlines()[1].strip("|").split(" | ")]
    shown = [line.strip("| ").split(" | ") for line in part.split("\n\n", 1)[0].splitlines()[3:]]
    assert len(shown) >= 5
    for cells in shown:
        wanted = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        quote = wanted.pop("quote").strip("…")
        assert [r for r in rows if quote in r["quote"] and all(r[k] == v for k, v in wanted.items())], cells


def test_the_pandas_example_runs(sample_out: Path) -> None:
    (code,) = blocks(text_of(README), "python")
    assert len(code.splitlines()) <= 7
    done = ran("-W", "error", "-c", code, cwd=sample_out)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^\S+ +[1-9]\d*$", done.stdout, flags=re.MULTILINE)) == 5, done.stdout


def test_columns_named_in_the_readme_exist() -> None:
    from qualityextract.schema import RECORDS

    columns = {name for record in RECORDS.values() for name in record.columns()}
    names = set(codes(section(text_of(README), "What it promises, and what not")))
    values = {"unmapped", "target", "policy_rule", "cumulative", "stock", "flow", "whole"}
    assert names - values - set(RECORDS) <= columns


# docs/rules.md

RULES_PAGE = ROOT / "docs" / "rules.md"


def test_every_rule_file_is_described() -> None:
    described = {code.rstrip("/") for row in table(text_of(RULES_PAGE), "file") for code in codes(row[0])}
    there = {entry.name for entry in RULES.iterdir() if entry.name not in ("README.md", "__init__.py", "__pycache__")}
    assert described == there


def test_every_hop_names_what_is_there() -> None:
    for row in table(text_of(RULES_PAGE), "hop"):
        assert [code for code in codes(row[2]) if not (PACKAGE / code).exists()] == []
        names = [code for code in codes(row[3]) if not (RULES / code).exists()]
        assert names == []


def test_every_layer_of_the_architecture_page_is_there() -> None:
    rows = table(text_of(ROOT / "docs" / "architecture.md"), "layer")
    named = {code.rstrip("/") for row in rows for code in codes(row[0])}
    there = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert there - {"__init__", "__main__"} <= named
    assert [name for name in named if not ((PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists())] == []


def test_every_module_of_the_stations_is_named() -> None:
    named = {
        f"{codes(package)[0]}{module}"
        for package, modules in table(text_of(ROOT / "docs" / "architecture.md"), "station")
        for module in codes(modules)
    }
    stations = {name.split("/")[0] for name in named}
    files = [path for station in stations for path in (PACKAGE / station).glob("*.py")]
    assert named == {f"{path.parent.name}/{path.stem}" for path in files if path.stem != "__init__"}


def test_the_alphabet_holds_every_letter_of_the_sample() -> None:
    from qualityextract.pipeline import explain

    documented = {code for row in table(text_of(RULES_PAGE), "letter") for code in codes(row[0])}
    assert all(len(letter) == 1 for letter in documented)
    marks = set(",;:、()-.")
    seen: set[str] = set()
    for path in sorted((ROOT / "data" / "raw").glob("*.txt")):
        text = path.read_bytes().decode("gb18030" if "qiqihar" in path.name else "utf-8")
        seen |= {letter for sentence in explain(text).sentences for letter in sentence.letters}
    assert seen - marks <= documented


def test_the_alphabet_holds_every_letter_of_the_grammar() -> None:
    documented = {code for row in table(text_of(RULES_PAGE), "letter") for code in codes(row[0])}
    for rule in yaml.safe_load((RULES / "grammar.yaml").read_text(encoding="utf-8")):
        letters = set(re.sub(r"\?P<\w+>|\\.|\{[^}]*\}", "", rule["pattern"])) & set(map(chr, range(65, 123)))
        assert {letter for letter in letters if letter.isalpha()} <= documented, rule["id"]


def test_the_cue_classes_are_those_of_the_file() -> None:
    with (RULES / "cues.csv").open(encoding="utf-8", newline="") as file:
        cues = {(row["class"], row["word"]) for row in csv.DictReader(file)}
    described: set[str] = set()
    for classes, words, _ in table(text_of(RULES_PAGE), "class in `cues.csv`"):
        described |= set(codes(classes))
        for word in words.split(", "):
            assert any((name, word) in cues for name in codes(classes)), word
    assert described == {name for name, _ in cues}


def _constructions() -> list[tuple[str, str]]:
    """Ids and examples; in a table's cell a line end is written `<br>` and a bar `\\|`."""
    rows = table(section(text_of(RULES_PAGE), "Constructions"), "id")
    return [(codes(row[0])[0], row[2].replace("<br>", "\n").replace("\\|", "|")) for row in rows]


def test_every_construction_of_the_grammar_is_described_in_its_order() -> None:
    rules = yaml.safe_load((RULES / "grammar.yaml").read_text(encoding="utf-8"))
    assert [name for name, _ in _constructions()][: len(rules)] == [rule["id"] for rule in rules]


def test_every_rule_id_of_the_code_is_described() -> None:
    sources = "".join(text_of(path) for path in sorted((PACKAGE / "grammar").glob("*.py")))
    used = set(re.findall(r"[\"'](bind\.[a-z_]+)[\"']", sources))
    prefixes = {"bind.left", "bind.right"}
    assert used - prefixes <= {name for name, _ in _constructions()}


def test_every_rule_that_fires_on_the_sample_is_described(sample_out: Path) -> None:
    with (sample_out / "data/out/observations.csv").open(encoding="utf-8-sig", newline="") as file:
        fired = {row["rule"] for row in csv.DictReader(file)}
    assert fired <= {name for name, _ in _constructions()}


@pytest.mark.parametrize(("name", "sentence"), _constructions())
def test_every_construction_fires_on_its_example(name: str, sentence: str) -> None:
    import datetime as dt

    from qualityextract.pipeline import extract_text

    rows = extract_text(sentence, published=dt.date(2021, 10, 25)).observations
    assert name in {row.rule for row in rows}


def test_confidence_and_flags_keep_to_the_vocabulary() -> None:
    from qualityextract import vocabulary

    text = text_of(RULES_PAGE)
    confidence = {code for row in table(section(text, "Confidence"), "value") for code in codes(row[0])}
    assert confidence == set(get_args(vocabulary.Confidence))
    flags = {code for row in table(text, "flag") for code in codes(row[0])}
    assert flags <= set(get_args(vocabulary.Flag))


def test_the_new_indicator_of_the_page_works(tmp_path: Path) -> None:
    """The edits that the page shows, made in a copy of the package, give the rows that it promises."""
    package = tmp_path / "qualityextract"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    part = section(text_of(RULES_PAGE), "To add an indicator")
    edits = re.findall(r"<!-- add to (\S+) -->\n *```\w+\n(.*?)^ *```$", part, flags=re.DOTALL | re.MULTILINE)
    assert [name for name, _ in edits] == ["indicators.csv", "forms.csv", "examples/services.yaml"]
    for name, lines in edits:
        file = package / "rules" / name
        added = re.sub(r"^   ", "", lines, flags=re.MULTILINE)
        file.write_text(file.read_text(encoding="utf-8").rstrip("\n") + "\n" + added, encoding="utf-8")
    tests = tmp_path / "tests"
    tests.mkdir()
    shutil.copy(ROOT / "tests" / "test_examples.py", tests)
    shutil.copy(ROOT / "tests" / "rows.py", tests)
    done = ran(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={tests}",
        "test_examples.py", "-k", "quality_hall", package=package, cwd=tests,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[2-9] passed", done.stdout), done.stdout


if __name__ == "__main__":
    README.write_text(
        text_of(README).replace(f"```text\n{explain_block()}```\n", f"```text\n{explained()}```\n"), "utf-8"
    )
