"""Cleaning on several processes keeps the order, and survives what documents do to a process."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from indexer.errors import DocumentError, NotAnArticleError, TimtinError
from indexer.models import Article, Document, Removal
from indexer.workers import clean_all

CLEAN = """
import os, signal, sys, time
from indexer.errors import DocumentError, NotAnArticleError
from indexer.models import Article, Removal

def clean(document, *, keep_all=False):
    text = document.content.decode()
    word, _, rest = text.partition(" ")
    match word:
        case "sleep":
            time.sleep(float(rest))
        case "spin":
            sum(range(10**12))
        case "allocate":
            bytearray(int(rest) << 20)
        case "exit":
            os._exit(int(rest))
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "die-once":
            if not os.path.exists(rest):
                open(rest, "x").close()
                os._exit(9)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "bug":
            raise ValueError("two\\nlines")
        case "deep":
            clean(document)
        case "bad":
            raise DocumentError(document.source, "bad")
        case "home":
            if not keep_all:
                raise NotAnArticleError(document.source, "a home page")
        case "print":
            print("x" * 100_000)
            sys.stdin.read()
        case "surrogate":
            text = "a\\ud800b"
        case "pid":
            text = str(os.getpid())
    return Article(
        id=document.source, title=document.media_type, body=text, source=document.source,
        url=document.url, removed=(Removal("r", "t"),),
    )

def broken(document):
    pass
"""


@pytest.fixture(scope="module", autouse=True)
def module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modules")
    (folder / "hostile_cleaning.py").write_text(CLEAN, "utf-8")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


def results(texts, **options):
    documents = (Document(f"d{n}", t.encode(), "text/plain") for n, t in enumerate(texts))
    options = {"workers": 2, "clean": "hostile_cleaning:clean", **options}
    return list(clean_all(documents, **options))


def reasons(texts, **options):
    return [r.reason if isinstance(r, DocumentError) else r.body for r in results(texts, **options)]


@pytest.mark.parametrize("workers", [None, 0, 1, 3])
def test_results_come_in_the_order_of_the_documents(workers):
    texts = [f"word {n}" for n in range(100)]
    assert reasons(texts, workers=workers) == texts


def test_an_article_crosses_whole():
    documents = [Document("a", "Đại hội".encode(), "text/plain", "https://x.vn")]
    (article,) = clean_all(documents, workers=1, clean="hostile_cleaning:clean")
    assert article == Article(
        id="a",
        title="text/plain",
        body="Đại hội",
        source="a",
        url="https://x.vn",
        removed=(Removal("r", "t"),),
    )


def test_errors_are_values_of_their_own_kind():
    bad, home, good = results(["bad", "home", "good"])
    assert (type(bad), bad.source, bad.reason) == (DocumentError, "d0", "bad")
    assert (type(home), home.source, home.reason) == (NotAnArticleError, "d1", "a home page")
    assert good.body == "good"
    assert isinstance(results(["home"], keep_all=True)[0], Article)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sleep 60", "took longer than 0.5 s"),
        ("spin", "took longer than 0.5 s"),
        ("allocate 3000", "takes more than 200 MB of memory"),
        ("exit 3", "ended its worker process (exit code 3)"),
        ("kill", "ended its worker process (SIGKILL)"),
        ("bug", "cleaning failed: ValueError: two lines (hostile_cleaning.py:27)"),
        ("deep", "nested too deeply"),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_document_that_ends_its_process_is_named_and_the_others_are_cleaned(
    text, reason, workers
):
    texts = [f"word {n}" for n in range(40)]
    texts[7] = text
    wanted = [reason if n == 7 else t for n, t in enumerate(texts)]
    options = {"time_limit_s": 0.5, "memory_limit_mb": 200, "workers": workers}
    assert reasons(texts, **options) == wanted


def test_every_document_may_be_bad():
    assert reasons(["exit 1", "bug", "exit 2"], workers=1) == [
        "ended its worker process (exit code 1)",
        "cleaning failed: ValueError: two lines (hostile_cleaning.py:27)",
        "ended its worker process (exit code 2)",
    ]


def test_a_victim_of_circumstances_gets_a_second_process(tmp_path):
    text = f"die-once {tmp_path / 'mark'}"
    assert reasons(["a", text, "b"]) == ["a", text, "b"]


def test_text_that_cannot_be_stored_does_not_reach_the_run():
    assert reasons(["surrogate"]) == ["a?b"]


def test_large_documents_go_through_the_pipes():
    texts = [f"word {n} " + "x" * 3_000_000 for n in range(6)]
    assert reasons(texts) == texts


def test_what_cleaning_prints_does_not_disturb(capfd):
    assert reasons(["print", "a"]) == ["print", "a"]


def test_a_cleaner_that_cannot_be_loaded_ends_the_run():
    with pytest.raises(TimtinError, match="do not start"):
        results(["a"], clean="hostile_cleaning:no_such_function")


def test_no_documents_need_no_processes():
    assert results([]) == []


def test_documents_are_read_only_as_they_are_needed():
    read = []

    def documents():
        for n in range(100_000):
            read.append(n)
            yield Document(str(n), b"x", "text/plain")

    stream = clean_all(documents(), workers=1, clean="hostile_cleaning:clean")
    next(stream)
    stream.close()
    assert len(read) < 5000


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text("utf-8").rpartition(")")[2].split()[0] == "Z")


def test_ending_the_iteration_ends_the_processes():
    documents = [Document("a", b"pid", "text/plain"), Document("b", b"sleep 60", "text/plain")]
    stream = clean_all(documents, workers=1, clean="hostile_cleaning:clean")
    pid = int(next(stream).body)
    assert is_alive(pid)
    stream.close()
    assert not is_alive(pid)


def test_an_interrupt_leaves_no_process_behind(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            """
            from indexer.models import Document
            from indexer.workers import clean_all
            texts = [b"pid", b"sleep 60"]
            documents = (Document("d", text, "text/plain") for text in texts)
            try:
                for result in clean_all(documents, workers=1, clean="hostile_cleaning:clean"):
                    print(result.body, flush=True)
            except KeyboardInterrupt:
                print("interrupted")
            """
        ),
        "utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as run:
        pid = int(run.stdout.readline())
        assert is_alive(pid)
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=20)[0] == "interrupted\n"
    for _ in range(100):
        if not is_alive(pid):
            break
        time.sleep(0.05)
    assert not is_alive(pid)
