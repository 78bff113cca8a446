"""Numbers of the plan as the language writes them."""

from django.utils.formats import number_format


def decimal(value: float) -> str:
    """One digit behind the comma, as the language writes it."""
    return str(number_format(value, 1))


def plain(value: float) -> str:
    """A number as the plan writes it: no digits behind the comma where there is nothing."""
    return str(number_format(value, 0 if value == int(value) else None))


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{number_format(100 * share, 0)} %"
