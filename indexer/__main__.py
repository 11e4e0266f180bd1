"""`timtin` and `python -m indexer`."""

import signal
from types import FrameType

from indexer.cli.main import cli


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line. To be terminated is to be interrupted: what is under way is stored."""
    signal.signal(signal.SIGTERM, _stop)
    cli(prog_name="timtin", auto_envvar_prefix="TIMTIN")


if __name__ == "__main__":
    main()
