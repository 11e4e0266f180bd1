"""The errors this library raises.

    TimtinError
    ├── DocumentError(source, reason)       one document cannot be read or cleaned
    │   └── NotAnArticleError               it is a home page, an error page, …: not an article
    ├── RuleError(file, reason)             a TOML rule file is wrong
    ├── QueryError(reason, text, span)      a query tree that cannot be evaluated
    ├── ArticleNotFoundError(id)            no such article in the index
    └── EngineError(location, reason)       the index itself
        ├── IndexNotFoundError
        ├── IndexLockedError(…, holder)     another process is writing
        └── IndexCorruptError(…, file)      a file of the index is damaged

Every error carries its facts as attributes, so that a program need not parse the message.
"""


class TimtinError(Exception):
    """Base of all errors raised on purpose by timtin."""


class DocumentError(TimtinError):
    """One document cannot be read or cleaned; the others are not affected.

    `source` names the document (a path, or `archive!member`, or `file#line`); `reason` says why.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type["DocumentError"], tuple[str, str]]:
        return type(self), (self.source, self.reason)  # crosses from worker processes


class NotAnArticleError(DocumentError):
    """The page is a home page, a section front, an error page: no article. `reason` says which."""


class RuleError(TimtinError):
    """A rule file (TOML) is missing, unreadable or says something impossible."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class QueryError(TimtinError):
    """A query that cannot be evaluated. Text typed by a person never raises this."""

    def __init__(self, reason: str, text: str = "", span: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.span = span


class ArticleNotFoundError(TimtinError):
    """The index holds no article of this id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"no article with id {id!r}")
        self.id = id


class EngineError(TimtinError):
    """The index at `location` cannot be used; `reason` says why."""

    def __init__(self, location: str, reason: str) -> None:
        super().__init__(f"{location}: {reason}")
        self.location = location
        self.reason = reason


class IndexNotFoundError(EngineError):
    """There is no index at this location."""


class IndexLockedError(EngineError):
    """Another process is writing to the index; `holder` says who (pid, host, since)."""

    def __init__(self, location: str, holder: str) -> None:
        super().__init__(location, f"locked by {holder}")
        self.holder = holder


class IndexCorruptError(EngineError):
    """A file of the index is damaged; `file` names it."""

    def __init__(self, location: str, file: str, reason: str) -> None:
        super().__init__(location, f"{file}: {reason}")
        self.file = file
