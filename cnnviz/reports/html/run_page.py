"""The text of a run's report, part by part, and what its script is given."""

from collections.abc import Sequence
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.datasets.corrections import HELD_OUT_IMAGE, corrections_text, fold_text
from cnnviz.evaluation.accuracy import guessing_accuracy, reached_text
from cnnviz.evaluation.robustness import SeriesAnswers
from cnnviz.evaluation.scores import Evaluation
from cnnviz.models.net_file import FAMILIARITY
from cnnviz.reports.card import NO_ANSWER, SHOWN, Answer
from cnnviz.reports.html.contents import RunContents
from cnnviz.reports.html.elements import beside, escaped, facts, paragraph, place, section, table
from cnnviz.reports.html.matrix_data import cell_images
from cnnviz.reports.html.net_data import more_images, net_data
from cnnviz.reports.html.shots import images_part
from cnnviz.runs.comparison import compare_runs
from cnnviz.runs.comparison_entries import IMAGES, SEED, TRAINING
from cnnviz.runs.curve_data import about, epoch_row, point_row
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_name
from cnnviz.text.units import count_text, duration_text, percent_text, shape_text
from cnnviz.training.fine_tuning import learning_text

WAITING = "It appears here as soon as the scripts of this file have run. They need a browser of 2023 or later."
ALIVE = "Draw or choose a picture: all maps follow. All is computed in this file; nothing leaves it."
ONE_EPOCH = "Of its epochs only the net as it ended came along."
CURVES = "Training is the mean over an epoch, validation is measured at its end."
ON_TEST = " The validation images are the test images: what was chosen by the curves was chosen on them."
ON_TEST_IMAGES, ON_HELD_OUT = "On the test images", "On the held-out training images"
MOST_ROWS = 34
"""Classes in one table of scores."""
CHANGED = "How many are still right when they are changed: each level with its value and its accuracy."
MATRIX = "Rows are what an image is, columns what the net said."


def run_body(contents: RunContents, card: Sequence[Answer] = ()) -> str:
    """Write the parts of a report on a run, one below the other."""
    has_curves = bool(contents.curves.epochs or contents.curves.points)
    return "".join(
        (
            run_head(contents.title, _lead(contents.run)),
            _facts(contents),
            section("net", "The net, alive", _net(contents)),
            section("card", "Model card", *map(_answer, card)),
            section("images", "What it gets wrong, and right", images_part(contents)),
            section("diagnosis", "Diagnosis", *(_finding(one.kind, one.title, one.text) for one in contents.findings)),
            section("curves", "Training", _curves(contents) if has_curves else ""),
            _matrix_and_scores(contents),
            section("robustness", "Robustness", _robustness(contents.robustness)),
            beside(
                section("settings", "Settings", _settings(contents)),
                section("layers", "Layers", layers_table(contents.run)),
            ),
        )
    )


def _lead(run: Run) -> str:
    if not run.metrics:
        return ""
    return reached_text(run.metrics, HELD_OUT_IMAGE) if run.config.fold else reached_text(run.metrics)


def _curves(contents: RunContents) -> str:
    hint = CURVES + ("" if contents.facts.num_validation else ON_TEST)
    return paragraph(hint, "hint") + place("live_run", WAITING)


