"""A process that builds segments: batches of articles in, sketches back, files on demand. It also
merges segments.

It is started by `crew`, which says everything that it does. A message is two lengths
(little-endian, 4 bytes each), a JSON head and a body of raw bytes; nothing is pickled.
"""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from indexer.columnar.arrays import Bools
from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.files import Files
from indexer.columnar.merge import merge
from indexer.columnar.records import unpack_records
from indexer.columnar.segment import Segment

_LENGTHS = struct.Struct("<II")


def send(stream: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Write a message, whole."""
    data = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(data), len(body)) + data)
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message, None where there will be no more."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    size, body_size = _LENGTHS.unpack(lengths)
    data, body = stream.read(size), stream.read(body_size)
    if len(data) < size or len(body) < body_size:
        return None
    return json.loads(data), body


def main() -> None:
    """Serve until the pipe closes."""
    with suppress(BrokenPipeError):  # the run has ended
        _serve()


def _serve() -> None:
    requests = open(0, "rb", closefd=False)  # noqa: SIM115  (it stays open to the end)
    answers = open(1, "wb", closefd=False)  # noqa: SIM115
    builders: dict[str, SegmentBuilder] = {}
    while (message := receive(requests)) is not None:
        head, body = message
        if head["do"] == "take":
            builder = builders.setdefault(head["segment"], SegmentBuilder())
            sketches = builder.take(unpack_records(body, head["count"]))
            send(answers, {"did": "take"}, sketches.to_bytes())
            continue
        path = Path(head["path"])
        try:
            if head["do"] == "merge":
                merge(path, Files(), _segments_of(head["segments"], body))
            else:
                groups = np.frombuffer(body, dtype=np.uint64)
                builders.pop(head["segment"]).write(path, Files(), groups.copy)
        except OSError as error:
            send(answers, {"did": "fail", "errno": error.errno, "reason": error.strerror})
            return
        send(answers, {"did": head["do"]})


def _segments_of(paths: list[tuple[str, int]], body: bytes) -> list[tuple[Segment, Bools | None]]:
    """The segments to merge: of each its path, and how many bytes of the body say which articles
    live (none: all do)."""
    segments: list[tuple[Segment, Bools | None]] = []
    at = 0
    for path, size in paths:
        live = np.frombuffer(body, dtype=np.bool_, count=size, offset=at) if size else None
        segments.append((Segment(Path(path)), live))
        at += size
    return segments
