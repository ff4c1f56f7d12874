"""The commands of the command line: options in, data for --json and text for people out."""

from argparse import Namespace
from contextlib import nullcontext
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.named_nets import config_of, net_of
from cnnviz.cli.nets import read_start, start_settings
from cnnviz.cli.out_files import write_file
from cnnviz.cli.printing import EpochPrinter, layout_text, say, table
from cnnviz.cli.training_options import no_limit_text, parse_roles
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.corrections import corrections_text
from cnnviz.datasets.dataset import local_path
from cnnviz.datasets.registry import describe, unknown_dataset
from cnnviz.datasets.sources.content import find_layout
from cnnviz.datasets.sources.folder import describe_as_read
from cnnviz.datasets.sources.layout import Layout, Roles
from cnnviz.engine.engine import Engine
from cnnviz.engine.fine_tuning import StartingNet, fine_tune, start_of_run
from cnnviz.errors import InvalidConfig, InvalidDataset, TrainingFailed
from cnnviz.evaluation.accuracy import accuracy_interval, guessing_accuracy, right_text
from cnnviz.evaluation.scores import evaluate
from cnnviz.reports.exports import EXPORTS
from cnnviz.runs.files import load_predictions
from cnnviz.runs.findings import findings
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.runs.timing import comparison, prediction_text
from cnnviz.text.markup import as_name, as_sentence
from cnnviz.text.units import bytes_text, count_text
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts
from cnnviz.training.fine_tuning import learning_text

WEIGHTS_ENDING = ".weights.h5"


def datasets(options: Namespace) -> Answer:
    """List the registered data sets, or say what a folder or zip of images means.

    Raises
    ------
    UnknownName, InvalidDataset
        Of a path that `train` refuses, in the same words; where there are folders, the answer has them and the error.
    """
    if options.path and options.path not in DATASETS:
        return _found(options.path, parse_roles(options.folder))
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
        if info.listed and options.path in (None, info.name)
    ]
    return Answer({"datasets": rows}, table(rows, ("name", "num_train", "num_test", "image_shape", "title")))


def _found(path: str, roles: Roles) -> Answer:
    """What a folder or zip means; where it is no set, what was found in it so far, because that tells why."""
    if not local_path(path).exists():
        raise unknown_dataset(path)
    layout = find_layout(path, roles)
    try:
        info, notes = describe_as_read(path, roles=roles)
    except InvalidDataset as problem:
        if not layout.parts and not layout.folders:
            raise
        data = {**layout.as_dict(), "problem": str(problem)}
        return Answer(data, layout_text(layout), problem)
    unread = [note for note in notes if note not in layout.remarks]
    numbers = {name: getattr(info, name) for name in ("num_train", "num_validation", "num_test")}
    data = {**layout.as_dict(), **numbers, "notes": [*layout.notes, *unread]}
    return Answer(data, "\n".join([layout_text(layout), *map(as_sentence, unread)]))


def analyze_net(options: Namespace) -> Answer:
    """Analyse a net: parameters, multiply-accumulates, shapes and receptive field of each layer."""
    data = analyze(net_of(options)).to_dict()
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
    start, config = read_start(options), config_of(options)
    net = None if options.start else net_of(options)
    layout = _say_images(config)
    with running_engine() as engine:
        run = _fine_tune(engine, start, options, config) if net is None else engine.train(net, config, by=OPERATOR)
        if run.prediction:
            say(f"about {prediction_text(run.prediction)}")
        run = engine.wait(run.id, on_change=EpochPrinter(engine.store))
        if not run.metrics:
            raise TrainingFailed(run.message or "The training ended without a net.")
        curves = engine.store.curves(run.id)
        found = findings(engine.store, run, curves.points, curves.epochs)
    facts = run.facts
    data = {
        "run": run.id,
        "epochs": curves.epochs,
        "findings": [one.as_dict() for one in found],
        "metrics": run.metrics,
        "seconds": round(run.seconds, 2),
        "predicted_seconds": run.prediction and run.prediction._asdict(),
        "device": run.device,
        "message": run.message,
        "fine_tuning": run.config.fine_tuning and run.config.fine_tuning.model_dump(),
        "corrections": len(run.config.corrections),
        "images": _images(facts, layout),
    }
    unread = [note for note in facts.notes if not layout or note not in layout.remarks]
    corrected = corrections_text(run.config.corrections)
    learned = f"It has learned from {count_text(facts.num_train, 'image')}." if run.config.limit else ""
    right = f"{right_text(run.metrics)}."
    sentences = (right, learned, run.message, comparison(run), corrected and f"{corrected}.", *unread)
    lines = [f"Run {run.id}: {' '.join(filter(None, sentences))}"]
    lines += [as_sentence(f"{'Also noticed: ' if number else ''}{one.text}") for number, one in enumerate(found)]
    return Answer(data, "\n".join(lines))


