"""What the component of a living net is given, `assets/components/inside_net`, and its test images as a file."""

import base64
from dataclasses import asdict
from typing import Any

from cnnviz.imaging.decode import encode_jpeg, fit_within
from cnnviz.imaging.samples import SAMPLES, load_sample
from cnnviz.inspection.attribution.methods import methods_for
from cnnviz.inspection.image_makers import MAKERS
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.models.net_file import pack_images
from cnnviz.reports.html.contents import RunContents, TakenImages
from cnnviz.text.units import probability_text

PHOTOS = ("chelsea", "astronaut", "coffee")
"""Samples that come along for a net of photos."""
PHOTO_SIDE = 128  # pixels


def net_data(contents: RunContents) -> dict[str, Any]:
    """Give all but the addresses of files, which only the browser knows: it finds them by the names in their place."""
    facts, shape = contents.facts, contents.run.architecture.input_shape
    return {
        "classes": list(facts.classes),
        "shape": list(shape),
        "style": facts.input_style,
        "num_test": facts.num_test,
        "photos": [{"title": SAMPLES[name].title, "url": name} for name in _photos(contents)],
        "kernels": [{"title": kernel.title, "matrix": kernel.matrix} for kernel in KERNELS.values()],
        "methods": [{"name": name, **asdict(one)} for name, one in methods_for(shape).items()],
        "makers": [{"name": name, **asdict(maker)} for name, maker in MAKERS.items()],
        "stops": _stops(contents),
        "is_own": bool(contents.run.origin),
        "offline": True,
    }


def net_files(contents: RunContents) -> dict[str, bytes]:
    """Give the files of a living net, by their names: its weights, those of its epochs, and sample photos."""
    if contents.net is None:
        return {}
    epochs = {_epoch_file(epoch): net for epoch, net in contents.epochs.items() if net != contents.net}
    photos = {name: encode_jpeg(fit_within(load_sample(name), PHOTO_SIDE)) for name in _photos(contents)}
    return {"net": contents.net, **epochs, **photos}


def _stops(contents: RunContents) -> list[dict[str, Any]]:
    stops = [
        {"title": f"Epoch {epoch}", "epoch": epoch, "url": "net" if net == contents.net else _epoch_file(epoch)}
        for epoch, net in contents.epochs.items()
    ]
    is_there = not stops or any(stop["url"] == "net" for stop in stops)
    return stops if is_there else [*stops, {"title": "As it ended", "url": "net"}]


def _epoch_file(epoch: int) -> str:
    return f"epoch-{epoch}"


def _photos(contents: RunContents) -> tuple[str, ...]:
    return PHOTOS if contents.facts.input_style == "photo" else ()


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


def more_images(images: TakenImages | None) -> list[dict[str, Any]]:
    """Give those that are none of the first ones of the test set, pixel by pixel."""
    if images is None:
        return []
    return [
        {"index": int(index), "label": int(label), "pixels": base64.b64encode(pixels.tobytes()).decode()}
        for index, pixels, label in zip(images.indices, images.pixels, images.labels, strict=True)
        if index >= images.num_first
    ]
