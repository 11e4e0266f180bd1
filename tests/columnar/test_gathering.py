"""Building on several cores gives the same index, whatever happens to the processes."""

import os
import signal
from itertools import count
from pathlib import Path

import pytest

from indexer.columnar import gathering
from indexer.columnar.lock import FILE
from indexer.columnar.snapshot import Snapshot
from indexer.columnar.toc import toc_file
from indexer.columnar.writer import IndexWriter, create_index
from indexer.duplicates import Grouper
from indexer.models import Article
from tests.columnar import corpus

ARTICLES = corpus.many(260)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(gathering, "BATCH", 20)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "index"
    create_index(path)
    return path


def story(number, body):
    return Article(id=f"s{number}", title=f"Tin {number}", body=body)


def copies():
    """Stories of which every third is a copy of one that came a hundred before."""
    for number in range(200):
        topic = number - 100 if number >= 100 and number % 3 == 0 else number
        yield story(number, " ".join(f"chuyện{topic}x{i} của" for i in range(60)))


def contents(folder):
    """All articles by id, and which of them are in one group."""
    snapshot = Snapshot(folder)
    assert not snapshot.problems()
    articles, groups = {}, {}
    for part, local in snapshot.living():
        article = part.segment.article(local)
        articles[article.id] = article
        groups.setdefault(int(part.segment.group[local]), set()).add(article.id)
    return articles, sorted(map(sorted, groups.values()))


def children():
    """The processes that this one has started and that run."""
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(number) for number in path.read_text().split()]


def written(folder, articles, **options):
    grouper = Grouper()
    with IndexWriter(folder, grouping=grouper, **options) as writer:
        for article in articles:
            writer.add(article)
    return contents(folder), grouper.duplicate_count


@pytest.mark.parametrize("workers", [2, 3])
def test_several_processes_write_what_one_writes(tmp_path, workers):
    found = []
    for number in (1, workers):
        folder = tmp_path / str(number)
        create_index(folder)
        found.append(written(folder, [*ARTICLES, *copies()], workers=number))
    assert found[0] == found[1]
    (_, groups), _ = found[0]
    assert [group for group in groups if "s102" in group] == [["s102", "s2"]]
    assert [group for group in groups if "s103" in group] == [["s103"]]
    assert len(Snapshot(tmp_path / str(workers)).parts) > 1


def segments(folder):
    """The ids of each segment, in order."""
    parts = Snapshot(folder).parts
    return [[part.segment.head(n)["id"] for n in range(part.segment.n)] for part in parts]


