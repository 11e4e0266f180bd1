"""The entry point for WSGI servers: `gunicorn --preload webui.wsgi:application`.

Settings come from the environment: `TIMTIN_INDEX` (the folder of the index, "index" if unset) and
`TIMTIN_<NAME>` for the numbers and names of `webui.settings.Settings`, such as
`TIMTIN_TRUSTED_PROXIES=1`, `TIMTIN_TRUSTED_HOSTS=news.example.org,localhost`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from webui.app import create_app
from webui.settings import Settings


def read_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment names, as arguments of `create_app`.

    >>> read_settings({"TIMTIN_TRUSTED_PROXIES": "1", "TIMTIN_METRICS": "0", "HOME": "/root"})
    {'trusted_proxies': 1, 'metrics': False}
    """
    chosen: dict[str, Any] = {}
    defaults = Settings()
    for name in (field.name for field in fields(Settings)):
        text = environment.get(f"TIMTIN_{name.upper()}")
        if text is None:
            continue
        default = getattr(defaults, name)
        if isinstance(default, bool):
            chosen[name] = text.lower() in ("1", "true", "yes", "on")
        elif isinstance(default, tuple):
            chosen[name] = tuple(part.strip() for part in text.split(",") if part.strip())
        else:
            chosen[name] = type(default)(text)
    return chosen


application = create_app(os.environ.get("TIMTIN_INDEX", "index"), **read_settings(os.environ))