def _say_images(config: TrainingConfig) -> Layout | None:
    """Say what is learned from before a worker is started, or that there is no such set; the layout of a folder."""
    info = describe(config.dataset, roles=config.images.roles)
    layout = None if config.dataset in DATASETS else find_layout(config.dataset, config.images.roles)
    if layout:
        describe_as_read(config.dataset, roles=config.images.roles)
        say(layout_text(layout))
    if text := no_limit_text(config.limit, info.num_train):
        say(text)
    return layout


def _images(facts: DatasetFacts, layout: Layout | None) -> dict[str, Any]:
    """What a training learned from: the numbers of images, and what was found in a folder or zip."""
    numbers = {name: getattr(facts, name) for name in ("num_train", "num_validation", "num_test")}
    return {**(layout.as_dict() if layout else {}), **numbers, "notes": list(facts.notes)}


def _fine_tune(engine: Engine, start: StartingNet | None, options: Namespace, config: TrainingConfig) -> Run:
    """Begin with the net of a file, or of the run that the options name, and say what of it learns."""
    start = start or start_of_run(engine, options.start, by=OPERATOR)
    run = fine_tune(engine, start, start_settings(options, config), by=OPERATOR)
    say(learning_text(run.architecture, run.config))
    return run


def evaluate_run(options: Namespace) -> Answer:
    """Confusion matrix and scores of a finished run on its test images."""
    store = RunStore()
    run = store.get(options.run_id)
    test = load_predictions(store, run.id)
    scores = evaluate(test.probabilities, test.labels, test.classes)
    rows = [vars(score) for score in scores.per_class]
    interval, guessing = accuracy_interval(scores.accuracy, len(test.labels)), guessing_accuracy(test.labels)
    data = {"run": run.id, **scores.as_dict(), "accuracy_interval": list(interval), "guessing": guessing}
    right = right_text({"accuracy": scores.accuracy, "num_test": len(test.labels), "guessing": guessing})
    return Answer(data, f"{table(rows)}\n{right}")


def export_run(options: Namespace) -> Answer:
    """Write what `reports.exports` can make of a run as a file.

    Raises
    ------
    InvalidConfig
        The file cannot be written, or Keras would not read it under that name.
    UnknownName
        There is no such run, or it has not what the file is made from.
    """
    export = EXPORTS[options.to]
    if options.to == "h5" and not options.out.endswith(WEIGHTS_ENDING):
        raise InvalidConfig(
            f"Keras reads weights alone from files that end in {WEIGHTS_ENDING}; for the whole net say --to keras. "
            f"Received: --out {options.out}"
        )
    with running_engine() if export.asks_worker else nullcontext(Engine(RunStore())) as engine:
        run = engine.store.get(options.run_id)
        data = export.write(engine, run)
    write_file(options.out, data)
    answer = {"run": run.id, "to": options.to, "out": options.out, "bytes": len(data)}
    return Answer(answer, f"{export.title} of {as_name(run.name)} in {options.out}, {bytes_text(len(data))}.")


def bench(options: Namespace) -> Answer:
    """Run the named benches, or all."""
    from cnnviz.bench import run_benches

    results = run_benches(options.names)
    return Answer({"benches": results}, "\n".join(f"{name}: {result['text']}" for name, result in results.items()))
