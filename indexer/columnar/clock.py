"""The time that an answer may take, and what becomes of it when that is over."""

from __future__ import annotations

import time
from math import inf


class OutOfTimeError(Exception):
    """What an expression finds was not known when its time was over."""


class Clock:
    """A time limit that whatever takes long looks at.

    late  it was over, and less was found than there is
    """

    def __init__(self, limit_s: float | None = None) -> None:
        self._end = inf if limit_s is None else time.monotonic() + limit_s
        self.late = False

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() > self._end

    def check(self) -> None:
        """Raise `OutOfTimeError` where no time is left."""
        if self.is_over:
            self.late = True
            raise OutOfTimeError
