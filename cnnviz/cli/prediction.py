"""The command `predict`: what a net says of pictures."""

from argparse import Namespace
from typing import Any

import numpy as np

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.nets import NamedNet, find_net, read_picture
from cnnviz.cli.printing import table
from cnnviz.engine.ask import ask
from cnnviz.engine.browser_nets import familiarity_of_run
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidImage, InvalidModel
from cnnviz.evaluation.familiarity import doubt_text
from cnnviz.text.markup import as_name


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
    text = "\n".join(filter(None, [table(rows, ("image", "label", "probability")), *said, *doubts, net.note]))
    return Answer({"predictions": rows, "note": net.note or None}, text)


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
