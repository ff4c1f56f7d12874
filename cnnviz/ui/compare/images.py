"""The test images on which two runs disagree: how many, whether chance makes as many, and the images themselves."""

from collections.abc import Sequence
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from cnnviz.evaluation.disagreement import Disagreement, chance_of_split, disagreement
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.units import count_text, probability_text
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.compare.pair import Answered, answered, choose_pair, have_same_images
from cnnviz.ui.components.image_cards import Card, CardAnswer, image_cards
from cnnviz.ui.evaluation.images import MAX_IMAGES, data_url
from cnnviz.ui.shared.answers import test_images
from cnnviz.ui.shared.elements import KEPT, image_in_link, tell_words

NEEDS_TWO = "Two different runs that answered the same test images are needed here."
OTHER_IMAGES = "{first} and {second} were tested on different images, so there is none that both have answered."
NONE = "There is no such image."
OPENS = "Click an image to look at it inside the net of {letter}. A tick marks the right class."


def show_images(runs: Sequence[Run]) -> None:
    """Show how often only one of two runs is right, and a gallery of the images of each kind."""
    known = {one.place: one for one in answered(runs)}
    with st.container(horizontal=True):
        places = choose_pair(runs)
    pair = [known[place] for place in dict.fromkeys(places) if place in known]
    if len(pair) < 2:
        st.info(NEEDS_TWO, icon=":material/info:")
        return
    first, second = pair
    if not have_same_images(first, second):
        words = OTHER_IMAGES.format(first=first.letter, second=second.letter)
        st.warning(words, icon=":material/warning:")
        return
    found = disagreement(first.test, second.test)
    st.markdown(split_text(found, first.letter, second.letter))
    others = [one for one in known.values() if one not in pair and have_same_images(first, one)]
    _show_gallery(found, first, second, others)


def split_text(found: Disagreement, first: str, second: str) -> str:
    """Say how the images divide by who is right, and how often chance alone divides them so unevenly."""
    a, b, both = len(found.first_right), len(found.second_right), len(found.both_differently) + found.both_alike
    differently = f", {len(found.both_differently):,} of them differently" if both else ""
    said = (
        f"Of {count_text(found.num_images, 'test image')} both have {found.both_right:,} right and {both:,} wrong"
        f"{differently}. Only **{first}** has {a:,} right, only **{second}** {b:,}."
    )
    if not a + b:
        return said
    chance = probability_text(chance_of_split(a, b))
    return (
        f"{said} If both were equally good, so uneven a split, or a more uneven one, would come by chance "
        f"in {chance} of all cases (McNemar's exact test)."
    )


def _show_gallery(found: Disagreement, first: Answered, second: Answered, others: Sequence[Answered]) -> None:
    a, b = first.letter, second.letter
    kinds = {  # the positions, and the net inside of which an image is opened: one that has it wrong
        f"{a} right, {b} wrong": (found.first_right, second),
        f"{b} right, {a} wrong": (found.second_right, first),
        "Both wrong, differently": (found.both_differently, first),
    }
    names = {kind: f"{kind} ({len(indices):,})" for kind, (indices, _) in kinds.items()}
    if st.session_state.get("compare_kind") not in kinds:
        st.session_state.compare_kind = next(iter(kinds))
    tell_words("compare_kind", names.values())
    kind: str = st.segmented_control(
        "Images", list(kinds), key="compare_kind", required=True, format_func=names.__getitem__, **KEPT
    ) or next(iter(kinds))
    indices, opened = kinds[kind]
    if not len(indices):
        st.caption(NONE)
        return
    pages = -(-len(indices) // MAX_IMAGES)
    number = st.number_input(f"Page, of {pages:,}", 1, pages, key=f"compare_page-{kind}", width=160) if pages > 1 else 1
    shown = indices[(number - 1) * MAX_IMAGES : number * MAX_IMAGES]
    _show_cards(opened, [first, second, *others], shown, title=f"{kind}, page {number}")
    st.caption(OPENS.format(letter=opened.letter))


def _show_cards(opened: Answered, shown_by: Sequence[Answered], indices: np.ndarray, *, title: str) -> None:
    shown = [int(index) for index in indices]
    images, _ = test_images(opened.run, shown)
    names = short_labels(opened.test.classes)
    cards = [
        Card(
            index,
            data_url(image),
            opened.test.classes[opened.test.labels[index]],
            _answers(shown_by, index, names),
            f"/inside?{urlencode({'run': opened.run.id, **image_in_link(index)})}",
        )
        for index, image in zip(shown, images, strict=True)
    ]
    chosen = image_cards(cards, title=title, key="compare_images")
    if chosen is not None:
        st.switch_page(page("inside"), query_params={"run": opened.run.id, **image_in_link(chosen)})


def _answers(shown_by: Sequence[Answered], index: int, names: Sequence[str]) -> list[CardAnswer]:
    """The first answer of each run; before them what the image is, where none of them says it."""
    answers = [_answer(one, index, names) for one in shown_by]
    if any(answer.is_true for answer in answers):
        return answers
    test = shown_by[0].test
    return [CardAnswer(f"is {names[test.labels[index]]}", 0.0, "", is_true=True), *answers]


def _answer(one: Answered, index: int, names: Sequence[str]) -> CardAnswer:
    """The first answer of a run, with its letter."""
    row = one.test.probabilities[index]
    said = int(row.argmax())
    share = float(row[said])
    is_true = bool(said == one.test.labels[index])
    return CardAnswer(f"{one.letter}: {names[said]}", share, probability_text(share, digits=0), is_true, is_first=True)
