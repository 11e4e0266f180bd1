"""The search page and its API, a Flask app over an `indexer.Index`."""

from webui.app import create_app

__all__ = ["create_app"]
