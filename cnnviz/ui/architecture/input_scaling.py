"""How pixels are given to the net: in one of the usual ways, or with a mean and a deviation of one's own."""

from typing import Any

import streamlit as st

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.arithmetic import Factors
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.errors import InvalidInput
from cnnviz.text.explanations import explain
from cnnviz.text.numbers import parse_number
from cnnviz.ui.architecture.state import attempt, reported_value, shown_value
from cnnviz.ui.inputs.number_field import EXAMPLES
from cnnviz.ui.session.current_net import current_net
from cnnviz.ui.shared.scalings import AS_NOW, TITLES, choices, factors_text, scaling_text

WAY, MEAN, DEVIATION = "net_scaling", "net_mean", "net_deviation"


def show_scaling(net: Architecture) -> None:
    """A choice among the usual ways, and below it the mean and deviation that each of them is."""
    offered = choices(net)
    used = _used(net)
    st.selectbox(
        "Pixels are given to it as",
        list(offered),
        format_func=lambda name: "mean and deviation below" if name == AS_NOW else TITLES[name],
        key=WAY,
        on_change=_take_way,
        help=explain("scaling", order="blue, green, red" if net.scaling.order == "bgr" else ""),
        **shown_value(WAY, used, option="index", default=list(offered).index(used)),
    )
    numbers = net.scaling.mean_and_deviation()
    for column, key, value in zip(st.columns(2), (MEAN, DEVIATION), numbers, strict=True):
        column.text_input(
            "Mean" if key == MEAN else "Deviation",
            key=key,
            max_chars=200,
            on_change=_take_numbers,
            help=explain(key),
            **shown_value(key, factors_text(value)),
        )


def _used(net: Architecture) -> str:
    return next(name for name, scaling in choices(net).items() if scaling == net.scaling)


def _take_way() -> None:
    net = current_net()
    name = reported_value(WAY, _used(net))
    _set(choices(net).get(name, net.scaling))


def _take_numbers() -> None:
    own = current_net().scaling
    mean, deviation = own.mean_and_deviation()
    attempt(lambda net: _with(net, InputScaling.normalising(_read(MEAN, mean), _read(DEVIATION, deviation), own.order)))


def _read(key: str, own: Factors) -> Factors:
    """What a field says; the net's own numbers where it still shows them, because it shows them rounded."""
    text = reported_value(key, factors_text(own)).strip()
    if text == factors_text(own):
        return own
    numbers: list[Any] = [parse_number(part.strip()) for part in text.split(";")]
    if None in numbers:
        raise InvalidInput(
            f"Write a number, {EXAMPLES}, or one for each channel with ; between. Received: {text[:40] or 'nothing'}."
        )
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _set(scaling: InputScaling) -> None:
    attempt(lambda net: _with(net, scaling), words=f"Pixels: {scaling_text(scaling)}")


def _with(net: Architecture, scaling: InputScaling) -> Architecture:
    return Architecture.from_fields({**net.model_dump(), "scaling": scaling.model_dump()})
