"""The drawing engine in its own process, and cells as one picture."""

import base64
import io

import numpy as np
import pytest
import shapely

from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing import engine
from openvis.cli.analyse.drawing.base import lines
from openvis.cli.analyse.drawing.raster import Ground

BAR = {"mark": "bar", "data": {"values": [{"a": 3}]}, "encoding": {"x": {"field": "a", "type": "quantitative"}}}


@pytest.fixture
def _fresh() -> None:
    engine._stop()


@pytest.mark.usefixtures("_fresh")
def test_the_engine_draws_the_same_beside_and_inside_the_process() -> None:
    inside = engine.png(BAR)
    assert not engine._running
    engine.start()
    assert engine.png(BAR) == inside
    assert engine.png(BAR) == inside
    assert inside[:4] == b"\x89PNG"


@pytest.mark.usefixtures("_fresh")
def test_an_engine_that_is_gone_or_refuses_is_done_without() -> None:
    engine.start()
    with pytest.raises(ValueError, match=r"(?i)mark|spec|vega"):
        engine.png({"mark": "nonsense", "data": {"values": []}, "encoding": 3})
    assert engine.png(BAR)
    engine._running[0].kill()
    engine._running[0].wait()
    assert engine.png(BAR)[:4] == b"\x89PNG"


def test_the_picture_has_a_pixel_for_each_cell_north_up() -> None:
    image = pytest.importorskip("PIL.Image")
    grid = Grid.covering(shapely.box(0, 0, 500, 375), 125.0)
    ground = Ground(grid)
    red = np.zeros(grid.shape, dtype=bool)
    red[0, 1] = True
    ground.fill(~red & (np.arange(4) > 0), "#f3f6f7")
    ground.fill(red, "#b30000")
    layers, data = ground.chart()
    assert len(layers) == 1
    pixels = np.asarray(
        image.open(io.BytesIO(base64.b64decode(data["ground"][0]["url"].split(",")[1]))).convert("RGBA")
    )
    assert pixels.shape == (3, 4, 4)
    assert pixels[2, 1].tolist() == [179, 0, 0, 255]
    assert pixels[0, 1].tolist() == [243, 246, 247, 255]
    assert pixels[0, 0, 3] == 0
    assert (data["ground"][0]["x"], data["ground"][0]["y"]) == (0.0, 0.375)


def test_long_titles_are_cut_at_spaces() -> None:
    assert lines("one two three", 9) == ["one two", "three"]
    assert lines("short") == ["short"]
