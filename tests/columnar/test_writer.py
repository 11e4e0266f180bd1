import gc
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path
from random import Random

import pytest

from indexer.columnar.files import Files
from indexer.columnar.lock import FILE
from indexer.columnar.snapshot import Snapshot
from indexer.columnar.toc import latest_generation, toc_file
from indexer.columnar.writer import IndexWriter, create_index
from indexer.errors import (
    ArticleNotFoundError,
    IndexCorruptError,
    IndexLockedError,
    IndexNotFoundError,
)
from indexer.models import Article
from tests.columnar import corpus


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "index"
    create_index(path)
    return path


def held(folder):
    """All articles of the index by id."""
    snapshot = Snapshot(folder)
    return {part.segment.article(i).id: part.segment.article(i) for part, i in snapshot.living()}


def test_what_is_added_is_there_after_the_commit(folder):
    with IndexWriter(folder) as writer:
        for article in corpus.ARTICLES:
            writer.add(article)
    assert held(folder) == {article.id: article for article in corpus.ARTICLES}
    assert Snapshot(folder).count == len(corpus.ARTICLES)


def test_the_same_id_replaces_wherever_the_older_one_is(folder):
    def version(text):
        return Article(id="x", title=text)

    with IndexWriter(folder) as writer:
        writer.add(version("một"))
        writer.add(version("hai"))
        writer.flush()
        writer.add(version("ba"))
        assert writer.remove("x")
        assert not writer.remove("x")
        writer.add(version("bốn"))
        writer.commit()
        writer.add(version("năm"))
    snapshot = Snapshot(folder)
    assert snapshot.count == 1
    assert snapshot.article(snapshot.find("x")).title == "năm"


def test_an_article_that_is_gone_is_not_found(folder):
    with IndexWriter(folder) as writer:
        writer.add(Article(id="x", title="tin"))
        writer.add(Article(id="y", title="tin"))
    with IndexWriter(folder) as writer:
        assert writer.remove("x")
    snapshot = Snapshot(folder)
    with pytest.raises(ArticleNotFoundError):
        snapshot.find("x")
    assert snapshot.count == 1


def test_many_small_commits_leave_few_segments_and_no_other_files(folder):
    articles = corpus.many(300)
    with IndexWriter(folder) as writer:
        for i, article in enumerate(articles):
            writer.add(article)
            if i % 10 == 9:
                writer.commit()
    snapshot = Snapshot(folder)
    assert snapshot.count == 300
    assert len(snapshot.parts) < 12
    assert {path.name for path in folder.iterdir()} == snapshot.toc.files() | {FILE}
    assert held(folder) == {article.id: article for article in articles}


def test_optimizing_leaves_one_segment_without_deleted_articles(folder):
    with IndexWriter(folder) as writer:
        for article in corpus.many(60):
            writer.add(article)
            if len(article.title) % 3 == 0:
                writer.commit()
        for i in range(0, 60, 2):
            writer.remove(f"bài-{i}")
        writer.commit(optimize=True)
    snapshot = Snapshot(folder)
    assert [part.segment.n for part in snapshot.parts] == [30]
    assert set(held(folder)) == {f"bài-{i}" for i in range(1, 60, 2)}


def test_an_exception_discards_and_leaves_no_file(folder):
    with pytest.raises(RuntimeError), IndexWriter(folder) as writer:
        writer.add(corpus.ARTICLES[0])
        writer.flush()
        writer.attach("name", b"data")
        raise RuntimeError("stop")
    assert held(folder) == {}
    assert {path.name for path in folder.iterdir()} == {toc_file(0), FILE}


def test_a_commit_without_changes_makes_no_generation(folder):
    with IndexWriter(folder) as writer:
        writer.commit()
    assert latest_generation(folder) == 0


def test_a_snapshot_stays_as_it_was_and_knows_that_it_is_old(folder):
    with IndexWriter(folder) as writer:
        writer.add(corpus.ARTICLES[0])
    old = Snapshot(folder)
    assert old.is_newest()
    with IndexWriter(folder) as writer:
        writer.remove(corpus.ARTICLES[0].id)
        writer.add(corpus.ARTICLES[1])
        writer.commit(optimize=True)
    assert not old.is_newest()
    assert old.article(old.find(corpus.ARTICLES[0].id)) == corpus.ARTICLES[0]
    new = Snapshot(folder, known=old)
    assert new.is_newest()
    assert new.count == 1


