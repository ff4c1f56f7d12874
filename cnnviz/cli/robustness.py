"""`evaluate RUN --robustness`: how accurate a net is when its test images are changed."""

from argparse import ArgumentParser, Namespace
from typing import Any

from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.commands import evaluate_run
from cnnviz.cli.printing import say, table
from cnnviz.engine.ask import RunModel
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.robustness import MOST_IMAGES, AskedSeries, changed_test_images
from cnnviz.errors import InvalidConfig
from cnnviz.evaluation.accuracy import accuracy_interval, guessing_accuracy
from cnnviz.evaluation.corruptions import CORRUPTIONS, value_text
from cnnviz.evaluation.robustness import HalfPoints, SeriesAnswers, half_points, knowledge_kept, mean_error
from cnnviz.text.units import percent_text

NUM_IMAGES = 500
NONE = "none"


def add_robustness_options(command: ArgumentParser, whole_number: Any) -> None:
    """Declare the options; `whole_number` makes a number of a text."""
    command.add_argument(
        "--robustness", action="store_true", help="on changed test images: shifted, turned, blurred ..."
    )
    command.add_argument(
        "--images", type=whole_number, metavar="N", help=f"of --robustness, the first N of the test set; {NUM_IMAGES}"
    )


def evaluate_as_asked(options: Namespace) -> Answer:
    """Score a run on its test images, as they are or changed."""
    return evaluate_robustness(options) if options.robustness else evaluate_run(options)


def evaluate_robustness(options: Namespace) -> Answer:
    """Accuracy at each level of each corruption, and where half of what the net knows is gone.

    Raises InvalidConfig for a number of images out of range.
    """
    count = NUM_IMAGES if options.images is None else options.images
    if not 1 <= count <= MOST_IMAGES:
        raise InvalidConfig(f"--images is a number of test images: expected 1 to {MOST_IMAGES:,}. Received: {count:,}.")
    found: dict[str, SeriesAnswers] = {}
    with running_engine() as engine:
        subject = RunModel(engine.store.get(options.run_id).id)
        for name in CORRUPTIONS:
            say(f"{CORRUPTIONS[name].title} ...")
            asked = AskedSeries(corruption=name, count=count)
            found[name] = finished(changed_test_images(engine, subject, asked))
    first = next(iter(found.values()))
    num_images, guessing = len(first.labels), guessing_accuracy(first.labels)
    clean = float(first.accuracies[first.series.clean])
    data = {
        "run": options.run_id,
        "images": num_images,
        "accuracy": clean,
        "accuracy_interval": list(accuracy_interval(clean, num_images)),
        "guessing": guessing,
        "mean_error": mean_error(found),
        "corruptions": {name: _told(answers) for name, answers in found.items()},
    }
    rows = "\n".join(table([_row(answers)]) for answers in found.values())
    right = f"{percent_text(clean, digits=1)} of {num_images:,} unchanged test images are right"
    known = f"{right}, guessing gets {percent_text(guessing)}"
    return Answer(data, f"{rows}\n{known}\nmean error over all changes {percent_text(data['mean_error'], digits=1)}")


def _told(answers: SeriesAnswers) -> dict[str, Any]:
    half = half_points(answers)
    return {
        "unit": answers.series.unit,
        "levels": answers.series.values,
        "accuracy": answers.accuracies.tolist(),
        "knowledge_kept": knowledge_kept(answers),
        "half_gone": {"below": half.below, "above": half.above},
    }


def _row(answers: SeriesAnswers) -> dict[str, Any]:
    """A line under the levels of one corruption, and at which value half is gone."""
    series = answers.series
    shares = {
        level.text: percent_text(share) for level, share in zip(series.levels, answers.accuracies.tolist(), strict=True)
    }
    return {series.title: "", **shares, "half gone at": _half_text(half_points(answers), series.unit)}


def _half_text(half: HalfPoints, unit: str) -> str:
    return " and ".join(value_text(value, unit) for value in half if value is not None) or NONE
