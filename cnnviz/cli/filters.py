"""`inspect --filters` and `inspect --top-images`: what a net has learned, told without an image."""

from argparse import Action, Namespace
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.nets import find_net
from cnnviz.cli.printing import image_table, say, table
from cnnviz.cli.without_image import WithoutImage
from cnnviz.engine.ask import ask
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.test_set import read_top_images
from cnnviz.engine.long_questions import LONG_QUESTIONS
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.inspection.layer_filters import FilterLikeness, LayerFilters, like_known
from cnnviz.inspection.top_images import UnitTops
from cnnviz.text.units import count_text, percent_text, shape_text

CHANCE = "Known is what is nearer than 19 of 20 random kernels of the size are: a cosine above {chance:.2f}."


def add_filter_options(asked: Any, image: Action) -> None:
    """Declare what `filters` and `top_images` read, two of `asked`; with them `image` is left out."""
    without: dict[str, Any] = {"action": WithoutImage, "image": image}
    asked.add_argument("--filters", nargs=0, default=False, help="the kernels, and what each is most like", **without)
    text = "the test images that excite its units most"
    asked.add_argument("--top-images", metavar="LAYER", help=text, **without)


def filters(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    """The kernels of each convolution, and the known one that each is nearest to; `--out` keeps kernels and biases."""
    with running_engine() as engine:
        net = find_net(engine.store, options)
        found: list[LayerFilters] = ask(engine, net.subject, "layer_filters")
    if options.layer is not None:
        names = [one.name for one in found]
        found = [one for one in found if one.name == options.layer]
        if not found:
            raise UnknownName.among("convolution", options.layer, names)
    layers = [(one, like_known(one)) for one in found]
    rows = [_layer_facts(one, likes) for one, likes in layers]
    text = (
        "\n\n".join(_layer_text(one, likes) for one, likes in layers) or "This net has no convolution, so no kernels."
    )
    arrays = {one.name: one.kernels for one in found}
    arrays |= {f"{one.name}.bias": one.bias for one in found if one.bias is not None}
    return Answer({"layers": rows, "out": options.out, "note": net.note or None}, text), arrays


def top_images(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    """The test images that excite the units of a layer most; `--out` keeps values, images and places of all layers."""
    with running_engine() as engine:
        net = find_net(engine.store, options)
        if net.run is None:
            raise InvalidConfig(
                "A file brings no test images along: expected a run. Look at the layers for one image instead. "
                f"Received: {options.model}."
            )
        chunks = LONG_QUESTIONS["top_images"](engine, net.subject, {})  # type: ignore[arg-type]
        found = read_top_images(finished(chunks, lambda share: say(f"{percent_text(share)} of the test images")))
    if options.top_images not in found.layers:
        raise UnknownName.among("layer", options.top_images, list(found.layers))
    tops = found.layers[options.top_images]
    shape = next(one.output_shape for one in analyze(net.architecture).layers if one.name == options.top_images)
    width = shape[1] if len(shape) == 3 else 1
    units = list(range(len(tops.values))) if options.unit is None else [options.unit]
    if options.unit is not None and not 0 <= options.unit < len(tops.values):
        raise UnknownName(f"The layer has units from 0 to {len(tops.values) - 1}. Received: --unit {options.unit}.")
    told = {unit: _unit_images(tops, unit, width) for unit in units}
    num_shown = 1 if options.unit is None else None
    shown = [{"unit": unit, **image} for unit, images in told.items() for image in images[:num_shown]]
    counted = "images counted from 1, units, rows and columns from 0"
    text = f"Of all {found.num_images:,} test images ({counted}):\n{image_table(shown)}"
    arrays = {f"{name}.{part}": array for name, one in found.layers.items() for part, array in vars(one).items()}
    rows = [{"unit": unit, "images": images} for unit, images in told.items()]
    answer = {"layer": options.top_images, "num_images": found.num_images, "units": rows, "out": options.out}
    return Answer(answer, text), arrays


def _layer_facts(one: LayerFilters, likes: list[FilterLikeness]) -> dict[str, Any]:
    height, width, planes, count = one.kernels.shape
    return {
        "name": one.name,
        "kind": one.kind,
        "size": [height, width],
        "planes": planes,
        "filters": count,
        "compared": "all planes" if one.reads_picture else "the strongest plane",
        "chance": one.chance,
        "known": sum(like.is_known for like in likes),
        "kernels": [
            {
                "unit": like.unit,
                "strength": like.strength,
                "bias": like.bias,
                "plane": like.plane,
                "share": like.share,
                "nearest": like.nearest and like.nearest.known.text,
                "cosine": like.nearest and like.nearest.cosine,
                "place": like.nearest and [like.nearest.row, like.nearest.column],
                "is_known": like.is_known,
            }
            for like in likes
        ],
    }


def _layer_text(one: LayerFilters, likes: list[FilterLikeness]) -> str:
    facts = _layer_facts(one, likes)
    size = f"{count_text(facts['filters'], 'filter')} of {shape_text(facts['size'])}"
    planes = f"over {count_text(facts['planes'], 'plane')}"
    known = "" if one.chance is None else f", {facts['known']} like a known kernel (compared: {facts['compared']})"
    rows = [
        {
            "unit": like["unit"],
            "strength": like["strength"],
            "bias": like["bias"],
            "plane": like["plane"],
            "nearest": like["nearest"],
            "cosine": like["cosine"],
            "known": "yes" if like["is_known"] else "no",
        }
        for like in facts["kernels"]
    ]
    chance = "" if one.chance is None else "\n" + CHANCE.format(chance=one.chance)
    return f"{one.name}: {size} {planes}{known}\n{table(rows)}{chance}"


def _unit_images(tops: UnitTops, unit: int, width: int) -> list[dict[str, Any]]:
    found = zip(tops.images[unit], tops.values[unit], tops.places[unit], strict=True)
    return [
        {"index": int(image), "value": float(value), "row": int(place) // width, "column": int(place) % width}
        for image, value, place in found
    ]