def run_script_data(contents: RunContents, store: RunStore) -> dict[str, Any]:
    """Give what the script of a report shows in its places; None for a part that there is not."""
    return {
        "net": None if contents.net is None else net_data(contents),
        "more_images": more_images(contents.images),
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


def net_epoch_text(run: Run) -> str | None:
    """Say which epoch's net a run has kept, of which its results are: not always the last one of its curves."""
    if run.origin:
        return None
    which = "the lowest validation loss" if run.net_epoch else "the last"
    return f"{run.net_epoch or run.epochs_done} of {run.epochs_done}, {which}"


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
            ("Corrected", corrections_text(run.config.corrections)),
            ("Held out, and tested on", fold_text(run.config.fold) if run.config.fold else ""),
            ("Epochs", None if run.origin else run.epochs_done),
            ("Its net is that of epoch", net_epoch_text(run) if run.net_epoch else ""),
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
    said = " ".join(filter(None, (ALIVE, _epochs_text(contents), contents.missing.get(FAMILIARITY))))
    return paragraph(said, "hint") + place("inside_net", WAITING)


def _epochs_text(contents: RunContents) -> str:
    """Say of which epochs the net is in the file."""
    run = contents.run
    if contents.epochs:
        listed = ", ".join(map(str, contents.epochs))
        return f"The line below it leads through the epochs that came along: {listed} of {run.epochs_done}."
    return "" if run.origin or run.epochs_done < 2 else ONE_EPOCH


def _finding(kind: str, title: str, text: str) -> str:
    rest = text.removeprefix(f"{title}.").strip()
    return (
        f'<p class="finding{" well" if kind == "well" else ""}"><strong>{escaped(title)}.</strong> {escaped(rest)}</p>'
    )


def _answer(answer: Answer) -> str:
    lines = [paragraph(line) for line in answer.text.splitlines() if line.strip()] or [paragraph(NO_ANSWER, "hint")]
    listed = "".join(f"<li>{escaped(one)}</li>" for one in answer.shown)
    shown = f"{paragraph(SHOWN, 'hint')}<ul>{listed}</ul>" if listed else ""
    return f"<h3>{escaped(answer.question)}</h3>{''.join(lines)}{shown}"


def _matrix(contents: RunContents) -> str:
    if contents.scores is None:
        reason = contents.missing.get("test", "")
        return paragraph(reason, "note") if reason else ""
    chosen = '<div class="shots" id="confusion_matrix-images"></div>'
    return paragraph(MATRIX, "hint") + place("confusion_matrix", WAITING) + chosen


def _matrix_and_scores(contents: RunContents) -> str:
    """Beside each other, unless the classes are so many that their scores need the whole width."""
    matrix, scores = section("matrix", "Confusion matrix", _matrix(contents)), contents.scores
    tested_on = ON_HELD_OUT if contents.run.config.fold else ON_TEST_IMAGES
    table = section("scores", "Scores of each class", _scores(scores, tested_on) if scores else "")
    return matrix + table if scores and len(scores.classes) > MOST_ROWS else beside(matrix, table)


def _scores(scores: Evaluation, tested_on: str) -> str:
    """A table of all classes and the means; of many classes several tables, each with a part of them."""
    rows = [(one.name, *map(_share, (one.precision, one.recall, one.f1)), one.support) for one in scores.per_class]
    total = sum(one.support for one in scores.per_class)
    means = [
        ("Macro mean", *map(_share, (scores.macro_precision, scores.macro_recall, scores.macro_f1)), total),
        ("Weighted mean", *map(_share, (scores.weighted_precision, scores.weighted_recall, scores.weighted_f1)), total),
    ]
    head = ("Class", "Precision", "Recall", "F1", "Images")
    if len(rows) <= MOST_ROWS:
        return table(head, [*rows, *means], caption=tested_on, key="scores")
    parts = [rows[first : first + MOST_ROWS] for first in range(0, len(rows), MOST_ROWS)]
    captions = [f"{as_name(part[0][0])} to {as_name(part[-1][0])}" for part in parts]
    tables = [table(head, part, caption=words, key="scores") for part, words in zip(parts, captions, strict=True)]
    over_all = table(("Mean", *head[1:]), means, caption=tested_on, key="scores")
    return f'{over_all}<div class="tables">{"".join(f"<div>{one}</div>" for one in tables)}</div>'


def _robustness(found: Sequence[SeriesAnswers]) -> str:
    if not found:
        return ""
    rows = []
    for one in found:
        both = zip(one.series.levels, one.accuracies, strict=True)
        rows.append((one.series.title, *(f"{level.text}: {percent_text(share)}" for level, share in both)))
    labels, levels = found[0].labels, range(1, len(found[0].series.levels) + 1)
    guessing = percent_text(guessing_accuracy(labels), digits=1)
    caption = f"{CHANGED} Of the first {count_text(len(labels), 'test image')}; guessing gets {guessing} of them."
    return table(("Change", *(f"Level {number}" for number in levels)), rows, caption=caption, key="robustness")


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
