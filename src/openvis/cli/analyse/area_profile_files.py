"""The files of the command `area-profile`: every row with all that its score is made of, the weights, the picture."""

from pathlib import Path
from typing import TYPE_CHECKING

from openvis.cli.analyse import outcome

if TYPE_CHECKING:
    from openvis.cli.analyse.area_profile import Found

INDICATORS = ("indicator", "share_of_weights", "per_unit")


def write(folder: Path, told: str, source: str, found: "Found") -> list[str]:
    """All files; their names."""
    from openvis.cli.analyse.drawing.area_profile import Bar, draw_profile

    folder.mkdir(parents=True, exist_ok=True)
    profile = found.profile
    heading = [
        "rank", "area", "branch", "units", "score", "stays_other_weights", "stays_weights_and_chance",
        *found.indicators, *(f"{name}_contributes" for name in found.indicators),
    ]  # fmt: skip
    rows = [
        [rank + 1, found.areas[row], found.branches[row], int(found.units[row]), round(float(profile.score[row]), 4),
         float(profile.steady[row]), float(profile.chance[row]), *profile.values[row].round(6).tolist(),
         *profile.contributions[row].round(4).tolist()]
        for rank, row in enumerate(profile.order.tolist())
    ]  # fmt: skip
    outcome.write_csv(folder / "profile.csv", heading, rows)
    weights = zip(found.indicators, found.share.round(6).tolist(), found.counted.tolist(), strict=True)
    outcome.write_csv(folder / "indicators.csv", INDICATORS, [list(it) for it in weights])
    bars = [
        Bar(
            f"{found.branches[row]} · {found.areas[row]}",
            profile.contributions[row].tolist(),
            float(profile.chance[row]),
        )
        for row in profile.order.tolist()
    ]
    draw_profile(folder / "profile.png", told, source, found.indicators, bars, profile.top)
    return ["profile.csv", "indicators.csv", "profile.png"]
