"""Numbers of the plan as the language writes them, rounded (Django's own `number_format` cuts off)."""

from openvis.web.ui.formatting import number


def decimal(value: float) -> str:
    """One digit behind the comma."""
    return number(value, 1)


def plain(value: float) -> str:
    """A number as the plan writes it: no digits behind the comma where there is nothing."""
    return number(value, 0 if value == int(value) else 1)


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{number(100 * share)} %"
