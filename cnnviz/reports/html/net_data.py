"""What the component of a living net is given, `assets/components/inside_net`, and its test images as a file."""

import base64
from dataclasses import asdict
from typing import Any

from cnnviz.inspection.attribution.methods import methods_for
from cnnviz.inspection.image_makers import MAKERS
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.models.net_file import pack_images
from cnnviz.reports.html.contents import RunContents, TakenImages
from cnnviz.text.units import probability_text


def net_data(contents: RunContents) -> dict[str, Any]:
    """Give all but the addresses of net and images, which only the browser knows."""
    facts, shape = contents.facts, contents.run.architecture.input_shape
    return {
        "classes": list(facts.classes),
        "shape": list(shape),
        "style": facts.input_style,
        "photos": [],
        "kernels": [{"title": kernel.title, "matrix": kernel.matrix} for kernel in KERNELS.values()],
        "methods": [{"name": name, **asdict(one)} for name, one in methods_for(shape).items()],
        "makers": [{"name": name, **asdict(maker)} for name, maker in MAKERS.items()],
        "stops": [],
        "is_own": bool(contents.run.origin),
        "offline": True,
        "more_images": [] if contents.images is None else more_images(contents.images),
    }


def first_images(images: TakenImages, classes: tuple[str, ...]) -> bytes:
    """Pack the first images of the test set as a file for browsers."""
    return pack_images(images.pixels[: images.num_first], images.labels[: images.num_first], classes)


def image_rows(contents: RunContents) -> list[dict[str, Any]]:
    """List the images that came along: place in the test set, cell of the matrix, and how sure the net is."""
    images, test = contents.images, contents.test
    if images is None or test is None:
        return []
    said = test.probabilities[images.indices].argmax(axis=1)
    return [
        {
            "index": int(index),
            "cell": [int(test.labels[index]), int(answer)],
            "sure": probability_text(float(test.probabilities[index, answer])),
        }
        for index, answer in zip(images.indices, said, strict=True)
    ]


def more_images(images: TakenImages) -> list[dict[str, Any]]:
    """Give those that are none of the first ones of the test set, pixel by pixel."""
    return [
        {"index": int(index), "label": int(label), "pixels": base64.b64encode(pixels.tobytes()).decode()}
        for index, pixels, label in zip(images.indices, images.pixels, images.labels, strict=True)
        if index >= images.num_first
    ]
