"""Addresses as people write them, matched with the register.

`1315 AB` and `1315ab`; `12-A`, `12 a`, and `12` with letter `A`: the same address in several spellings.
"""

import polars as pl

from .selectors import register

_FEW = 2000
"""Up to this many postcodes only their part of the register is read."""
NEAR_M = 25.0
"""Precision of a house whose addition is not in the register, in metres."""
EXACT_M = 5.0
"""Precision of an address that is in the register, in metres."""

RESULT_SCHEMA = {
    "address": pl.Int64,
    "x": pl.Float64,
    "y": pl.Float64,
    "area": pl.Int64,
    "precision": pl.Float64,
    "match": pl.String,
}


def resolve_addresses(
    postcode: pl.Series, number: pl.Series, letter: pl.Series | None = None, addition: pl.Series | None = None
) -> pl.DataFrame:
    """Match addresses with the register in the database; one row per address, in the order given (see `match`)."""
    asked = asked_addresses(postcode, number, letter, addition)
    wanted = asked["postcode"].drop_nulls().unique()
    return match(asked, register(wanted.to_list() if len(wanted) <= _FEW else None))


def asked_addresses(
    postcode: pl.Series, number: pl.Series, letter: pl.Series | None = None, addition: pl.Series | None = None
) -> pl.DataFrame:
    """Columns postcode (`1315AB` or null), number (whole or null) and suffix (`A`, `BIS`, `A3`, ``)."""
    empty = pl.Series([""]).new_from_index(0, len(postcode))
    raw = pl.DataFrame(
        {
            "postcode": postcode.cast(pl.String),
            "number": number.cast(pl.String),
            "letter": empty if letter is None else letter.cast(pl.String),
            "addition": empty if addition is None else addition.cast(pl.String),
        }
    )
    compact = pl.col("postcode").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    written = pl.col("number").str.strip_chars()
    # A spreadsheet makes 12.0 of a column of numbers with an empty cell.
    digits = written.str.extract(r"^(\d{1,5})(?:\.0+)?(?:\D|$)")
    rest = written.str.replace(r"^\d{1,5}(?:\.0+$)?", "")
    return raw.select(
        pl.when(compact.str.contains(r"^[1-9][0-9]{3}[A-Z]{2}$")).then(compact).alias("postcode"),
        digits.cast(pl.Int64).alias("number"),
        _suffix(pl.concat_str([rest, pl.col("letter"), pl.col("addition")], ignore_nulls=True)).alias("suffix"),
    )


def _suffix(written: pl.Expr) -> pl.Expr:
    """Letter and addition as one word: capitals and digits only, so that `-a`, ` A` and `A` are one."""
    return written.str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


def match(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Find each asked address in the register; columns of `RESULT_SCHEMA`.

    `match` says how: `exact` (the address itself), `house` (the number is known, the addition is not: the first address
    of that number, without naming it), `postcode` (the number is unknown: the middle of the postcode, as precise as the
    postcode is large), or null: not found, the rest is null too.
    """
    houses = known.with_columns(_suffix(pl.concat_str(["letter", "addition"], ignore_nulls=True)).alias("suffix"))
    exact = houses.unique(["postcode", "number", "suffix"], keep="first", maintain_order=True).select(
        "postcode", "number", "suffix", pl.col("id").alias("address"), "x", "y", "area"
    )
    house = (
        houses.sort("postcode", "number", "suffix")
        .unique(["postcode", "number"], keep="first", maintain_order=True)
        .select("postcode", "number", *(pl.col(name).alias(f"{name}_house") for name in ("x", "y", "area")))
    )
    found = (
        asked.with_row_index("row")
        .join(exact, on=["postcode", "number", "suffix"], how="left")
        .join(house, on=["postcode", "number"], how="left")
        .join(_postcodes(houses), on="postcode", how="left")
        .sort("row")
    )
    is_exact, is_house = pl.col("address").is_not_null(), pl.col("x_house").is_not_null()
    is_postcode = pl.col("x_postcode").is_not_null()

    def first_of(name: str) -> pl.Expr:
        return pl.coalesce(name, f"{name}_house", f"{name}_postcode").alias(name)

    how = pl.when(is_exact).then(pl.lit("exact")).when(is_house).then(pl.lit("house"))
    precision = pl.when(is_exact).then(EXACT_M).when(is_house).then(NEAR_M).otherwise(pl.col("precision_postcode"))
    return found.select(
        "address",
        first_of("x"),
        first_of("y"),
        first_of("area"),
        precision.alias("precision"),
        how.when(is_postcode).then(pl.lit("postcode")).alias("match"),
    ).cast(RESULT_SCHEMA)  # type: ignore[arg-type]


def _postcodes(houses: pl.DataFrame) -> pl.DataFrame:
    """Per postcode the address nearest its middle, and the distance to the farthest one as its precision."""
    centred = houses.with_columns(
        ((pl.col("x") - pl.col("x").mean()) ** 2 + (pl.col("y") - pl.col("y").mean()) ** 2)
        .over("postcode")
        .sqrt()
        .alias("distance")
    )
    return (
        centred.filter(pl.col("postcode") != "")
        .sort("postcode", "distance", "id")
        .group_by("postcode", maintain_order=True)
        .agg(
            pl.col("x").first().alias("x_postcode"),
            pl.col("y").first().alias("y_postcode"),
            pl.col("area").first().alias("area_postcode"),
            pl.col("distance").max().clip(NEAR_M).alias("precision_postcode"),
        )
    )
