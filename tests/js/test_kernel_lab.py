"""The kernel lab without a server: its numbers are the reference's and OpenCV's."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from cnnviz.imaging.decode import to_grey
from cnnviz.imaging.display import DISPLAY_MODES, to_display
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import BORDERS, PADDINGS, convolve
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.pooling import POOLINGS, pool
from cnnviz.kernel_lab.reference import lab_output
from cnnviz.kernel_lab.settings import KINDS, LabSettings
from cnnviz.ui.components.kernel_lab import pack
from tests.js.lab import PICTURES, RNG, TOLERANCE, give_picture, output

KERNEL_5 = (RNG.integers(-4, 5, (5, 5)) / 3).tolist()
KERNEL_7 = RNG.normal(size=(7, 7)).round(3).tolist()
THREE = [KERNELS[name].matrix for name in ("sobel_x", "blur", "emboss")]


MOUNT = """async ({ html, css, packet }) => {
  const host = document.body.appendChild(document.createElement("div"));
  const parentElement = host.attachShadow({ mode: "open" });
  parentElement.innerHTML = `<style>${css}</style>${html}`;
  const { default: kernelLab } = await import("/bundles/kernel_lab.js");
  const data = new Uint8Array(packet);
  window.unmount = kernelLab({ data, parentElement, setStateValue: (name, value) => (window.sent = { name, value }) });
}"""


@pytest.fixture
def lab(modules: Page, component_file: Any) -> Iterator[Locator]:
    html, css = (component_file("kernel_lab", name) for name in ("component.html", "component.css"))
    packet = list(pack(PICTURES["noise"], LabSettings(), "Noise"))
    modules.evaluate(MOUNT, {"html": html, "css": css, "packet": packet})
    yield modules.locator(".lab")
    modules.evaluate("() => { unmount(); document.body.replaceChildren(); }")


def set_all(lab: Locator, settings: LabSettings) -> None:
    lab.evaluate("(root, values) => root.kernelLab.settings.change(values)", settings.model_dump(mode="json"))


def matches(lab: Locator, image: np.ndarray, settings: LabSettings) -> None:
    set_all(lab, settings)
    np.testing.assert_allclose(
        output(lab), lab_output(image, settings), rtol=1e-6, atol=TOLERANCE, err_msg=str(settings)
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
    for case in slidings():
        matches(lab, image, LabSettings(**case))
        side = 2 if case["padding"] == "valid" and case["dilation"] > 1 else 3
        if side == 3:
            matches(lab, image, LabSettings(kernels=[KERNEL_5], kind="sum", bias=-7.5, **case))
    for flip in (False, True):
        for stride in (1, 2):
            matches(lab, image, LabSettings(kernels=[KERNEL_7], flip=flip, stride=stride, divisor="auto"))
            for kind in KINDS:
                matches(lab, image, LabSettings(kernels=THREE, kind=kind, flip=flip, stride=stride, mix=(0.2, -1.5, 3)))


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
    for activation in ACTIVATIONS:
        matches(lab, image, LabSettings(activation=activation, bias=12))


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
