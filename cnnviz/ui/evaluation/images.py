"""Test images of a run with what its net answered; a click looks at one on the page Inside."""

from urllib.parse import urlencode

import numpy as np
import streamlit as st

from cnnviz.evaluation.mistakes import top_classes
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.decode import fit_within, png_url
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.units import probability_text
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.components.image_cards import Card, CardAnswer, image_cards
from cnnviz.ui.shared.answers import test_images
from cnnviz.ui.shared.elements import image_in_link

MAX_IMAGES = 24
SIDE = 128  # pixels of a picture that is larger


def show_test_images(
    run: Run, epoch: int | None, test: TestPredictions, indices: np.ndarray, *, title: str, key: str
) -> None:
    """Show up to 24 test images in this order, each with the three most probable classes.

    Raises InputWanted if they are gone, as `test_images`.
    """
    shown = [int(index) for index in indices[:MAX_IMAGES]]
    images, _ = test_images(run, shown)
    names = short_labels(test.classes)
    link = {"run": run.id, **({"epoch": str(epoch)} if epoch else {})}
    cards = [
        Card(
            index,
            data_url(image),
            test.classes[test.labels[index]],
            _answers(test, index, names),
            f"/inside?{urlencode({**link, **image_in_link(index)})}",
        )
        for index, image in zip(shown, images, strict=True)
    ]
    chosen = image_cards(cards, title=title, key=key)
    if chosen is not None:
        st.switch_page(page("inside"), query_params={**link, **image_in_link(chosen)})


def _answers(test: TestPredictions, index: int, names: list[str]) -> list[CardAnswer]:
    row = test.probabilities[index]
    return [
        CardAnswer(names[c], float(row[c]), probability_text(float(row[c])), bool(c == test.labels[index]))
        for c in top_classes(row)
    ]


def data_url(image: np.ndarray) -> str:
    """Give an image (H, W, C) uint8 as the address of a PNG, no larger than a card needs it."""
    small = fit_within(image, SIDE)
    return png_url(small[:, :, 0] if small.shape[2] == 1 else small)
