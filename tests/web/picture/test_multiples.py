"""Small multiples: the weeks of each area are those of the picture with that area chosen."""

import copy

import pytest
from planted_city import World

from openvis.web.picture import multiples, panels
from openvis.web.picture.filter import FilterError


def asked(world: World, **query: str) -> panels.Asked:
    return panels.Asked(world.loaded, world.frame, world.filter(**query), world.fresh, "en")


def test_each_area_shows_the_weeks_of_the_picture_with_that_area_chosen(world: World) -> None:
    found = multiples.areas(asked(world), "stadsdeel")
    assert len(found) == 6
    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)
    for one in found[:3]:
        assert one.weeks == panels.weeks(asked(world, gebied=one.area.code))


def test_hours_and_kinds_narrow_each_area(world: World) -> None:
    query = {"soort": "straatroof", "uren": "vr23-za3"}
    found = multiples.areas(asked(world, **query), "gebied")
    for one in found:
        assert one.weeks == panels.weeks(asked(world, gebied=one.area.code, **query))
    assert found[0].count > 0


def test_within_a_chosen_area_only_its_own_parts_are_shown(world: World) -> None:
    area = world.frame.areas_of("stadsdeel")[1]
    found = multiples.areas(asked(world, gebied=area.code), "wijk")
    inside = {part.within["wijk"] for part in world.frame.finest_in(area.code)}
    assert {one.area.code for one in found} == inside


def test_the_usual_level_is_the_coarsest_with_some_areas(world: World) -> None:
    one = asked(world)
    assert multiples.level_of({}, one) == "stadsdeel"
    assert multiples.level_of({"niveau": "wijk"}, asked(world, niveau="wijk")) == "wijk"


def test_the_sentence_names_who_lies_above_and_how_many_would_by_chance(world: World) -> None:
    found = copy.deepcopy(multiples.areas(asked(world), "stadsdeel"))
    assert multiples.sentence(found).startswith("Of 6 areas")
    for one in found[:2]:
        latest = one.latest
        assert latest is not None
        latest["above"] = True
    told = multiples.sentence(found)
    assert found[0].area.name in told
    assert found[1].area.name in told
    assert "some 0.2" in told
    assert multiples.sentence([]) == "Too little history to say what was to be expected"


def test_a_drawing_keeps_to_its_frame_and_scale(world: World) -> None:
    found = multiples.areas(asked(world, van="2025-11-24"), "stadsdeel")
    most = max(one.most for one in found)
    for one in found:
        drawn = multiples.drawing(one, most)
        points = [tuple(map(float, point.split(","))) for point in drawn.line.split()]
        assert all(0 <= x <= multiples.WIDTH and multiples.TOP <= y <= multiples.HEIGHT for x, y in points)
        assert len(points) == sum(not week["incomplete"] for week in one.weeks)
        own = multiples.drawing(one, one.most)
        assert min(y for _x, y in points) >= min(float(p.split(",")[1]) for p in own.line.split()) - 0.1


def test_a_scale_that_is_none_is_told() -> None:
    with pytest.raises(FilterError, match="schaal"):
        multiples.scale_of({"schaal": "groot"})
