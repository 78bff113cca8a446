"""The engine that makes PNG of charts, in a process of its own: it starts on the second core while the method works.

It takes a third of a second to start and holds Python's lock while it draws, so that a thread would win nothing.
"""

import atexit
import json
import struct
import subprocess
import sys
from contextlib import suppress
from typing import Any, BinaryIO

SCALE = 1.5
LENGTH = struct.Struct("<Q")
NOTHING = {"mark": "point", "data": {"values": []}, "encoding": {"x": {"field": "x", "type": "quantitative"}}}

_running: list[subprocess.Popen[bytes]] = []


def start() -> None:
    """Start the engine, unless it runs; without it `png` draws all the same."""
    if not _running and sys.executable:
        command = [sys.executable, "-m", "openvis.cli.analyse.drawing.engine"]
        with suppress(OSError):
            _running.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            atexit.register(_stop)


def png(spec: dict[str, Any]) -> bytes:
    """The picture of a Vega-Lite chart."""
    picture = b""
    if _running:
        with suppress(OSError):
            _send(_running[0].stdin, json.dumps(spec).encode())
            picture = _receive(_running[0].stdout)
    return picture or _draw(spec)


def _draw(spec: dict[str, Any]) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(spec, scale=SCALE))


def _send(pipe: Any, content: bytes) -> None:
    pipe.write(LENGTH.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: Any) -> bytes:
    """What was sent; empty when the other side is gone."""
    length = pipe.read(LENGTH.size)
    return bytes(pipe.read(LENGTH.unpack(length)[0])) if len(length) == LENGTH.size else b""


def _stop() -> None:
    for child in _running:
        with suppress(OSError):
            if child.stdin:
                child.stdin.close()
        child.wait()
    _running.clear()


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Draw what is asked until nobody asks any more; what fails is answered by nothing, and drawn by who asked."""
    _draw(NOTHING)
    while spec := _receive(requests):
        try:
            picture = _draw(json.loads(spec))
        except ValueError:
            picture = b""
        _send(answers, picture)


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
