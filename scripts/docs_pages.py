"""Pages of the documentation site that are made from the program: command line and codebook, English and Chinese.

`mkdocs.yml` names this file as a hook. `python scripts/docs_pages.py cli.md` prints one of the pages. Chinese meanings
stand in `docs/codebook.zh.csv` beside the English ones that they translate, so that a test can tell when one is old.
"""

from __future__ import annotations

import csv
import datetime as dt
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, ParameterInfo

from qualityextract import __version__, cli, schema_docs
from qualityextract.ruleset import Indicator, load_ruleset
from qualityextract.schema import RECORDS
from qualityextract.schema_docs import FieldType, field_types
from qualityextract.vocabulary import MEANINGS, Level, StatKind, TableName

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parent.parent
CHINESE = ROOT / "docs" / "codebook.zh.csv"


def on_files(files: Files, config: MkDocsConfig, **_: object) -> Files:
    """Add the pages to those of the folder: the hook that mkdocs calls."""
    from mkdocs.structure.files import File

    for name, page in PAGES.items():
        files.append(File.generated(config, name, content=page()))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Name files of the project that stand outside the folder of the pages, where the site can't link to them."""
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)+([^)\s]+)\)", r"\1 (`\2`)", markdown)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [tuple(cell.replace("|", "\\|").replace("\n", " ") for cell in row) for row in (header, *rows)]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return [lines[0], "| " + " | ".join("---" for _ in header) + " |", *lines[1:], ""]


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(_code(text) for text in texts)


# Command line


def cli_page() -> str:
    """Every command with its arguments and options, as the program itself knows them."""
    lines = [
        "# Command line",
        "",
        "Made from the program by `scripts/docs_pages.py`. Two programs are installed: `extract`, for the daily work, and",
        "`qualityextract`, which has the same command and the others below. `python -m qualityextract` does what `extract`",
        "does, unless its first argument names one of the commands.",
        "",
        "## Exit codes",
        "",
        *_table(
            ("code", "meaning"),
            (
                (str(cli.OK), "all went well"),
                (str(cli.REJECTED), "some inputs or records were rejected; see the table `rejects`"),
                (str(cli.WRONG_USE), "wrong use: arguments, folders, rules; nothing was written"),
                (str(cli.FAILED), "the program failed; nothing was written"),
            ),
        ),
    ]
    lines += _command(_commands(cli.extract_app)["extract"], "extract")
    callback = cli.group_app.registered_callback
    assert callback is not None
    assert callback.callback is not None
    commands = _commands(cli.group_app)
    lines += ["## `qualityextract`", "", *_said(callback.callback), *_parameters(callback.callback)]
    lines += _table(("command", "what it does"), ((_code(name), _said(made)[0]) for name, made in commands.items()))
    for name, made in commands.items():
        lines += _command(made, f"qualityextract {name}")
    return "\n".join(lines)


def _commands(app: typer.Typer) -> dict[str, Callable[..., Any]]:
    known = ((info.name, info.callback) for info in app.registered_commands)
    return {name or made.__name__.replace("_", "-"): made for name, made in known if made is not None}


def _said(made: Callable[..., Any]) -> list[str]:
    """The paragraphs of a docstring, each on one line with an empty one behind it."""
    paragraphs = (inspect.getdoc(made) or "").split("\n\n")
    return [line for text in paragraphs for line in (" ".join(text.split()), "")]


def _command(made: Callable[..., Any], called: str) -> list[str]:
    arguments = [name.upper() for name, _, info, _ in _signature(made) if isinstance(info, ArgumentInfo)]
    usage = ["```text", " ".join([called, "[OPTIONS]", *arguments]), "```", ""]
    return [f"## `{called}`", "", *_said(made), *usage, *_parameters(made)]


def _signature(made: Callable[..., Any]) -> Iterator[tuple[str, Any, ParameterInfo, Any]]:
    """Name, type, what typer was told, and default of every parameter."""
    hints = get_type_hints(made, include_extras=True)
    for name, parameter in inspect.signature(made).parameters.items():
        kind, info = get_args(hints[name])[:2]
        yield name, kind, info, parameter.default


