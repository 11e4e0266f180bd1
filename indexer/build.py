"""A folder of documents → the index: read, clean on all cores, learn, group, store.

A document that cannot be used is reported, never fatal. Documents that have not changed since the
last run are not even cleaned.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from indexer.cleaning import Learned, Learner, fingerprint
from indexer.columnar.crew import cores
from indexer.duplicates import Grouper
from indexer.engines.base import MEMORY_MB, Writer
from indexer.errors import DocumentError, NotAnArticleError
from indexer.index import Index, attach_grouper, attach_titles
from indexer.manifest import Entry, Manifest
from indexer.models import Article, BuildReport, Document, Failure
from indexer.rules import load_site_profiles
from indexer.sources import read_documents
from indexer.workers import clean_all

# Articles cleaned before the first are stored: what a site repeats is learned from this many at a
# time, and a run that is stopped loses at most these.
COMMIT_EVERY = 2000
COMMIT_AFTER_S = 20.0
# A run that stores at least one of so many articles joins the parts of the index: cleaning took
# longer, and every search is quicker.
_OPTIMIZED = 3

MANIFEST, LEARNED = "manifest", "learned"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `total`: files to read, None while unknown; `source`: the current one."""

    done: int
    total: int | None
    source: str


@dataclass
class _Run:
    """The state of one indexing run."""

    index: Index
    root: str
    manifest: Manifest
    learner: Learner
    grouper: Grouper
    on_progress: Callable[[Progress], None] | None
    total: int | None
    known: set[str]
    sites: str  # the file of site profiles, "" for none
    rules: bytes  # and what it holds
    seen: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    fingerprints: dict[str, str] = field(default_factory=dict)
    stored: dict[str, None] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)  # since the last commit
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    ignored: int = 0
    not_articles: list[Failure] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    last: str = ""
    stopped_at: str = ""
    committed: _Run | None = None  # this run as it was at its last commit

    def progress(self, source: str) -> None:
        """Tell how far we are, in files: members and lines of one file count once."""
        self.files.add(source.split("!")[0].split("#")[0])
        if self.on_progress:
            self.on_progress(Progress(len(self.files), self.total, source))


def build(
    path: str | Path,
    index: Index,
    *,
    workers: int | None = None,
    memory_mb: int = MEMORY_MB,
    on_progress: Callable[[Progress], None] | None = None,
    keep_missing: bool = False,
    keep_all: bool = False,
    sites: str | Path | None = None,
) -> BuildReport:
    """Index a folder, file or archive; the report says what became of every document.

    workers       processes that clean, and then index; None: one per core
    memory_mb     about how much memory indexing may take; what cleaning takes comes on top
    keep_missing  keep articles whose documents are gone from the folder
    keep_all      index home pages and the like too
    sites         a TOML file of selectors for sites that the general rules get wrong; documents
                  cleaned with other ones are cleaned again

    A `KeyboardInterrupt` ends the run: what has been cleaned is stored, and the report says where
    it stopped. A second one drops what the last commit does not hold.

    Raises:
        DocumentError: `path` itself cannot be read.
        IndexLockedError: another process is writing to the index.
        IndexCorruptError: what an earlier run left in the index cannot be read.
        RuleError: `sites` cannot be read.
    """
    started = time.perf_counter()
    path = Path(path)
    if not path.exists():
        raise DocumentError(str(path), "no such file or folder")
    root = str(path.resolve())
    engine = index.engine
    rules = _read_profiles(sites)
    run = _Run(
        rules=rules,
        sites=str(Path(sites).resolve()) if sites else "",
        index=index,
        root=root,
        manifest=index.attached(MANIFEST, Manifest.from_bytes, Manifest),
        learner=index.attached(LEARNED, Learner.from_bytes, Learner),
        grouper=index.grouper(),
        on_progress=on_progress,
        total=_count_files(path),
        known=set(engine.sources()),
    )
    most = cores() if workers is None else max(1, workers)
    try:
        with engine.writer(grouping=run.grouper, workers=most, memory_mb=memory_mb) as writer:
            _store_all(run, writer, path, workers=most, keep_all=keep_all)
            if not (keep_missing or run.stopped_at):
                _remove_missing(run, writer)
            _attach(run, writer)
            if _OPTIMIZED * (run.added + run.updated) >= len(run.known):
                writer.optimize()
    except KeyboardInterrupt:  # while storing: what the last commit did not hold is dropped
        run = run.committed or replace(run, added=0, updated=0, removed=0)
        run.grouper = index.grouper()
        run.stopped_at = run.stopped_at or "the last commit"
    index.refresh()
    return BuildReport(
        added=run.added,
        updated=run.updated,
        unchanged=run.unchanged,
        removed=run.removed,
        duplicates=run.grouper.duplicate_count,
        not_articles=tuple(run.not_articles),
        ignored=run.ignored,
        failed=tuple(run.failed),
        seconds=time.perf_counter() - started,
        interrupted=bool(run.stopped_at),
        stopped_at=run.stopped_at,
    )


def _read_profiles(sites: str | Path | None) -> bytes:
    """What a file of site profiles holds, b"" for none; it is one that can be used.

    Raises: RuleError where it is not.
    """
    if not sites:
        return b""
    load_site_profiles(Path(sites))
    return Path(sites).read_bytes()


def _count_files(path: Path) -> int:
    if path.is_file():
        return 1
    return sum(len(names) for _, _, names in os.walk(path))


