"""The `timtin` command: its options, its configuration file, its exit codes."""

from __future__ import annotations

import logging
import os
import tomllib
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from indexer.cli.ingest import index_command
from indexer.cli.inspect import clean_command, stats_command, verify_command
from indexer.cli.query import export_command, search_command
from indexer.cli.serve import completion_command, serve_command
from indexer.cli.terminal import (
    EXIT_ENGINE,
    EXIT_FAILURES,
    EXIT_INTERRUPTED,
    HOW_TO_REPAIR,
    safe,
)
from indexer.cli.watch import watch_command
from indexer.errors import EngineError, IndexCorruptError, TimtinError

CONFIG_FILE = "timtin.toml"
_SETTINGS = f"{__name__}.settings"  # in a context: the file that was read


class ReportingGroup(click.Group):
    """Turns the library's errors into one clear line and an exit code."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.BadParameter as error:
            raise click.UsageError(error.format_message() + _origin(error), error.ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            raise click.UsageError(error.format_message() + self._hint(error), error.ctx) from error
        except click.BadParameter as error:
            raise click.UsageError(error.format_message() + _origin(error), error.ctx) from error
        except IndexCorruptError as error:
            click.echo(f"timtin: {safe(str(error))}: {HOW_TO_REPAIR}", err=True)
            ctx.exit(EXIT_ENGINE)
        except EngineError as error:
            where = _source(ctx, "index_location", "TIMTIN_INDEX")
            click.echo(f"timtin: {safe(str(error))}{where}", err=True)
            ctx.exit(EXIT_ENGINE)
        except TimtinError as error:
            click.echo(f"timtin: {safe(str(error))}", err=True)
            ctx.exit(EXIT_FAILURES)
        except KeyboardInterrupt:
            click.echo("timtin: interrupted", err=True)
            ctx.exit(EXIT_INTERRUPTED)

    def _hint(self, error: click.NoSuchOption) -> str:
        """What is meant most often where a command does not know an option."""
        command = error.ctx.info_name if error.ctx else ""
        if any(error.option_name in option.opts for option in self.params):
            return f" It stands before the command: timtin {error.option_name} … {command}"
        if command in ("search", "export"):
            return (
                f" Words that begin with a minus go behind two dashes: timtin {command} -- lũ -bão"
            )
        return ""


def _origin(error: click.BadParameter) -> str:
    """Where a wrong value comes from, if not from the command line."""
    if not (error.ctx and error.param and error.param.name):
        return ""
    variable = error.param.envvar or f"{error.ctx.auto_envvar_prefix}_{error.param.name}".upper()
    return _source(error.ctx, error.param.name, str(variable))


def _source(ctx: click.Context, name: str, variable: str) -> str:
    match ctx.get_parameter_source(name):
        case ParameterSource.ENVIRONMENT:
            return f" (from the environment: {variable})"
        case ParameterSource.DEFAULT_MAP:
            return safe(f" (from {ctx.meta[_SETTINGS]})")
        case _:
            return ""


class SafeFormatter(logging.Formatter):
    """Log lines that cannot steer the terminal, whatever names of files they hold."""

    def format(self, record: logging.LogRecord) -> str:
        return safe(super().format(record))


def _setting(param: click.Parameter) -> str:
    """What a parameter is called in the settings: as its option, `per_page` for `--per-page`."""
    return max(param.opts, key=len).lstrip("-").replace("-", "_")


def _read_config(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Fill the defaults of the commands from a TOML file.

    `location` is where the index is; a table a command (`[serve]`) holds that command's options.
    """
    path = Path(value or CONFIG_FILE)
    if not path.exists():
        if value:
            raise click.UsageError(f"no such file: {value}")
        return
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise click.UsageError(f"{path}: {error}") from error
    unknown = sorted(settings.keys() - cli.commands.keys() - {"location"})
    if unknown:
        raise click.UsageError(f"{path}: unknown: {', '.join(unknown)}")
    for name, table in settings.items():
        if name == "location" and not isinstance(table, str):
            raise click.UsageError(f"{path}: location is a text: where the index is")
        if name != "location" and not isinstance(table, dict):
            meant = ' (where the index is: location = "…")' if name == "index" else ""
            raise click.UsageError(f"{path}: {name} is a table of options: [{name}]{meant}")
    ctx.meta[_SETTINGS] = path
    ctx.default_map = {}
    for name, command in cli.commands.items():
        options = {_setting(param): param.name for param in command.params}
        table = settings.get(name, {})
        if unknown := sorted(table.keys() - options):
            known = [key for word in unknown if (key := word.replace("-", "_")) in options]
            hint = f" (they are written so: {', '.join(known)})" if known else ""
            raise click.UsageError(f"{path}: [{name}]: unknown: {', '.join(unknown)}{hint}")
        ctx.default_map[name] = {options[key]: value for key, value in table.items()}
    if "location" in settings:
        ctx.default_map["index_location"] = settings["location"]


@click.group(
    cls=ReportingGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 some documents failed, or nothing was found; 2 wrong usage; "
    "3 the index is missing, locked or damaged; 130 interrupted.",
)
@click.option(
    "--index",
    "index_location",
    default="index",
    show_default=True,
    metavar="DIR",
    envvar="TIMTIN_INDEX",
    help="Where the index is.",
)
@click.option(
    "--config",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_read_config,
    help=f"Settings (TOML); {CONFIG_FILE} in this folder is read if it is there.",
)
@click.option("-v", "--verbose", count=True, help="Say more (to the standard error).")
@click.option("-q", "--quiet", is_flag=True, help="Say only what was asked for, and errors.")
@click.version_option(package_name="timtin", prog_name="timtin")
@click.pass_context
def cli(ctx: click.Context, index_location: str, verbose: int, quiet: bool) -> None:
    """Search over scraped Vietnamese news.

    \b
    timtin index documents      clean and index a folder
    timtin search "dai hoi"     find, with or without marks
    timtin serve                open the search page on this machine
    """
    level = (
        logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(SafeFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    ctx.obj = {"index": index_location, "quiet": quiet}
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":  # https://no-color.org
        ctx.color = False


for command in (
    index_command,
    watch_command,
    search_command,
    export_command,
    serve_command,
    clean_command,
    stats_command,
    verify_command,
    completion_command,
):
    cli.add_command(command)
    for param in command.params:
        if isinstance(param, click.Option) and not param.envvar:
            param.envvar = f"TIMTIN_{command.name}_{_setting(param)}".upper()
