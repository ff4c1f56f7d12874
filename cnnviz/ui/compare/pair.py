"""The two runs of a comparison that a part sets against each other, and what they answered to the same test images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.evaluation.disagreement import in_class_order
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.plots.comparison import LETTERS
from cnnviz.runs.comparison import images_tested_on
from cnnviz.runs.records import Run
from cnnviz.ui.compare.chosen import lettered, names_of, short_names_of
from cnnviz.ui.shared.answers import test_predictions
from cnnviz.ui.shared.elements import KEPT, tell_words

NO_ANSWERS = "{letters}: no answers to test images, so nothing of it can be shown here."
OTHER_CLASSES = "{letters}: other classes than those of {first}, so it cannot be set beside it here."


@dataclass(frozen=True, eq=False)
class Answered:
    """A run in its place of the comparison, with its names, and its answers in the order of the first run's classes."""

    place: int
    name: str
    short_name: str
    run: Run
    test: TestPredictions

    @property
    def letter(self) -> str:
        """What it is called for short."""
        return LETTERS[self.place]


def choose_pair(runs: Sequence[Run]) -> tuple[int, int]:
    """Let the visitor choose two places of the comparison; of two runs there is no choice."""
    if len(runs) < 3:
        return 0, len(runs) - 1
    names = lettered(runs)
    first = _choose("First", names, 0, "compare_first")
    second = _choose("Second", names, 1, "compare_second")
    return first, second


def _choose(label: str, names: Sequence[str], usual: int, key: str) -> int:
    if st.session_state.get(key, usual) >= len(names):
        st.session_state[key] = usual  # a run was taken out
    tell_words(key, names)
    return st.selectbox(
        label, range(len(names)), index=usual, format_func=names.__getitem__, key=key, width=260, **KEPT
    )


def answered(runs: Sequence[Run]) -> list[Answered]:
    """The runs that answered test images of the first one's classes; which others there are is said in a sentence."""
    found: list[Answered] = []
    without, other = [], []
    named = zip(runs, names_of(runs), short_names_of(runs), strict=True)
    for place, (run, name, short_name) in enumerate(named):
        try:
            test = test_predictions(run)
        except CnnvizError:
            without.append(LETTERS[place])
            continue
        fitting = in_class_order(test, found[0].test.classes) if found else test
        if fitting is None:
            other.append(LETTERS[place])
        else:
            found.append(Answered(place, name, short_name, run, fitting))
    if without:
        st.caption(NO_ANSWERS.format(letters=", ".join(without)))
    if other:
        st.info(OTHER_CLASSES.format(letters=", ".join(other), first=found[0].letter), icon=":material/info:")
    return found


def have_same_images(first: Answered, second: Answered) -> bool:
    """Whether two runs answered the same test images, so that each image can be looked at by both."""
    if images_tested_on(first.run) != images_tested_on(second.run):
        return False
    return np.array_equal(first.test.labels, second.test.labels)
