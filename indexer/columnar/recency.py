"""A gentle preference for newer articles, for those who ask for it.

    score · (1 + GAIN · 2^(-age / half-life))

The newest article gains `GAIN` of its score, one that is a half-life older half of that, and so on;
one without a date gains nothing, and nobody loses. As the gain is bounded, a clearly better match
stays in front of any newer one. Ages count from the newest article of the index that is not dated
in the future, so a collection of old news is ordered as it would have been then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from indexer.columnar.arrays import F32
from indexer.columnar.open_part import OpenPart
from indexer.columnar.records import UNDATED

GAIN = 0.25
_DAY_US = 86_400 * 1_000_000


def recency_factors(parts: Sequence[OpenPart], half_life_days: float) -> list[F32]:
    """Per part, what the score of each article is multiplied by: 1 to 1 + `GAIN`."""
    now = int(time.time() * 1_000_000)
    dates = [part.segment.published.astype(np.int64) for part in parts]
    known = [(line != UNDATED) & (line <= now) for line in dates]
    newest = max(
        (int(line[there].max()) for line, there in zip(dates, known, strict=True) if there.any()),
        default=now,
    )
    factors = []
    for line, there in zip(dates, known, strict=True):
        days = np.where(there, newest - np.where(there, line, 0), 0) / _DAY_US
        gains = GAIN * np.exp2(-days / max(half_life_days, 1e-3))
        factors.append((1 + np.where(there, gains, 0)).astype(np.float32))
    return factors
