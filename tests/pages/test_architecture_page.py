import pytest

from cnnviz.architecture.link import encode
from cnnviz.architecture.presets import PRESETS, get_preset
from cnnviz.models.build import build_model


def _caption_figures(page) -> list[str]:
    return [markdown.value.removeprefix("#### ") for markdown in page.markdown if markdown.value.startswith("#### ")]


def test_moving_a_slider_changes_what_the_net_costs(open_page) -> None:
    page = open_page("architecture")
    assert _caption_figures(page)[0] == "12,810"
    page.slider(key="quick_filters").set_value(20).run()
    by_hand = (3 * 3 * 20 + 20) + (3 * 3 * 20 * 40 + 40) + (5 * 5 * 40 * 10 + 10)
    assert _caption_figures(page)[0] == f"{by_hand:,}"


@pytest.mark.parametrize("name", ["lenet5", "conv32-64-128-mnist", "tiny-vgg"])
def test_the_table_agrees_with_keras(open_page, name: str) -> None:
    page = open_page("architecture", net=encode(get_preset(name).architecture))
    table = page.dataframe[0].value
    model = build_model(get_preset(name).architecture)
    layers = model.layers[2:]  # after the input and the rescaling
    assert list(table["Layer"]) == [layer.name for layer in layers]
    assert list(table["Parameters"]) == [layer.count_params() for layer in layers]
    assert list(table["Output"]) == [" x ".join(map(str, layer.output.shape[1:])) for layer in layers]
    assert _caption_figures(page)[0] == f"{model.count_params():,}"


def test_the_link_restores_the_net_and_the_sliders(open_page) -> None:
    page = open_page("architecture")
    page.slider(key="quick_blocks").set_value(1).run()
    page.slider(key="quick_dense_units").set_value(64).run()
    link = page.query_params["net"]
    again = open_page("architecture", net=link[0] if isinstance(link, list) else link)
    assert again.slider(key="quick_blocks").value == 1
    assert again.slider(key="quick_dense_units").value == 64
    assert _caption_figures(again) == _caption_figures(page)


def test_a_net_that_shrinks_to_nothing_gets_one_sentence_and_the_sliders_stay(open_page) -> None:
    page = open_page("architecture")
    page.slider(key="quick_blocks").set_value(6).run()
    assert len(page.error) == 1
    assert "turns 1x1 into 0x0" in page.error[0].value
    page.slider(key="quick_blocks").set_value(2).run()
    assert not page.error


def test_rubbish_in_the_link_is_said_and_a_preset_is_shown(open_page) -> None:
    page = open_page("architecture", net="rubbish")
    assert "The net in this link cannot be read" in page.warning[0].value
    assert _caption_figures(page)[0] == "12,810"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_taken(open_page, name: str) -> None:
    page = open_page("architecture")
    page.selectbox(key="net_preset").set_value(name).run()
    assert not page.exception
    assert not page.error
    assert page.code