def test_attachments_stay_until_they_are_replaced(folder):
    with IndexWriter(folder) as writer:
        writer.attach("one", b"1")
        writer.attach("two", b"2")
    with IndexWriter(folder) as writer:
        writer.attach("two", b"22")
        assert writer.attachment("one") == b"1"
    snapshot = Snapshot(folder)
    found = [snapshot.attachment(name) for name in ("one", "two", "three")]
    assert found == [b"1", b"22", None]


def test_a_second_writer_learns_who_holds_the_lock(folder):
    with IndexWriter(folder), pytest.raises(IndexLockedError) as caught:
        IndexWriter(folder)
    assert f"process {os.getpid()} on" in caught.value.holder
    assert "since 20" in caught.value.holder
    IndexWriter(folder).close()


def test_the_lock_of_a_dead_process_is_taken_over(folder):
    (folder / FILE).write_text(json.dumps({"pid": 1, "host": "gone", "since": "2020"}))
    with IndexWriter(folder) as writer:
        writer.add(corpus.ARTICLES[0])
    assert len(held(folder)) == 1


def test_a_writer_that_nobody_closed_lets_go_of_the_lock(folder):
    writer = IndexWriter(folder)
    del writer
    gc.collect()
    IndexWriter(folder).close()


def test_no_index_is_an_error_of_its_own(tmp_path):
    with pytest.raises(IndexNotFoundError):
        Snapshot(tmp_path)
    with pytest.raises(IndexNotFoundError):
        Snapshot(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["flip", "cut", "missing", "swap"])
def test_damage_to_any_file_names_the_file(folder, damage):
    with IndexWriter(folder) as writer:
        for article in corpus.ARTICLES:
            writer.add(article)
        writer.attach("name", b"data" * 10)
        writer.commit()
        for article in corpus.many(10):
            writer.add(article)
    for path in sorted(folder.iterdir()):
        if path.name == FILE:
            continue
        data = path.read_bytes()
        if damage == "flip":
            path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        elif damage == "cut":
            path.write_bytes(data[:-3])
        elif damage == "swap":
            path.write_bytes(b"another file altogether")
        elif path.suffix == ".toc":
            continue
        else:
            path.unlink()
        with pytest.raises(IndexCorruptError) as caught:
            snapshot = Snapshot(folder)
            if problems := snapshot.problems():
                assert path.name in problems[0]
                snapshot.attachment("name")
        assert caught.value.file == path.name
        path.write_bytes(data)
    assert not Snapshot(folder).problems()


# ----------------------------------------------------------------------------- ends of the world


class FailingFiles(Files):
    """Fails at the `at`-th call, as a full disk does; counts the calls."""

    def __init__(self, at=-1):
        self.at = at
        self.calls = 0
        self.kinds = []

    def _count(self, kind):
        self.calls += 1
        self.kinds.append(kind)
        if self.calls == self.at:
            raise OSError(28, "No space left on device")

    def create(self, path):
        self._count("create")
        return super().create(path)

    def write(self, file, data):
        self._count("write")
        super().write(file, data)

    def finish(self, file):
        self._count("finish")
        super().finish(file)

    def rename(self, old, new):
        self._count("rename")
        super().rename(old, new)

    def sync_folder(self, folder):
        self._count("sync_folder")
        super().sync_folder(folder)

    def remove(self, path):
        self._count("remove")
        super().remove(path)


def change(folder, files):
    """A transaction that does everything: add, replace, remove, attach, merge."""
    with IndexWriter(folder, files=files) as writer:
        for article in corpus.many(6, start=4):
            writer.add(article)
        writer.remove("bài-1")
        writer.attach("name", b"new")
        writer.commit(optimize=True)


def prepared(folder):
    create_index(folder)
    with IndexWriter(folder) as writer:
        writer.attach("name", b"old")
        for article in corpus.many(3):
            writer.add(article)
        writer.commit()
        for article in corpus.many(3, start=3):
            writer.add(article)


BEFORE = {f"bài-{i}" for i in range(6)}
AFTER = (BEFORE | {f"bài-{i}" for i in range(4, 10)}) - {"bài-1"}


def assert_before_or_after(folder):
    snapshot = Snapshot(folder)
    assert not snapshot.problems()
    ids = set(held(folder))
    assert ids in (BEFORE, AFTER)
    assert snapshot.attachment("name") == (b"old" if ids == BEFORE else b"new")
    return ids


