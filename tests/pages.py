"""Runs the code of a page of the documentation: every `sh` and `python` block in order, in one folder.

A `text` block right behind such a block is what it prints. In it `…` stands for anything on a line, and a line that is
only `…` for any number of lines.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```(sh|python|text)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_INTERPRETER = """
import contextlib, io, json, sys, traceback, warnings
warnings.simplefilter("error")
space = {"__name__": "__main__"}
for line in sys.stdin:
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said):
        try:
            exec(compile(json.loads(line), "<page>", "exec"), space)
        except BaseException:
            traceback.print_exc(file=said)
            code = 1
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


@dataclass(frozen=True)
class Step:
    """A block of code, and what the page says that it prints (None where it says nothing)."""

    language: str
    code: str
    shown: str | None


def steps(page: Path) -> list[Step]:
    text = page.read_text(encoding="utf-8")
    found = list(_BLOCK.finditer(text))
    made = []
    for block, following in zip(found, [*found[1:], None], strict=True):
        language, code = block.groups()
        if language == "text":
            continue
        prints = following is not None and following[1] == "text" and not text[block.end() : following.start()].strip()
        made.append(Step(language, code, following[2] if following is not None and prints else None))
    return made


def fits(shown: str, said: str) -> bool:
    """Whether what was said is what the page shows."""
    pattern = "\n".join(".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in shown.splitlines())
    pattern = pattern.replace(".*\n", "(?:.*\n)?").replace("\n.*", "(?:\n.*)?")
    return re.fullmatch(pattern, said, flags=re.DOTALL) is not None


def tidy(said: str) -> str:
    """Without spaces and rules at the ends of lines, and without empty lines at the ends."""
    return "\n".join(line.rstrip(" ─") for line in said.splitlines()).strip("\n")


class Runner:
    """A shell and one Python interpreter in a folder, with the programs of this project on the path."""

    def __init__(self, folder: Path, programs: Path) -> None:
        programs.mkdir(parents=True, exist_ok=True)
        for name, module in (("extract", "qualityextract extract"), ("qualityextract", "qualityextract")):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
            program.chmod(0o755)
        settings = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")}
        settings |= {"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "MPLBACKEND": "Agg"}
        self.settings = settings | {"PATH": os.pathsep.join([str(programs), os.environ["PATH"]])}
        self.folder = folder
        command = [sys.executable, "-c", _INTERPRETER]
        pipe = subprocess.PIPE
        self.python = subprocess.Popen(
            command, cwd=folder, env=self.settings, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"
        )

    def run(self, step: Step) -> tuple[int, str]:
        """Exit code (of Python: 1 after an exception) and what was printed."""
        if step.language == "sh":
            done = subprocess.run(
                ["sh", "-eu", "-c", step.code], cwd=self.folder, env=self.settings, capture_output=True,
                text=True, encoding="utf-8", check=False, timeout=300,
            )  # fmt: skip
            return done.returncode, tidy(done.stdout if done.returncode == 0 else done.stdout + done.stderr)
        assert self.python.stdin is not None
        assert self.python.stdout is not None
        self.python.stdin.write(json.dumps(step.code) + "\n")
        self.python.stdin.flush()
        code, said = json.loads(self.python.stdout.readline())
        return code, tidy(said)

    def close(self) -> None:
        for stream in (self.python.stdin, self.python.stdout):
            if stream is not None:
                stream.close()
        self.python.wait(timeout=60)
