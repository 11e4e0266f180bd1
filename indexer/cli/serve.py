"""`timtin serve`: the search page; `timtin completion`: what a shell needs to complete commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from indexer.cli.server import listen, serve

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1))
@click.option(
    "--trusted-proxies",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Reverse proxies in front, whose X-Forwarded-* headers are believed.",
)
@click.option(
    "--api-per-minute",
    default=300,
    show_default=True,
    type=click.IntRange(0),
    help="API requests a client may send; 0: any number. This machine is never limited.",
)
@click.pass_context
def serve_command(
    ctx: click.Context,
    host: str,
    port: int,
    threads: int,
    trusted_proxies: int,
    api_per_minute: int,
) -> None:
    """Open the search page.

    On this machine only, unless told otherwise.

    New commits are picked up without a restart. Ctrl-C stops it.

    \b
    timtin serve
    timtin serve --host 0.0.0.0 --port 80     for others too: read the README first
    """
    from webui import create_app  # the page stands above the library

    shown = f"[{host}]" if ":" in host else host
    on_loopback = shown in LOOPBACK and not trusted_proxies
    app = create_app(
        ctx.obj["index"],
        trusted_proxies=trusted_proxies,
        api_per_minute=api_per_minute,
        # Against other sites that reach a page on this machine by DNS rebinding.
        trusted_hosts=LOOPBACK if on_loopback else (),
    )
    try:
        sockets = listen(host, port)
    except OSError as error:
        raise click.UsageError(f"cannot listen on {shown}:{port}: {error.strerror}") from error
    for one in sockets:
        address, actual, *_ = one.getsockname()
        named = shown if len(sockets) == 1 else f"[{address}]" if ":" in address else address
        click.echo(f"Search page: http://{named}:{actual}/  (Ctrl-C stops it)")
    serve(app, sockets, threads=threads, behind_proxy=bool(trusted_proxies))


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
