"""A pool of worker processes that outlives its workers.

A worker that dies (no memory, `kill -9`) breaks the whole pool of the standard library. Here the pool is replaced, the
batch that was lost is tried once more alone, then its documents one by one; the one that kills is a reject, and the
rest is kept. Results come in the order of the batches.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from qualityextract.errors import DocumentError
from qualityextract.read import Source
from qualityextract.run.intake import Batch
from qualityextract.schema import Tables, document_reject

Task = Callable[[Sequence[Source], Any], list[Tables]]
_UnderWay = deque[tuple[Batch, "Future[list[Tables]] | list[Tables]"]]
Told = Callable[[str, dict[str, object]], None]


class Pool:
    """Worker processes for one task; use as a context manager.

    Args:
        task: a function of this package's modules, run in the workers.
        limits: its second argument.
        workers: how many processes.
        told: called with an event and its details when a worker died.
    """

    def __init__(self, task: Task, limits: object, workers: int, told: Told) -> None:
        self._task, self._limits, self._workers, self._told = task, limits, workers, told
        self._others = set(multiprocessing.active_children())
        self._pool = self._started()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # Nobody waits for the batches under way any more; without this the program would.
            for worker in set(multiprocessing.active_children()) - self._others:
                worker.terminate()
        self._pool.shutdown(cancel_futures=True)

    def results(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Tables]]]:
        """The tables of every batch, in order, none for one that is known; only a few batches are under way at a time."""
        under_way: _UnderWay = deque()
        for batch in batches:
            if batch.known:
                under_way.append((batch, []))
            else:
                try:
                    result = self._submit(batch.sources)
                except BrokenProcessPool:
                    self._mend(under_way)
                    result = self._submit(batch.sources)
                under_way.append((batch, result))
            if len(under_way) > 2 * self._workers:
                yield self._next(under_way)
        while under_way:
            yield self._next(under_way)

    def _next(self, under_way: _UnderWay) -> tuple[Batch, list[Tables]]:
        batch, result = under_way[0]
        if isinstance(result, Future) and _is_lost(result):
            self._mend(under_way)
            batch, result = under_way[0]
        under_way.popleft()
        return batch, result.result() if isinstance(result, Future) else result

    def _mend(self, under_way: _UnderWay) -> None:
        """New workers, and every batch that was lost with the old ones: alone, so that nothing else can be the killer."""
        self._replace()
        for at, (batch, result) in enumerate(under_way):
            if isinstance(result, Future) and _is_lost(result):
                self._told("worker died", {"paths": [source.path for source in batch.sources]})
                under_way[at] = (batch, self._again(batch.sources))

    def _again(self, sources: Sequence[Source]) -> list[Tables]:
        """The batch once more, then its documents one by one; the one that kills is a reject."""
        try:
            return self._submit(sources).result()
        except BrokenProcessPool:
            self._replace()
        found: list[Tables] = []
        for source in sources:
            try:
                found += self._submit([source]).result()
            except BrokenProcessPool:
                self._replace()
                self._told("document kills", {"path": source.path})
                found.append(_killer(source))
        return found

    def _submit(self, sources: Sequence[Source]) -> Future[list[Tables]]:
        return self._pool.submit(self._task, sources, self._limits)

    def _replace(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        # Processes are spawned, not forked: the same on every system, and safe beside the threads of the libraries.
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=_prepare_worker)


def _is_lost(result: Future[list[Tables]]) -> bool:
    """Did the worker die? Waits for the end of the work."""
    return isinstance(result.exception(), BrokenProcessPool)


def _killer(source: Source) -> Tables:
    reason = "a worker process died on it twice (out of memory?)"
    error = DocumentError(source.path, reason, "Look at the file; lower --max-bytes or leave it out.")
    return Tables(rejects=(document_reject(error, "document"),))


def _prepare_worker() -> None:
    # The parent alone answers Ctrl-C, so that it can clean up and say so once; and no worker outlives it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
