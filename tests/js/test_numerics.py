"""The numerics of the browser against hand numbers, NumPy, OpenCV and cnnviz.kernel_lab."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.imaging.decode import to_grey
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import BORDERS, PADDINGS, convolve, output_size, padding_amounts
from cnnviz.kernel_lab.pooling import POOLINGS, pool
from tests.kernel_lab.reference import pool_winners, window, zero_stuff

RNG = np.random.default_rng(7)
PLANE = RNG.integers(0, 256, (11, 14)).astype(np.float32)
RUN = """async ({ name, given }) => {
  const numerics = await import("/shared/nn/numerics.js");
  const planeOf = ({ rows }) => ({ width: rows[0].length, height: rows.length, data: Float32Array.from(rows.flat()) });
  const answer = numerics[name](...given.map((value) => (value?.rows ? planeOf(value) : value)));
  return answer?.data ? { shape: [answer.height, answer.width], data: [...answer.data] } : answer;
}"""


def run(page: Page, name: str, *given: Any) -> Any:
    """Call a function of numerics.js; arrays go and come as planes."""
    sent = [{"rows": value.tolist()} if isinstance(value, np.ndarray) else value for value in given]
    answer = page.evaluate(RUN, {"name": name, "given": sent})
    return np.reshape(answer["data"], answer["shape"]) if isinstance(answer, dict) and "data" in answer else answer


def as_kernel(matrix: np.ndarray) -> dict[str, Any]:
    return {"side": len(matrix), "weights": matrix.ravel().tolist()}


def sliding(**changed: Any) -> dict[str, Any]:
    return {"stride": 1, "padding": "valid", "border": "zero", "dilation": 1, **changed}


SLIDINGS = [
    sliding(stride=stride, padding=padding, border=border, dilation=dilation)
    for padding in PADDINGS
    for border in BORDERS
    for stride, dilation in ((1, 1), (2, 1), (3, 2), (1, 3))
]


def test_a_convolution_by_hand(modules: Page) -> None:
    plane = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    assert run(modules, "convolve", plane, {"side": 1, "weights": [-2]}, sliding()).tolist() == [
        [-2, -4, -6],
        [-8, -10, -12],
    ]
    kernel = {"side": 3, "weights": [0, 1, 0, 0, 0, 0, 0, 0, 0]}  # the pixel above, without a flip
    assert run(modules, "convolve", plane, kernel, sliding(padding="same")).tolist() == [[0, 0, 0], [1, 2, 3]]


@pytest.mark.parametrize("side", [1, 3, 5, 7])
def test_convolution_is_the_reference_s_for_every_way_of_sliding(modules: Page, side: int) -> None:
    matrix = RNG.normal(size=(side, side))
    compared = 0
    for case in SLIDINGS:
        if case["padding"] == "valid" and case["dilation"] * (side - 1) + 1 > min(PLANE.shape):
            continue
        found = run(modules, "convolve", PLANE, as_kernel(matrix), case)
        np.testing.assert_allclose(found, convolve(PLANE, matrix, **case), rtol=1e-6, atol=1e-4, err_msg=str(case))
        compared += 1
    assert compared >= 36


def test_convolution_is_opencv_s(modules: Page) -> None:
    borders = {"zero": cv2.BORDER_CONSTANT, "reflect": cv2.BORDER_REFLECT_101, "replicate": cv2.BORDER_REPLICATE}
    for side in (3, 5):
        matrix = RNG.normal(size=(side, side))
        for border, cv_border in borders.items():
            found = run(modules, "convolve", PLANE, as_kernel(matrix), sliding(padding="same", border=border))
            expected = cv2.filter2D(PLANE.astype(np.float64), -1, matrix, borderType=cv_border)
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-4)


def test_sizes_and_padding_are_the_reference_s_and_a_kernel_that_does_not_fit_gives_nothing(modules: Page) -> None:
    for case in SLIDINGS:
        for size in (7, 8, 14):
            asked = (size, 3, case["stride"], case["padding"], case["dilation"])
            assert run(modules, "paddingAmounts", size, 3, case) == list(padding_amounts(*asked))
            assert run(modules, "outputSize", size, 3, case) == output_size(*asked)
    assert run(modules, "outputSize", 4, 5, sliding()) == 0
    assert run(modules, "convolve", PLANE[:4, :4], as_kernel(np.ones((5, 5))), sliding()).size == 0


def test_a_traced_window_is_the_reference_s(modules: Page) -> None:
    matrix = RNG.normal(size=(3, 3))
    for case in SLIDINGS:
        for row, column in ((0, 0), (1, 2)):
            found = run(modules, "traceWindow", PLANE, as_kernel(matrix), case, row, column)
            expected = window(PLANE, matrix, row, column, **case)
            cells = found["cells"]
            np.testing.assert_allclose([cell["value"] for cell in cells], expected.patch.ravel())
            np.testing.assert_allclose([cell["product"] for cell in cells], expected.products.ravel(), rtol=1e-6)
            assert found["total"] == pytest.approx(expected.total, rel=1e-6, abs=1e-4)
            assert [cell["row"] for cell in cells[::3]] == list(expected.rows)
            assert [cell["column"] for cell in cells[:3]] == list(expected.columns)
            height, width = PLANE.shape
            outside = [not (0 <= cell["row"] < height and 0 <= cell["column"] < width) for cell in cells]
            assert [cell["isPadding"] for cell in cells] == outside


def test_pulling_apart_and_adding_planes(modules: Page) -> None:
    for stride in (1, 2, 3):
        np.testing.assert_array_equal(run(modules, "zeroStuff", PLANE, stride), zero_stuff(PLANE, stride))
    added: Any = modules.evaluate(
        """async () => {
        const { addPlanes } = await import("/shared/nn/numerics.js");
        const plane = (...data) => ({ width: 3, height: 1, data: Float32Array.from(data) });
        return [...addPlanes([plane(1, 2, 3), plane(10, 20, 30)], [2, -1], 0.5).data]; }"""
    )
    assert added == [-7.5, -15.5, -23.5]


def test_grey_is_opencv_s(modules: Page) -> None:
    pixels = RNG.integers(0, 256, (1, 500, 3), dtype=np.uint8)
    greys = modules.evaluate(
        """async (pixels) => {
        const { greyOf } = await import("/shared/nn/numerics.js");
        return pixels.map(([red, green, blue]) => greyOf(red, green, blue)); }""",
        pixels[0].tolist(),
    )
    assert greys == to_grey(pixels)[0].tolist() == cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[0].tolist()


@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("transposeKernel", np.transpose),
        ("rotateKernel", lambda matrix: np.rot90(matrix, -1)),
        ("mirrorKernel", np.fliplr),
        ("flipKernel", np.flip),
    ],
)
def test_kernels_are_turned_as_numpy_turns_them(modules: Page, name: str, turn: Any) -> None:
    for side in (3, 5):
        matrix = np.arange(side * side).reshape(side, side)
        assert run(modules, name, matrix.ravel().tolist(), side) == turn(matrix).ravel().tolist()


def test_a_kernel_is_resized_by_zeros_around_it_or_to_its_middle(modules: Page) -> None:
    matrix = np.arange(1, 10).reshape(3, 3)
    larger = run(modules, "resizeKernel", matrix.ravel().tolist(), 3, 7)
    assert larger == np.pad(matrix, 2).ravel().tolist()
    assert run(modules, "resizeKernel", larger, 7, 3) == matrix.ravel().tolist()


def test_every_activation_is_the_reference_s(modules: Page) -> None:
    values = np.linspace(-900, 900, 301, dtype=np.float32)[None]
    names: Sequence[str] = modules.evaluate(
        """async () => Object.keys((await import("/shared/nn/numerics.js")).ACTIVATIONS)"""
    )
    assert list(names) == list(ACTIVATIONS)
    for name, apply in ACTIVATIONS.items():
        found = run(modules, "activate", values, name)
        np.testing.assert_allclose(found, 255 * apply(values / 255), rtol=1e-5, atol=1e-4, err_msg=name)
        assert run(modules, "activateValue", 120, name) == pytest.approx(255 * apply(np.float32(120 / 255)), rel=1e-5)


def test_every_pooling_is_the_reference_s_and_knows_its_winners(modules: Page) -> None:
    names = modules.evaluate("""async () => Object.keys((await import("/shared/nn/numerics.js")).POOLINGS)""")
    assert names == ["none", *POOLINGS]
    for mode in POOLINGS:
        for size, stride in ((2, 2), (3, 1), (4, 3)):
            expected = pool(PLANE, size, stride=stride, mode=mode)
            np.testing.assert_allclose(run(modules, "pool", PLANE, mode, size, stride), expected, rtol=1e-6)
            if "max" not in mode and mode != "min":
                continue
            place = run(modules, "poolWindow", PLANE, mode, size, stride, *(side - 1 for side in expected.shape))
            winner = run(modules, "poolValue", PLANE, mode, place)["winner"]
            signed = -PLANE if mode == "min" else PLANE
            last = pool_winners(signed, size, stride=stride, mode=mode)[-1, -1]
            assert [winner["row"], winner["column"]] == last.tolist()


def test_among_equals_the_first_wins(modules: Page) -> None:
    whole = {"top": 0, "left": 0, "height": 2, "width": 2}
    flat = np.full((2, 2), 3, np.float32)
    assert run(modules, "poolValue", flat, "max", whole) == {"value": 3, "winner": {"row": 0, "column": 0}}
