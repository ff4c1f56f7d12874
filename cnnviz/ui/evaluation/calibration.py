"""Whether the net is right as often as it is sure, and what a temperature changes."""

import numpy as np
import streamlit as st

from cnnviz.evaluation.calibration import (
    NUM_BINS,
    Reliability,
    Sureness,
    error_text,
    fit_temperature,
    halves,
    reliability,
    sureness,
    with_temperature,
)
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.plots.calibration import describe_reliability, reliability_figure
from cnnviz.text.units import count_text, part_text, percent_text, probability_text
from cnnviz.ui.shared.elements import show_figure

CACHE_ENTRIES = 128
FEWEST = 20  # test images: of fewer, halves say nothing
TOO_FEW = "Calibration needs at least {fewest} test images. This net was tested on {images}."
LEVEL = 0.05  # of the temperature around 1, in which it changes hardly anything
WORDS = f"""
**Bars**: of the answers that were about so sure, how many are right. **Mark**: how sure they were on average. On the
dotted line both agree. **Expected calibration error**: the mean distance of bar and mark over {NUM_BINS} bins of equal
width, each weighted by its images, Σ n/N · |right − sure| (Guo et al., 2017). **Temperature**: all logits are divided
by it before the softmax. The answers stay the same, only how sure they are changes. It was fitted to one half of the
test images, so that the other half, which is shown, can tell whether it helps.
"""


def show_calibration(test: TestPredictions, *, key: str) -> None:
    """Show the reliability diagram as the net answers, and beside it with a temperature that can be moved.

    `key` names the answers.
    """
    images = len(test.labels)
    if images < FEWEST:
        st.info(TOO_FEW.format(fewest=FEWEST, images=count_text(images, "image")), icon=":material/info:")
        return
    fitted_on, shown = halves(test.labels)
    best = _best_temperature(key, test.probabilities[fitted_on], test.labels[fitted_on])
    probabilities, labels = test.probabilities[shown], test.labels[shown]
    st.markdown(verdict(best, sureness(probabilities, labels), len(shown)))
    temperature = st.slider(
        "Temperature",
        0.1,
        max(4.0, round(best + 1, 1)),
        round(best, 2),
        0.01,
        key=f"temperature-{key}",
        help="1 is the net as it was trained. It begins with the best one.",
    )
    before, after = st.columns(2, gap="medium")
    with before:
        _show("Calibration error, as the net answers", probabilities, labels, "reliability_before")
    with after:
        scaled = with_temperature(probabilities, temperature)
        _show(f"Calibration error, temperature {temperature:.2f}", scaled, labels, "reliability_after")
    with st.expander("What these figures mean", type="compact"):
        st.caption(f"{WORDS} Shown: {count_text(len(shown), 'image')}, fitted to the other {len(fitted_on):,}.")


@st.cache_data(show_spinner="Fitting the temperature", max_entries=CACHE_ENTRIES)
def _best_temperature(key: str, _probabilities: np.ndarray, _labels: np.ndarray) -> float:  # noqa: ARG001  it is hashed
    return fit_temperature(_probabilities, _labels)


def verdict(temperature: float, found: Sureness, images: int) -> str:
    """Say whether a net is too sure, by how sure and how often right it is on so many images, and what mends it."""
    sure, right = probability_text(found.confidence), part_text(found.accuracy)
    words = {
        1: "This net is too sure of its answers",
        0: "This net is about as often right as it is sure",
        -1: "This net is right more often than it is sure",
    }[found.direction]
    best = f"The best temperature, **{temperature:.2f}**,"
    if abs(np.log(temperature)) < LEVEL:
        effect = "changes hardly anything"
    else:
        effect = "makes it less sure" if temperature > 1 else "makes it surer"
        if found.direction and (temperature > 1) != (found.direction > 0):
            effect += ", so a temperature does not mend that"
    return (
        f"{words}: {sure} sure on average, {right} right of the {count_text(images, 'image')} "
        f"that are shown here. {best} fitted to the others, {effect}."
    )


def _show(title: str, probabilities: np.ndarray, labels: np.ndarray, key: str) -> None:
    found: Reliability = reliability(probabilities, labels)
    st.metric(title, error_text(found.error), help=f"Expected calibration error: {percent_text(0)} is best")
    show_figure(reliability_figure(found), describe_reliability(found), key=key)
