"""What comes again stands as one box: found by hand, opened and folded by its key."""

from xml.etree import ElementTree

import pytest

from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Repeat,
    Residual,
)
from cnnviz.architecture.spec.paths import walk
from cnnviz.plots.diagram.diagram import VIEWS, diagram_svg
from cnnviz.plots.diagram.elements import Folded, Group, Handle, boxes_of, tree
from cnnviz.plots.diagram.folding import MANY_BOXES, Run, default_folds, find_runs, folded_tree, folds_around

SVG = "{http://www.w3.org/2000/svg}"


def same(filters: int, name: str | None = None) -> Conv:
    return Conv(filters=filters, padding="same", name=name)


def skip(name: str | None = None) -> Residual:
    return Residual(layers=(same(8), BatchNorm(), ActivationLayer(), same(8), BatchNorm()), name=name)


def net(*layers: Layer) -> Architecture:
    return Architecture(input_shape=(24, 31, 3), layers=(*layers, GlobalAvgPool(), Dense(units=4)))


DEEP = net(same(8), *(skip(f"block{number}") for number in range(8)))


def test_layers_that_come_again_are_found_whatever_their_names() -> None:
    layers = (same(4), same(8, "a"), BatchNorm(), same(8, "b"), BatchNorm(), same(8), BatchNorm(), MaxPool())
    assert find_runs(layers) == [Run(start=1, period=2, times=3)]
    assert find_runs((same(4), same(5), same(6))) == []
    assert find_runs(DEEP.layers) == [Run(start=1, period=1, times=8)]


def test_the_shortest_pattern_that_covers_most_is_taken() -> None:
    assert find_runs([MaxPool()] * 6) == [Run(0, 1, 6)]
    assert find_runs([same(4), same(4), MaxPool()] * 3) == [Run(0, 3, 3)]


def test_eight_residual_blocks_are_one_box_with_a_count() -> None:
    folds = default_folds(DEEP)
    assert "1+8" in folds
    shown = folded_tree(DEEP, folds)
    assert [getattr(element, "title", getattr(element, "label", "")) for element in shown] == [
        "Convolution 1",
        "Residual block × 8",
        "Global average",
        "Dense",
    ]
    assert shown[1].shape == (24, 31, 8)


def test_what_is_opened_shows_its_parts_behind_a_handle_that_folds_it() -> None:
    opened = folded_tree(DEEP, frozenset())
    assert isinstance(opened[1], Handle)
    assert (opened[1].key, opened[1].label, opened[1].times) == ("1+8", "Residual block", 8)
    groups = [element for element in opened if isinstance(element, Group)]
    assert [group.fold for group in groups] == [str(place) for place in range(1, 9)]
    assert sum(map(boxes_of, opened)) == sum(map(boxes_of, tree(DEEP)))


def test_a_repeated_block_of_the_spec_folds_and_a_single_layer_that_is_repeated_does_not() -> None:
    both = net(same(8), Repeat(layers=(skip(),), times=3), Repeat(layers=(same(8),), times=5))
    assert default_folds(both) == {"1"}
    folded = folded_tree(both, default_folds(both))[1]
    assert isinstance(folded, Folded)
    assert folded.title == "Residual block × 3"


@pytest.mark.parametrize("name", ["tiny-vgg", "lenet5", "digits-small", "conv32-64-128-mnist"])
def test_nets_that_can_be_looked_at_box_by_box_stay_as_they_are(name: str) -> None:
    assert default_folds(get_preset(name).architecture) == frozenset()


def test_a_deep_net_folds_its_blocks_too() -> None:
    deep = get_preset("resnet-like").architecture
    assert sum(map(boxes_of, tree(deep))) > MANY_BOXES
    assert sum(map(boxes_of, folded_tree(deep, default_folds(deep)))) <= MANY_BOXES


def test_the_folds_around_a_layer_are_those_that_hide_it() -> None:
    assert folds_around(DEEP, (3, 1)) == {"1+8", "3"}
    assert folds_around(DEEP, (0,)) == frozenset()
    inside = net(Branches(branches=((same(2), BatchNorm()) * 3, (same(3),))))
    assert folds_around(inside, (0, 0, 1)) == {"0", "0.0.0+6"}


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_hides_a_layer_once_the_folds_around_it_are_open(name: str) -> None:
    architecture = get_preset(name).architecture
    for path, _ in walk(architecture.layers):
        shown = folded_tree(architecture, default_folds(architecture) - folds_around(architecture, path))
        hidden = [element for element in _all(shown) if isinstance(element, Folded) and element.holds(path)]
        assert all(element.path == path for element in hidden), f"{path} is in {hidden}"


def _all(elements: tuple) -> list:
    inside = [part for element in elements if isinstance(element, Group) for chain in element.chains for part in chain]
    return [*elements, *(_all(tuple(inside)) if inside else [])]


@pytest.mark.parametrize("view", VIEWS)
def test_a_folded_box_and_a_handle_are_buttons_that_say_what_they_do(view: str) -> None:
    closed = ElementTree.fromstring(diagram_svg(DEEP, view=view, folds=frozenset({"1+8"}), selected=(2, 0)).svg)
    (box,) = (element for element in closed.iter() if element.get("data-fold"))
    assert box.get("aria-label") == ("Residual block × 8, ending in 24 × 31 × 8: folded, open it to see its layers")
    assert (box.get("class"), box.get("aria-expanded"), box.get("aria-pressed")) == ("layer", "false", "true")
    opened = ElementTree.fromstring(diagram_svg(DEEP, view=view, folds=frozenset()).svg)
    handles = [element for element in opened.iter() if element.get("class") == "fold"]
    assert [handle.get("data-fold") for handle in handles] == ["1+8", *map(str, range(1, 9))]
    assert handles[0].get("aria-label") == "Fold Residual block × 8"
    assert all(handle.get("tabindex") == "0" for handle in handles)


def test_a_hundred_and_fifty_layers_are_drawn_small_once_what_comes_again_is_folded() -> None:
    layers = [same(8), BatchNorm(), ActivationLayer()] * 49
    deep = net(*layers)
    root = ElementTree.fromstring(diagram_svg(deep, folds=default_folds(deep)).svg)
    assert len([element for element in root.iter() if element.get("class") == "layer"]) == 4
