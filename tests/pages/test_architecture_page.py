import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.costs import training_memory
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.editing.slider_moves import move_slider
from cnnviz.architecture.export.torch_code import torch_module
from cnnviz.architecture.export.url import decode, encode
from cnnviz.architecture.layer_kinds import MENU
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Dropout, Flatten, MaxPool
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.paths import path_text, walk
from cnnviz.engine.engine import Engine
from cnnviz.models.build import build_model
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.plots.diagram.diagram import diagram_svg
from cnnviz.runs.timing import prediction_text
from cnnviz.text.units import bytes_text
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Prediction
from cnnviz.training.recipes import NAMED_NETS
from cnnviz.ui.architecture.quick_sliders import MORE_THAN_SAID

OpenPage = Callable[..., AppTest]
IMPOSSIBLE = Architecture(
    name="too-small",
    input_shape=(10, 14, 1),
    layers=(MaxPool(), MaxPool(), Conv(filters=4, kernel=5), Flatten(), Dense(units=3)),
)


def tiles(page: AppTest) -> list[str]:
    return [
        markdown.value
        for markdown in page.markdown
        if re.match(r"\*\*[\d,.]+.*\*\*  \n(:small|&nbsp;)", markdown.value)
    ]


def figures(page: AppTest) -> list[str]:
    return [tile.split("**")[1] for tile in tiles(page)]


def differences(page: AppTest) -> str:
    return "\n".join(tiles(page))


