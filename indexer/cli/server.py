"""A WSGI server for one machine (waitress) that lets the requests under way end when it stops."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import waitress
from waitress import task, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer

# A query of 100,000 Vietnamese letters, percent-encoded, still gets its page, and the notice that
# it was cut.
MAX_HEADER_BYTES = 2_000_000
STOP_TIMEOUT_S = 10
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_POLL_S = 0.5  # how soon a signal is noticed


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes addresses as they are typed: `curl 'localhost:8000/api/search?q=đại'` sends UTF-8."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header, the letters beyond ASCII of its first line percent-encoded."""
        line, end, rest = header_plus.partition(b"\n")
        super().parse_header(_BEYOND_ASCII.sub(lambda m: b"%%%02X" % m[0][0], line) + end + rest)


class ErrorTask(task.ErrorTask):  # type: ignore[misc]
    """What no request could be made of is told as the app tells of errors: as problem+json."""

    def execute(self) -> None:
        """Send the answer."""
        error = self.request.error
        status = f"{error.code} {error.reason}"
        name = error.reason.lower().replace(" ", "-")
        values = {"type": f"urn:timtin:problem:{name}", "title": f"{error.reason}.",
                  "status": error.code, "detail": error.body}  # fmt: skip
        body = json.dumps(values).encode()
        self.status = status
        self.response_headers.append(("Content-Type", "application/problem+json; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read and refused as above."""

    parser_class = Parser
    error_task_class = ErrorTask


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of `host`, all on the same port; `port` 0 takes a free one.

    Raises `OSError` where the name is unknown or the address is taken or not ours.
    """
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            one = socket.socket(family, kind, protocol)
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:  # the IPv4 addresses have sockets of their own
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address[0], port, *address[2:]))
            port = one.getsockname()[1]
            one.listen(128)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def serve(
    app: Callable[..., Any],
    sockets: Sequence[socket.socket],
    *,
    threads: int,
    behind_proxy: bool = False,
) -> None:
    """Answer requests until SIGINT or SIGTERM comes; then only those that were under way.

    These have `STOP_TIMEOUT_S`; a second signal ends them at once. `behind_proxy`: `app` reads the
    `X-Forwarded-*` headers of the proxies that it trusts; else they never reach it.
    """
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=channels,
        sockets=list(sockets),
        threads=threads,
        max_request_header_size=MAX_HEADER_BYTES,
        clear_untrusted_proxy_headers=not behind_proxy,
    )
    for door in [one for one in channels.values() if isinstance(one, BaseWSGIServer)]:
        door.channel_class = Channel
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        if stopping:
            raise KeyboardInterrupt
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping:
        wasyncore.loop(timeout=_POLL_S, use_poll=True, map=channels, count=1)
    for door in [one for one in channels.values() if isinstance(one, BaseWSGIServer)]:
        door.del_channel(channels)  # nobody else is let in
        door.socket.close()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline and any(map(_busy, channels.values())):
        wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
    server.task_dispatcher.shutdown(timeout=1)


def _busy(channel: Any) -> bool:
    """Whether a request is being answered, or its answer still on its way."""
    return isinstance(channel, HTTPChannel) and bool(channel.requests or channel.total_outbufs_len)
