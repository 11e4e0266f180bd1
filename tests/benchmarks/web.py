"""Concurrent searches over HTTP while another process commits: requests/s, p95, mixed results.

    python tests/benchmarks/web.py [--seconds 10] [--clients 8] [--articles 3000]

Serves on loopback with waitress. Every article of commit g says `phiên g`, all of them are replaced
in each commit, so an answer that holds articles of two commits is a mixed one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import waitress

from indexer import Article, open_index
from webui import create_app

WORDS = """
kinh tế thị trường nông sản mưa lũ cầu đường trường học bệnh viện đại biểu quốc hội bóng đá giá vàng
tỉnh huyện biên giới cửa khẩu du lịch lễ hội di sản khoa học công nghệ môi trường
"""
PATHS = ("/search?q={}", "/api/search?q={}&per_page=50", "/api/suggest?q={}")


def make_articles(count: int, generation: int) -> Iterator[Article]:
    words = WORDS.split()
    for n in range(count):
        rng = random.Random(n)
        body = "\n".join(" ".join(rng.choices(words, k=60)) for _ in range(5))
        yield Article(
            id=f"https://x.example/{n}",
            title=" ".join(rng.choices(words, k=9)),
            lead=f"phiên {generation}",
            body=body,
            tags=(f"phiên-{generation}",),
            site=f"{n % 7}.example",
        )


def commit_until(folder: str, count: int, stop: multiprocessing.synchronize.Event) -> None:
    index = open_index(folder)
    generation = 1
    while not stop.wait(0.5):
        index.add(make_articles(count, generation))
        generation += 1


def ask_until(port: int, deadline: float, seed: int, took: list[float], wrong: list[str]) -> None:
    rng, words = random.Random(seed), WORDS.split()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < deadline:
        path = rng.choice(PATHS).format(quote(" ".join(rng.choices(words, k=rng.randint(1, 3)))))
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        took.append(time.perf_counter() - started)
        if answer.status != 200:
            wrong.append(f"{answer.status} {path}")
        elif path.startswith("/api/search"):
            generations = {tag for hit in json.loads(body)["hits"] for tag in hit["tags"]}
            if len(generations) > 1:
                wrong.append(f"mixed {sorted(generations)} {path}")
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--articles", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        open_index(folder, create=True).add(make_articles(options.articles, 0))
        server = waitress.create_server(create_app(folder), host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        stop = multiprocessing.Event()
        for busy in (False, True):
            writer = multiprocessing.Process(
                target=commit_until, args=(folder, options.articles, stop)
            )
            if busy:
                writer.start()
            took: list[float] = []
            wrong: list[str] = []
            deadline = time.monotonic() + options.seconds
            clients = [
                threading.Thread(
                    target=ask_until, args=(server.effective_port, deadline, n, took, wrong)
                )
                for n in range(options.clients)
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            took.sort()
            print(
                f"{'while commits happen' if busy else 'at rest':22}"
                f"{len(took) / options.seconds:8.0f} requests/s"
                f"   p50 {took[len(took) // 2] * 1000:6.1f} ms"
                f"   p95 {took[int(len(took) * 0.95)] * 1000:6.1f} ms   wrong {len(wrong)}",
                *wrong[:3],
                sep="\n  " if wrong else "",
            )
            if busy:
                stop.set()
                writer.join(30)


if __name__ == "__main__":
    main()
