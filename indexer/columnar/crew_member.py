"""A process that builds segments: batches of articles in, sketches back, files on demand.

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

from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.files import Files
from indexer.columnar.records import unpack_records

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
    builder = SegmentBuilder()
    while (message := receive(requests)) is not None:
        head, body = message
        if head["do"] == "take":
            sketches = builder.take(unpack_records(body, head["count"]))
            send(answers, {"size_bytes": builder.size_bytes}, sketches.to_bytes())
            continue
        groups = np.frombuffer(body, dtype=np.uint64)
        try:
            builder.write(Path(head["path"]), Files(), groups)
        except OSError as error:
            send(answers, {"errno": error.errno, "reason": error.strerror})
            return
        builder = SegmentBuilder()
        send(answers, {})
