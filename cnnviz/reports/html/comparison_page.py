"""The text of a report on several runs beside each other, and what its script is given."""

from collections.abc import Sequence
from typing import Any

from cnnviz.evaluation.accuracy import accuracy_interval
from cnnviz.evaluation.disagreement import Disagreement, chance_of_split, in_class_order
from cnnviz.evaluation.scores import Evaluation, TestPredictions
from cnnviz.inspection.attribution.methods import default_settings, methods_in_words
from cnnviz.plots.comparison import LETTERS, RUN_COLOURS
from cnnviz.reports.html.contents import RunContents
from cnnviz.reports.html.elements import escaped, paragraph, place, section, table
from cnnviz.reports.html.matrix_data import cell_images
from cnnviz.reports.html.net_data import more_images
from cnnviz.reports.html.run_page import WAITING, net_epoch_text, run_head
from cnnviz.reports.html.same_images import split_images
from cnnviz.reports.html.shots import shots
from cnnviz.runs.comparison import Row, compare_runs, difference_text, images_tested_on, told_apart
from cnnviz.runs.comparison_entries import RESULTS
from cnnviz.runs.curve_data import epoch_row
from cnnviz.text.units import NOTHING, count_text, percent_text, probability_text

ACCURACY, COSTS = "Accuracy", ("Parameters", "MACs")
"""Rows of `compare_runs` that stand among the results."""
SAME_PICTURE = (
    '<p class="hint">Draw or choose a picture: each net answers it, beside its maps. All is computed in this file.</p>'
    '<h3 class="unseen">The nets</h3>'  # the component goes on with headings below this one
)
DIFFERENCES = "Rows in which they do not differ are left out."
OTHER_IMAGES = "They were tested on different images, so their accuracies cannot be set beside each other."
INTERVALS = "In brackets: what chance alone makes of the number of test images, in 95 of 100 cases."
MINUS = "Difference: points of per cent of the true class that a net has more than {first}."


def comparison_body(all_contents: Sequence[RunContents], split: Disagreement | None, seeds: Sequence[str]) -> str:
    """Write the parts of a report on two to six runs, one below the other.

    Parameters
    ----------
    all_contents : sequence of RunContents
    split : Disagreement, optional
        That of the first two, where they answered the same images.
    seeds : sequence of str
        Of `seeds_section`.
    """
    runs = [contents.run for contents in all_contents]
    rows = compare_runs(runs, [contents.images_name for contents in all_contents])
    names = lettered(all_contents)
    has_curves = any(contents.curves.epochs for contents in all_contents)
    matrices = [
        f"<div><h3>{escaped(name)}</h3>{place(f'matrix-{at}', WAITING)}"
        f'<div class="shots" id="matrix-{at}-images"></div></div>'
        for at, (name, contents) in enumerate(zip(names, all_contents, strict=True))
        if contents.scores is not None
    ]
    return "".join(
        (
            run_head(f"{len(runs)} runs beside each other", difference_text(rows)),
            section("results", "Results", _other_images(all_contents), _results(names, all_contents, rows)),
            section("seeds", "Honestly better?", *seeds),
            section("same", "The same picture through all", SAME_PICTURE, place("nets", WAITING)),
            section("differences", "In what they differ", _differences(names, rows)),
            section("curves", "Training", place("curves", WAITING) if has_curves else ""),
            section("matrices", "Confusion matrices", _matrices(matrices, names[0])),
            section("split", "Where they disagree", _split(all_contents[:2], split) if split else ""),
        )
    )


