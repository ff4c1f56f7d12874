"""The commands `predict` and `inspect`: what a net says of pictures, and what each of its layers makes of one."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.attribution import explain, given_method_options
from cnnviz.cli.embedding import embedding, neighbours, refuse_lone_options
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.printing import table
from cnnviz.engine.ask import ask
from cnnviz.engine.browser_nets import familiarity_of_run
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidConfig, InvalidImage, InvalidModel, UnknownName
from cnnviz.evaluation.familiarity import doubt_text
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.text.markup import as_name
from cnnviz.text.units import probability_text


def predict(options: Namespace) -> Answer:
    """Predict images by a run or a file; they are prepared as drawings and uploads on the pages are."""
    pictures = [read_picture(path) for path in options.images]
    with running_engine() as engine:
        net = find_net(engine.store, options)
        _require_classes(net)
        batch = _prepared(net, options.images, pictures)
        rows = _predictions(options.images, ask(engine, net.subject, "predict", images=batch), net.classes)
        _add_doubts(engine, net, rows, batch)
        for row, picture in zip(rows, pictures, strict=True):
            row["conversion"] = net.conversion(picture)
    read: dict[str, list[str]] = {}
    for row in rows:
        read.setdefault(row["conversion"], []).append(as_name(row["image"]))
    said = [f"{', '.join(names)}: {conversion}" for conversion, names in read.items() if conversion]
    doubts = [f"{as_name(row['image'])}: {doubt_text(row['label'])}" for row in rows if row["doubt"]]
    shown = [{**row, "probability": probability_text(row["probability"])} for row in rows]  # 1.0000 would be certainty
    text = "\n".join(filter(None, [table(shown, ("image", "label", "probability")), *said, *doubts, net.note]))
    return Answer({"predictions": rows, "note": net.note or None}, text)


def inspect(options: Namespace) -> Answer:
    """Look at what every layer makes of an image, or with `--method` at what speaks for a class; `--out` is an .npz.

    With `--embedding` the test images are arranged, with `--neighbours` those are found that are nearest to the image.
    """
    refuse_lone_options(options)
    if options.embedding:
        answer, arrays = embedding(options)
        if options.out:
            _write(Path(options.out), arrays)
        return answer
    if options.neighbours is not None:
        return neighbours(options)
    if options.method:
        answer, arrays = explain(options)
        if options.out:
            _write(Path(options.out), arrays)
        return answer
    if given := given_method_options(options):
        raise InvalidConfig(f"--{given[0]} belongs to a method: name one with --method. Received: --{given[0]}.")
    picture = read_picture(options.image)
    with running_engine() as engine:
        net = find_net(engine.store, options)
        maps: FeatureMaps = ask(engine, net.subject, "feature_maps", image=net.prepared(picture))
    layers = [one for one in maps.layers if options.layer in (None, one.name)]
    if not layers:
        raise UnknownName.among("layer", options.layer, [one.name for one in maps.layers])
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "kind": one.kind,
            "shape": list(one.shape),
            "min": float(one.values.min()),
            "max": float(one.values.max()),
            "mean": float(one.values.mean()),
        }
        for one in layers
    ]
    if options.out:
        _write(Path(options.out), {one.name: one.values for one in layers})
    kept = f"{len(layers)} layers in {options.out}." if options.out else ""
    read = net.conversion(picture)
    text = "\n".join(filter(None, [table(rows), kept, read, net.note]))
    return Answer({"layers": rows, "out": options.out, "conversion": read, "note": net.note or None}, text)


def _write(path: Path, arrays: dict[str, Any]) -> None:
    try:
        with path.open("wb") as file:
            np.savez(file, **arrays)
    except OSError as error:
        raise InvalidConfig(f"The file cannot be written: {error.strerror}. Received: --out {path}") from error


def _prepared(net: NamedNet, paths: list[str], pictures: list[np.ndarray]) -> np.ndarray:
    """Bring pictures into form; an error says which of them it is about."""
    prepared = []
    for path, picture in zip(paths, pictures, strict=True):
        try:
            prepared.append(net.prepared(picture))
        except InvalidImage as error:
            raise InvalidImage(f"{as_name(path)}: {error}") from error
    return np.stack(prepared)


def _require_classes(net: NamedNet) -> None:
    if not net.classes:
        raise InvalidModel(
            "This net tells no classes apart: expected one that ends with a number for each class. Look at its layers "
            f"with python -m cnnviz inspect. Received: {net.note or net.architecture.name}"
        )


def _add_doubts(engine: Engine, net: NamedNet, rows: list[dict[str, Any]], batch: np.ndarray) -> None:
    """Say of each picture whether it is unlike what the net learned from, where that was measured."""
    familiar = familiarity_of_run(engine, net.run) if net.run else None
    if familiar is None:
        return
    for row, image in zip(rows, batch, strict=True):
        maps = ask(engine, net.subject, "feature_maps", image=image)
        row["doubt"] = familiar.doubts(next(one.values for one in maps.layers if one.name == familiar.layer))


def _predictions(paths: list[str], probabilities: np.ndarray, classes: Any) -> list[dict[str, Any]]:
    rows = []
    for path, row in zip(paths, probabilities, strict=True):
        best = int(row.argmax())
        named = {str(name): round(float(p), 6) for name, p in zip(classes, row, strict=True)}
        rows.append(
            {
                "image": path,
                "label": classes[best],
                "probability": named[classes[best]],
                "probabilities": named,
                "doubt": None,  # not known: nothing was measured of what this net learned from
            }
        )
    return rows
