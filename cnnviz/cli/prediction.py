"""The command `predict`: what a net says of pictures."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.cli.answer import Answer, read_file, running_engine
from cnnviz.cli.printing import table
from cnnviz.engine.ask import ModelFile, RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidConfig, InvalidImage, InvalidModel
from cnnviz.evaluation.familiarity import doubt_text
from cnnviz.imaging.decode import decode_image
from cnnviz.imaging.preprocess import prepare
from cnnviz.runs.files import dataset_facts, familiarity_of
from cnnviz.runs.records import Run

DIGIT_SHAPE = (28, 28, 1)
SCALINGS = {"0..255": (1.0, 0.0), "0..1": (1 / 255, 0.0), "-1..1": (2 / 255, -1.0)}
"""What pixels of 0 to 255 are multiplied by, and what is added."""
UNSCALED = (
    "No layer of this net scales its input, so the pixels may have been divided by 255 outside of it when it was "
    "trained; it was given 0 to 255. Say which it takes: --scaling 0..255, 0..1 or -1..1."
)


def predict(options: Namespace) -> Answer:
    """Predict images by a run or a .keras file; they are prepared as drawings and uploads on the pages are."""
    pictures = {path: decode_image(read_file(path, InvalidImage)).image for path in options.images}
    is_file = bool(Path(options.model).suffix) or Path(options.model).exists()  # the id of a run has no ending
    if options.scaling and not is_file:
        raise InvalidConfig(
            "--scaling is for .keras files: the net of a run scales its pixels itself. Leave it out. "
            f"Received: {options.scaling}."
        )
    note = ""
    with running_engine() as engine:
        if is_file:
            rows, note = _predict_file(engine, Path(options.model), pictures, options.scaling)
        else:
            rows = _predict_run(engine, engine.store.get(options.model), pictures)
    doubts = [f"{row['image']}: {doubt_text(row['label'])}" for row in rows if row["doubt"]]
    text = "\n".join(filter(None, [table(rows, ("image", "label", "probability")), *doubts, note]))
    return Answer({"predictions": rows, "note": note or None}, text)


def _predict_run(engine: Engine, run: Run, pictures: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    facts = dataset_facts(engine.store, run)
    batch = np.stack(
        [_prepared(picture, run.architecture.input_shape, facts.input_style) for picture in pictures.values()]
    )
    rows = _predictions(list(pictures), ask(engine, RunModel(run.id), "predict", images=batch), facts.classes)
    familiar = familiarity_of(engine.store, run)
    if familiar is not None:
        for row, image in zip(rows, batch, strict=True):
            maps = ask(engine, RunModel(run.id), "feature_maps", image=image)
            row["doubt"] = familiar.doubts(next(one.values for one in maps.layers if one.name == familiar.layer))
    return rows


def _predict_file(
    engine: Engine, path: Path, pictures: dict[str, np.ndarray], scaling: str | None
) -> tuple[list[dict[str, Any]], str]:
    """The rows, and what is to be said beside them."""
    model = ModelFile(read_file(str(path), InvalidModel))
    shape = ask(engine, model, "picture_shape")
    style = "digit" if shape == DIGIT_SHAPE else "photo"
    batch = np.stack([_prepared(picture, shape, style) for picture in pictures.values()])
    if scaling:
        factor, shift = SCALINGS[scaling]
        batch = batch.astype(np.float32) * np.float32(factor) + np.float32(shift)
    probabilities = ask(engine, model, "predict", images=batch)
    note = "" if scaling or ask(engine, model, "scales_itself") else UNSCALED
    return _predictions(list(pictures), probabilities, [str(i) for i in range(probabilities.shape[1])]), note


def _prepared(picture: np.ndarray, shape: tuple[int, int, int], style: Any) -> np.ndarray:
    return prepare(picture, shape, style=style, is_photo=True).image


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
