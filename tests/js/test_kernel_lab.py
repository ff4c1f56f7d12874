"""The kernel lab without a server: its numbers are the reference's and OpenCV's."""

from collections.abc import Callable
from typing import Any, get_args

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from cnnviz.errors import InvalidKernel
from cnnviz.imaging.decode import to_grey
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import BORDERS, PADDINGS, convolve
from cnnviz.kernel_lab.kernels import KERNELS, parse_kernel
from cnnviz.kernel_lab.pooling import POOLINGS, pool
from cnnviz.kernel_lab.settings import Kind, LabSettings
from tests.js.conftest import wait_in_page
from tests.js.lab import PICTURES, RNG, TOLERANCE, give_picture, output, outputs, packet
from tests.kernel_lab.display import DISPLAY_MODES, to_display
from tests.kernel_lab.reference import lab_output

KERNEL_5 = (RNG.integers(-4, 5, (5, 5)) / 3).tolist()
KERNEL_7 = RNG.normal(size=(7, 7)).round(3).tolist()
THREE = [KERNELS[name].matrix for name in ("sobel_x", "blur", "emboss")]


@pytest.fixture
def lab(give: Callable[[str, Any], Locator]) -> Locator:
    return give("kernel_lab", packet(PICTURES["noise"]))


def set_all(lab: Locator, settings: LabSettings) -> None:
    lab.evaluate("(root, values) => root.kernelLab.settings.change(values)", settings.model_dump(mode="json"))


def matches(lab: Locator, image: np.ndarray, *cases: LabSettings) -> None:
    found = outputs(lab, [settings.model_dump(mode="json") for settings in cases])
    for values, settings in zip(found, cases, strict=True):
        np.testing.assert_allclose(
            values, lab_output(image, settings), rtol=1e-6, atol=TOLERANCE, err_msg=str(settings)
        )


def slidings() -> list[dict[str, Any]]:
    """Every padding and border with strides and dilations that fit a picture of nine pixels."""
    cases = []
    for padding in PADDINGS:
        for border in BORDERS if padding != "valid" else ["zero"]:
            cases += [
                {"padding": padding, "border": border, "stride": stride, "dilation": dilation}
                for stride, dilation in ((1, 1), (2, 1), (3, 2), (1, 3))
            ]
    return cases


@pytest.mark.parametrize("picture", PICTURES)
def test_the_lab_computes_what_the_reference_computes(lab: Locator, picture: str) -> None:
    image = PICTURES[picture]
    give_picture(lab, image)
    cases = []
    for case in slidings():
        cases.append(LabSettings(**case))
        if case["padding"] != "valid" or case["dilation"] == 1:
            cases.append(LabSettings(kernels=[KERNEL_5], kind="sum", bias=-7.5, **case))
    for flip in (False, True):
        for stride in (1, 2):
            cases.append(LabSettings(kernels=[KERNEL_7], flip=flip, stride=stride, divisor="auto"))
            cases += [
                LabSettings(kernels=THREE, kind=kind, flip=flip, stride=stride, mix=(0.2, -1.5, 3))
                for kind in get_args(Kind)
            ]
    matches(lab, image, *cases)


def test_the_lab_computes_what_opencv_computes(lab: Locator) -> None:
    image = PICTURES["cat"]
    give_picture(lab, image)
    borders = {
        "zero": cv2.BORDER_CONSTANT,
        "reflect": cv2.BORDER_REFLECT_101,
        "replicate": cv2.BORDER_REPLICATE,
    }
    for kernel in (KERNELS["emboss"].matrix, KERNEL_5, KERNEL_7):
        for border, cv_border in borders.items():
            set_all(lab, LabSettings(kernels=[kernel], padding="same", border=border))
            expected = cv2.filter2D(to_grey(image).astype(np.float64), -1, np.array(kernel), borderType=cv_border)
            np.testing.assert_allclose(output(lab)[:, :, 0], expected, rtol=1e-6, atol=TOLERANCE)


def test_every_activation_is_the_reference_s(lab: Locator) -> None:
    image = PICTURES["noise"]
    give_picture(lab, image)
    matches(lab, image, *(LabSettings(activation=activation, bias=12) for activation in ACTIVATIONS))


