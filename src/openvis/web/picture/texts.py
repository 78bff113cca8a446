"""What the scripts of the page say."""

from typing import Any

from django.utils.translation import gettext as _


def texts() -> dict[str, Any]:
    """What the scripts say."""
    return {
        "week": _("wk {week} {year}"),
        "week_alone": _("{week}: {count}"),
        "week_expected": _("{week}: {count}, expected between {low} and {high}"),
        "week_before": _("(then {count})"),
        "week_incomplete": _("(still coming in)"),
        "marker": _("Place {rank}: {name}"),
        "legend_hot": _("Incidents per cell of {cell} m"),
        "legend_hot_note": _("only cells that are hotter than chance (5 % false discovery)"),
        "legend_hot_none": _("no cell is hotter than chance"),
        "legend_density": _("Density, incidents per km²"),
        "legend_rate_inhabitants": _("Per 1,000 inhabitants, whole period"),
        "legend_rate_dwellings": _("Per 1,000 dwellings, whole period"),
        "legend_rate_small": _("{number} areas with too few people have no rate"),
        "legend_incidents": _("Single incidents"),
        "legend_incidents_note": _("each dot is one incident; choose one for its moment"),
        "incidents_closer": _("Zoom in further to see single incidents."),
        "incidents_most": _("Only the latest 5,000 incidents here are shown; zoom in or choose less."),
        "attempt_of": _("{kind} (attempt)"),
        "precision": _("place known to {metres} m"),
        "propose": _("Propose to…"),
        "failed": _("The answer did not come. Check the connection and try again."),
        "signed_out": _("You are signed out. Sign in again to go on."),
        "copied": _("Address copied"),
        "map": {
            "Map.Title": _("Map of the selection. The list of places says the same in words."),
            "NavigationControl.ZoomIn": _("Zoom in"),
            "NavigationControl.ZoomOut": _("Zoom out"),
            "ScaleControl.Meters": "m",
            "ScaleControl.Kilometers": "km",
            "Marker.Title": _("Place"),
            "Popup.Close": _("Close"),
            "CooperativeGesturesHandler.WindowsHelpText": _("Use Ctrl + scroll to zoom the map"),
            "CooperativeGesturesHandler.MacHelpText": _("Use ⌘ + scroll to zoom the map"),
            "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        },
    }
