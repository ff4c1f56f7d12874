"""A kernel lab that stands in a browser: pictures given to it, and what it computes."""

import base64
from typing import Any

import numpy as np
from playwright.sync_api import Locator

from cnnviz.imaging.samples import load_sample
from cnnviz.kernel_lab.settings import LabSettings
from cnnviz.ui.components.kernel_lab import Picture, pack

TOLERANCE = 1e-4
RNG = np.random.default_rng(3)
PICTURES = {
    "noise": RNG.integers(0, 256, (23, 31, 3), dtype=np.uint8),
    "tall": RNG.integers(0, 256, (40, 9, 3), dtype=np.uint8),
    "cat": np.ascontiguousarray(load_sample("chelsea")[100:180, 60:190]),
}


def packet(
    image: np.ndarray, settings: LabSettings | None = None, *, samples: list[dict[str, Any]] | None = None
) -> bytes:
    """What a lab gets from Python with a picture (H, W, 3) uint8."""
    return pack(Picture(image, "Test"), settings or LabSettings(), samples or [])


def give_picture(lab: Locator, image: np.ndarray) -> None:
    """Hand a picture's bytes to the lab, as it gets those of a sample."""
    height, width = image.shape[:2]
    lab.evaluate(
        """(root, { width, height, rgb }) => root.kernelLab.takePixels("Test", width, height, new Uint8Array(rgb))""",
        {"width": width, "height": height, "rgb": image.ravel().tolist()},
    )


def output(lab: Locator) -> np.ndarray:
    """(H', W', maps) as the lab computed it, before display."""
    return outputs(lab, [{}])[0]


def outputs(lab: Locator, changes: list[dict[str, Any]]) -> list[np.ndarray]:
    """What the lab computes after each of these changes of its settings."""
    results: Any = lab.evaluate(
        """(root, changes) => changes.map((change) => {
        if (Object.keys(change).length) root.kernelLab.settings.change(change);
        const { output } = root.kernelLab.result;
        const text = ({ data }) => Array.from(new Uint8Array(data.buffer), (b) => String.fromCharCode(b)).join("");
        return { shape: [output[0].height, output[0].width], maps: output.map((map) => btoa(text(map))) }; })""",
        changes,
    )
    return [
        np.stack([np.frombuffer(base64.b64decode(text), "<f4").reshape(result["shape"]) for text in result["maps"]], -1)
        for result in results
    ]