def comparison_script_data(all_contents: Sequence[RunContents], nets: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Give what the script of a comparison shows in its places; `nets` is what `net_entries` gave."""
    names = lettered(all_contents)
    return {
        "nets": {
            "nets": list(nets),
            "photos": [],
            "methods": methods_in_words(),
            "index": 0,
            "maps": "conv-1",
            "why": "none",
        },
        "curves": [
            {"name": name, "colour": colour, "epochs": [_curve_row(row) for row in contents.curves.epochs]}
            for name, colour, contents in zip(names, RUN_COLOURS, all_contents, strict=False)
        ],
        "matrices": [
            contents.scores and cell_images(contents, contents.scores, _minus(names[0], all_contents[0], contents))
            for contents in all_contents
        ],
    }


def net_entries(
    all_contents: Sequence[RunContents], files: Sequence[tuple[str, str]], problems: Sequence[str]
) -> list[dict[str, Any]]:
    """Give what the component `compare_nets` is told of each net.

    Parameters
    ----------
    all_contents : sequence of RunContents
    files : sequence of (str, str)
        Names of the files with each net and with its test images, "" for none.
    problems : sequence of str
        Why there is no net, "" where there is one.
    """
    return [
        {
            "run": contents.run.id,
            "letter": letter,
            "title": name,
            "inside": "",
            "problem": problem,
            "net": net,
            "images": images or None,
            "classes": list(contents.facts.classes),
            "shape": list(contents.run.architecture.input_shape),
            "style": contents.facts.input_style,
            "is_own": bool(contents.run.origin),
            "stops": [{"title": "As it ended", "url": net}],
            "settings": default_settings(contents.run.architecture.input_shape),
            "more_images": more_images(contents.images),
        }
        for letter, name, contents, (net, images), problem in zip(
            LETTERS, names_of(all_contents), all_contents, files, problems, strict=False
        )
    ]


def names_of(all_contents: Sequence[RunContents]) -> list[str]:
    """Name each run, by what tells it from the others where they are called alike."""
    runs = [contents.run for contents in all_contents]
    rows = compare_runs(runs, [contents.images_name for contents in all_contents])
    names = [run.name for run in runs]
    told = told_apart(names, [run.id for run in runs], rows)
    return [", ".join(filter(None, both)) for both in zip(names, told, strict=True)]


def lettered(all_contents: Sequence[RunContents]) -> list[str]:
    """Name each run with its letter before."""
    return [f"{letter} · {name}" for letter, name in zip(LETTERS, names_of(all_contents), strict=False)]


def _other_images(all_contents: Sequence[RunContents]) -> str:
    sets = {images_tested_on(contents.run) for contents in all_contents if contents.test is not None}
    return paragraph(OTHER_IMAGES, "note") if len(sets) > 1 else ""


def _results(names: Sequence[str], all_contents: Sequence[RunContents], rows: Sequence[Row]) -> str:
    differing = [row for row in rows if row.group == RESULTS and row.differs and row.name != ACCURACY]
    shown = [*differing, *(row for row in rows if row.name in COSTS)]
    accuracies = (ACCURACY, *(_accuracy(contents.test) for contents in all_contents))
    known = [accuracies, *((row.name, *row.texts) for row in shown)]
    if any(contents.run.net_epoch for contents in all_contents):
        known.append(("Its net is that of epoch", *(net_epoch_text(one.run) or NOTHING for one in all_contents)))
    return table(("Result", *names), known, caption=INTERVALS, key="runs")


def _accuracy(test: TestPredictions | None) -> str | None:
    if test is None:
        return None
    share = float((test.probabilities.argmax(axis=1) == test.labels).mean())
    low, high = accuracy_interval(share, len(test.labels))
    return f"{percent_text(share, digits=1)} ({100 * low:.1f} to {100 * high:.1f})"


def _differences(names: Sequence[str], rows: Sequence[Row]) -> str:
    shown = [(row.name, *row.texts) for row in rows if row.differs and row.group != RESULTS and row.name not in COSTS]
    return table(("Setting", *names), shown, caption=DIFFERENCES, key="runs") if shown else ""


def _matrices(matrices: Sequence[str], first: str) -> str:
    if not matrices:
        return ""
    return paragraph(MINUS.format(first=first), "hint") + f'<div class="matrices">{"".join(matrices)}</div>'


def _split(pair: Sequence[RunContents], split: Disagreement) -> str:
    a, b = len(split.first_right), len(split.second_right)
    wrong = len(split.both_differently) + split.both_alike
    said = (
        f"Of {count_text(split.num_images, 'test image')} A and B both have {split.both_right:,} right and {wrong:,} "
        f"wrong. Only A has {a:,} right, only B {b:,}."
    )
    if a + b:
        said += (
            " If both were equally good, so uneven a split, or a more uneven one, would come by chance in "
            f"{probability_text(chance_of_split(a, b))} of all cases (McNemar's exact test)."
        )
    first, second = split_images(split)
    return (
        paragraph(said)
        + shots("Only A has them right; what B said", pair[0].images, _in_order(pair), first)
        + shots("Only B has them right; what A said", pair[0].images, pair[0].test, second)
    )


def _in_order(pair: Sequence[RunContents]) -> TestPredictions | None:
    """The answers of the second net in the order of the classes of the first."""
    first, second = (contents.test for contents in pair)
    return in_class_order(second, first.classes) if first and second else None


def _minus(title: str, first: RunContents, contents: RunContents) -> tuple[str, Evaluation] | None:
    """The first net, to be subtracted from another one's matrix where both answered the same images."""
    if contents is first or first.scores is None or contents.scores is None:
        return None
    is_alike = images_tested_on(first.run) == images_tested_on(contents.run)
    is_alike &= first.scores.classes == contents.scores.classes
    return (title, first.scores) if is_alike else None


def _curve_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in epoch_row(row).items() if name not in ("norms", "confusion")}
