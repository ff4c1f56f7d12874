"""`inspect --embedding` and `inspect --neighbours`: which images a net finds alike."""

from argparse import Action, ArgumentParser, Namespace
from typing import Any

import numpy as np

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.printing import image_table, table
from cnnviz.cli.without_image import WithoutImage
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.embedding import (
    AskedEmbedding,
    AskedFeatures,
    embedded_test_set,
    features_of_test_set,
    like_places_of_test_set,
)
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.inspection.maps import FeatureMaps, LayerMaps
from cnnviz.inspection.projection import (
    FIRST_COMPONENTS,
    METHODS,
    PERPLEXITY,
    ImageFeatures,
    Metric,
    TestSetFeatures,
    nearest,
)
from cnnviz.text.units import percent_text

NOT_MEANT = {
    "pca": "What lies in other directions is not seen in these points.",
    "tsne": "How far groups are apart, and how large they are, says nothing here (Wattenberg et al., Distill 2016).",
    "umap": "How far groups are apart, and how large they are, means little in UMAP.",
}


def add_embedding_options(command: ArgumentParser, asked: Any, image: Action, number: Any, whole_number: Any) -> None:
    """Declare what `embedding` and `neighbours` read, two of `asked`; the readers make a number of a text."""
    text = "arrange the test images of a run by what a layer gives"
    asked.add_argument("--embedding", choices=METHODS, help=text, action=WithoutImage, image=image)
    command.add_argument("--dimensions", type=whole_number, choices=(2, 3), help="of --embedding; 2 by default")
    command.add_argument("--perplexity", type=number, metavar="P", help=f"of t-SNE; {PERPLEXITY:g} by default")
    asked.add_argument("--neighbours", type=whole_number, metavar="K", help="the test images nearest to the image")
    text = "of --neighbours: compare what the layer gives at this place, counted from 0, with every place"
    command.add_argument("--place", metavar="ROW,COLUMN", help=text)
    command.add_argument("--metric", choices=("cosine", "euclidean"), help="of --neighbours; cosine by default")


