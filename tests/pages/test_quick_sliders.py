"""The sliders on the page Architecture."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from cnnviz.architecture.export.url import decode, encode
from cnnviz.architecture.spec import Architecture, AvgPool, Conv, Dense, Flatten, Layer, MaxPool

OpenPage = Callable[..., AppTest]


def net_of(page: AppTest) -> Architecture:
    text = page.query_params["net"]
    return decode(text[0] if isinstance(text, list) else text)


def two_convolutions(*between: Layer, filters: tuple[int, int] = (33, 47)) -> Architecture:
    first, second = (Conv(filters=count, padding="same", activation="relu") for count in filters)
    answer = Dense(units=3, activation="softmax")
    return Architecture(name="own", input_shape=(12, 16, 1), layers=(first, *between, second, Flatten(), answer))


def test_filters_moved_to_one_and_back_are_what_they_were(open_page: OpenPage) -> None:
    page = open_page("architecture", net=encode(two_convolutions()))
    page.slider(key="quick_filters").set_value(1).run()
    assert [layer.filters for layer in net_of(page).layers[:2]] == [1, 1]
    page.slider(key="quick_filters").set_value(66).run()
    assert [layer.filters for layer in net_of(page).layers[:2]] == [66, 94]
    page.slider(key="quick_filters").set_value(33).run()
    assert net_of(page) == two_convolutions()


def test_poolings_taken_out_and_put_back_stand_where_they_stood(open_page: OpenPage) -> None:
    net = two_convolutions(MaxPool(size=3, stride=2))
    page = open_page("architecture", net=encode(net))
    for pooling in ("none", "avg"):
        page.segmented_control(key="quick_pooling").set_value(pooling).run()
    assert net_of(page) == two_convolutions(AvgPool(size=3, stride=2))


def test_another_move_in_between_is_kept(open_page: OpenPage) -> None:
    page = open_page("architecture", net=encode(two_convolutions(filters=(8, 8))))
    page.slider(key="quick_filters").set_value(4).run()
    page.slider(key="quick_dense_units").set_value(20).run()
    page.slider(key="quick_filters").set_value(6).run()
    assert [layer.filters for layer in net_of(page).layers[:2]] == [6, 6]
    assert [layer.units for layer in net_of(page).layers if isinstance(layer, Dense)] == [20, 3]


def test_a_slider_that_can_change_nothing_is_disabled_and_says_why(open_page: OpenPage) -> None:
    layers = (Flatten(), Dense(units=9, activation="relu"), Dense(units=3, activation="softmax"))
    page = open_page("architecture", net=encode(Architecture(name="mlp", input_shape=(12, 16, 1), layers=layers)))
    assert page.slider(key="quick_filters").disabled
    assert not page.slider(key="quick_dense_units").disabled
    assert any(
        "Kernel size, Padding, Pooling, Batch normalisation. This net has no plain convolution" in one.value
        for one in page.caption
    )
    page.slider(key="quick_blocks").set_value(1).run()
    assert not page.slider(key="quick_filters").disabled
