"""Fields stay where they are while a page is drawn anew: the browser makes a block anew that comes to another place.

What is being typed in it, and the keyboard's focus, are lost with it.
"""

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

Place = tuple[int, ...]


def _places(page: AppTest) -> dict[str, Place]:
    """Where the block of each control stands on the page, by the control's id: among its neighbours, within theirs."""
    return dict(_controls(page._tree, ()))


def _controls(block: Block, place: Place) -> Iterator[tuple[str, Place]]:
    child: Node
    for number, child in block.children.items():
        if isinstance(child, Block):
            yield from _controls(child, (*place, number))
        elif name := getattr(child.proto, "id", ""):
            yield name, place


CHANGES: dict[str, Callable[[AppTest], object]] = {
    "another number of epochs, not the recipe's": lambda page: page.slider(key="training_epochs").set_value(1),
    "plain settings": lambda page: page.button(key="fill_with_plain").click(),
    "a tutorial's net": lambda page: page.selectbox(key="training_net").set_value("conv64x2-fashion"),
    "images of any size": lambda page: page.selectbox(key="training_dataset").set_value("cats_vs_dogs"),
    "a rate that is too high": lambda page: page.text_input(key="training_learning_rate_text").set_value("9"),
    "a rate that is none": lambda page: page.text_input(key="training_learning_rate_text").set_value("(six)"),
    "another optimizer": lambda page: page.selectbox(key="training_optimizer").set_value("sgd"),
    "an end at an accuracy": lambda page: page.toggle(key="training_has_target").set_value(True),
    "augmentation": lambda page: page.toggle(key="training_augment").set_value(True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_fields_of_a_training_stay_whatever_is_set(open_page, change: Callable[[AppTest], AppTest]) -> None:
    page = open_page("training")
    before = _places(page)
    change(page)
    page.run()
    after = _places(page)
    stayed = before.keys() & after.keys()
    assert len(stayed) >= 15
    assert {name: after[name] for name in stayed} == {name: before[name] for name in stayed}
