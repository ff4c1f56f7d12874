"""What is said of a comparison before anything is looked at: how many images each run has right, and what differs."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.plots.comparison import LETTERS
from cnnviz.runs.comparison import difference_text, images_tested_on
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import percent_text
from cnnviz.ui.compare.chosen import rows_of
from cnnviz.ui.inputs.run_picker import tested_title

OTHER_IMAGES = "They were tested on different images ({sets}), so their accuracies cannot be set beside each other."
NO_RESULT_YET = "{letters} {have} no result yet."
NO_RESULT = "{letters} {have} no result."


def show_headline(runs: Sequence[Run]) -> None:
    """Say in two sentences how the runs did and in which settings they differ; nothing of a single run."""
    if len(runs) < 2:
        return
    said = [_results(runs), as_markdown(difference_text(rows_of(runs)))]
    st.markdown(" ".join(filter(None, said)))
    if text := other_images_text(runs):
        st.markdown(f":orange[:material/warning:] {text}")


def _results(runs: Sequence[Run]) -> str:
    lettered = list(zip(LETTERS, runs, strict=False))
    scored = [(letter, run) for letter, run in lettered if "accuracy" in run.metrics]
    shares = [f"**{letter}** {percent_text(run.metrics['accuracy'], digits=1)}" for letter, run in scored]
    said = [f"{', '.join(shares)} {_where(runs, [run for _, run in scored])}."] if scored else []
    for text, is_open in ((NO_RESULT_YET, True), (NO_RESULT, False)):
        waiting = [
            letter for letter, run in lettered if "accuracy" not in run.metrics and may_still_end(run) is is_open
        ]
        if waiting:
            said.append(text.format(letters=", ".join(waiting), have="has" if len(waiting) == 1 else "have"))
    return " ".join(said)


def _where(runs: Sequence[Run], scored: Sequence[Run]) -> str:
    """Of which test images they have that share right."""
    images = {run.metrics.get("num_test") for run in scored}
    number = f"{images.pop():,} " if len(images) == 1 and None not in images else ""
    if len(scored) == 1:
        return f"of its {number}test images right"
    return "of their own test images right" if other_images_text(runs) else f"of the same {number}test images right"


def may_still_end(run: Run) -> bool:
    """Whether something is still to come of a run, if only when it is resumed."""
    return run.status.is_active or run.status.is_resumable


def other_images_text(runs: Sequence[Run]) -> str:
    """Say which runs were tested on other images than others; "" where all were tested on the same."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, run in enumerate(runs):
        if run.metrics:
            groups.setdefault(images_tested_on(run), []).append(place)
    if len(groups) < 2:
        return ""
    sets = "; ".join(
        f"{', '.join(LETTERS[p] for p in places)}: {_images(runs[places[0]])}" for places in groups.values()
    )
    return OTHER_IMAGES.format(sets=as_markdown(sets))


def _images(run: Run) -> str:
    number = run.metrics.get("num_test")
    return tested_title(run) if number is None else f"{number:,} of {tested_title(run)}"
