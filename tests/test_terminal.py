"""The commands in a real terminal: what they show there, and what stops them."""

from __future__ import annotations

import json
import os
import signal
import time
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.index import open_index
from indexer.models import Article
from tests.terminal import CTRL_C, Terminal, run

TEXT = (
    "Sáng 3/5, hợp tác xã trồng chè mở đại hội tại nhà văn hóa với hơn một trăm xã viên tham dự "
    "và nhiều khách mời từ các xã bên.\n\nĐại hội bàn cách đưa chè ra chợ lớn, mua thêm máy sao "
    "chè và giữ giá thu mua ổn định cho các hộ trồng chè trong vùng.\n"
)


def write(folder: Path, name: str, title: str, text: str = TEXT) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"{title}\n\n{text}", "utf-8")


# ------------------------------------------------------------------------------ hostile documents

# Set the window's title, clear the screen, the same in one C1 byte, turn the order of text around,
# ring, paste, hide; and what could pass for a line of our own.
ATTACK = "\x1b]0;taken\x07\x1b[2J\x9b31m\u202e\u2066\x08\x7f\x1bP+q\x1b\\\u2028\u200b\ud83d"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hostile files in `docs`, indexed into `index` in a terminal."""
    here = tmp_path_factory.mktemp("attacked")
    docs = here / "docs"
    name = f"che{ATTACK[:-1]}"
    write(
        docs, f"{name}.txt", f"Đại hội chè {ATTACK[:-1]}", f"Ảnh: {ATTACK[:-1]} hái chè\n\n{TEXT}"
    )
    (docs / f"{name}.html").write_text(
        f"<title>Đại hội chè {MARKUP} {ATTACK[:-1]} &#27;[31m &#x9b;</title>"
        f"<meta name=author content='Lê {ATTACK[:-1]}'><meta name=keywords content='{ATTACK[:-1]}'>"
        f"<meta property='article:published_time' content='2020-01-01{ATTACK[:-1]}'>"
        f"<link rel=canonical href='https://bao.example/{ATTACK[:-1]}'>"
        f"<article><h1>Đại hội chè &#27;[31m {ATTACK[:-1]}</h1>"
        f"<p>{TEXT} {ATTACK[:-1]} &#27;]0;x&#7;</p>"
        f"<figure><img src=a><figcaption>{ATTACK[:-1]} hái chè</figcaption></figure></article>",
        "utf-8",
    )
    (docs / f"empty{ATTACK[:-1]}.html").write_text("", "utf-8")
    item = dict.fromkeys(("url", "author", "section", "site", "date", "agency"), f"chè {ATTACK}")
    item |= {"title": f"Đại hội {ATTACK}", "text": f"{TEXT}{ATTACK}", "tags": [ATTACK]}
    (docs / "items.jsonl").write_text(f"{json.dumps(item)}\n{{broken {ATTACK[:-1]}\n", "utf-8")
    code, terminal = run("-v", "index", "docs", cwd=here)
    assert code == 1, terminal.text  # the empty file failed
    assert_calm(terminal)
    return here


def assert_calm(terminal: Terminal) -> None:
    """Nothing that a document holds has reached the terminal as more than text."""
    allowed = {"\n", "\t"}
    bad = [c for c in terminal.text if unicodedata.category(c) in ("Cc", "Cf") and c not in allowed]
    assert bad == [], terminal.text
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize(
    "words",
    [
        ("search", "dai hoi che"),
        ("search", "dai hoi che", "--json"),
        ("search", "dai hoi che", "--jsonl"),
        ("stats",),
        ("stats", "--json"),
        ("export",),
        ("export", "--csv"),
        ("verify",),
        ("clean", "docs"),
        ("clean", "docs", "--json"),
        ("index", "docs"),
        ("index", "docs", "--json"),
        ("-q", "index", "docs"),
    ],
    ids=" ".join,
)
def test_no_document_steers_the_terminal(attacked: Path, words: tuple[str, ...]):
    code, terminal = run(*words, cwd=attacked, PAGER="cat")
    assert code in (0, 1), terminal.text
    assert terminal.text.strip()
    assert_calm(terminal)


def test_all_hostile_documents_are_found_and_named(attacked: Path):
    _, terminal = run("search", "dai hoi che", cwd=attacked, lines=200)
    assert "3 articles" in terminal.text
    _, terminal = run("index", "docs", cwd=attacked)
    assert "empty" in terminal.text


# ------------------------------------------------------------------------------ pager, colour


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("many")
    open_index(here / "index", create=True).add(
        Article(id=f"{n}", title=f"Bản tin số {n}", published=datetime(2020, 1, 1, tzinfo=UTC))
        for n in range(30)
    )
    return here


def test_results_longer_than_the_screen_go_to_the_pager(many: Path):
    pager = "sed s/^/paged:/"
    _, terminal = run("search", "tin", cwd=many, lines=20, PAGER=pager)
    assert "paged:30 articles" in terminal.text
    _, terminal = run("search", "tin", cwd=many, lines=60, PAGER=pager)
    assert "paged:" not in terminal.text
    assert b"\x1b[1m" in terminal.shown or b"\x1b[33m" in terminal.shown


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colours_gets_none(many: Path, variable: dict[str, str]):
    _, terminal = run("search", "tin", "-n", "2", cwd=many, lines=60, **variable)
    assert "Bản tin" in terminal.text
    assert b"\x1b[" not in terminal.shown


def test_lines_are_no_wider_than_the_terminal(many: Path):
    open_index(many / "long", create=True).add(
        [Article(id="a", title="tin", body="chè xanh " * 99)]
    )
    _, terminal = run("--index", "long", "search", "che", cwd=many, columns=40)
    assert max(map(len, terminal.text.splitlines())) <= 40


# ------------------------------------------------------------------------------ quiet and verbose


def test_quiet_says_nothing_but_failures_and_verbose_names_every_document(tmp_path: Path):
    write(tmp_path / "docs", "che.txt", "Đại hội chè")
    code, terminal = run("-q", "index", "docs", cwd=tmp_path)
    assert (code, terminal.text) == (0, "")
    write(tmp_path / "docs", "lua.txt", "Đại hội lúa", TEXT.replace("chè", "lúa"))
    _, terminal = run("index", "docs", cwd=tmp_path)
    assert "1 added" in terminal.text
    assert "read " not in terminal.text
    _, terminal = run("-v", "index", "docs", cwd=tmp_path)
    assert "read lua.txt" in terminal.text
    (tmp_path / "docs" / "bad.html").write_bytes(b"")
    code, terminal = run("-q", "index", "docs", cwd=tmp_path)
    assert code == 1
    assert terminal.text.count("\n") == 1
    assert "bad.html" in terminal.text


# ------------------------------------------------------------------------------ watching


def test_watch_follows_new_changed_and_removed_files_until_ctrl_c(tmp_path: Path):
    docs = tmp_path / "docs"
    write(docs, "che.txt", "Đại hội chè")
    with Terminal("watch", "docs", "--every", "0.2", cwd=tmp_path) as terminal:
        terminal.wait_for("1 added, 0 updated")
        write(docs, "lua.txt", "Đại hội lúa", TEXT.replace("chè", "lúa"))
        terminal.wait_for("1 added, 0 updated, 1 unchanged")
        write(docs, "lua.txt", "Đại hội lúa mới", TEXT.replace("chè", "lúa"))
        terminal.wait_for("0 added, 1 updated, 1 unchanged")
        (docs / "che.txt").unlink()
        terminal.wait_for("0 added, 0 updated, 1 unchanged, 1 removed")
        terminal.press(CTRL_C)
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.text
    index = open_index(tmp_path / "index")
    assert [hit.article.title for hit in index.newest()] == ["Đại hội lúa mới"]


def test_watch_waits_while_another_writes_and_while_the_folder_is_away(tmp_path: Path):
    docs = tmp_path / "docs"
    write(docs, "che.txt", "Đại hội chè")
    index = open_index(tmp_path / "index", create=True)
    writer = index.engine.writer()
    with Terminal("watch", "docs", "--every", "0.2", cwd=tmp_path) as terminal:
        with writer:
            terminal.wait_for("waiting")
        terminal.wait_for("1 added")
        (docs / "bad.html").write_bytes(b"")
        terminal.wait_for("bad.html")
        docs.rename(tmp_path / "away")
        terminal.wait_for("not there")
        time.sleep(1)
        (tmp_path / "away").rename(docs)
        write(docs, "lua.txt", "Đại hội lúa", TEXT.replace("chè", "lúa"))
        terminal.wait_for("1 added, 0 updated, 1 unchanged, 0 removed")
        time.sleep(0.5)
        assert terminal.text.count("not there") == 1
        assert terminal.text.count("bad.html") == 1


def test_terminating_an_indexing_run_keeps_what_it_has_cleaned(tmp_path: Path):
    for n in range(400):
        write(tmp_path / "docs", f"{n}.txt", f"Đại hội lần {n}", f"Xã {n} họp. {TEXT}")
    with Terminal("-v", "index", "docs", "--workers", "1", cwd=tmp_path) as terminal:
        terminal.wait_for("read 10")
        os.kill(terminal.process.pid, signal.SIGTERM)
        code = terminal.finish()
    assert code == 130
    assert "Run again to go on from there" in terminal.text
    assert "Traceback" not in terminal.text
    assert run("index", "docs", cwd=tmp_path)[0] == 0
    assert len(open_index(tmp_path / "index")) == 400
