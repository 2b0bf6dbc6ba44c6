"""`load`: the tables of one or more runs as typed frames.

Reads Parquet by Arrow, so that repeated words are never spelled out in memory; a million rows take seconds.

    >>> import qualityextract as qe
    >>> data = qe.load(out)
    >>> data
    <Data: 337 observations of 18 articles>
    >>> rows = data.observations
    >>> rows["confidence"].cat.categories.to_list(), rows["confidence"].max()
    (['low', 'medium', 'high'], 'high')
    >>> rows.loc[rows["subject"].eq("唐山市"), ["indicator_zh", "value", "level"]].dtypes.astype(str).to_list()
    ['category', 'float64', 'object']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from qualityextract.analysis.corrections import correct_frame, outcomes_frame
from qualityextract.analysis.extras import import_extra
from qualityextract.analysis.folders import Run, find_runs, read_table
from qualityextract.analysis.frames import to_arrow, to_frame
from qualityextract.analysis.repeats import mark_copies
from qualityextract.corrections import Outcome, read_corrections
from qualityextract.errors import ConfigurationError
from qualityextract.ruleset import load_ruleset
from qualityextract.schema import RECORDS
from qualityextract.vocabulary import TableName

RUN = "run"
"""Column that names the run of a row, where several were loaded."""


@dataclass(eq=False)
class Data:
    """The tables as pandas frames; `entities`, `figures` and `rejects` are read when first asked for.

    Made by `load`, or from frames of one's own: `Data(observations, articles)`.

    Attributes:
        observations: one row per figure, with `indicator_group` beside the columns of the codebook; where corrections
            were applied also `correction`, the reason given; with several runs also `run`.
        articles: one row per document.
        corrections: one row per correction read: its columns, `outcome` (`applied`, `refused` or `unknown_row`) and
            `why`.
        repeated: articles that stand in more than one run; only the first run's rows are in the tables.
    """

    observations: pd.DataFrame
    articles: pd.DataFrame
    corrections: pd.DataFrame = field(default_factory=lambda: outcomes_frame([]))
    repeated: pd.DataFrame = field(default_factory=pd.DataFrame)
    runs: tuple[Run, ...] = ()
    _later: dict[TableName, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<Data: {len(self.observations):,} observations of {len(self.articles):,} articles>"

    @property
    def entities(self) -> pd.DataFrame:
        """One row per mention of a named thing."""
        return self._read_once("entities")

    @property
    def figures(self) -> pd.DataFrame:
        """One row per numeral with its fate."""
        return self._read_once("figures")

    @property
    def rejects(self) -> pd.DataFrame:
        """One row per document or record that failed."""
        return self._read_once("rejects")

    def _read_once(self, table: TableName) -> pd.DataFrame:
        if table not in self._later:
            frame = _read_runs(table, self.runs) if self.runs else to_frame(table, read_table(table, ()))
            if "article_id" in frame and len(self.repeated):
                frame = _first_only(frame, self.repeated)
            self._later[table] = frame
        return self._later[table]

    def frame(self, table: TableName) -> pd.DataFrame:
        """The table of that name."""
        found: pd.DataFrame = getattr(self, table)
        return found

    def to_arrow(self, table: TableName = "observations") -> pa.Table:
        """The table as Arrow, in the types of the contract (lists are lists, days are days)."""
        return to_arrow(table, self.frame(table))

    def to_polars(self, table: TableName = "observations") -> Any:
        """The table as a polars frame.

        Raises:
            ConfigurationError: polars is not installed.
        """
        return import_extra("polars").from_arrow(self.to_arrow(table))

    def to_duckdb(self, connection: Any = None) -> Any:
        """A DuckDB connection in which the five tables can be asked by name; without one, in memory.

        Raises:
            ConfigurationError: DuckDB is not installed.
        """
        duckdb = import_extra("duckdb")
        connection = duckdb.connect() if connection is None else connection
        for table in RECORDS:
            connection.register(table, self.to_arrow(table))
        return connection


def load(
    folders: str | Path | Iterable[str | Path],
    *,
    corrections: str | Path | None = None,
    on_refused: Literal["raise", "collect"] = "raise",
) -> Data:
    """Read the tables of one or more runs.

    An article that stands in several runs is taken from the first; one that nearly repeats an earlier article of another
    run has that in `duplicate_of`, and its figures stay out of panels. `corrections.csv` in a run's folder is applied to
    the rows of that run; rows that it rejects are left out, and `data.corrections` says what became of every line.

    Args:
        folders: an output folder, a folder of such folders, or several; tables may be folders of part files.
        corrections: a further file of corrections, applied to all rows after those of the runs.
        on_refused: what to do with a correction whose expected value is not there any more: stop, or go on and list
            it in `data.corrections`.

    Raises:
        ConfigurationError: a folder holds no Parquet tables, or a file of corrections is malformed; with `raise` also
            when a correction is refused. The message names file and line.
    """
    paths = [Path(folders)] if isinstance(folders, str | Path) else [Path(folder) for folder in folders]
    runs = tuple(find_runs(paths))
    articles, observations = _read_runs("articles", runs), _read_runs("observations", runs)
    repeated = _repeated(articles) if len(runs) > 1 else pd.DataFrame()
    if len(repeated):
        articles, observations = _first_only(articles, repeated), _first_only(observations, repeated)
    if len(runs) > 1:
        articles = mark_copies(articles, runs)
    outcomes: list[Outcome] = []
    files = [(run.corrections, str(run.folder) if len(runs) > 1 else None) for run in runs]
    for file, run in [*files, (Path(corrections) if corrections else None, None)]:
        if file is not None:
            chosen = None if run is None else observations[RUN].eq(run)
            observations, found = correct_frame(observations, read_corrections(file), where=chosen)
            outcomes += found
    _stop_at_refused(outcomes, on_refused)
    return Data(_grouped(observations), articles, outcomes_frame(outcomes), repeated, runs)


def _stop_at_refused(outcomes: list[Outcome], on_refused: str) -> None:
    refused = [outcome for outcome in outcomes if outcome.state != "applied"]
    if refused and on_refused == "raise":
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        hint = "mend the line, or load with on_refused='collect'"
        raise ConfigurationError(f"{refused[0].correction.place}: {refused[0].why}{more}; {hint}")


def _read_runs(table: TableName, runs: tuple[Run, ...]) -> pd.DataFrame:
    if len(runs) == 1:
        return to_frame(table, read_table(table, runs[0].files[table]))
    parts = []
    for run in runs:
        rows = read_table(table, run.files[table])
        name = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), len(rows)), [str(run.folder)])
        parts.append(rows.append_column(RUN, name))
    joined = pa.concat_tables(parts, promote_options="permissive").unify_dictionaries()
    return to_frame(table, joined)


def _repeated(articles: pd.DataFrame) -> pd.DataFrame:
    again = articles[articles.duplicated("article_id")]
    return again[["article_id", RUN, "path"]].reset_index(drop=True)


def _first_only(frame: pd.DataFrame, repeated: pd.DataFrame) -> pd.DataFrame:
    """Without the rows that belong to a repeated article of a later run."""
    gone = pd.MultiIndex.from_frame(repeated[["article_id", RUN]].astype(str))
    here = pd.MultiIndex.from_frame(frame[["article_id", RUN]].astype(str))
    return frame[~here.isin(gone)].reset_index(drop=True)


def _grouped(observations: pd.DataFrame) -> pd.DataFrame:
    """With the group of the indicator beside its labels."""
    groups: Mapping[str, str] = {code: item.group for code, item in load_ruleset().indicators.items()}
    codes = observations["indicator"].astype("category")
    named = sorted(set(groups.values()))
    of_code = pd.Categorical([groups.get(code) for code in codes.cat.categories], categories=named).codes
    of_row = np.append(of_code, -1)[codes.cat.codes.to_numpy()]
    group = pd.Categorical.from_codes(of_row, dtype=pd.CategoricalDtype(named))
    observations.insert(
        list(observations).index("indicator_en") + 1, "indicator_group", pd.Series(group, observations.index)
    )
    return observations