def table_of(page: AppTest) -> dict[str, list[str]]:
    """The columns of the table on the open tab."""
    text = next(html.proto.body for html in page.get("html") if "net-table" in html.proto.body)
    rows = [["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(text).iter("tr")]
    return {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}


def net_of(page: AppTest) -> Architecture:
    text = page.query_params["net"]
    return decode(text[0] if isinstance(text, list) else text)


def _time_of(prediction: Prediction) -> str:
    return prediction_text(prediction)


def open_layers(open_page: OpenPage, **query: str) -> AppTest:
    return show(open_page("architecture", **query), "Layers")


def show(page: AppTest, panel: str) -> AppTest:
    page.segmented_control(key="net_panel").set_value(panel)
    return page.run()


def open_tab(page: AppTest, tab: str) -> AppTest:
    page.session_state["net_tab"] = tab
    return page.run()


def click(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def choose_layer(page: AppTest, path: str) -> AppTest:
    return page.radio(key="net_layer").set_value(path).run()


def test_moving_a_slider_changes_what_the_net_costs_and_says_by_how_much(open_page: OpenPage) -> None:
    page = open_page("architecture")
    assert figures(page)[0] == "12,810"
    page.slider(key="quick_filters").set_value(20).run()
    by_hand = (3 * 3 * 20 + 20) + (3 * 3 * 20 * 40 + 40) + (5 * 5 * 40 * 10 + 10)
    assert figures(page)[0] == f"{by_hand:,}"
    assert f":red[+{by_hand - 12810:,} (+36\u202f%)] vs. before" in differences(page)
    page.slider(key="quick_filters").set_value(16).run()
    assert f":green[−{by_hand - 12810:,} (−27\u202f%)] vs. before" in differences(page)


def test_all_totals_are_those_of_the_analysis(open_page: OpenPage) -> None:
    net = get_preset("conv64x2-fashion").architecture
    page = open_page("architecture", net=encode(net))
    analysis = analyze(net)
    memory = [analysis.totals.weight_bytes, analysis.totals.memory_bytes, training_memory(analysis, 64, "adam")]
    assert figures(page)[:5] == [f"{analysis.totals.params:,}", f"{analysis.totals.macs:,}", *map(bytes_text, memory)]
    page.select_slider(key="net_batch").set_value(256).run()
    assert figures(page)[4] == bytes_text(training_memory(analysis, 256, "adam"))


def time_line(page: AppTest) -> str:
    return next(caption.help for caption in page.caption if caption.value == "Training time")


def test_the_time_of_a_training_is_said_for_the_batch_size_chosen_here(open_page: OpenPage, engine: Engine) -> None:
    net = get_preset("digits-small").architecture
    page = open_page("architecture", net=encode(net))
    calibration = engine.calibrator.calibration()
    usual, small = (_time_of(forecast(net, TrainingConfig(batch_size=size, epochs=5), calibration)) for size in (64, 1))
    assert usual != small
    assert f"**{usual}** for 5 epochs with 1,437 images of Handwritten digits" in time_line(page)
    assert "unless you choose others on the Training page" in time_line(page)
    page.select_slider(key="net_batch").set_value(1).run()
    assert f"**{small}**" in time_line(page)


def test_the_time_is_that_with_images_that_suit_the_net(open_page: OpenPage) -> None:
    net = get_preset("conv32-64-cifar10").architecture
    for one in (net, move_slider(net, "filters", 7)):  # the second is no preset
        assert "CIFAR-10" in time_line(open_page("architecture", net=encode(one)))


def test_the_time_of_a_training_follows_the_training_page(open_page: OpenPage) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(1)
    page.selectbox(key="training_dataset").set_value("shapes").run()
    page.switch_page("../../pages/architecture.py").run()
    assert "for 1 epoch with 3,000 images of Coloured shapes, as set on the Training page" in time_line(page)


@pytest.mark.parametrize("name", ["lenet5", "conv32-64-128-mnist", "tiny-vgg", "conv64x2-fashion"])
def test_the_table_agrees_with_keras(open_page: OpenPage, name: str) -> None:
    page = open_page("architecture", net=encode(get_preset(name).architecture))
    table = table_of(page)
    model = build_model(get_preset(name).architecture)
    layers = model.layers[2:]  # after the input and the rescaling
    assert table["In code"] == [layer.name for layer in layers]
    assert table["Layer"] == list(layer_titles(get_preset(name).architecture).values())
    assert list(table)[:6] == ["Layer", "Output", "Parameters", "MACs", "Sees", "In code"], "figures come first"
    assert table["Parameters"] == [f"{layer.count_params():,}" for layer in layers]
    assert table["Output"] == [" × ".join(f"{side:,}" for side in layer.output.shape[1:]) for layer in layers]
    assert figures(page)[0] == f"{model.count_params():,}"


def test_the_table_writes_out_why_28_becomes_26_13_11_5_and_1600(open_page: OpenPage) -> None:
    page = open_page("architecture", net=encode(get_preset("conv64x2-fashion").architecture))
    formulas = table_of(page)["How the size comes about"]
    assert formulas[:5] == [
        "(28 − 3) / 1 + 1 = 26",
        "(26 − 2) / 2 + 1 = 13",
        "(13 − 3) / 1 + 1 = 11",
        "floor((11 − 2) / 2) + 1 = 5",
        "5 × 5 × 64 = 1,600",
    ]
    story = "28 × 28 × 1 → 26 × 26 × 64 → 13 × 13 × 64 → 11 × 11 × 64 → 5 × 5 × 64 → 1,600 → 128 → 10"
    assert any(story in markdown.value for markdown in page.markdown)


def test_a_net_is_built_by_hand_from_an_empty_one(open_page: OpenPage) -> None:
    page = show(open_page("architecture"), "Templates")
    page = show(click(page, "net_template_empty"), "Layers")
    for kind, place in [("conv", "before"), ("max_pool", "after"), ("conv", "after"), ("max_pool", "after")]:
        page.selectbox(key="net_kind").set_value(kind)
        page = click(page.run(), f"net_add_{place}")
    page = choose_layer(page, "4")
    for units in (128, 10):
        page.selectbox(key="net_kind").set_value("dense")
        page = click(page.run(), "net_add_after")
        path = page.radio(key="net_layer").value
        page.number_input(key=f"net_set_dense_{path}_units").set_value(units).run()
    for path in ("0", "2"):
        page = choose_layer(page, path)
        page.number_input(key=f"net_set_conv_{path}_filters").set_value(64).run()
    page = choose_layer(page, "6")
    page.selectbox(key="net_set_dense_6_activation").set_value("softmax").run()
    assert net_of(page).layers == get_preset("conv64x2-fashion").architecture.layers
    assert figures(page)[0] == "243,786"


def test_layers_are_copied_moved_and_removed(open_page: OpenPage) -> None:
    page = choose_layer(open_layers(open_page), "0")
    kinds = lambda: [layer.kind for layer in net_of(page).layers]  # noqa: E731 - read at each step
    before = kinds()
    page = click(page, "net_copy")
    assert kinds() == ["conv", *before]
    assert page.radio(key="net_layer").value == "1"
    page = click(page, "net_down")
    assert kinds()[:3] == ["conv", "max_pool", "conv"]
    page = click(page, "net_up")
    page = click(page, "net_remove")
    assert kinds() == before


def test_layers_in_blocks_are_edited_like_others(open_page: OpenPage) -> None:
    page = choose_layer(open_layers(open_page), "1")
    page.selectbox(key="net_kind").set_value("residual")
    page = click(page.run(), "net_add_before")
    assert [path_text(path) for path, _ in walk(net_of(page).layers)][1:4] == ["1", "1.0", "1.1"]
    assert not page.error, "its layers keep what comes in, so that the sum is possible"
    page.selectbox(key="net_kind").set_value("batch_norm")
    page = click(page.run(), "net_add_inside_1")
    page = choose_layer(page, "1.0")
    page.number_input(key="net_set_conv_1.0_kernel").set_value(5).run()
    assert [layer.kind for layer in net_of(page).layers[1].layers] == ["conv", "conv", "batch_norm"]
    assert net_of(page).layers[1].layers[0].kernel == 5
    page = click(page, "net_up")
    assert [layer.kind for layer in net_of(page).layers[:3]] == ["conv", "conv", "residual"]


def test_a_layer_is_put_into_a_block_and_branches_get_paths(open_page: OpenPage) -> None:
    page = choose_layer(open_layers(open_page), "0")
    page.selectbox(key="net_kind").set_value("branches")
    page = click(page.run(), "net_add_around")
    page = click(page, "net_add_path")
    assert [len(branch) for branch in net_of(page).layers[0].branches] == [1, 0, 0]
    page = click(page, "net_drop_path")
    assert [len(branch) for branch in net_of(page).layers[0].branches] == [1, 0]


@pytest.mark.parametrize("kind", MENU)
def test_every_kind_on_offer_can_be_added_and_its_settings_shown(open_page: OpenPage, kind: str) -> None:
    page = choose_layer(open_layers(open_page), "1")
    page.selectbox(key="net_kind").set_value(kind)
    page = click(page.run(), "net_add_before")
    assert not page.exception
    assert net_of(page).layers[1].kind == kind


def test_the_input_and_the_classes_are_set(open_page: OpenPage) -> None:
    page = open_page("architecture")
    page.number_input(key="net_height").set_value(40).run()
    page.number_input(key="net_width").set_value(64).run()
    page.selectbox(key="net_planes").set_value(3).run()
    page.number_input(key="net_classes").set_value(7).run()
    net = net_of(page)
    assert net.input_shape == (40, 64, 3)
    assert net.layers[-1].units == 7
    assert figures(page)[0] == f"{build_model(net).count_params():,}"


def test_pixels_are_scaled_in_a_usual_way_or_as_one_writes(open_page: OpenPage) -> None:
    page = open_page("architecture", net=encode(get_preset("conv64x2-cats-dogs").architecture)).run()
    assert (page.text_input(key="net_mean").value, page.text_input(key="net_deviation").value) == ("0", "1")
    page.selectbox(key="net_scaling").set_value("-1..1").run()
    assert net_of(page).scaling == SCALINGS["-1..1"]
    assert (page.text_input(key="net_mean").value, page.text_input(key="net_deviation").value) == ("0.5", "0.5")
    page.text_input(key="net_mean").set_value("0,485; 0.456; 0.406").run()
    assert net_of(page).scaling == InputScaling.normalising((0.485, 0.456, 0.406), 0.5)
    assert page.selectbox(key="net_scaling").value == "as now"
    page.text_input(key="net_deviation").set_value("much").run()
    assert "Received: much" in page.warning[0].value
    page.text_input(key="net_deviation").set_value("0.1; 0.2").run()
    assert "Received: 3 and 2 numbers" in page.warning[0].value
    page.selectbox(key="net_planes").set_value(1).run()
    assert net_of(page).scaling == InputScaling()  # three means make no sense for grey
    assert page.selectbox(key="net_scaling").value == "0..1"
    assert not page.exception


def test_a_browser_that_missed_a_run_begins_with_the_values_of_the_net(open_page: OpenPage) -> None:
    """A control that is not set in a run must have the net's value as its default, or the browser reports another."""
    net = get_preset("conv64x2-fashion").architecture
    page = open_page("architecture", net=encode(net)).run()
    numbers = {key: page.number_input(key=key).proto for key in ("net_height", "net_width", "net_classes")}
    assert not any(proto.set_value for proto in numbers.values())
    assert {key: proto.default for key, proto in numbers.items()} == {
        "net_height": 28,
        "net_width": 28,
        "net_classes": 10,
    }
    sliders = {
        key: page.slider(key=key).proto.default for key in ("quick_blocks", "quick_filters", "quick_dense_units")
    }
    assert sliders == {"quick_blocks": [2], "quick_filters": [64], "quick_dense_units": [128]}
    page = choose_layer(show(page, "Layers"), "0").run()
    assert page.number_input(key="net_set_conv_0_filters").proto.default == 64


def test_a_click_does_not_bring_back_what_the_browser_shows_until_it_hears_of_the_run(open_page: OpenPage) -> None:
    page = open_page("architecture")
    page.number_input(key="net_height").set_value(40).run()
    page.slider(key="quick_filters").set_value(20).run()
    moved, received = net_of(page), page.text_input(key="net_run_received").value
    page = click(page, "net_undo")
    for key in ("net_undo", "net_redo"):  # from a browser to which nothing has come of what was done since
        page.number_input(key="net_height").set_value(40)
        page.slider(key="quick_filters").set_value(20)
        page.text_input(key="net_run_received").set_value(received)
        page = click(page, key)
    page = click(page, "net_redo")
    assert net_of(page) == moved, "no move was made that would have been in the way of what is done again"
    assert page.number_input(key="net_height").value == 40
    assert page.slider(key="quick_filters").value == 20
    page.slider(key="quick_filters").set_value(16).run()
    assert net_of(page).layers[0].filters == 16, "afterwards a change is a change"


def test_a_net_that_ends_with_more_values_than_a_layer_may_have_is_shown_with_its_sliders(open_page: OpenPage) -> None:
    net = Architecture(input_shape=(28, 28, 1), layers=(Conv(filters=32), Flatten()))  # 26 * 26 * 32 = 21,632 values
    page = open_page("architecture", net=encode(net))
    assert not page.exception
    assert MORE_THAN_SAID in [caption.value for caption in page.caption]


def test_a_control_that_is_gone_has_not_moved_where_a_click_that_takes_another_net_still_comes_with_it() -> None:
    def script() -> None:
        import streamlit as st

        from cnnviz.ui.architecture.state import reported_value, shown_value

        of_net_taken = 0
        if "quick_blocks" in st.session_state:  # before anything is drawn, as what a click calls
            st.text(reported_value("quick_blocks", of_net_taken))
        st.slider("Blocks", 0, 6, key="quick_blocks", **shown_value("quick_blocks", 2))

    page = AppTest.from_function(script).run().run()
    assert page.text[0].value == "0"
    assert page.slider[0].set_value(5).run().text[0].value == "5"


def test_undo_redo_and_a_click_in_the_list_of_moves(open_page: OpenPage) -> None:
    page = open_page("architecture")
    page.slider(key="quick_filters").set_value(20).run()
    page.slider(key="quick_filters").set_value(24).run()
    after = figures(page)
    page = click(page, "net_undo")
    assert page.slider(key="quick_filters").value == 20
    page = click(page, "net_redo")
    assert figures(page) == after
    assert page.button(key="net_redo").disabled
    page.radio(key="net_move").set_value(0).run()
    assert figures(page)[0] == "12,810"
    assert page.button(key="net_undo").disabled


def test_the_difference_to_a_pinned_net_stays_while_moves_go_on(open_page: OpenPage) -> None:
    page = click(open_page("architecture"), "net_pin")
    page.slider(key="quick_dense_units").set_value(64).run()
    page.slider(key="quick_dense_units").set_value(128).run()
    by_hand = 160 + 4640 + (800 * 128 + 128) + (128 * 10 + 10)
    assert f":red[+{by_hand - 12810:,}" in differences(page)
    page.segmented_control(key="net_difference").set_value("The pinned net").run()
    assert table_of(page)["± parameters"] == ["", "", "", "", "", "+102,528 (new)", "−6,720"], (
        "a dense layer of 800 × 128 + 128 came, and the last one went from 800 × 10 to 128 × 10"
    )
    page = click(page, "net_take_pinned")
    assert figures(page)[0] == "12,810"


def test_an_impossible_net_gets_its_message_and_one_click_repairs_it(open_page: OpenPage) -> None:
    page = open_layers(open_page, net=encode(IMPOSSIBLE))
    assert len(page.error) == 1
    assert page.error[0].value.startswith("Convolution turns 2 × 3 into 0 × 0")
    assert "Received" not in page.error[0].value
    assert page.text[0].value == "Received: input=(2, 3, 1), kernel=(5, 5)."
    assert "✕" in page.radio(key="net_layer").options[3]
    page = click(page, "net_fix")
    assert not page.error
    assert figures(page)[0] == f"{build_model(net_of(page)).count_params():,}"
    page = click(page, "net_undo")
    assert net_of(page) == IMPOSSIBLE


def test_a_slider_that_shrinks_the_net_to_nothing_is_said_and_the_sliders_stay(open_page: OpenPage) -> None:
    page = open_page("architecture")
    page.slider(key="quick_blocks").set_value(6).run()
    assert len(page.error) == 1
    assert "turns 1 × 1 into 0 × 0" in page.error[0].value
    page.slider(key="quick_blocks").set_value(2).run()
    assert not page.error
    assert figures(page)[0] == "12,810"


def test_shares_of_a_layer_are_read_as_people_write_them(open_page: OpenPage) -> None:
    net = Architecture(name="one", input_shape=(12, 9, 1), layers=(Flatten(), Dropout(rate=0.25), Dense(units=2)))
    page = choose_layer(open_layers(open_page, net=encode(net)), "1")
    field = page.text_input(key="net_set_dropout_1_rate")
    assert field.value == "0.25"
    page = field.set_value("1/8").run()
    assert net_of(page).layers[1].rate == 0.125
    page = page.text_input(key="net_set_dropout_1_rate").set_value("0,3").run()
    assert net_of(page).layers[1].rate == 0.3
    for refused in ("a third", "1.5", ""):
        page = page.text_input(key="net_set_dropout_1_rate").set_value(refused).run()
        assert "Your net is as before." in page.warning[0].value
        assert net_of(page).layers[1].rate == 0.3
        assert page.text_input(key="net_set_dropout_1_rate").value == "0.3"


def test_a_move_that_is_refused_is_said_and_the_net_stays(open_page: OpenPage) -> None:
    net = Architecture(name="one", input_shape=(12, 9, 1), layers=(Flatten(),))
    page = click(choose_layer(open_layers(open_page, net=encode(net)), "0"), "net_remove")
    assert "cannot be removed" in page.warning[0].value
    assert net_of(page) == net


def test_limits_of_the_server_are_said_before_anything_is_launched(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_PARAMS", "10000")
    page = open_page("architecture")
    assert "this server accepts 10,000" in page.error[0].value


def test_the_link_restores_the_net_the_pinned_net_and_the_layer(open_page: OpenPage) -> None:
    page = click(open_layers(open_page), "net_pin")
    page = choose_layer(page, "2")
    page.number_input(key="net_set_conv_2_filters").set_value(48).run()
    query = {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}
    again = open_layers(open_page, **query)
    assert net_of(again) == net_of(page)
    assert again.radio(key="net_layer").value == "2"
    assert "vs. pinned" in differences(again)


@pytest.mark.parametrize("view", ["flow", "blocks"])
def test_the_link_keeps_the_view_of_the_diagram(open_page: OpenPage, view: str) -> None:
    page = open_page("architecture")
    page.session_state["net_view"] = view
    assert page.run().query_params["view"] in (view, [view])
    again = open_page("architecture", view=view)
    assert again.session_state["net_view"] == view


def test_a_deep_net_comes_in_the_view_for_deep_nets_unless_the_link_says_otherwise(open_page: OpenPage) -> None:
    deep = encode(get_preset("resnet-like").architecture)
    assert open_page("architecture", net=deep).session_state["net_view"] == "flow"
    assert open_page("architecture", net=deep, view="blocks").session_state["net_view"] == "blocks"


@pytest.mark.parametrize("name", ["net", "pinned", "layer", "view"])
@pytest.mark.parametrize("rubbish", ["rubbish", "eNoDAAAAAAE", "-1", "9.9.9", "ä" * 50, "1" * 2000])
def test_rubbish_in_the_link_is_said_or_ignored_and_a_net_is_shown(
    open_page: OpenPage, name: str, rubbish: str
) -> None:
    page = open_page("architecture", **{name: rubbish})
    assert not page.exception
    assert figures(page)[0] == "12,810"
    if name == "net":
        assert "link" in page.warning[0].value
        assert "Received" in page.warning[0].value + "".join(text.value for text in page.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[1, 2]",
        '{"input_shape": [28, 28, 1]}',
        '{"input_shape": [28, 28, 1], "layers": [{"kind": "warp"}]}',
        '{"input_shape": [-28, 28, 1], "layers": [{"kind": "flatten"}]}',
        '{"input_shape": [28, 28, 1], "layers": [{"kind": "conv", "filters": -3}]}',
        json.dumps({"input_shape": [28, 28, 1], "layers": [{"kind": "flatten"}] * 10_000}),
        '{"layers":' * 3000,
    ],
    ids=["nothing", "text", "list", "no layers", "kind", "size", "filters", "10,000 layers", "deep"],
)
def test_bad_json_gets_one_sentence_and_the_net_stays(open_page: OpenPage, text: str) -> None:
    page = open_tab(open_page("architecture"), "Code")
    page.segmented_control(key="net_code").set_value("JSON").run()
    page.text_area(key="net_json_text").set_value(text)
    page = click(page, "net_json_take")
    assert not page.exception
    assert len(page.warning) == 1
    assert "This is no net" in page.warning[0].value
    assert figures(page)[0] == "12,810"


def test_exported_json_comes_back_as_the_same_net(open_page: OpenPage) -> None:
    net = get_preset("resnet-like").architecture
    page = open_tab(open_page("architecture", net=encode(net)), "Code")
    page.segmented_control(key="net_code").set_value("JSON").run()
    exported = page.code[0].value
    again = open_tab(open_page("architecture"), "Code")
    again.segmented_control(key="net_code").set_value("JSON").run()
    again.text_area(key="net_json_text").set_value(exported)
    assert net_of(click(again, "net_json_take")) == net


def test_the_code_is_that_of_the_net_and_a_net_with_skips_has_no_sequential(open_page: OpenPage) -> None:
    net = get_preset("resnet-like").architecture
    page = open_tab(open_page("architecture", net=encode(net)), "Code")
    assert "keras.Model(" in page.code[0].value
    page.segmented_control(key="net_code").set_value("PyTorch").run()
    assert page.code[0].value == torch_module(net).rstrip("\n") or page.code[0].value == torch_module(net)
    page.segmented_control(key="net_code").set_value("Keras, Sequential").run()
    assert not page.code
    said = "there is more than one path in Residual block 2 ('repeat_1.1.residual_1'): use the functional code."
    assert page.info[0].value == f"A Sequential model is one chain of layers, and {said}"


def test_two_templates_are_compared_layer_by_layer(open_page: OpenPage) -> None:
    page = open_tab(open_page("architecture"), "Compare")
    page.selectbox(key="net_compare_a").set_value("Template: LeNet-5").run()
    assert not page.exception
    texts = [text.split()[0].replace(",", "").replace("−", "-") for text in table_of(page)["± parameters"] if text]
    total = sum(map(int, texts))
    assert total == 12810 - 61706


def test_pixels_that_are_scaled_otherwise_are_a_row_of_the_comparison(open_page: OpenPage) -> None:
    page = open_page("architecture")
    page.selectbox(key="net_scaling").set_value("-1..1").run()
    page = open_tab(page, "Compare")
    page.selectbox(key="net_compare_a").set_value("Before the last move").run()
    table = table_of(page)
    assert not page.exception
    assert list(table) == ["", "From", "To", "± parameters", "± MACs", "What differs"], "the longest comes last"
    assert table["What differs"][0] == "pixels: 0 to 1 → \N{MINUS SIGN}1 to 1"
    assert set(table["What differs"][1:]) == {""}


def test_the_newest_runs_are_on_offer_to_compare_with(open_page: OpenPage, engine: Engine) -> None:
    run = engine.store.create(get_preset("digits-small").architecture, TrainingConfig())
    page = open_tab(open_page("architecture"), "Compare")
    engine.store.delete(run.id)
    assert any(run.id[:6] in option for option in page.selectbox(key="net_compare_a").options)


@pytest.mark.parametrize("path", ["0", "1", "2", "4", "5"])
def test_the_receptive_field_of_every_kind_of_layer_is_shown(open_page: OpenPage, path: str) -> None:
    page = open_tab(open_page("architecture", layer=path), "Receptive field")
    assert not page.exception
    assert page.selectbox(key="receptive_field_layer").value == path


@pytest.mark.parametrize("name", PRESETS)
def test_every_template_can_be_taken(open_page: OpenPage, name: str) -> None:
    page = click(show(open_page("architecture"), "Templates"), f"net_template_{name}")
    assert not page.exception
    assert not page.error
    assert net_of(page) == get_preset(name).architecture


def test_each_net_is_traced_analysed_and_drawn_once(open_page: OpenPage) -> None:
    # of the size and classes of the data set on the Training page: for others the time is that of an adapted net
    layers = (Flatten(), Dense(units=10, activation="softmax"))
    net, wider = (Architecture(input_shape=(28, 28, 1), layers=(Conv(filters=n), *layers)) for n in (5, 6))
    for cached in (trace, analyze, diagram_svg):
        cached.cache_clear()
    page = open_page("architecture", net=encode(net))
    assert (trace.cache_info().misses, analyze.cache_info().misses) == (1, 1), "all parts of the page share it"
    drawn = diagram_svg.cache_info().misses
    page.run()
    assert (trace.cache_info().misses, analyze.cache_info().misses) == (1, 1)
    assert diagram_svg.cache_info().misses == drawn, "nothing has changed"
    page.session_state["net_moves"] = page.session_state["net_moves"].push(wider)
    page.run()
    assert (trace.cache_info().misses, analyze.cache_info().misses) == (2, 2), "only the new net"


@pytest.mark.parametrize("cached", [trace, analyze, diagram_svg])
def test_what_is_kept_of_nets_is_bounded(cached: Callable) -> None:
    assert cached.cache_info().maxsize <= 128


@pytest.mark.parametrize("name", ["lenet5", "digits-fast"])
def test_a_link_names_a_preset_once_and_the_net_after_that(open_page: OpenPage, name: str) -> None:
    page = open_page("architecture", preset=name)
    assert not page.warning
    assert "preset" not in page.query_params
    assert decode("".join(page.query_params["net"])) == NAMED_NETS[name]


def test_a_preset_that_there_is_not_is_said(open_page: OpenPage) -> None:
    page = open_page("architecture", preset="banana")
    (warning,) = page.warning
    assert warning.value.startswith("The link names a preset that does not exist, so the page starts with a preset")
    assert warning.value.endswith(f"{len(NAMED_NETS)} in all). Received: banana.")
    assert "preset" not in page.query_params
