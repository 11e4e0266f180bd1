"""Cleaning many documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.cleaning import clean
from indexer.errors import DocumentError
from indexer.models import Article, Document


def clean_all(
    documents: Iterable[Document], *, workers: int | None = None, keep_all: bool = False
) -> Iterator[Article | DocumentError]:
    """Each document cleaned, or its error, in order."""
    for document in documents:
        try:
            yield clean(document, keep_all=keep_all)
        except DocumentError as error:
            yield error
