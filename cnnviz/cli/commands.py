"""The commands of the command line: options in, data for --json and text for people out."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.cli.printing import EpochPrinter, layout_text, table
from cnnviz.cli.training_options import parse_roles, typed_settings
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe
from cnnviz.datasets.sources.content import find_layout
from cnnviz.engine.ask import ModelFile, RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidArchitecture, InvalidImage, InvalidModel, TrainingFailed
from cnnviz.evaluation.familiarity import doubt_text
from cnnviz.evaluation.scores import evaluate
from cnnviz.imaging.decode import decode_image
from cnnviz.imaging.preprocess import prepare
from cnnviz.runs.files import dataset_facts, familiarity_of, load_predictions
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.runs.timing import comparison
from cnnviz.text.units import bytes_text, duration_range_text
from cnnviz.training.config import TrainingConfig, make_config

DIGIT_SHAPE = (28, 28, 1)
MAX_FILE_BYTES = 2**30  # of one that is read whole


@dataclass(frozen=True)
class Answer:
    """Result of a command: `data` is the JSON object of --json, `text` the same for people."""

    data: dict[str, Any]
    text: str


def presets(_options: Namespace) -> Answer:
    """List the presets."""
    rows = [
        {
            "name": preset.name,
            "title": preset.title,
            "tutorial": preset.tutorial,
            "dataset": preset.dataset,
            "params": analyze(preset.architecture).totals.params,
            "summary": preset.summary,
            "printed": preset.printed,
            "measured": preset.measured,
        }
        for preset in PRESETS.values()
    ]
    return Answer({"presets": rows}, table(rows, ("name", "params", "dataset", "summary")))


def datasets(options: Namespace) -> Answer:
    """List the registered data sets, or say what a folder or zip of images means."""
    if options.path:
        layout = find_layout(options.path, parse_roles(options.folder))
        return Answer(layout.as_dict(), layout_text(layout))
    rows = [
        {
            "name": info.name,
            "title": info.title,
            "classes": list(info.classes),
            "image_shape": list(info.image_shape),
            "num_train": info.num_train,
            "num_test": info.num_test,
            "needs_download": info.needs_download,
        }
        for info in DATASETS.values()
        if info.listed
    ]
    return Answer({"datasets": rows}, table(rows, ("name", "num_train", "num_test", "image_shape", "title")))


def runs(_options: Namespace) -> Answer:
    """List the runs of the store, newest first."""
    rows = [
        {
            "run": run.id,
            "name": run.name,
            "dataset": run.config.dataset,
            "status": run.status.value,
            "accuracy": run.metrics.get("accuracy"),
            "created": run.created.isoformat(timespec="seconds"),
        }
        for run in RunStore().recent(OPERATOR)
    ]
    return Answer({"runs": rows}, table(rows, ("run", "name", "dataset", "status", "accuracy", "created")))


def analyze_net(options: Namespace) -> Answer:
    """Analyse a net: parameters, multiply-accumulates, shapes and receptive field of each layer."""
    data = analyze(_net(options)).to_dict()
    totals = data["totals"]
    columns = ("name", "kind", "output_shape", "params", "macs", "receptive_field")
    return Answer(data, f"{table(data['layers'], columns)}\n{totals['params']:,} parameters, {totals['macs']:,} MACs")


def train(options: Namespace) -> Answer:
    """Train on the embedded cluster or an external one; epochs are printed to stderr as they end.

    Raises
    ------
    TrainingFailed
        It ended without a net.
    """
    net, config = _net(options), config_of(options)
    describe(config.dataset, roles=config.images.roles)  # a wrong name is said before a worker is started
    layout = None if config.dataset in DATASETS else find_layout(config.dataset, config.images.roles)
    if layout:
        print(layout_text(layout), file=sys.stderr)  # noqa: T201
    with running_engine() as engine:
        run = engine.train(net, config, by=OPERATOR)
        if run.prediction:
            print(f"about {duration_range_text(run.prediction.low, run.prediction.high)}", file=sys.stderr)  # noqa: T201
        run = engine.wait(run.id, on_change=EpochPrinter(engine.store))
        if not run.metrics:
            raise TrainingFailed(run.message or "The training ended without a net.")
        epochs = engine.store.curves(run.id).epochs
    facts = run.facts
    data = {
        "run": run.id,
        "epochs": epochs,
        "metrics": run.metrics,
        "seconds": round(run.seconds, 2),
        "predicted_seconds": run.prediction and run.prediction._asdict(),
        "device": run.device,
        "message": run.message,
        "images": {
            **(layout.as_dict() if layout else {}),
            "num_train": facts.num_train,
            "num_validation": facts.num_validation,
            "num_test": facts.num_test,
            "notes": list(facts.notes),
        },
    }
    unread = [note for note in facts.notes if not layout or note not in layout.remarks]
    sentences = (f"{run.metrics['accuracy']:.2%} of the test images right.", run.message, comparison(run), *unread)
    return Answer(data, f"Run {run.id}: {' '.join(filter(None, sentences))}")


def evaluate_run(options: Namespace) -> Answer:
    """Confusion matrix and scores of a finished run on its test images."""
    store = RunStore()
    run = store.get(options.run_id)
    test = load_predictions(store, run.id)
    scores = evaluate(test.probabilities, test.labels, test.classes)
    rows = [vars(score) for score in scores.per_class]
    return Answer({"run": run.id, **scores.as_dict()}, f"{table(rows)}\naccuracy {scores.accuracy:.4f}")


def predict(options: Namespace) -> Answer:
    """Predict images by a run or a .keras file; they are prepared as drawings and uploads on the pages are."""
    pictures = {path: decode_image(_read(path, InvalidImage)).image for path in options.images}
    with running_engine() as engine:
        if Path(options.model).suffix or Path(options.model).exists():  # the id of a run has no ending
            rows = _predict_file(engine, Path(options.model), pictures)
        else:
            rows = _predict_run(engine, engine.store.get(options.model), pictures)
    doubts = [f"{row['image']}: {doubt_text(row['label'])}" for row in rows if row["doubt"]]
    return Answer({"predictions": rows}, "\n".join([table(rows, ("image", "label", "probability")), *doubts]))


def bench(options: Namespace) -> Answer:
    """Run the named benches, or all."""
    from cnnviz.bench import run_benches

    results = run_benches(options.names)
    return Answer({"benches": results}, "\n".join(f"{name}: {result['text']}" for name, result in results.items()))


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


def _predict_file(engine: Engine, path: Path, pictures: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    model = ModelFile(_read(str(path), InvalidModel))
    shape = ask(engine, model, "picture_shape")
    style = "digit" if shape == DIGIT_SHAPE else "photo"
    batch = np.stack([_prepared(picture, shape, style) for picture in pictures.values()])
    probabilities = ask(engine, model, "predict", images=batch)
    return _predictions(list(pictures), probabilities, [str(i) for i in range(probabilities.shape[1])])


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


def _net(options: Namespace) -> Architecture:
    if options.preset:
        return get_preset(options.preset).architecture
    return Architecture.from_json(_read(options.file, InvalidArchitecture))


def config_of(options: Namespace) -> TrainingConfig:
    """Settings of a training: the preset's, overruled by what was given. Raises InvalidConfig."""
    preset = get_preset(options.preset) if options.preset else None
    fields = {"dataset": preset.dataset, **preset.config} if preset else {}
    return make_config({**fields, **typed_settings(vars(options))})


def _read(path: str, error_class: type[Exception]) -> bytes:
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise error_class(f"This is a folder or a device: expected the path of a file. Received: {path}")
        if Path(path).stat().st_size > MAX_FILE_BYTES:
            raise error_class(
                f"The file is too large: expected at most {bytes_text(MAX_FILE_BYTES, digits=0)}. Received: {path}"
            )
        return Path(path).read_bytes()
    except OSError as error:
        raise error_class(f"The file cannot be read: {error.strerror}. Received: {path}") from error


@contextmanager
def running_engine() -> Iterator[Engine]:
    """An engine on the usual run store, closed at the end."""
    engine = Engine(RunStore()).start()
    try:
        engine.connection.client()  # a scheduler that does not answer is said before anything is begun
        yield engine
    finally:
        engine.close()