def test_a_failure_of_any_call_leaves_the_commit_before_or_after(tmp_path):
    probe = FailingFiles()
    prepared(tmp_path / "probe")
    change(tmp_path / "probe", probe)
    assert set(held(tmp_path / "probe")) == AFTER
    outcomes = set()
    # Writes are many and alike: some of them, and all other calls.
    chosen = [at for at, kind in enumerate(probe.kinds, 1) if kind != "write" or at % 15 == 0]
    for at in chosen:
        folder = tmp_path / str(at)
        prepared(folder)
        with pytest.raises(OSError, match="No space"):
            change(folder, FailingFiles(at))
        outcomes.add(len(assert_before_or_after(folder)))
        change(folder, Files())
        assert set(held(folder)) == AFTER
    assert outcomes == {len(BEFORE), len(AFTER)}


CHILD = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.columnar.test_writer import FailingFiles, change
class Deadly(FailingFiles):
    def _count(self, kind):
        self.calls += 1
        if self.calls == self.at:
            os.kill(os.getpid(), 9)
change(Path(sys.argv[1]), Deadly(int(sys.argv[2])))
"""


def test_being_killed_between_any_two_calls_leaves_the_commit_before_or_after(tmp_path):
    probe = FailingFiles()
    prepared(tmp_path / "probe")
    change(tmp_path / "probe", probe)
    root = str(Path(__file__).parents[2])
    # A process takes a while to start, so each run takes some of the calls, and others each time.
    random = Random(time.time())
    calls = [at for at, kind in enumerate(probe.kinds, 1) if kind != "write"]
    writes = [at for at, kind in enumerate(probe.kinds, 1) if kind == "write"]
    for at in random.sample(calls, 8) + random.sample(writes, 2):
        folder = tmp_path / str(at)
        prepared(folder)
        run = subprocess.run(
            [sys.executable, "-c", CHILD.format(root=root), str(folder), str(at)],
            check=False,
            capture_output=True,
        )
        assert run.returncode == -9, run.stderr
        assert_before_or_after(folder)
        change(folder, Files())
        snapshot = Snapshot(folder)
        assert set(held(folder)) == AFTER
        assert {path.name for path in folder.iterdir()} == snapshot.toc.files() | {FILE}


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from indexer.columnar import gathering
from indexer.columnar.writer import IndexWriter
from tests.columnar import corpus
gathering.BATCH = 7
first = int(sys.argv[2])
with IndexWriter(Path(sys.argv[1]), workers=int(sys.argv[3])) as writer:
    print("ready", flush=True)
    for version in range(first, 10**6):
        for article in corpus.many(20, start=version % 30):
            writer.add(article)
        writer.remove(f"bài-{{version % 30}}")
        writer.attach("version", str(version).encode())
        writer.commit(optimize=version % 4 == 0)
        print(version, flush=True)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_writer_killed_at_any_moment_leaves_a_whole_commit(tmp_path, workers):
    folder = tmp_path / "index"
    create_index(folder)
    program = WRITER.format(root=str(Path(__file__).parents[2]))
    random = Random(time.time())
    last = 0  # the version that was surely committed
    for kill in range(6):
        command = [sys.executable, "-c", program, str(folder), str(last + 1), str(workers)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            told = [] if kill else [int(process.stdout.readline())]  # a commit, for a beginning
            time.sleep(random.uniform(0, 0.5))
            process.kill()
            told += [int(line) for line in process.stdout if line.endswith("\n")]
        last = max(told, default=last)
        snapshot = Snapshot(folder)
        assert not snapshot.problems()
        version = int(snapshot.attachment("version") or 0)
        assert version in (last, last + 1)  # a commit may be whole before it is told
        last = version
        if not version:
            continue
        found = held(folder)
        newest = {a.id: a.body for a in corpus.many(20, start=version % 30)}
        del newest[f"bài-{version % 30}"]
        assert f"bài-{version % 30}" not in found
        assert {id: found[id].body for id in newest} == newest
    assert last > 0
    with IndexWriter(folder) as writer:
        writer.add(corpus.ARTICLES[0])
    assert {path.name for path in folder.iterdir()} == Snapshot(folder).toc.files() | {FILE}


def test_a_hostile_pickle_in_any_file_is_never_run(tmp_path):
    folder = tmp_path / "index"
    prepared(folder)
    mark = tmp_path / "ran"
    # cos\nsystem\n…: what pickle would run
    payload = b"cos\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR."
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        for planted in (payload, data[: len(data) // 2] + payload, zlib.compress(payload)):
            path.write_bytes(planted)
            try:
                assert Snapshot(folder).problems() or path.name == FILE
            except IndexCorruptError as error:
                assert error.file == path.name
        path.write_bytes(data)
    assert not mark.exists()
    assert set(held(folder)) == BEFORE
