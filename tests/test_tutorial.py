"""The tutorial and the how-to page do what they say: every block runs in order, every output shown is printed.

`python tests/test_tutorial.py` writes the outputs anew, but for those with a `…`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from pages import ROOT, Runner, Step, fits, steps

DOCS = ROOT / "docs"
EXECUTED = ["tutorial.md", "how-to.md"]


def run_page(name: str, folder: Path) -> list[tuple[Step, int, str]]:
    """Every step of the page with its exit code and what it printed; stops at the first that fails."""
    work = folder / "work"
    shutil.copytree(ROOT / "data" / "raw", work / "data" / "raw")
    runner = Runner(work, folder / "programs")
    done = []
    try:
        for step in steps(DOCS / name):
            code, said = runner.run(step)
            done.append((step, code, said))
            if code:
                break
    finally:
        runner.close()
    return done


@pytest.mark.parametrize("name", EXECUTED)
def test_every_block_runs_and_prints_what_is_shown(name: str, tmp_path: Path) -> None:
    done = run_page(name, tmp_path)
    assert len(done) >= 5
    for step, code, said in done:
        assert code == 0, f"{step.code}\n{said}"
        if step.shown is not None:
            assert fits(step.shown, said), f"write it anew with: python tests/test_tutorial.py\n{step.code}\n{said}"
    assert any(step.shown for step, _, _ in done)


def test_the_chinese_tutorial_has_the_same_blocks() -> None:
    assert steps(DOCS / "tutorial.zh.md") == steps(DOCS / "tutorial.md")


@pytest.mark.parametrize(
    ("shown", "said", "wanted"),
    [
        ("a … c\n", "a b c", True),
        ("a … c\n", "a b\nc", False),
        ("…\nlast\n", "first\nsecond\nlast", True),
        ("…\nlast\n", "last", True),
        ("first\n…\n", "first\nsecond", True),
        ("first\n…\nlast\n", "first\nlast", True),
        ("first\n", "first\nsecond", False),
    ],
)
def test_an_ellipsis_stands_for_what_it_should(shown: str, said: str, wanted: bool) -> None:
    assert fits(shown, said) is wanted


def write_anew(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            done = run_page(name, Path(folder))
        for page in [DOCS / name, DOCS / name.replace(".md", ".zh.md")]:
            if not page.exists():
                continue
            text = page.read_text(encoding="utf-8")
            for step, code, said in done:
                if code:
                    sys.stderr.write(f"{step.code}\n{said}\n")
                elif step.shown is not None and "…" not in step.shown:
                    before = f"```{step.language}\n{step.code}```\n\n```text\n"
                    text = text.replace(f"{before}{step.shown}```\n", f"{before}{said}\n```\n")
            page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_anew(sys.argv[1:] or EXECUTED)
