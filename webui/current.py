"""What belongs to the app that answers the current request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from indexer import Index
from webui.live import LiveIndex
from webui.settings import Settings


def settings() -> Settings:
    """The app's settings."""
    return cast(Settings, current_app.extensions["timtin.settings"])


def live() -> LiveIndex:
    """The app's index, which may not be there yet."""
    return cast(LiveIndex, current_app.extensions["timtin.live"])


def index() -> Index:
    """The app's index, at its newest commit. Raises `EngineError` where it cannot be opened."""
    return live().get()
