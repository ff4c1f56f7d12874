"""What a link to the Training page names of the next training: the form shows it, or a sentence says that it cannot."""

import pytest

from cnnviz.training.recipes import RECIPES
from cnnviz.ui.training.form_values import FAST


def _form(page) -> tuple[str, str, int]:
    """Net, images and epochs of the form."""
    state = page.session_state
    assert not page.exception
    return state["training_net"], state["training_dataset"], page.slider(key="training_epochs").value


def test_a_link_names_a_preset_which_brings_its_images_and_settings(open_page) -> None:
    page = open_page("training", preset="conv64x2-fashion")
    assert _form(page) == ("conv64x2-fashion", "fashion_mnist", 5)
    assert "preset" in page.run().query_params, "as long as it is chosen"
    assert _form(page) == ("conv64x2-fashion", "fashion_mnist", 5)
    page.slider(key="training_epochs").set_value(3).run()
    assert _form(page) == ("conv64x2-fashion", "fashion_mnist", 3), "the link fills the form once"
    page.selectbox(key="training_net").set_value("lenet5").run()
    assert "preset" not in page.run().query_params
    assert not page.warning


def test_a_link_names_the_net_of_a_fast_recipe(open_page) -> None:
    page = open_page("training", preset="shapes-fast")
    assert _form(page) == (FAST, "shapes", RECIPES["shapes"].config.epochs)


@pytest.mark.parametrize("name", ["set", "dataset"])
def test_a_link_names_images_and_the_recipe_follows_them(open_page, name: str) -> None:
    page = open_page("training", **{name: "faces"})
    assert _form(page) == (FAST, "faces", RECIPES["faces"].config.epochs)
    page.selectbox(key="training_dataset").set_value("shapes").run()
    assert page.query_params["set"] in ("shapes", ["shapes"])  # which of both is this client's choice


def test_of_a_link_with_both_the_preset_is_trained_on_the_images(open_page) -> None:
    assert _form(open_page("training", preset="lenet5", set="digits"))[:2] == ("lenet5", "digits")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"preset": "vgg99"}, "a preset that does not exist, so the form stays as it is. Expected: digits-small, "),
        ({"dataset": "birds"}, "a data set that does not exist, so another one is shown. Expected: digits, "),
        ({"epoch": "3"}, "an epoch that belongs to no run, so none is shown. Received: 3."),
    ],
)
def test_what_a_link_names_that_there_is_not_is_said_and_taken_out(open_page, query: dict, said: str) -> None:
    page = open_page("training", **query)
    (warning,) = page.warning
    assert warning.value.startswith(f"The link names {said}")
    assert not {"preset", "set", "dataset", "epoch"} & set(page.query_params)
    assert _form(page) == (FAST, "digits", RECIPES["digits"].config.epochs)
