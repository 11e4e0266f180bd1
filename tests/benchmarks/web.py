"""Concurrent searches on loopback while commits happen: requests/s, p95, errors, mixed results.

    python tests/benchmarks/web.py [--seconds 10] [--clients 8] [--commits 3]

A search must see a commit whole or not at all: every commit adds the same number of articles that
hold one word, so the total for that word is always a multiple of it, its facets add up to it, and
it never falls for a client that asks again. Exits with 1 where that, or any answer, fails.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Article, build, open_index

ROOT = Path(__file__).parents[2]
WORD = "kiểmtratải"
BATCH = 50
PATHS = (
    "/search?q=dai+hoi+dang+bo",
    "/search?q=" + quote("mưa lũ"),
    "/search?q=&page=3",
    "/search?q=nguoi&sort=newest",
    "/api/search?q=" + quote('"kinh tế"'),
    "/api/suggest?q=dai+ho",
)
# As typed: before the first commit no article has the word, and another would be found for it.
WATCHED = "/api/search?per_page=1&literal=1&q=" + quote(WORD)


@dataclass
class Seen:
    """What one client saw: times by request in milliseconds, and what was wrong."""

    took_ms: list[float] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def ask(port: int, seen: Seen, start: int, stop: threading.Event) -> None:
    """One client, which keeps its connection and asks until it is stopped."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    turn = start
    while not stop.is_set():
        turn += 1
        path = WATCHED if turn % 3 == 0 else PATHS[turn % len(PATHS)]
        began = time.perf_counter()
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            seen.wrong.append(f"{path}: {error!r}")
            connection.close()
            continue
        seen.took_ms.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            seen.wrong.append(f"{path}: {response.status}")
        elif path is WATCHED:
            look(json.loads(body), seen)
    connection.close()


def look(results: dict, seen: Seen) -> None:
    """Note what cannot be in an answer that comes from one commit."""
    total = results["total"]
    sites = sum(value["count"] for value in results["facets"].get("site", ()))
    if total % BATCH or sites != total:
        seen.wrong.append(f"mixed: total {total}, sites {sites}")
    if seen.totals and total < seen.totals[-1]:
        seen.wrong.append(f"went back from {seen.totals[-1]} to {total}")
    seen.totals.append(total)


def batch(number: int) -> list[Article]:
    """Articles that hold the word, and little else that is the same."""
    return [
        Article(
            id=f"tai-{number}-{i}",
            title=f"{WORD} {number} {i}",
            site="taithu.vn",
            body=" ".join(f"chu{(number * 7919 + i * 104729 + k * 31) % 99991}" for k in range(60)),
        )
        for i in range(BATCH)
    ]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--commits", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        location = Path(folder) / "index"
        index = open_index(location, create=True)
        build(ROOT / "documents", index, workers=1)
        command = [
            sys.executable,
            "-m",
            "indexer",
            "--index",
            str(location),
            "serve",
            "--port",
            "0",
        ]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            found = re.search(r":(\d+)/", server.stdout.readline())
            port = int(found[1])
            stop = threading.Event()
            clients = [Seen() for _ in range(options.clients)]
            threads = [
                threading.Thread(target=ask, args=(port, seen, i, stop))
                for i, seen in enumerate(clients)
            ]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for number in range(options.commits):
                time.sleep(options.seconds / (options.commits + 1))
                index.add(batch(number))
            time.sleep(options.seconds / (options.commits + 1))
            stop.set()
            for thread in threads:
                thread.join()
            took_s = time.perf_counter() - began
            server.terminate()
    took_ms = [ms for seen in clients for ms in seen.took_ms]
    wrong = [text for seen in clients for text in seen.wrong]
    last = {seen.totals[-1] for seen in clients if seen.totals}
    if last != {options.commits * BATCH}:
        wrong.append(f"the last commit was not seen by all: {sorted(last)}")
    print(f"{options.clients} clients, {took_s:.1f} s, {options.commits} commits meanwhile")
    print(f"{len(took_ms) / took_s:.0f} requests/s")
    print(f"p50 {percentile(took_ms, 0.5):.1f} ms, p95 {percentile(took_ms, 0.95):.1f} ms")
    print(f"{len(wrong)} errors or mixed results", *wrong[:10], sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
