"""`timtin serve` as a process: its addresses, how it stops, what one slow search does to others."""

from __future__ import annotations

import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from bs4 import BeautifulSoup

from indexer import Article, Index, open_index
from webui import create_app

ROOT = Path(__file__).parents[2]
Start = Callable[..., tuple[subprocess.Popen[str], list[tuple[str, int]]]]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose export is too large for the buffers between server and client."""
    location = tmp_path_factory.mktemp("large") / "index"
    open_index(location, create=True).add(
        Article(id=f"{n}", title=f"Bản tin {n}", body=f"chữ {n} " * 3000) for n in range(400)
    )
    return location


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `timtin serve`; the process and where it listens come back."""
    running: list[subprocess.Popen[str]] = []

    def serve(location: Path, *options: str) -> tuple[subprocess.Popen[str], list[tuple[str, int]]]:
        command = [sys.executable, "-m", "indexer", "--index", str(location), "serve", "--port=0"]
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.findall(r"http://(\S+):(\d+)/", line)
        assert found, line
        return process, [(host, int(port)) for host, port in found]

    yield serve
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_server_stops(
    start: Start, large: Path, number: signal.Signals
) -> None:
    process, [(host, port)] = start(large)
    with socket.create_connection((host, port), timeout=30) as client:
        client.sendall(f"GET /export.jsonl HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        received = client.recv(1000)
        assert received.startswith(b"HTTP/1.1 200")
        process.send_signal(number)
        while not received.endswith(b"\r\n0\r\n\r\n"):
            data = client.recv(65536)
            assert data, f"cut after {len(received)} bytes"
            received += data
    assert received.count(b'{"id": ') == 400
    assert process.wait(timeout=20) == 0
    with pytest.raises(OSError):
        socket.create_connection((host, port), timeout=1)


def test_an_idle_server_stops_at_once(start: Start, large: Path) -> None:
    process, [(host, port)] = start(large)
    urlopen(f"http://{host}:{port}/healthz").close()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=8) == 0
    assert "Traceback" not in process.communicate()[1]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_address_that_is_printed_answers(start: Start, large: Path, host: str) -> None:
    _, addresses = start(large, "--host", host)
    for name, port in addresses:
        assert urlopen(f"http://{name}:{port}/healthz").status == 200


def test_an_address_may_hold_vietnamese_letters_as_they_are(start: Start, large: Path) -> None:
    def answer(request: str) -> bytes:
        with socket.create_connection((host, port), timeout=30) as client:
            client.sendall(f"{request}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b""))

    _, [(host, port)] = start(large)
    typed = answer("GET /api/search?q=đại%20hội&per_page=1 HTTP/1.1")
    assert typed.startswith(b"HTTP/1.1 200")
    assert '"query": "đại hội"'.encode() in typed or '"query":"đại hội"'.encode() in typed
    wrong = answer("GET / HTTP/9")
    assert wrong.startswith(b"HTTP/1.0 400")
    assert b"application/problem+json" in wrong


def test_a_trusted_proxy_tells_the_client_and_the_address(start: Start, large: Path) -> None:
    forwarded = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "news.example",
    }

    def get(where: tuple[str, int], path: str) -> tuple[int, str]:
        host, port = where
        try:
            with urlopen(Request(f"http://{host}:{port}{path}", headers=forwarded)) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    _, [proxied] = start(large, "--trusted-proxies=1", "--api-per-minute=3")
    assert "https://news.example/search?q=" in get(proxied, "/opensearch.xml")[1]
    assert [get(proxied, "/api/stats")[0] for _ in range(3)] == [200, 200, 429]
    _, [alone] = start(large, "--api-per-minute=3")
    assert "news.example" not in get(alone, "/opensearch.xml")[1]
    assert [get(alone, "/api/stats")[0] for _ in range(4)] == [200] * 4


@pytest.mark.parametrize(
    "options", [("--host", "256.1.1.1"), ("--host", ""), ("--host", "192.0.2.1")], ids=str
)
def test_an_address_that_cannot_be_had_is_wrong_usage(
    large: Path, options: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "indexer", "--index", str(large), "serve", *options]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 2
    assert "cannot listen" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_requests_are_logged_one_line_each(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(index).test_client()
    with caplog.at_level(logging.INFO, "webui.access"):
        client.get("/search?q=l%C5%A9%0d%0aGET+%1b[2J")
        client.get("/none")
    lines = [record.getMessage() for record in caplog.records]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "GET /search?q=l%C5%A9%0d%0aGET+%1b[2J 200",
        "GET /none 404",
    ]


def test_a_slow_search_is_cut_with_a_notice_while_others_are_answered(index: Index) -> None:
    slow = create_app(index, time_limit_s=0).test_client()
    quick = create_app(index).test_client()
    typed = " OR ".join(f"{a}{b}*" for a in "bcdghklmnpst" for b in "aeiou")
    answers: list[str] = []
    others = threading.Thread(
        target=lambda: answers.extend(quick.get("/search?q=lũ").text for _ in range(5))
    )
    others.start()
    page = BeautifulSoup(slow.get("/search", query_string={"q": typed}).text, "lxml")
    others.join()
    assert "quá lâu" in page.select(".notice")[0].get_text()
    assert all("quá lâu" not in answer and 'class="hit"' in answer for answer in answers)
    cut = slow.get(f"/api/search?q={typed}")
    assert [n["kind"] for n in cut.json["notices"]] == ["timed-out"]
    # It is not what this commit says, so nobody keeps it.
    assert "ETag" not in cut.headers
    assert cut.headers["Cache-Control"] == "no-store"
    assert quick.get(f"/api/search?q={typed}").json["notices"] == []


def test_no_search_fails_or_mixes_two_commits_while_another_process_writes(
    start: Start, tmp_path: Path
) -> None:
    def write(word: str) -> None:
        lines = (
            json.dumps({"url": f"https://bao.example/{n}", "title": f"Bản tin {word} {n}",
                        "text": f"Xã {n} có tin {word}: " + f"chuyện {n} của làng {n}. " * 40})
            for n in range(150)
        )  # fmt: skip
        (tmp_path / "items.jsonl").write_text("\n".join(lines), "utf-8")
        command = [sys.executable, "-m", "indexer", "--index", str(tmp_path / "index"), "-q"]
        subprocess.run([*command, "index", str(tmp_path / "items.jsonl")], cwd=ROOT, check=True)

    write("đầu")
    _, [(host, port)] = start(tmp_path / "index")
    done = threading.Event()

    def search(_: int) -> list[dict[str, Any]]:
        answers = []
        while not done.is_set():
            with urlopen(f"http://{host}:{port}/api/search?q=tin&per_page=100") as answer:
                answers.append(json.load(answer))
        return answers

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(search, n) for n in range(4)]
        write("sau")
        time.sleep(1)  # longer than the server waits before it looks for a commit
        done.set()
        answers = [answer for reader in readers for answer in reader.result()]
    seen = set()
    for answer in answers:
        assert answer["total"] == 150
        (word,) = {hit["title"]["text"].split()[2] for hit in answer["hits"]}
        seen.add(word)
    assert seen == {"đầu", "sau"}
