"""Engines: where articles are stored and found (see `base`)."""
