"""The corrections of an output folder applied to what a run extracts, before it is written.

Stands between `settle` and `write`. A rejected row is left out; the numeral that it stood on becomes `unexplained`, for
nothing that holds is known of it, and rows that were parts of it stand alone. What can't be applied is told, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from qualityextract.corrections import CORRECTIONS, Mark, correct_rows, read_corrections
from qualityextract.schema import FigureRecord, ObservationRecord, Tables


class Corrector:
    """The marks of `corrections.csv` in an output folder; none where there is no such file.

    Raises:
        ConfigurationError: the file is malformed; the message names the line.
    """

    def __init__(self, out: Path) -> None:
        file = out / CORRECTIONS
        self._marks: dict[str, list[Mark]] = {}
        for mark in read_corrections(file) if file.exists() else []:
            self._marks.setdefault(mark.observation_id, []).append(mark)
        self.counts: Counter[str] = Counter()
        self.refused: list[str] = []
        self._met: set[str] = set()

    def applied(self, documents: Iterable[Tables]) -> Iterator[Tables]:
        """The tables of each document with its corrections."""
        for tables in documents:
            named = {row.observation_id for row in tables.observations} & self._marks.keys()
            yield self._corrected(tables, named) if named else tables

    def finish(self) -> None:
        """Count the marks whose rows no document had."""
        for identifier in self._marks.keys() - self._met:
            self.counts["unknown_row"] += len(self._marks[identifier])

    def _corrected(self, tables: Tables, named: set[str]) -> Tables:
        self._met |= named
        marks = [mark for identifier in sorted(named) for mark in self._marks[identifier]]
        rows = [row.model_dump() for row in tables.observations if row.observation_id in named]
        kept, outcomes = correct_rows(rows, marks)
        self.counts.update(outcome.state for outcome in outcomes)
        self.refused += [f"{o.correction.place}: {o.why}" for o in outcomes if o.state == "refused"]
        new = {str(row["observation_id"]): ObservationRecord.model_validate(row) for row in kept}
        gone = named - new.keys()
        observations = tuple(
            _standing(new.get(row.observation_id, row), gone)
            for row in tables.observations
            if row.observation_id not in gone
        )
        figures = tuple(_without(figure, gone) for figure in tables.figures)
        return Tables(tables.articles, observations, tables.entities, figures, tables.rejects)


def _standing(row: ObservationRecord, gone: set[str]) -> ObservationRecord:
    return row.model_copy(update={"part_of": None}) if row.part_of in gone else row


def _without(figure: FigureRecord, gone: set[str]) -> FigureRecord:
    left = tuple(one for one in figure.observation_ids if one not in gone)
    if len(left) == len(figure.observation_ids):
        return figure
    return figure.model_copy(
        update={"observation_ids": left} if left else {"observation_ids": (), "fate": "unexplained"}
    )
