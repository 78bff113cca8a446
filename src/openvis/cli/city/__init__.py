"""The demonstration city: incidents that never happened, with truths planted in them that a method should find back.

Everything is drawn from one seed. No row describes a real incident, person or address: points are drawn inside the
areas of the profile, and only the size of those areas (dwellings, inhabitants) is real.
"""

from openvis.cli.city.delivery import write
from openvis.cli.city.processes import City, make
from openvis.cli.city.recipe import Recipe, RecipeError, recipe_for

__all__ = ["City", "Recipe", "RecipeError", "make", "recipe_for", "write"]