def test_every_pooling_of_the_chain_is_the_reference_s(lab: Locator) -> None:
    image = PICTURES["noise"]
    give_picture(lab, image)
    lab.get_by_role("tab", name="Chain").click()
    first = np.maximum(convolve(to_grey(image), np.array(KERNELS["vertical_edges"].matrix)), 0)
    for mode in POOLINGS:
        for size, stride in ((2, 2), (3, 1), (4, 3)):
            chain = [{"kernel": "mine", "activation": "relu", "pool": mode, "size": size, "stride": stride}]
            set_all(lab, LabSettings(chain=chain))
            pooled: Any = lab.evaluate(
                """async root => {
                while (root.kernelLab.isPanelDue) await new Promise(done => setTimeout(done, 5));
                const { width, height, data } = root.kernelLab.panels.chain.stages[0].pooled;
                return { shape: [height, width], data: [...data] }; }"""
            )
            expected = pool(first, size, stride=stride, mode=mode)
            np.testing.assert_allclose(np.reshape(pooled["data"], pooled["shape"]), expected, rtol=1e-6, atol=TOLERANCE)


def test_every_display_mode_paints_what_the_reference_paints(lab: Locator) -> None:
    image = PICTURES["noise"]
    give_picture(lab, image)
    for mode in DISPLAY_MODES:
        settings = LabSettings(range=mode)
        set_all(lab, settings)
        painted: Any = lab.evaluate(
            """root => { const { canvas, context } = root.kernelLab.views.output.bitmap;
            return [...context.getImageData(0, 0, canvas.width, canvas.height).data]; }"""
        )
        expected = to_display(lab_output(image, settings)[:, :, 0], mode=mode).image
        rgba = np.reshape(painted, (*expected.shape[:2], 4))
        shown = rgba[:, :, :3] if expected.ndim == 3 else rgba[:, :, 0]
        assert np.abs(shown.astype(int) - expected).max() <= 1, mode


LEARN = """async ({ picture, target, side }) => {
  const { gatherMoments, leastSquares, errorOf, biasOf, steepest, descend } = await import("/kernel_lab/fit.js");
  const planeOf = (rows) => ({ width: rows[0].length, height: rows.length, data: Float32Array.from(rows.flat()) });
  const moments = gatherMoments(planeOf(picture), planeOf(target), side);
  const best = leastSquares(moments);
  const zeros = new Array(side * side).fill(0);
  let state = { weights: zeros, velocity: zeros, step: 0 };
  const rate = 1 / steepest(moments);
  for (let i = 0; i < 20000; i++) state = descend(moments, state, rate);
  const error = (weights) => errorOf(moments, weights);
  return { best, bias: biasOf(moments, best), errors: [zeros, best, state.weights].map(error), found: state.weights };
}"""


@pytest.mark.parametrize("side", [3, 5])
def test_a_kernel_is_fitted_as_numpy_fits_it(modules: Page, side: int) -> None:
    rng = np.random.default_rng(5)
    picture = rng.integers(0, 256, (24, 31)).astype(np.float32)
    hidden = rng.normal(size=(side, side))
    target = convolve(picture, hidden) + 30 + rng.normal(size=(25 - side, 32 - side), scale=3).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (side, side)).reshape(target.size, -1)
    rows = np.column_stack([windows, np.ones(target.size)]).astype(np.float64)
    expected, *_ = np.linalg.lstsq(rows, target.ravel().astype(np.float64))
    given = {"picture": picture.tolist(), "target": target.tolist(), "side": side}
    found = modules.evaluate(LEARN, given)
    np.testing.assert_allclose(found["best"], expected[:-1], rtol=1e-5, atol=1e-5)
    assert found["bias"] == pytest.approx(expected[-1], rel=1e-4)
    left = np.sqrt(np.mean((rows @ expected - target.ravel()) ** 2))
    assert found["errors"] == pytest.approx([target.std(), left, left], rel=1e-3)
    np.testing.assert_allclose(found["found"], found["best"], atol=1e-3)


def test_no_more_can_be_set_than_fits_the_picture(modules: Page) -> None:
    """A kernel of 3 that is dilated by d spans 2d + 1 pixels."""
    limits = """async (asked) => (await import("/kernel_lab/settings.js")).limits(...asked)"""
    plain = {"stride": 1, "padding": "valid", "dilation": 1, "kind": "grey"}
    assert modules.evaluate(limits, [9, 6, 3, plain]) == {
        "sides": [3, 5],
        "paddings": ["valid", "same", "full"],
        "stride": 6,
        "dilation": 2,
    }
    same = modules.evaluate(limits, [4, 9, 7, {**plain, "padding": "same"}])
    assert (same["sides"], same["paddings"], same["stride"]) == ([3, 5, 7], ["same", "full"], 4)
    assert modules.evaluate(limits, [4, 4, 3, {**plain, "kind": "transposed"}])["sides"] == [3, 5, 7]