def _parameters(made: Callable[..., Any]) -> list[str]:
    arguments, options = [], []
    for name, kind, info, default in _signature(made):
        shown = _default(info, default)
        if isinstance(info, ArgumentInfo):
            arguments.append((_code(name.upper()), info.help or ""))
        else:
            # In `Annotated`, what typer calls the default is the first of the names.
            declared = [text for text in (info.default, *(info.param_decls or ())) if isinstance(text, str)]
            declared = declared or [f"--{name.replace('_', '-')}"]
            options.append((_listed(declared), _takes(kind, info), shown, info.help or ""))
    options.append((_listed(["--help", "-h"]), "", "", "Show this message and exit."))
    lines = _table(("argument", "meaning"), arguments) if arguments else []
    return lines + _table(("option", "takes", "default", "meaning"), options)


_TAKEN = {str: "text", int: "integer", float: "number", Path: "path", dt.datetime: "date"}


def _takes(kind: Any, info: ParameterInfo) -> str:
    bare = [arm for arm in (get_args(kind) or (kind,)) if arm is not type(None)]
    if bare == [bool]:
        return ""
    of_list = get_origin(bare[0]) is list
    (inner,) = get_args(bare[0]) if of_list else bare
    if issubclass(inner, Enum):
        return _listed(str(choice.value) for choice in inner)
    least = f" ≥ {info.min}" if info.min is not None else ""
    return f"{_TAKEN[inner]}{least}" + (", may be repeated" if of_list else "")


def _default(info: ParameterInfo, default: Any) -> str:
    if isinstance(info.show_default, str):
        return info.show_default
    if default is inspect.Parameter.empty:
        return "required"
    if default is None or default is False:
        return ""
    return _code(str(default.value if isinstance(default, Enum) else default))


# Codebook


def indicators() -> dict[str, list[Indicator]]:
    """The catalogue by group, both in its own order."""
    found: dict[str, list[Indicator]] = {}
    for item in load_ruleset().indicators.values():
        found.setdefault(item.group, []).append(item)
    return found


def _rows_of(name: str) -> list[dict[str, str]]:
    text = resources("qualityextract").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def codebook_page() -> str:
    """What stands in `codebook.md` beside the tables, then the catalogue and the windows of its series."""
    lines = [schema_docs.codebook(__version__), "## Indicators", ""]
    lines += [
        f"{sum(map(len, indicators().values()))} indicators in {len(indicators())} groups, from `rules/indicators.csv`.",
        "*Usual kind* is what a figure is where no word beside it says so. `core`: met most often.",
        "",
    ]
    for group, items in indicators().items():
        lines += [f"### Group `{group}`", ""]
        header = ("code", "中文", "English", "core", "usual kind", "units", "level", "attributes", "notes")
        lines += _table(header, (_catalogued(item) for item in items))
    lines += ["## Titles and series with an end", ""]
    lines += [
        "Outside its window a row bears the flag (`rules/life_spans.csv`); where *sets it* is no, the window is written down",
        "and the grade of a comparison heeds it, but no flag is set.",
        "",
    ]
    columns = ("indicator", "kinds", "from", "until", "flag", "sets it", "why")
    lines += _table(columns, (_window(row) for row in _rows_of("rules/life_spans.csv")))
    return "\n".join(lines + _conditions("en"))


def _catalogued(item: Indicator) -> tuple[str, ...]:
    marks = (_code(item.code), item.label_zh, item.label_en, "core" if item.core else "", _code(item.default_kind))
    return (*marks, " ".join(item.units), ", ".join(item.level), _code(item.attributes), item.notes)


def _window(row: dict[str, str]) -> tuple[str, ...]:
    kinds = _listed(filter(None, row["kinds"].split("|")))
    return (_code(row["code"]), kinds, row["from"], row["until"], _code(row["flag"]), row["drives"], row["note"])


def _conditions(language: str) -> list[str]:
    """What `qe.comparable` holds two rows against."""
    title, said, header = {
        "en": (
            "Conditions of comparability",
            "What `qe.comparable` asks, from `analysis/comparability.csv`. *Best grade left* is the one that a pair can still"
            " get where the condition fails; behind the stroke, where one row does not say.",
            ("id", "looks at", "groups", "best grade left", "reason"),
        ),
        "zh": (
            "可比条件",
            "`qe.comparable` 逐条检查的条件（`analysis/comparability.csv`）。“最高等级”是条件不满足时一对数字还能得到的等级；"
            "斜线后是其中一方未说明时的等级。",
            ("编号", "所看的列", "指标组", "最高等级", "理由"),
        ),
    }[language]
    rows = [
        (
            _code(row["id"]),
            _code(row["column"]),
            _listed(filter(None, row["groups"].split("|"))),
            row["differ"] + (f" / {row['unknown']}" if row["unknown"] else ""),
            row[language],
        )
        for row in _rows_of("analysis/comparability.csv")
    ]
    return [f"## {title}", "", said, "", *_table(header, rows)]


