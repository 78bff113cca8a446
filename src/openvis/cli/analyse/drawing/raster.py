"""Cells of a grid as one picture under the chart: a city has thousands, and a mark for each takes long to draw."""

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from openvis.analysis.grid import Grid
from openvis.cli.analyse.drawing.base import MOST_HEIGHT, QUIET, WIDTH
from openvis.cli.analyse.drawing.maps import axes, frame_of

STEPS = 48
BOX: dict[str, Any] = {"fillColor": "white", "padding": 8, "cornerRadius": 4, "strokeColor": "#cfd8dc"}

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Shades = npt.NDArray[np.uint8]


class Ground:
    """A map in the making: layers of cells, one over the other; the chart they make, and the data it needs."""

    def __init__(self, grid: Grid, width: int = WIDTH, most_height: int = MOST_HEIGHT) -> None:
        self.grid, self.frame = grid, frame_of(grid)
        self.height = min(most_height, int(width * self.frame["height"] / self.frame["width"]))
        self.width = int(self.height * self.frame["width"] / self.frame["height"])
        self._shades: Shades = np.zeros(grid.shape, dtype=np.uint8)
        self._palette = ["#ffffff"]
        self._legend: Any = None
        self._shown: dict[str, Any] = {}

    def fill(self, where: Bools, colour: str) -> None:
        """One colour for these cells."""
        self._shades[where] = len(self._palette)
        self._palette.append(colour)

    def grade(
        self, where: Bools, values: Floats, colours: Sequence[str], title: str, form: str, low: float | None = None
    ) -> None:
        """Colours by the root of the value for these cells, from `low` (default: the lowest), with a legend."""
        if not where.any():
            return
        low, high = float(values[where].min()) if low is None else low, float(values[where].max())
        place = (np.sqrt(values[where]) - np.sqrt(low)) / max(float(np.sqrt(high) - np.sqrt(low)), 1e-12)
        self._shades[where] = len(self._palette) + np.rint(place * (STEPS - 1)).astype(np.uint8)
        self._palette += _between(colours, STEPS)
        domain = [low, high if high > low else low + 1]
        self._legend = alt.Color(
            "n:Q", title=title, scale=alt.Scale(type="sqrt", domain=domain, range=list(colours)), legend=_legend(form)
        )
        self._shown = {"n": 0}

    def explain(self, colours: Mapping[str, str], title: str) -> None:
        """A legend that names colours of `fill`."""
        scale = alt.Scale(domain=list(colours), range=list(colours.values()))
        legend = alt.Legend(
            orient="bottom-left", symbolType="square", symbolOpacity=1, symbolSize=140, symbolStrokeWidth=0, **BOX
        )
        self._legend = alt.Fill("n:N", title=title, scale=scale, legend=legend)
        self._shown = {"n": next(iter(colours))}

    def chart(self, axis: bool = True) -> tuple[list[Any], dict[str, Any]]:
        """Layers and their data, in kilometres; without `axis` for small maps beside each other."""
        across, up = axes(self.frame)
        shown = alt.Axis(grid=False, ticks=False, domain=False, labelColor=QUIET, titleColor=QUIET) if axis else None
        west, north = self.grid.x0 / 1000, (self.grid.y0 + self.grid.ny * self.grid.cell) / 1000
        per_km = self.width / self.frame["width"]
        wide, high = (n * self.grid.cell / 1000 * per_km for n in (self.grid.nx, self.grid.ny))
        picture = alt.Chart(alt.NamedData("ground")).mark_image(
            align="left", baseline="top", aspect=False, smooth=False, width=wide, height=high
        )
        layers: list[Any] = [
            picture.encode(
                x=alt.X("x:Q", scale=across, axis=shown, title="km east" if axis else None),
                y=alt.Y("y:Q", scale=up, axis=shown, title="km north" if axis else None),
                url="url:N",
            )
        ]
        data: dict[str, Any] = {"ground": [{"x": west, "y": north, "url": self._url()}]}
        if self._legend is not None:
            # Nothing to see: it is there for the legend alone.
            layers.append(alt.Chart(alt.NamedData("legend")).mark_point(opacity=0).encode(self._legend))
            data["legend"] = [self._shown]
        return layers, data

    def _url(self) -> str:
        """A pixel for each cell, drawn as large as the cell without smoothing."""
        return "data:image/png;base64," + base64.b64encode(_png(self._shades[::-1], self._palette)).decode()


def _between(colours: Sequence[str], steps: int) -> list[str]:
    """So many colours from the first to the last of these."""
    known = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours])
    at = np.linspace(0, len(colours) - 1, steps)
    mixed = np.column_stack([np.interp(at, np.arange(len(colours)), known[:, i]) for i in range(3)]).round().astype(int)
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in mixed.tolist()]


def _legend(form: str) -> alt.Legend:
    return alt.Legend(
        orient="bottom-left",
        direction="horizontal",
        gradientLength=160,
        gradientOpacity=1,
        format=form,
        **BOX,
    )


def _png(pixels: Shades, palette: Sequence[str]) -> bytes:
    """PNG with a palette of which the first colour is transparent (ISO/IEC 15948)."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    height, width = pixels.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = pixels
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", bytes.fromhex("".join(colour[1:] for colour in palette))),
            chunk(b"tRNS", b"\x00"),
            chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
            chunk(b"IEND", b""),
        ]
    )