def test_what_is_wrong_with_a_weight_is_said_as_in_a_link(modules: Page) -> None:
    """The same sentences as `parse_kernel`'s, which counts rows and columns from 1 too."""
    problem = """async (text) => (await import("/kernel_lab/settings.js")).weightProblem(text, 0, 1)"""
    for text in ("", "abc", "1/0", "1e9", "-1001"):
        with pytest.raises(InvalidKernel) as refused:
            parse_kernel([["1", text, "1"], ["0"] * 3, ["0"] * 3])
        said = modules.evaluate(problem, text)
        assert said
        assert str(refused.value).startswith(said)
    assert [modules.evaluate(problem, text) for text in ("1/9", "-1000", "0,5")] == ["", "", ""]


def test_python_hears_once_of_settings_that_change_again_and_again(lab: Locator, modules: Page) -> None:
    lab.evaluate("(root) => [7, 8].forEach((bias) => root.kernelLab.settings.change({ bias }))")
    modules.wait_for_function("() => sent.at(-1)?.[1].settings.bias === 8")
    ((name, summary),) = modules.evaluate("() => sent")
    assert name == "summary"
    assert summary["own"] is None
    assert LabSettings.model_validate(summary["settings"]) == LabSettings(bias=8)


def test_python_hears_nothing_new_after_a_click_on_something_else(lab: Locator, modules: Page) -> None:
    """Streamlit would take it for a wish to stay on this page, and not go where the click leads."""
    modules.wait_for_timeout(700)
    assert modules.evaluate("() => sent") == []  # nothing has changed
    before = lab.evaluate("""(root) => {
        root.kernelLab.settings.change({ bias: 5 });
        const before = sent.length;
        document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        return before;
    }""")
    assert before == 0, "it rests for a moment first"
    assert [summary["settings"]["bias"] for _, summary in modules.evaluate("() => sent")] == [5]
    modules.wait_for_timeout(700)
    assert len(modules.evaluate("() => sent")) == 1


def test_python_hears_nothing_while_a_link_leads_to_another_page(lab: Locator, modules: Page) -> None:
    """Neither at the press, nor when the settings have rested; but it does where the hand leaves the link again."""
    press = """(root, kinds) => {
        const link = Object.assign(document.createElement("a"), { href: "/images", textContent: "Images" });
        document.body.append(link);
        link.addEventListener("click", (event) => event.preventDefault());
        root.kernelLab.settings.change({ bias: root.kernelLab.settings.values.bias + 1 });
        const way = { bubbles: true, cancelable: true, composed: true };
        for (const kind of kinds) link.dispatchEvent(new MouseEvent(kind, way));
        link.remove();
        return sent.length; }"""
    assert lab.evaluate(press, ["pointerdown"]) == 0
    modules.wait_for_function("() => sent.at(-1)?.[1].settings.bias === 1")
    assert lab.evaluate(press, ["pointerdown", "pointerup", "click"]) == 1
    wait_in_page(modules, 700)
    assert modules.evaluate("() => sent.length") == 1


def test_what_is_told_while_the_pointer_is_on_a_link_waits_until_it_leaves_and_keeps_its_order(modules: Page) -> None:
    """As it would cross the click, and lead back."""
    early, late = modules.evaluate("""async () => {
        const { toldWhileHere } = await import("/shared/leaving.js");
        const root = document.body.appendChild(document.createElement("div"));
        const link = Object.assign(document.createElement("a"), { href: "/images" });
        document.body.append(link);
        const point = (node) => node.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
        const heard = [];
        const [value, trigger] = [0, 1].map(() => toldWhileHere(root, (said) => heard.push(said)));
        await new Promise((done) => setTimeout(done, 20)); // it stands before the pointer comes
        value(1);
        point(link);
        value(2);
        trigger(3);
        const early = [...heard];
        point(root);
        value(4);
        while (heard.length < 4) await new Promise((done) => setTimeout(done, 20));
        root.remove();
        link.remove();
        return [early, heard]; }""")
    assert (early, late) == ([1], [1, 2, 3, 4])