def test_the_same_articles_make_the_same_segments_whatever_is_ready_first(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.columnar.writer._budget", lambda *_: 800_000)
    found = []
    ready, asked = gathering.Member.has_sketches, count()
    for number in range(3):
        if number:  # answers are never seen before they must be there, or only now and then
            monkeypatch.setattr(
                gathering.Member,
                "has_sketches",
                lambda member, n=number: n == 2 and next(asked) % 2 > 0 and ready(member),
            )
        folder = tmp_path / str(number)
        create_index(folder)
        with IndexWriter(folder, workers=3) as writer:
            for article in (*ARTICLES, *copies()):
                writer.add(article)
            writer.flush()
            assert len(writer.fresh()) > 3
        found.append(segments(folder))
    assert found[0] == found[1] == found[2]


def test_an_answer_that_comes_late_is_of_the_first_segment(folder, monkeypatch):
    monkeypatch.setattr("indexer.columnar.writer._budget", lambda *_: 200_000)
    written, asked = gathering.Member.has_written, count()
    # The answer is never seen when the first segment is asked for, and always a moment later.
    monkeypatch.setattr(
        gathering.Member, "has_written", lambda member: next(asked) % 2 > 0 and written(member)
    )
    with IndexWriter(folder, workers=2) as writer:
        for article in ARTICLES:
            writer.add(article)
    assert Snapshot(folder).count == len(ARTICLES)
    assert not Snapshot(folder).problems()


@pytest.mark.parametrize("killed", [False, True])
def test_processes_merge_at_a_time(folder, monkeypatch, killed):
    merge, sent = gathering.Member.merge, []

    def noted(member, path, parts):
        sent.append(path)
        if killed:
            os.kill(member._process.pid, signal.SIGKILL)
        merge(member, path, parts)

    monkeypatch.setattr(gathering.Member, "merge", noted)
    monkeypatch.setattr("indexer.columnar.writer._budget", lambda *_: 100_000)
    monkeypatch.setattr("indexer.columnar.writer._most_merged", lambda *_: 100)
    removed = {article.id for article in ARTICLES[::7]}
    with IndexWriter(folder, workers=2) as writer:
        for article in ARTICLES:
            writer.add(article)
        writer.flush()
        assert len(writer.fresh()) > 12
        for id in removed:
            writer.remove(id)
    assert sent
    assert len(Snapshot(folder).parts) < 8
    assert contents(folder)[0] == {a.id: a for a in ARTICLES if a.id not in removed}


def test_the_last_of_equal_ids_stays_wherever_each_was_built(folder):
    with IndexWriter(folder, workers=2) as writer:
        for version in range(5):
            for number in range(70):
                writer.add(story(number, f"bản {version}"))
        assert writer.remove("s3")
        assert not writer.remove("s3")
        writer.commit()
        writer.add(story(4, "bản cuối"))
    articles, _ = contents(folder)
    assert len(articles) == 69
    assert articles["s4"].body == "bản cuối"
    assert articles["s5"].body == "bản 4"


def test_an_article_that_was_removed_leaves_its_group(folder):
    grouper = Grouper()
    body = " ".join(f"chuyện {i} của" for i in range(60))
    with IndexWriter(folder, grouping=grouper) as writer:
        writer.add(story(1, body))
        writer.remove("s1")
        writer.add(story(2, body))
        writer.flush()
        writer.add(story(3, body))
        writer.flush()
        writer.remove("s2")
    assert len(grouper) == 1
    assert grouper.duplicate_count == 0
    assert list(contents(folder)[0]) == ["s3"]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("after", [50, 150, 259])
def test_what_a_killed_process_had_is_built_again(folder, sign, after):
    with IndexWriter(folder, workers=2) as writer:
        for number, article in enumerate(ARTICLES):
            writer.add(article)
            if number == after:
                for child in children():
                    os.kill(child, sign)
    assert contents(folder)[0] == {article.id: article for article in ARTICLES}
    assert not children()


def test_a_process_killed_while_it_writes_loses_nothing(folder, monkeypatch):
    write = gathering.Member.write

    def write_and_die(member, name, path, groups):
        os.kill(member._process.pid, signal.SIGKILL)
        write(member, name, path, groups)

    monkeypatch.setattr(gathering.Member, "write", write_and_die)
    with IndexWriter(folder, workers=3) as writer:
        for article in ARTICLES:
            writer.add(article)
    assert contents(folder)[0] == {article.id: article for article in ARTICLES}


def test_when_no_process_can_be_started_one_does_all(folder, monkeypatch):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(gathering, "Member", refuse)
    with IndexWriter(folder, workers=4) as writer:
        for article in ARTICLES:
            writer.add(article)
    assert len(contents(folder)[0]) == len(ARTICLES)


def test_an_interrupt_leaves_no_file_and_no_process(folder):
    with pytest.raises(KeyboardInterrupt), IndexWriter(folder, workers=2) as writer:
        for article in ARTICLES:
            writer.add(article)
        assert children()
        raise KeyboardInterrupt
    assert not children()
    assert {path.name for path in folder.iterdir()} == {toc_file(0), FILE}


def test_a_full_disk_in_another_process_is_an_error_of_this_one(folder, monkeypatch):
    write = gathering.Member.write
    monkeypatch.setattr(
        gathering.Member,
        "write",
        lambda member, name, path, groups: write(member, name, path / "no", groups),
    )
    with pytest.raises(OSError, match=r"Not a directory|No such file"):
        written(folder, ARTICLES, workers=2)
    assert contents(folder)[0] == {}
    assert {path.name for path in folder.iterdir()} == {toc_file(0), FILE}


@pytest.mark.parametrize("workers", [1, 2])
def test_memory_is_bounded_by_writing_segments_early(tmp_path, monkeypatch, workers):
    found = []
    for limit in (1 << 30, 200_000):
        monkeypatch.setattr("indexer.columnar.writer._budget", lambda *_, most=limit: most)
        folder = tmp_path / str(limit)
        create_index(folder)
        grouper = Grouper()
        with IndexWriter(folder, workers=workers, grouping=grouper) as writer:
            for article in (*ARTICLES, *copies()):
                writer.add(article)
            writer.flush()
            found.append((len(writer.fresh()), grouper.duplicate_count))
        found[-1] += (contents(folder),)
    assert found[0][0] <= workers
    assert found[1][0] > 5
    assert found[0][1:] == found[1][1:]


def test_what_is_merged_is_bounded_too(folder, monkeypatch):
    monkeypatch.setattr("indexer.columnar.writer._most_merged", lambda *_: 100)
    with IndexWriter(folder, memory_mb=1) as writer:
        for article in ARTICLES:
            writer.add(article)
            if len(article.title) % 2:
                writer.commit()
        writer.commit(optimize=True)
    sizes = [part.segment.n for part in Snapshot(folder).parts]
    assert max(sizes) <= 100
    assert sum(sizes) == len(ARTICLES)


def test_there_are_no_more_processes_than_memory_for_them(folder):
    with IndexWriter(folder, workers=64, memory_mb=512) as writer:
        for article in ARTICLES:
            writer.add(article)
            assert len(writer._gatherer._members) < 4
    assert len(Snapshot(folder).parts) <= 3


def test_many_segments_become_few_without_the_crew(folder, monkeypatch):
    monkeypatch.setattr("indexer.columnar.writer._budget", lambda *_: 100_000)
    monkeypatch.setattr("indexer.columnar.writer.TOO_MANY", 12)
    few = {1: 1_000, 2: 10}  # by processes, the articles that may be merged
    monkeypatch.setattr("indexer.columnar.writer._most_merged", lambda _, n: few[n])
    with IndexWriter(folder, workers=2) as writer:
        for article in ARTICLES:
            writer.add(article)
        writer.flush()
        assert len(writer.fresh()) >= 12
        writer.commit()
        writer.add(story(0, "một bản tin nữa"))
    assert len(Snapshot(folder).parts) < 8
    assert len(contents(folder)[0]) == len(ARTICLES) + 1
