"""What Home and Inside draw nets with: colours, orders, words, and where the columns stand."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from plotly.colors import sample_colorscale, unlabel_rgb

from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.plots.style import SEQUENTIAL
from cnnviz.text.units import alike_texts

LAYER = {"kind": "conv", "name": "conv_1", "shape": [2, 3, 4], "height": 2, "width": 3, "units": 4, "index": 1}


def call(modules: Page, module: str, expression: str, argument: Any = None) -> Any:
    """Evaluate an expression in which `m` is a module of net_view and `x` the argument."""
    return modules.evaluate(
        f"async (x) => {{ const m = await import('/shared/net_view/{module}.js'); return {expression}; }}", argument
    )


def test_magnitudes_have_the_colours_of_the_figures(modules: Page) -> None:
    found = modules.evaluate(
        "async () => [...(await import('/shared/colours.js')).SEQUENTIAL_COLOURS]",
    )
    shares = np.linspace(0, 1, 256)
    expected = [unlabel_rgb(colour) for colour in sample_colorscale(SEQUENTIAL, shares.tolist())]
    assert np.abs(np.array(found).reshape(256, 3) - np.array(expected)).max() <= 1


@pytest.mark.parametrize(
    ("least", "most", "scale"),
    [
        (0, 2.5, {"mode": "sequential", "low": 0, "high": 2.5}),
        (0.5, 2, {"mode": "sequential", "low": 0, "high": 2}),
        (-3, 1, {"mode": "signed", "low": -3, "high": 3}),
        (0, 0, {"mode": "sequential", "low": 0, "high": 1}),
    ],
)
def test_colours_are_signed_where_any_value_is_negative(modules: Page, least: float, most: float, scale: Any) -> None:
    assert call(modules, "scale", "m.scaleBetween(...x)", [least, most]) == scale


def test_each_unit_is_measured(modules: Page) -> None:
    values = [1, -2, 0, 3, 5, 0]  # two units at three places
    found = call(
        modules, "scale", "(({low, high, strength}) => [[...low], [...high], [...strength]])(m.measure(x, 2))", values
    )
    assert found[:2] == [[0, -2], [5, 3]]
    assert found[2] == pytest.approx([2, 5 / 3])


def test_units_are_ordered_by_strength_similarity_and_share(modules: Page) -> None:
    maps = np.array([[1, 0, 2, 0], [0, 3, 0, 0], [0, 0, 0, 1]], float)  # three places, four units
    layer = {"units": 4}
    argument = [maps.ravel().tolist(), layer]
    order = """(name, shares) => import("/shared/net_view/scale.js").then(({ measure }) =>
        m.orderOf(name, x[1], x[0], measure(x[0], 4), shares))"""
    assert call(modules, "orders", f"await ({order})('strength')", argument) == [1, 2, 0, 3]
    assert call(modules, "orders", f"await ({order})('share', [1, 4, 2, 3])", argument) == [1, 3, 2, 0]
    similar = call(modules, "orders", f"await ({order})('similarity')", argument)
    assert abs(similar.index(0) - similar.index(2)) == 1, "the two that differ by a factor only"


def test_a_map_is_told_in_words(modules: Page) -> None:
    values = np.zeros((2, 3, 4))
    values[1, 2, 3] = 1.234
    describe = "m.describeUnit(x[0], { layer: x[1], title: 'Convolution 1' }, x[2])"
    layer = [values.ravel().tolist(), LAYER]
    said = call(modules, "words", describe, [*layer, 3])
    assert said == "Convolution 1, unit 4: strongest at row 2, column 3, value 1.23"
    assert call(modules, "words", describe, [*layer, 0]) == "Convolution 1, unit 1: 0 everywhere on this picture"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0018229, "0.00182"),
        (-0.089153, "\N{MINUS SIGN}0.0892"),
        (0.5, "0.5"),
        (12.345, "12.3"),
        (1234.5, "1230"),
        (0, "0"),
        (-0.0, "0"),
        (0.00099996, "0.001"),
        (-0.00018249, "\N{MINUS SIGN}1.82e\N{MINUS SIGN}4"),
        (2.5e-12, "2.5e\N{MINUS SIGN}12"),
        (485_165_195, "4.85e8"),
    ],
)
def test_numbers_have_three_significant_digits(modules: Page, value: float, text: str) -> None:
    assert call(modules, "words", "m.significant(x)", value) == text


@pytest.mark.parametrize(
    ("pair", "texts"),
    [
        ((2.9, 2.91), ["2.90", "2.91"]),
        ((-0.0004, 2.91), ["0.00", "2.91"]),
        ((-12.345, 11.9), ["\N{MINUS SIGN}12.3", "11.9"]),
        ((1234.6, 99.6), ["1235", "100"]),
        ((0.0412, 0.05), ["0.0412", "0.0500"]),
        ((0.0, 0.0), ["0", "0"]),
    ],
)
def test_two_numbers_of_a_sentence_have_the_same_digits(modules: Page, pair: tuple[float, float], texts: list) -> None:
    assert call(modules, "words", "m.significantPair(...x)", list(pair)) == texts
    assert alike_texts(*pair) == texts


def test_layers_of_a_kind_are_numbered(modules: Page) -> None:
    layers = [{"kind": kind} for kind in ("input", "rescaling", "conv", "max_pool", "conv")]
    titles = call(modules, "words", "m.layerTitles(x)", layers)
    assert titles[2:] == ["Convolution 1", "Max pooling", "Convolution 2"]


def test_every_kind_of_layer_is_called_as_on_pages_that_python_writes(modules: Page) -> None:
    kinds = [kind for kind, record in LAYER_KINDS.items() if record.around is None]  # none of blocks
    said = [LAYER_KINDS[kind].words for kind in kinds]
    titles = call(modules, "words", "m.layerTitles(x)", [{"kind": kind} for kind in kinds])
    assert titles == [words[0].upper() + words[1:] for words in said]
    blocks = [kind for kind in LAYER_KINDS if kind not in kinds]
    found = call(modules, "words", "[...m.blockTitles(x)]", [{"block": f"{kind}_1"} for kind in blocks])
    assert [title.lower() for _, title in found] == [LAYER_KINDS[kind].words for kind in blocks]


def test_columns_fit_into_the_room_and_the_paths_that_pass_layers_by_are_known(modules: Page) -> None:
    def layer(index: int, kind: str, inputs: list[int], shape: list[int]) -> dict[str, Any]:
        return {**LAYER, "index": index, "kind": kind, "inputs": inputs, "shape": shape, "units": shape[-1]}

    net = [
        layer(0, "input", [], [8, 8, 1]),
        layer(1, "rescaling", [0], [8, 8, 1]),
        layer(2, "conv", [1], [8, 8, 40]),
        layer(3, "conv", [2], [8, 8, 40]),
        layer(4, "add", [3, 2], [8, 8, 40]),
        layer(5, "dense", [4], [3]),
    ]
    layout = call(modules, "columns", "m.layOut(m.columnsOf(x), { width: 900, height: 600 })", net)
    columns = layout["columns"]
    assert [column["form"] for column in columns] == ["maps", "maps", "maps", "maps", "answer"]
    ends = [(column["left"], column["left"] + column["width"]) for column in columns]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))
    assert ends[-1][1] <= layout["width"] <= 900
    assert layout["lanes"]["paths"] == [{"from": 1, "to": 3, "lane": 0}]
    phone = call(modules, "columns", "m.layOut(m.columnsOf(x), { width: 340, height: 430 })", net)
    assert phone["width"] > 340, "the columns scroll"
    assert all(column["cells"]["height"] <= column["cells"]["room"] for column in phone["columns"])


def test_blocks_have_titles_that_differ_and_no_raw_names(modules: Page) -> None:
    names = ["repeat_1.1.residual_1", "repeat_1.2.residual_1", "branches_1", "repeat_2", "residual_1"]
    layers = [{"block": None}, *({"block": name} for name in names for _ in range(2))]
    found = call(modules, "words", "[...m.blockTitles(x)]", layers)
    titles = ["Residual block 1", "Residual block 2", "Branches", "Repeated block", "Residual block 3"]
    assert found == [list(pair) for pair in zip(names, titles, strict=True)]