def test_settings_that_python_may_not_have_heard_are_there_again_and_told_when_the_lab_opens_next(
    lab: Locator, modules: Page, give: Callable[[str, Any], Locator]
) -> None:
    """Streamlit drops what is told in the moment in which its page is left."""

    def reopened(given: LabSettings) -> int:
        modules.evaluate("() => { root.host.remove(); leave(); }")
        return give("kernel_lab", packet(PICTURES["noise"], given)).evaluate(BIAS)

    lab.evaluate("(root) => root.kernelLab.settings.change({ bias: 7 })")
    assert reopened(LabSettings()) == 7
    modules.wait_for_function("() => sent.at(-1)?.[1].settings?.bias === 7")
    assert reopened(LabSettings(bias=7)) == 7, "it has heard"
    assert reopened(LabSettings(bias=3)) == 3, "a link that names others goes first"


BIAS = "(root) => root.kernelLab.settings.values.bias"


def test_a_page_that_is_loaded_anew_goes_by_its_address(
    lab: Locator, modules: Page, give: Callable[[str, Any], Locator]
) -> None:
    lab.evaluate("(root) => root.kernelLab.settings.change({ bias: 7 })")
    modules.evaluate("() => { window.dispatchEvent(new Event('pagehide')); root.host.remove(); leave(); }")
    assert give("kernel_lab", packet(PICTURES["noise"], LabSettings())).evaluate(BIAS) == 0


def test_python_hears_at_once_when_the_hand_goes_into_the_address(lab: Locator, modules: Page) -> None:
    lab.evaluate("(root) => { root.kernelLab.settings.change({ bias: 4 }); window.dispatchEvent(new Event('blur')); }")
    assert [summary["settings"]["bias"] for _, summary in modules.evaluate("() => sent")] == [4]


def test_other_data_change_the_picture_and_keep_the_settings(lab: Locator, give: Callable[[str, Any], Locator]) -> None:
    set_all(lab, LabSettings(bias=7))
    give("kernel_lab", packet(PICTURES["tall"]))
    expected = lab_output(PICTURES["tall"], LabSettings(bias=7))
    np.testing.assert_allclose(output(lab), expected, rtol=1e-6, atol=TOLERANCE)


SCALE = """async ([values, range, isPicture, hasMinus]) => {
  const { displayScale } = await import("/kernel_lab/display.js");
  const data = Float32Array.from(values);
  return displayScale([{ width: data.length, height: 1, data }], range, { isPicture, hasMinus });
}"""


def test_colours_stay_while_no_value_falls_below_zero_if_the_kernel_has_a_negative_weight(lab: Locator) -> None:
    rising = np.tile(np.arange(0, 240, 20, np.uint8)[None, :, None], (9, 1, 3))  # brighter to the right
    give_scale = "(root) => root.kernelLab.scale"
    set_all(lab, LabSettings(kernels=(KERNELS["vertical_edges"].matrix,), padding="valid"))
    modes = []
    for pixels in (rising, 255 - rising, np.zeros_like(rising)):
        height, width = pixels.shape[:2]
        lab.evaluate(
            "(root, [width, height, rgb]) => root.kernelLab.takePixels('test', width, height, Uint8Array.from(rgb))",
            [width, height, pixels.ravel().tolist()],
        )
        scale = lab.evaluate(give_scale)
        modes.append(scale["mode"])
        assert scale["low"] == -scale["high"] < 0
    assert modes == ["signed"] * 3
    set_all(lab, LabSettings(kernels=(KERNELS["blur"].matrix,)))
    assert lab.evaluate(give_scale)["mode"] == "clip"


@pytest.mark.parametrize(
    ("values", "mode", "is_picture", "expected"),
    [
        ([-40, 100, 300], "auto", True, ("clip", 0, 255)),  # sharpened: a picture still
        ([-40, 100, 300], "auto", False, ("signed", -300, 300)),
        ([-40, 100, 300], "signed", True, ("signed", -300, 300)),  # who asks for colours gets them
        ([0, 1, 2, 3], "map", False, ("clip", 0, 3)),  # not black
        ([0, 0, 0, 0], "map", False, ("clip", 0, 255)),
        ([-1, 1], "map", False, ("signed", -1, 1)),
    ],
)
def test_the_scale_follows_from_what_the_kernel_and_the_values_are(
    modules: Page, values: list[int], mode: str, is_picture: bool, expected: tuple[str, int, int]
) -> None:
    scale = modules.evaluate(SCALE, [values, mode, is_picture, False])
    assert (scale["mode"], scale["low"], scale["high"]) == expected
