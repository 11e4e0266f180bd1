"""`timtin` and `python -m indexer`."""

from indexer.cli.main import cli


def main() -> None:
    """Run the command line."""
    cli(auto_envvar_prefix="TIMTIN")


if __name__ == "__main__":
    main()
