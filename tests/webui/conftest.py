"""A real index over documents/, a real server on loopback, a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Index, build, open_index
from webui import create_app

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "documents"
ARTIFACTS = ROOT / "tests" / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an index over documents/ is; nobody writes to it."""
    location = tmp_path_factory.mktemp("samples") / "index"
    build(DOCUMENTS, open_index(location, create=True), workers=1)
    return location


@pytest.fixture(scope="session")
def index(samples: Path) -> Index:
    return open_index(samples)


@pytest.fixture(scope="session")
def app(index: Index) -> Flask:
    return create_app(index)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# ------------------------------------------------------------------------------ server and browser

Serve = Callable[[Path], str]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start `timtin serve` over the index at a location; its address comes back."""
    running: list[subprocess.Popen[str]] = []

    def start(location: Path) -> str:
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
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(process)
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "timtin serve printed no address"
        return found[0].rstrip("/")

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.communicate(timeout=10)


@pytest.fixture(scope="session")
def site(serve: Serve, samples: Path) -> str:
    """The address of a server over documents/."""
    return serve(samples)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, site: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open an address of the site in a new window; options as for Playwright's contexts.

    A script error or a breach of the Content-Security-Policy fails the test; a picture of every
    window stays in tests/artifacts.
    """
    windows: list[Any] = []
    complaints: list[str] = []

    def listen(message: Any) -> None:
        # That an answer is 404 or 503 is logged, too: tests of error pages want it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def start(path: str = "/", **options: Any) -> Any:
        options = {"locale": "vi-VN", "viewport": {"width": 1280, "height": 900}} | options
        window = chromium.new_context(base_url=site, **options)
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", listen)
        page.goto(path)
        return page

    yield start
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    for n, window in enumerate(windows):
        window.pages[0].screenshot(path=ARTIFACTS / f"{name}{n or ''}.png")
        window.close()
    assert not complaints