def chinese() -> dict[str, str]:
    """Key to Chinese meaning."""
    with CHINESE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row["chinese"] for row in csv.DictReader(file)}


def meanings() -> Iterator[tuple[str, str]]:
    """Every key of the codebook with the English text that its Chinese one translates, in the order of the tables."""
    for table in RECORDS:
        yield table, str(RECORDS[table].__doc__).strip()
        yield from ((f"{table}.{field.name}", field.column.meaning) for field in field_types(table))
    seen: dict[str, str] = {}
    for field in (field for table in RECORDS for field in field_types(table)):
        for value, meaning in (field.values or {}).items():
            if meaning:
                seen.setdefault(f"{field.name}={value}", meaning)
    yield from seen.items()
    yield from ((f"group={group}", group) for group in indicators())


_TYPES = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "是/否",
    "date": "日期",
    "list": "文本列表",
    "map": "文本映射",
}
_UNITS = {"code points": "字符（码点）", "members": "个", "see `unit`": "见 `unit`"}
_READING = """\
- `articles.text[value_start:value_end] == value_text`，`articles.text[quote_start:quote_end] == quote`。
- 位置从零数起、不含终点，按 Unicode 码点计，以 Parquet 表为准；CSV 中被防护的单元格（见下）前面多一个撇号。
- 比较地区从 `scope == "whole"` 开始，其他行不得计入地区总数。
- CSV：UTF-8 带 BOM；空单元格为空值；列表各项以 `|` 相连（项内写作 `\\|`，反斜线写作 `\\\\`）；`attributes` 是 JSON 对象；
  是否写作 `true`、`false`；会被电子表格当作公式的文本前面加撇号（`'=1+1`）。
"""


def codebook_zh_page() -> str:
    """The codebook in Chinese; a meaning without a translation stays English."""
    known = dict(meanings()) | chinese()
    lines = ["# 数据字典", "", f"qualityextract {__version__} 所写各表、各列、各值的含义，以及指标目录。", ""]
    lines += ["列名和值在程序中用英文；中文名称与含义如下。", "", "## 读表规则", "", _READING]
    for table in RECORDS:
        lines += _table_zh(table, known)
    count = sum(map(len, indicators().values()))
    lines += [
        "## 指标目录",
        "",
        f"共 {count} 个指标，{len(indicators())} 组。“通常类型”是数字旁没有提示词时所取的统计类型。",
        "",
    ]
    kinds, levels = (
        {key: known[f"{name}={key}"] for key in MEANINGS[of]}
        for name, of in (("stat_kind", StatKind), ("level", Level))
    )
    for group, items in indicators().items():
        lines += [f"### {known[f'group={group}']} `{group}`", ""]
        rows = [
            (item.label_zh, _code(item.code), _code(item.default_kind), " ".join(item.units),
             "、".join(levels.get(level, level) for level in item.level))
            for item in items
        ]  # fmt: skip
        lines += _table(("名称", "代码", "通常类型", "单位", "级别"), rows)
    lines += ["通常类型的含义：" + "；".join(f"`{kind}` {meaning}" for kind, meaning in kinds.items()) + "。", ""]
    return "\n".join(lines + _conditions("zh"))


def _table_zh(table: TableName, known: dict[str, str]) -> list[str]:
    lines = [f"## `{table}`", "", known[table], ""]
    lines += _table(
        ("列", "名称", "类型", "单位", "含义"), (_column_zh(table, field, known) for field in field_types(table))
    )
    for field in field_types(table):
        if field.values and any(field.values.values()):
            lines += [f"### `{table}.{field.name}` 的值（{field.column.label_zh}）", ""]
            lines += _table(("值", "含义"), ((_code(v), known[f"{field.name}={v}"]) for v in field.values))
    return lines


def _column_zh(table: TableName, field: FieldType, known: dict[str, str]) -> tuple[str, ...]:
    kind = _TYPES[field.kind] + ("，可空" if field.nullable else "")
    unit = _UNITS.get(field.column.unit or "", field.column.unit or "")
    return (_code(field.name), field.column.label_zh, kind, unit, known[f"{table}.{field.name}"])


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "codebook.md": codebook_page,
    "codebook.zh.md": codebook_zh_page,
}


if __name__ == "__main__":
    sys.stdout.write("\n".join(PAGES[name]() for name in sys.argv[1:] or PAGES))
