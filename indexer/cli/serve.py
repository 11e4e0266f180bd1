"""`timtin serve`: the search page; `timtin completion`: what a shell needs to complete commands."""

from __future__ import annotations

import signal
from types import FrameType

import click
import waitress
from click.shell_completion import get_completion_class


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1))
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int, threads: int) -> None:
    """Open the search page (on this machine only, unless told otherwise).

    New commits are picked up without a restart. Ctrl-C stops it.

    \b
    timtin serve
    timtin serve --host 0.0.0.0 --port 80     for others too: read the README first
    """
    from webui import create_app  # the page stands above the library

    app = create_app(ctx.obj["index"])
    server = waitress.create_server(app, host=host, port=port, threads=threads)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Search page: http://{shown}:{server.effective_port}/  (Ctrl-C stops it)")
    server.run()


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    timtin completion bash >> ~/.bashrc
    """
    from indexer.cli.main import cli

    if (kind := get_completion_class(shell)) is None:
        raise click.BadParameter(f"click knows no completion for {shell}")
    click.echo(kind(cli, {}, "timtin", "_TIMTIN_COMPLETE").source())
