"""What the tests of the commands may use."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from openvis.cli.analyse import analyse


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Callable[..., Result]:
    """Runs `openvis analyse` with these arguments, after the COMMAND that the module is about, if it names one."""
    begin = [request.module.COMMAND] if hasattr(request.module, "COMMAND") else []

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(analyse, [*begin, *(str(argument) for argument in arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call
