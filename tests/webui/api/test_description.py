"""Schemathesis makes requests from the description and holds the answers against it."""

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from indexer import Article, open_index
from webui import create_app


def make_schema() -> schemathesis.schemas.BaseSchema:
    import tempfile

    index = open_index(tempfile.mkdtemp(prefix="timtin-"), create=True)
    index.add([Article(id=n, title=f"Bản tin {n}", site="a.example") for n in "0a"])
    return schemathesis.openapi.from_wsgi("/api/openapi.json", create_app(index))


schema = make_schema()


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: Case):
    case.call_and_validate()
