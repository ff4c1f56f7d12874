from dataclasses import replace

from cnnviz.runs.pareto import COSTS, Point, dominator, front, point_of
from tests.runs.test_comparison import run

SMALL, GOOD, LARGE, BAD = Point(10, 0.8), Point(20, 0.9), Point(50, 0.95), Point(60, 0.85)


def test_the_front_is_what_nothing_beats_the_cheapest_first():
    assert front([LARGE, BAD, SMALL, GOOD]) == [2, 3, 0]
    assert front([]) == []


def test_a_dominated_point_names_the_most_accurate_one_that_costs_no_more():
    points = [SMALL, GOOD, LARGE, BAD]
    assert [dominator(point, points) for point in points] == [None, None, None, 2]
    assert dominator(Point(20, 0.85), [SMALL, GOOD, Point(20, 0.85)]) == 1, "as expensive, and worse"
    assert dominator(Point(30, 0.9), [GOOD, Point(30, 0.9)]) == 0, "as accurate, and more expensive"


def test_equal_points_dominate_neither():
    assert front([GOOD, GOOD]) == [0, 1]


def test_costs_are_those_of_the_net_and_the_training():
    one = run(accuracy=0.9)
    assert point_of(one, COSTS["Parameters"]) == (12810, 0.9)
    assert point_of(one, COSTS["Size"]) == (4 * 12810, 0.9)
    assert point_of(one, COSTS["Training time"]) == (2.0, 0.9)
    assert point_of(one, COSTS["MACs"]).cost == 26 * 26 * 16 * 9 + 11 * 11 * 32 * 16 * 9 + 800 * 10
    assert COSTS["Size"].text(4 * 12810) == "50 KiB"


def test_what_is_not_known_gives_no_point():
    assert point_of(replace(run(), seconds=0.0), COSTS["Training time"]) is None
    assert point_of(replace(run(), metrics={}), COSTS["Parameters"]) is None
