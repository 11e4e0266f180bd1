"""Documents → articles on several processes, in order, whatever a document does to its process."""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator

from indexer.columnar.crew import cores
from indexer.errors import DocumentError, TimtinError
from indexer.models import Article, Document
from indexer.workers.process import Task, Worker

# A page takes some milliseconds, a trip through the pipes a tenth of one: so many documents a trip,
# so many trips ahead, make the pipes free. Large documents travel alone.
_CHUNK = 16
_CHUNK_BYTES = 1 << 20
_CHUNKS_AHEAD = 2
# Read ahead while an earlier document is slow: results are small, documents can be large.
_MOST_WAITING = 2000
_MOST_WAITING_BYTES = 64 << 20
_TRIES = 2
_FAILED_STARTS = 3


def clean_all(
    documents: Iterable[Document],
    *,
    workers: int | None = None,
    time_limit_s: float = 20.0,
    memory_limit_mb: int = 1024,
    keep_all: bool = False,
    clean: str = "indexer.cleaning:clean",
    sites: str = "",
) -> Iterator[Article | DocumentError]:
    """The result of each document, in their order; errors are values, and the run goes on.

    A document that takes too long, takes too much memory or kills its process becomes a
    `DocumentError` that says so; the process is replaced. Ending the iteration, as by Ctrl-C, ends
    all processes.

    workers          processes; None: one a core. They are started as documents come.
    time_limit_s     wall-clock time for one document
    memory_limit_mb  memory for one document, on top of the interpreter's; 0: no limit (macOS
                     enforces none)
    clean            `module:function` that cleans, called as `function(document, keep_all=…)`
    sites            a TOML file of site profiles, which `clean` then gets as `site=…`; "": none

    Raises:
        TimtinError: the processes cannot be started.
    """
    most = max(1, workers) if workers is not None else cores()
    pool = _Pool(most, clean, keep_all, time_limit_s, memory_limit_mb, sites)
    try:
        yield from pool.run(iter(documents))
    finally:
        pool.close()


class _Pool:
    def __init__(
        self,
        most: int,
        clean: str,
        keep_all: bool,
        time_limit_s: float,
        memory_limit_mb: int,
        sites: str,
    ) -> None:
        self._most = most
        self._options = (clean, keep_all, time_limit_s, memory_limit_mb, sites)
        self._selector = selectors.DefaultSelector()
        self._workers: list[Worker] = []
        self._order: deque[Task] = deque()  # every document that has not been answered for
        self._queue: deque[Task] = deque()  # those not sent to a worker
        self._failed_starts = 0

    def run(self, documents: Iterator[Document]) -> Iterator[Article | DocumentError]:
        """The results, in order."""
        more = True
        while True:
            if more:
                more = self._read_ahead(documents)
            self._dispatch()
            while self._order and (result := self._order[0].result) is not None:
                self._order.popleft()
                yield result
            if not self._order:
                if not more:
                    return
                continue
            self._wait()

    def close(self) -> None:
        """End all processes."""
        while self._workers:
            self._drop(self._workers[0], late=True)
        self._selector.close()

    def _read_ahead(self, documents: Iterator[Document]) -> bool:
        """Queue documents enough for all workers; False when there are no more."""
        wanted = _CHUNK * _CHUNKS_AHEAD * self._most
        if len(self._queue) >= wanted:
            return True
        waiting_bytes = sum(len(t.document.content) for t in self._order if t.document)
        while (
            len(self._queue) < wanted
            and len(self._order) < _MOST_WAITING
            and waiting_bytes < _MOST_WAITING_BYTES
        ):
            document = next(documents, None)
            if document is None:
                return False
            task = Task(document.source, document)
            waiting_bytes += len(document.content)
            self._order.append(task)
            self._queue.append(task)
        return True

    def _dispatch(self) -> None:
        """Give queued documents to the workers that have least to do."""
        while self._queue:
            worker = min(self._workers, key=lambda w: len(w.tasks), default=None)
            if (worker is None or worker.tasks) and len(self._workers) < self._most:
                worker = self._start()
            if worker is None or len(worker.tasks) > _CHUNK * (_CHUNKS_AHEAD - 1):
                return
            worker.send(self._next_chunk())
            self._watch(worker)

    def _next_chunk(self) -> list[Task]:
        chunk: list[Task] = []
        size = 0
        while self._queue and len(chunk) < _CHUNK:
            document = self._queue[0].document
            size += len(document.content) if document else 0
            if chunk and size > _CHUNK_BYTES:
                break
            chunk.append(self._queue.popleft())
        return chunk

    def _start(self) -> Worker:
        try:
            worker = Worker(*self._options)
        except OSError as error:
            raise TimtinError(f"worker processes do not start: {error.strerror}") from error
        self._workers.append(worker)
        self._selector.register(worker.input_number, selectors.EVENT_READ, worker)
        return worker

    def _watch(self, worker: Worker) -> None:
        """Be told when the worker's pipe takes bytes, as long as there are some for it."""
        watched = worker.output_number in self._selector.get_map()
        if worker.has_output and not watched:
            self._selector.register(worker.output_number, selectors.EVENT_WRITE, worker)
        elif watched and not worker.has_output:
            self._selector.unregister(worker.output_number)

    def _wait(self) -> None:
        """Until a worker has a result, takes bytes, ends or is late."""
        deadlines = [w.deadline for w in self._workers if w.deadline is not None]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        ended: set[Worker] = set()
        for key, events in self._selector.select(timeout):
            worker: Worker = key.data
            if worker in ended:
                continue
            if events & selectors.EVENT_WRITE:
                worker.write()
                self._watch(worker)
            elif not worker.read():
                ended.add(worker)
        now = time.monotonic()
        for worker in list(self._workers):
            if worker in ended or (worker.deadline is not None and worker.deadline <= now):
                self._replace(worker, late=worker not in ended)

    def _replace(self, worker: Worker, *, late: bool) -> None:
        """Answer for the document that ended the worker, and queue its others again."""
        reason = self._drop(worker, late=late)
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if self._failed_starts >= _FAILED_STARTS:
            raise TimtinError(f"worker processes do not start: {reason}")
        task = worker.culprit()
        if task is not None:
            task.tries += 1
            # What ran out of time or failed by itself would again. A process that was killed may
            # have been another's victim (the system was short of memory): it gets a second one.
            again = reason.startswith("ended") and task.tries < _TRIES
            if again:
                worker.tasks.appendleft(task)
            else:
                task.finish(DocumentError(task.source, reason))
        self._queue.extendleft(reversed(worker.tasks))

    def _drop(self, worker: Worker, *, late: bool) -> str:
        self._selector.unregister(worker.input_number)
        if worker.output_number in self._selector.get_map():
            self._selector.unregister(worker.output_number)
        self._workers.remove(worker)
        return worker.end(late=late)