def embedding(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    """Arrange the test set of a run; the arrays are what `--out` keeps."""
    asked = AskedEmbedding.model_construct(
        layer=options.layer or "",
        count=None,
        method=options.embedding,
        dimensions=options.dimensions or 2,
        seed=_seed(options.seed or 0),
        perplexity=PERPLEXITY if options.perplexity is None else options.perplexity,
    )
    with running_engine() as engine:
        net = find_net(engine.store, options)
        found, made = finished(embedded_test_set(engine, _run_of(net, "--embedding"), asked))
    rows = {
        "method": made.method,
        "layer": found.layer,
        "values": found.features.shape[1],
        "averaged": found.is_mean,
        "dimensions": made.points.shape[1],
        "images": len(found.indices),
        "total": found.total,
    }
    shares = list(made.shares) if made.method == "pca" else None
    explained = f"They show {percent_text(sum(shares))} of how the values vary." if shares else ""
    if made.method != "pca" and rows["values"] > FIRST_COMPONENTS:
        explained = f"It begins with the {FIRST_COMPONENTS} directions in which the values vary most."
    kept = f"The points are in {options.out}." if options.out else "Keep the points with --out FILE.npz."
    text = "\n".join(filter(None, [table([rows]), explained, NOT_MEANT[made.method], kept, net.note]))
    answer = {**rows, "shares": shares, "out": options.out, "note": net.note or None}
    names = ("features", "said", "indices", "labels")
    arrays = {**{name: getattr(found, name) for name in names}, **{"points": made.points, "mean": made.mean}}
    return Answer(answer, text), {**arrays, "components": made.components, "classes": np.array(found.classes)}


def neighbours(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    """Find the test images that a net finds most like a picture, and the nearest of another class than it says.

    Raises InvalidConfig for less than one; `--out` keeps all distances.
    """
    if options.neighbours < 1:
        raise InvalidConfig(f"--neighbours is a number of images: expected 1 or more. Received: {options.neighbours}.")
    if options.place:
        return _alike_places(options)
    picture = read_picture(options.image)
    with running_engine() as engine:
        net = find_net(engine.store, options)
        own, found = _compared(engine, net, net.prepared(picture), options.layer or "")
    metric: Metric = options.metric or "cosine"
    order, distances = nearest(found.features, own.features[0], len(found.features), metric=metric)
    rows = [_row(found, at, distance) for at, distance in zip(order, distances, strict=True)]
    said = found.classes[own.said[0]] if own.said[0] >= 0 else None
    other = next((row for row in rows if said is not None and row["label"] != said), None)
    near = rows[: options.neighbours]
    none = f"No test image is anything but {said}." if said is not None else ""
    against = f"The nearest that is no {said}:\n{image_table([other])}" if other else none
    text = "\n".join(filter(None, [image_table(near), against, net.conversion(picture), net.note]))
    answer = {"layer": found.layer, "metric": metric, "said": said, "neighbours": near, "counterfactual": other}
    arrays = {"indices": found.indices[order], "distances": distances}
    return Answer({**answer, "note": net.note or None}, text), arrays


def _alike_places(options: Namespace) -> tuple[Answer, dict[str, Any]]:
    if options.metric == "euclidean":
        raise InvalidConfig("Places are compared by their angle: leave the metric out. Received: --metric euclidean.")
    picture = read_picture(options.image)
    with running_engine() as engine:
        net = find_net(engine.store, options)
        subject = _run_of(net, "--neighbours")
        maps: FeatureMaps = ask(engine, subject, "feature_maps", image=net.prepared(picture))
        layer = _layer_with_places(maps, options.layer)
        row, column = _place(options.place, layer)
        found = finished(like_places_of_test_set(engine, subject, layer.name, layer.values[row, column]))
    order, width = np.argsort(-found.likeness, kind="stable"), layer.shape[1]
    rows = [
        {
            "index": int(found.indices[at]),
            "label": net.classes[found.labels[at]],
            "row": int(found.places[at]) // width,
            "column": int(found.places[at]) % width,
            "cosine": round(float(found.likeness[at]), 6),
        }
        for at in order[: options.neighbours]
    ]
    text = "\n".join(filter(None, [image_table(rows), net.conversion(picture), net.note]))
    answer = {"layer": layer.name, "place": [row, column], "neighbours": rows, "note": net.note or None}
    arrays = {"indices": found.indices[order], "places": found.places[order], "cosines": found.likeness[order]}
    return Answer(answer, text), arrays


def _layer_with_places(maps: FeatureMaps, name: str | None) -> LayerMaps:
    """The layer of that name, the last one with several places without one; raises UnknownName and InvalidConfig."""
    with_places = [one for one in maps.layers[1:] if len(one.shape) == 3 and one.shape[0] * one.shape[1] > 1]
    if name and name not in [one.name for one in maps.layers]:
        raise UnknownName.among("layer", name, [one.name for one in maps.layers])
    found = next((one for one in reversed(with_places) if name in (None, one.name)), None)
    if found is None:
        known = ", ".join(one.name for one in with_places) or "none in this net"
        raise InvalidConfig(f"--place is one of the maps of a layer: expected {known}. Received: {name or 'no layer'}.")
    return found


def _place(text: str, layer: LayerMaps) -> tuple[int, int]:
    numbers = text.split(",")
    height, width = layer.shape[:2]
    if len(numbers) == 2 and all(one.strip().isdecimal() for one in numbers):
        row, column = map(int, numbers)
        if row < height and column < width:
            return row, column
    raise InvalidConfig(
        f"--place is a row and a column of {layer.name!r}: expected 0,0 to {height - 1},{width - 1}. Received: {text}."
    )


def _compared(engine: Engine, net: NamedNet, image: np.ndarray, layer: str) -> tuple[ImageFeatures, TestSetFeatures]:
    subject = _run_of(net, "--neighbours")
    own: ImageFeatures = ask(engine, subject, "image_features", images=image[None], layer=layer)
    asked = AskedFeatures.model_construct(layer=layer, count=None)
    return own, finished(features_of_test_set(engine, subject, asked))


def _row(found: TestSetFeatures, at: int, distance: float) -> dict[str, Any]:
    said = found.classes[found.said[at]] if found.said[at] >= 0 else None
    label = found.classes[found.labels[at]]
    return {"index": int(found.indices[at]), "label": label, "said": said, "distance": round(float(distance), 6)}


def _seed(number: float) -> int:
    if number != int(number) or not 0 <= number < 2**32:
        raise InvalidConfig(f"--seed is a whole number from 0: expected less than 4,294,967,296. Received: {number:g}.")
    return int(number)


def _run_of(net: NamedNet, option: str) -> RunModel:
    if not isinstance(net.subject, RunModel):
        raise InvalidConfig(f"{option} compares with the test images of a run: the net of a file has none. Name a run.")
    return net.subject
