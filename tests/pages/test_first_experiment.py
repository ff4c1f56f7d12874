"""What the Training page begins with: the fast recipe of the images, until somebody chooses otherwise."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import DEFAULT_PRESET, get_preset
from cnnviz.datasets.registry import describe
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.app import services
from cnnviz.ui.training.empty_stage import choice_text

PLAIN = TrainingConfig()


def chosen(page: AppTest) -> tuple[str, int, int, float, str]:
    """The net, and the settings that tell recipes and plain ones apart."""
    assert not page.exception
    settings = page.session_state["training_config"]
    return (
        page.selectbox(key="training_net").value,
        settings.epochs,
        settings.batch_size,
        settings.learning_rate,
        settings.schedule,
    )


def as_told(config: TrainingConfig, net: str = "fast") -> tuple[str, int, int, float, str]:
    return net, config.epochs, config.batch_size, config.learning_rate, config.schedule


def choose(page: AppTest, **values: object) -> AppTest:
    """Choose by the keys of the boxes, without `training_`."""
    for name, value in values.items():
        page.selectbox(key=f"training_{name}").set_value(value).run()
    return page


def go(page: AppTest, name: str, **query: str) -> AppTest:
    """Open another page as a link of this one: without the query of the page before."""
    page.query_params.clear()
    page.query_params.update(query)
    return page.switch_page(f"../../pages/{name}.py").run()


def take(page: AppTest, way: str) -> AppTest:
    return page.button(key=f"fill_with_{way}").click().run()


def marked(page: AppTest) -> list[str]:
    """The ways to fill the form that are marked as what is chosen now."""
    return [one.key.removeprefix("fill_with_") for one in page.button if one.proto.icon == ":material/check:"]


@pytest.mark.parametrize("dataset", ["digits", "shapes", "faces"])
def test_a_page_nobody_has_touched_is_set_to_the_fast_recipe_of_its_images(open_page, dataset: str) -> None:
    page = choose(open_page("training"), dataset=dataset)
    recipe = RECIPES[dataset]
    assert page.session_state["training_config"].model_copy(update={"dataset": dataset}) == recipe.config
    assert chosen(page) == as_told(recipe.config)
    assert marked(page) == ["recipe"]
    assert f"**Fast recipe:** {recipe.reaches}" in [caption.value for caption in page.caption]
    told = [text.value.replace("\\", "") for text in page.markdown]
    assert choice_text(recipe.architecture, recipe.config) in told
    next(one for one in page.button if one.label == "Start").click().run()
    run = services.engine().wait("".join(page.query_params["run"]))
    assert run.status is Status.FINISHED
    assert run.architecture == recipe.architecture
    assert run.metrics["accuracy"] >= {"digits": 0.97, "shapes": 0.72, "faces": 0.86}[dataset]


def test_the_recipe_follows_the_images_there_and_back_again(open_page) -> None:
    page = open_page("training")
    for dataset in ("shapes", "mnist", "digits"):
        assert chosen(choose(page, dataset=dataset)) == as_told(RECIPES[dataset].config)
    page = choose(page, dataset="cats_vs_dogs")
    assert chosen(page) == as_told(PLAIN, "mine"), "there is no recipe for them"
    assert chosen(choose(page, dataset="faces")) == as_told(RECIPES["faces"].config)


def test_settings_that_were_touched_stay_when_the_images_change(open_page) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(3).run()
    assert marked(page) == []
    digits = RECIPES["digits"].config
    assert chosen(choose(page, dataset="shapes")) == as_told(digits.model_copy(update={"epochs": 3}))
    assert chosen(take(page, "recipe")) == as_told(RECIPES["shapes"].config)
    assert chosen(choose(page, dataset="faces")) == as_told(RECIPES["faces"].config)


def test_what_stands_as_it_should_is_not_sent_again(open_page) -> None:
    page = open_page("training").run()
    for widget in (page.slider(key="training_epochs"), page.select_slider(key="training_batch_size")):
        assert not widget.proto.set_value, "a slider that is being moved meanwhile would jump back"


def test_the_box_is_told_the_words_of_its_choice_when_they_change(open_page) -> None:
    page = choose(open_page("training"), dataset="shapes")
    net = page.selectbox(key="training_net").proto
    assert net.set_value, "the browser goes by words, and would show the recipe of the images before"
    assert net.raw_value == f"Fast recipe: {RECIPES['shapes'].architecture.name}"
    assert not page.run().selectbox(key="training_net").proto.set_value


def test_plain_settings_are_one_click_away_and_stay(open_page) -> None:
    page = take(open_page("training"), "plain")
    assert chosen(page) == as_told(PLAIN)
    assert marked(page) == ["plain"]
    assert chosen(choose(page, dataset="shapes")) == as_told(PLAIN)


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist", "cifar10", "cats_vs_dogs"])
def test_the_tutorials_own_is_one_click_away(open_page, dataset: str) -> None:
    page = take(choose(open_page("training"), dataset=dataset), "tutorial")
    preset = get_preset(page.selectbox(key="training_net").value)
    assert preset.tutorial
    assert preset.dataset == dataset
    assert page.session_state["training_config"] == TrainingConfig(**{**preset.config, "dataset": dataset})
    assert marked(page) == ["tutorial"]


def test_a_link_with_a_net_brings_that_net_and_says_so(open_page) -> None:
    net = get_preset("lenet5").architecture
    page = open_page("training", net=encode(net))
    assert chosen(page) == as_told(RECIPES["digits"].config, "mine")
    assert "Your net, with the settings of the fast recipe." in [caption.value for caption in page.caption]
    page = choose(page, net="fast")
    assert "net" not in page.query_params, "the address would bring it back"
    assert page.session_state.net_moves.present == net, "it stays the one of the Architecture page"


def test_a_net_that_was_changed_on_the_architecture_page_is_the_one_to_train(open_page) -> None:
    page = open_page("training")
    assert chosen(page)[0] == "fast"
    go(page, "architecture")
    assert chosen(go(page, "training"))[0] == "fast", "nothing was changed there"
    go(page, "architecture").slider(key="quick_filters").set_value(7).run()
    assert chosen(go(page, "training")) == as_told(RECIPES["digits"].config, "mine")
    assert chosen(choose(page, dataset="faces"))[0] == "mine"


def test_train_this_net_trains_it_also_where_nothing_was_changed(open_page) -> None:
    net = encode(get_preset(DEFAULT_PRESET).architecture)
    page = open_page("training")
    for _ in range(2):  # it is asked for a second time after another choice
        go(page, "architecture")
        assert any(f"net={net}" in link.proto.query_string for link in page.get("page_link"))
        assert chosen(go(page, "training", net=net))[0] == "mine"
        choose(page, net="fast")


def test_the_line_beside_start_names_net_images_and_settings() -> None:
    recipe = RECIPES["digits"]
    assert describe("digits").title == "Handwritten digits (small)"
    assert (
        choice_text(recipe.architecture, recipe.config)
        == "digits-fast, 8 epochs of Handwritten digits (small), batch 32, Adam 0.004"
    )
