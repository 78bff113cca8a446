"""What is wrong with the input, as a clear line and exit status 2."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


class WrongInput(click.ClickException):
    """The file or an argument cannot be used; says what, its value and what was expected."""

    exit_code = 2


def answered(command: Callable[P, R]) -> Callable[P, R]:
    """What a method refuses (ValueError) or the disk (OSError, status 1) becomes an answer, not a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ValueError as refused:
            raise WrongInput(str(refused)) from refused
        except OSError as failed:
            click.echo(f"Error: {failed.filename or 'file'}: {failed.strerror or failed}", err=True)
            raise SystemExit(1) from failed

    return run