def _changed_documents(run: _Run, path: Path) -> Iterator[Document]:
    """The documents that are new or differ from what was indexed."""

    def failed(error: DocumentError) -> None:
        run.seen.add(error.source)  # unreadable now: what was indexed of it stays
        run.failed.append(Failure(error.source, error.reason))

    folder = str(Path(run.root).parent) if path.is_file() else run.root

    def ignored(source: str) -> None:
        run.ignored += 1
        run.progress(source)

    for document in read_documents(path, on_error=failed, on_ignored=ignored):
        run.seen.add(document.source)
        mark = fingerprint(document.content, run.rules)
        before = run.manifest.get(run.root, document.source)
        if before is None and (before := run.manifest.elsewhere(folder, run.root, document.source)):
            run.manifest.set(run.root, document.source, before)
        if before and before.fingerprint == mark and (not before.id or before.id in run.known):
            if before.id:
                run.unchanged += 1
            else:
                run.not_articles.append(Failure(document.source, before.note))
            run.progress(document.source)
            continue
        run.fingerprints[document.source] = mark
        yield document


def _store_all(run: _Run, writer: Writer, path: Path, *, workers: int, keep_all: bool) -> None:
    """Clean everything that changed and store it, in commits of `COMMIT_EVERY`."""
    with tempfile.TemporaryFile(prefix="timtin-") as spool:
        waiting = 0
        last = time.monotonic()
        results = clean_all(
            _changed_documents(run, path), workers=workers, keep_all=keep_all, sites=run.sites
        )
        whole = 0  # where the last article of the spool ends
        storing = False
        try:
            for result in results:
                if isinstance(result, DocumentError):
                    _note_failure(run, writer, result)
                else:
                    run.learner.observe(result)
                    whole = _spool(spool, result)
                    waiting += 1
                run.last = result.source
                run.progress(result.source)
                if waiting >= COMMIT_EVERY or (
                    waiting and time.monotonic() - last > COMMIT_AFTER_S
                ):
                    storing = True
                    _store(run, writer, spool)
                    _attach(run, writer)
                    writer.commit()
                    run.committed = replace(run)
                    storing = False
                    waiting, whole, last = 0, 0, time.monotonic()
        except KeyboardInterrupt:
            if storing:
                raise
            run.stopped_at = run.last or "the beginning"
            spool.truncate(whole)
        learned = _store(run, writer, spool)
        if run.committed:  # what the later articles taught holds for the earlier ones too
            writer.commit()
            _clean_again(run, writer, learned)


def _note_failure(run: _Run, writer: Writer, error: DocumentError) -> None:
    source, failure = error.source, Failure(error.source, error.reason)
    if isinstance(error, NotAnArticleError):
        run.not_articles.append(failure)
        entry = Entry(run.fingerprints.pop(source), "", error.reason)
        released = run.manifest.set(run.root, source, entry)
        if released:
            run.removed += writer.remove(released)
    else:
        run.failed.append(failure)


def _spool(spool: IO[bytes], article: Article) -> int:
    """Put an article by; where it ends in the spool."""
    data = json.dumps(article.as_dict(), ensure_ascii=False).encode()
    spool.write(len(data).to_bytes(4, "little") + data)
    return spool.tell()


def _store(run: _Run, writer: Writer, spool: IO[bytes]) -> Learned:
    """Store the spooled articles, less what the corpus has shown to be furniture."""
    learned = run.learner.learned()
    spool.seek(0)
    while head := spool.read(4):
        data = spool.read(int.from_bytes(head, "little"))
        article = Article.from_dict(json.loads(data))
        entry = Entry(run.fingerprints.pop(article.source), article.id)
        released = run.manifest.set(run.root, article.source, entry)
        if released:
            writer.remove(released)
        if article.id in run.known or article.id in run.stored:
            run.updated += 1
        else:
            run.added += 1
            run.titles.append(article.title)
        run.stored[article.id] = None
        writer.add(learned.apply(article))
    spool.seek(0)
    spool.truncate()
    return learned


def _clean_again(run: _Run, writer: Writer, learned: Learned) -> None:
    """Take out of the articles stored early in this run what was learned late in it."""
    engine = run.index.engine
    engine.refresh()
    for id in run.stored:
        article = engine.article(engine.number(id))
        again = learned.apply(article)
        if again != article:
            writer.add(again)


def _remove_missing(run: _Run, writer: Writer) -> None:
    # What an unreadable archive or file of items held is not gone, only out of reach.
    out_of_reach = {failure.source for failure in run.failed}
    for source in run.manifest.sources(run.root):
        if source not in run.seen and out_of_reach.isdisjoint(_containers(source)):
            released = run.manifest.drop(run.root, source)
            if released:
                run.removed += writer.remove(released)


def _containers(source: str) -> Iterator[str]:
    """The archives and files that a source stands in.

    >>> list(_containers("a.zip!b.jsonl#3"))
    ['a.zip', 'a.zip!b.jsonl']
    """
    for at, char in enumerate(source):
        if char in "!#":
            yield source[:at]


def _attach(run: _Run, writer: Writer) -> None:
    writer.attach(MANIFEST, run.manifest.to_bytes())
    writer.attach(LEARNED, run.learner.to_bytes())
    writer.flush(wait=False)
    attach_titles(writer, run.index.engine, run.titles)
    run.titles.clear()
    attach_grouper(writer, run.grouper)
