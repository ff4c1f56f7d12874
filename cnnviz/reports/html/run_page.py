"""The text of a run's report, part by part, and what its script is given."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.evaluation.accuracy import right_text
from cnnviz.evaluation.mistakes import mistakes
from cnnviz.evaluation.scores import Evaluation, TestPredictions
from cnnviz.reports.html.contents import RunContents, TakenImages
from cnnviz.reports.html.elements import beside, escaped, facts, paragraph, picture, place, section, table
from cnnviz.reports.html.matrix_data import cell_images
from cnnviz.reports.html.net_data import net_data
from cnnviz.runs.comparison import compare_runs
from cnnviz.runs.comparison_entries import IMAGES, SEED, TRAINING
from cnnviz.runs.curve_data import about, epoch_row, point_row
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.text.units import duration_text, probability_text, shape_text
from cnnviz.training.fine_tuning import learning_text

Card = Sequence[tuple[str, str]]
"""A model card: prompts, each with what a person has written."""

SHOWN = 12
"""At most, images that the net gets wrong, and as many that it gets right."""
WAITING = "It appears here as soon as the scripts of this file have run. They need a browser of 2023 or later."
ALIVE = "Draw or choose a picture: all maps follow. All is computed in this file; nothing leaves it."
CURVES = "Training is the mean over an epoch, validation is measured at its end."
ON_TEST = " The validation images are the test images: what was chosen by the curves was chosen on them."
MATRIX = "Rows are what an image is, columns what the net said."


def run_body(contents: RunContents, card: Card = ()) -> str:
    """Write the parts of a report on a run, one below the other."""
    has_curves = bool(contents.curves.epochs or contents.curves.points)
    return "".join(
        (
            run_head(contents.title, right_text(contents.run.metrics) if contents.run.metrics else ""),
            _facts(contents),
            section("net", "The net, alive", _net(contents)),
            section("card", "Model card", *(_answer(*one) for one in card if one[1].strip())),
            section("images", "What it gets wrong, and right", _images(contents)),
            section("diagnosis", "Diagnosis", *(_finding(one.kind, one.title, one.text) for one in contents.findings)),
            section("curves", "Training", _curves(contents) if has_curves else ""),
            beside(
                section("matrix", "Confusion matrix", _matrix(contents)),
                section("scores", "Scores of each class", _scores(contents.scores) if contents.scores else ""),
            ),
            beside(
                section("settings", "Settings", _settings(contents)),
                section("layers", "Layers", layers_table(contents.run)),
            ),
        )
    )


def _curves(contents: RunContents) -> str:
    hint = CURVES + ("" if contents.facts.num_validation else ON_TEST)
    return paragraph(hint, "hint") + place("live_run", WAITING)


def chosen_images(test: TestPredictions) -> tuple[np.ndarray, np.ndarray]:
    """Choose the images that are shown: mistakes of which the net was surest, and the first right one of each class.

    Returns
    -------
    (ndarray, ndarray), int
        Places in the test set, at most `SHOWN` each.
    """
    right = np.flatnonzero(test.probabilities.argmax(axis=1) == test.labels)
    _, first = np.unique(test.labels[right], return_index=True)
    return mistakes(test, "Surest first")[:SHOWN], right[first][:SHOWN]


def run_script_data(contents: RunContents, store: RunStore) -> dict[str, Any]:
    """Give what the script of a report shows in its places; None for a part that there is not."""
    return {
        "net": None if contents.net is None else net_data(contents),
        "curves": curves_message(contents, store),
        "matrix": contents.scores and cell_images(contents, contents.scores),
    }


def curves_message(contents: RunContents, store: RunStore) -> dict[str, Any]:
    """Give the curves as the panel of a training hears them, see `assets/components/live_run`."""
    run = contents.run
    head = {"state": "ended", "moves": False, "paused": False, "words": "", "share": 1, "speed": None, "trouble": ""}
    place_in_run = {"rate": run.progress.learning_rate or None, "position": None, "kept": run.net_epoch}
    return {
        "at": "",
        "anew": True,
        "points": [point_row(row) for row in contents.curves.points],
        "epochs": [epoch_row(row) for row in contents.curves.epochs],
        "about": about(store, run),
        "marks": [{"kind": mark.kind, "epoch": mark.epoch, "value": mark.value} for mark in run.progress.marks],
        "findings": [],  # they stand in the page as text
        "head": {**head, **place_in_run, "diverged": run.progress.divergence is not None},
    }


def run_head(title: str, lead: str) -> str:
    """Write the title and the sentence below it, and the button that turns light and dark."""
    button = '<button type="button" id="theme" hidden>Dark</button>'
    return f"<header><h1>{escaped(title)}</h1>{paragraph(lead, 'lead') if lead else ''}{button}</header>"


def _facts(contents: RunContents) -> str:
    run, totals = contents.run, analyze(contents.run.architecture).totals
    images = contents.facts.num_train
    return facts(
        [
            ("Parameters", f"{totals.params:,}"),
            ("MACs for an image", f"{totals.macs:,}"),
            ("Learned from", f"{images:,} images" if images and not run.origin else ""),
            ("Epochs", None if run.origin else run.epochs_done),
            ("Trained in", duration_text(run.seconds) if run.seconds else ""),
            ("On", run.device),
            ("Began with", run.config.fine_tuning.name if run.config.fine_tuning else ""),
            ("Learned", learning_text(run.architecture, run.config)),
            ("Made", f"{run.created:%d %b %Y}"),
        ]
    )


def _net(contents: RunContents) -> str:
    if contents.net is None:
        return paragraph(f"The living net did not come along. {contents.missing['net']}", "note")
    return paragraph(ALIVE, "hint") + place("inside_net", WAITING)


def _images(contents: RunContents) -> str:
    if contents.images is None or contents.test is None:
        reason = contents.missing.get("images")
        return paragraph(f"No test images came along. {reason}", "note") if reason else ""
    wrong, right = chosen_images(contents.test)
    groups = (("Wrong, the surest first", wrong), ("Right, one of each class", right))
    is_alive = contents.net is not None
    return "".join(shots(words, contents.images, contents.test, found, is_alive=is_alive) for words, found in groups)


def shots(
    heading: str,
    images: TakenImages | None,
    test: TestPredictions | None,
    indices: np.ndarray,
    *,
    is_alive: bool = True,
) -> str:
    """Show test images (K,) under a heading: what each is, and what a net said; "" where there are none.

    With `is_alive` each is a button: a net of the page looks at it.
    """
    if images is None or test is None or not len(indices):
        return ""
    shown = "".join(_shot(images, test, int(index), is_alive=is_alive) for index in indices)
    return f'<h3>{escaped(heading)}</h3><div class="shots">{shown}</div>'


def _shot(images: TakenImages, test: TestPredictions, index: int, *, is_alive: bool) -> str:
    row = test.probabilities[index]
    true, said = test.classes[test.labels[index]], test.classes[row.argmax()]
    words = true if said == true else f"{true}, taken for {said}"
    shown = picture(images.pixels[images.indices.searchsorted(index)], f"Test image {index + 1}")
    tag, kind = ("button", f' type="button" data-index="{index}"') if is_alive else ("div", "")
    return (
        f'<{tag} class="shot"{kind}>{shown}<span>{escaped(words)}</span>'
        f"<small>{escaped(probability_text(float(row.max())))}</small></{tag}>"
    )


def _finding(kind: str, title: str, text: str) -> str:
    rest = text.removeprefix(f"{title}.").strip()
    return (
        f'<p class="finding{" well" if kind == "well" else ""}"><strong>{escaped(title)}.</strong> {escaped(rest)}</p>'
    )


def _answer(prompt: str, answer: str) -> str:
    lines = "".join(paragraph(line) for line in answer.splitlines() if line.strip())
    return f"<h3>{escaped(prompt)}</h3>{lines}"


def _matrix(contents: RunContents) -> str:
    if contents.scores is None:
        reason = contents.missing.get("test", "")
        return paragraph(reason, "note") if reason else ""
    chosen = '<div class="shots" id="confusion_matrix-images"></div>'
    return paragraph(MATRIX, "hint") + place("confusion_matrix", WAITING) + chosen


def _scores(scores: Evaluation) -> str:
    rows = [(one.name, *map(_share, (one.precision, one.recall, one.f1)), one.support) for one in scores.per_class]
    total = sum(one.support for one in scores.per_class)
    means = [
        ("Macro mean", *map(_share, (scores.macro_precision, scores.macro_recall, scores.macro_f1)), total),
        ("Weighted mean", *map(_share, (scores.weighted_precision, scores.weighted_recall, scores.weighted_f1)), total),
    ]
    head = ("Class", "Precision", "Recall", "F1", "Images")
    return table(head, [*rows, *means], caption="On the test images", key="scores")


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"


def _settings(contents: RunContents) -> str:
    if contents.run.origin:
        return ""
    rows = compare_runs([contents.run], [contents.images_name])
    shown = [(row.name, row.texts[0]) for row in rows if row.group in (IMAGES, TRAINING, SEED)]
    return table(("Setting", "Value"), shown, caption="With these it can be trained again", key="settings")


def layers_table(run: Run) -> str:
    """Write what the net is made of."""
    titles = layer_titles(run.architecture)
    rows = [
        (titles.get(one.name, one.name), one.name, shape_text(one.output_shape), one.params, one.macs)
        for one in analyze(run.architecture).layers
    ]
    head = ("Layer", "Name", "Gives", "Parameters", "MACs")
    return table(head, rows, caption=f"Input {shape_text(run.architecture.input_shape)}", key="layers")
