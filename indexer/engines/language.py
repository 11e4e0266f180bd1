"""Keeps the model of the index's language up to date, without making small commits slow.

The model is an attachment. A commit that adds much is read at once; what small commits add waits
until it is worth reading the whole index again, so that the model is never far behind and all
reading together costs a small multiple of reading everything once.
"""

from __future__ import annotations

import json

from indexer.columnar.writer import IndexWriter
from indexer.restore import update_model

LANGUAGE = "language"  # the attachment that holds the syllable model
STATE = "language-state"  # how many articles it has read, and how many wait
_SMALL = 2000  # articles: an index of up to so many is always read at once
_MUCH = 0.3  # of what was read: a commit that adds so much is read at once
_BEHIND = 0.5  # of what was read: when so much waits, everything is read again


def update_language(writer: IndexWriter) -> None:
    """Attach a newer model to the coming commit, if it is time. Call it after `writer.flush`."""
    fresh = writer.fresh()
    added = sum(segment.n for segment in fresh)
    if not added:
        return
    model = writer.attachment(LANGUAGE)
    state = json.loads(writer.attachment(STATE) or b'{"read": 0, "waiting": 0}')
    read, waiting = state["read"], state["waiting"]
    if model is None or waiting + added > _BEHIND * max(read, _SMALL):
        everything = writer.segments()
        if model is None or waiting:
            model = update_model(None, everything)
            read, waiting = sum(segment.n for segment in everything), 0
        else:
            model, read = update_model(model, fresh), read + added
    elif read + added <= _SMALL or added >= _MUCH * read:
        model, read = update_model(model, fresh), read + added
    else:
        model, waiting = None, waiting + added
    if model is not None:
        writer.attach(LANGUAGE, model)
    writer.attach(STATE, json.dumps({"read": read, "waiting": waiting}).encode())
