"""What reading comes upon: documents, documents that cannot be read, files that are not read.

Readers yield all three, so that one bad member of an archive does not end the reading of it;
`read_documents` decides what is raised, reported or dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexer.errors import DocumentError
from indexer.models import Document


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file, member or record of a type that is not read."""

    source: str


Found = Document | DocumentError | Ignored


def failed(source: str, reason: str, cause: BaseException | None = None) -> DocumentError:
    """The error that `source` cannot be read, to be yielded; `cause` is chained."""
    error = DocumentError(source, reason)
    error.__cause__ = cause
    return error


def reason_of(error: BaseException) -> str:
    """What `error` says, in one line without its file's path."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())[:200] or type(error).__name__
