"""Settings of what is selected: of a layer, a control for each field of its spec, or of the net's input and output."""

from types import UnionType
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from cnnviz.architecture.analysis.analyze import LayerReport
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture, Branches, Conv, Dense, Layer
from cnnviz.architecture.spec.paths import Path, layer_at, path_text, walk
from cnnviz.errors import InvalidArchitecture, InvalidInput
from cnnviz.text.explanations import explain
from cnnviz.text.numbers import parse_number
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.input_scaling import show_scaling
from cnnviz.ui.architecture.state import NetView, attempt, num_classes, reported_value, shown_value
from cnnviz.ui.inputs.number_field import EXAMPLES, number_text
from cnnviz.ui.session.current_net import current_net

_NOT_EDITED = ("kind", "layers", "branches")
_ASIDE = ("name", "l1", "l2", "bias", "epsilon", "slope")  # what few people change
_WORDS = {"l1": "L1 penalty", "l2": "L2 penalty", "times": "How often", "merge": "Put together by"}
_NONE_MEANS = {"stride": "as large as the window", "slope": "as usual"}

LEAST_SIDE, MOST_SIDE = 8, 256
MOST_CLASSES = 1000
PLANES = {1: "1 (grey)", 3: "3 (colour)"}


def show_settings(view: NetView, path: Path) -> None:
    """Controls for the layer at that path; each change is a move."""
    layer = layer_at(view.net, path)
    kind = LAYER_KINDS[layer.kind]
    st.markdown(f"**{view.titles[path]}** · :small[`{view.names[path]}`]", help="Its name in code")
    st.caption(kind.explanation)
    fields = {name: field for name, field in type(layer).model_fields.items() if name not in _NOT_EDITED}
    live = _live_values(view, path)
    main = [name for name in fields if name not in _ASIDE]
    for left, right in zip(main[::2], [*main[1::2], None], strict=False):
        for column, name in zip(st.columns(2), (left, right), strict=True):
            if name is not None:
                with column:
                    _control(layer, name, fields[name], path, live)
    if isinstance(layer, Branches):
        _show_paths(layer, path)
    with st.expander("Name and more" if len(fields.keys() & _ASIDE) > 1 else "Name"):
        for name in (name for name in _ASIDE if name in fields):
            _control(layer, name, fields[name], path, live)


def _live_values(view: NetView, path: Path) -> dict[str, Any]:
    """What explanations say about the layer at that path."""
    report = view.report(path)
    if report is None:
        return {}
    if not isinstance(report, LayerReport):
        return {"params": f"{report.totals.params:,}"}
    return {
        "params_formula": report.params_formula if report.params else "0",
        "shape_formula": report.shape_formula,
        "params": f"{report.params:,}",
        "field": f"{report.receptive_field:,}",
    }


def _control(layer: Layer, name: str, field: FieldInfo, path: Path, live: dict[str, Any]) -> None:
    key = f"net_set_{layer.kind}_{path_text(path)}_{name}"
    value = getattr(layer, name)
    label = _WORDS.get(name, name.replace("_", " ").capitalize())
    common: dict[str, Any] = {"key": key, "help": explain(name, **live), "on_change": _take, "args": (path, name, key)}
    kind = field.annotation
    if get_origin(kind) is Literal:
        options = get_args(kind)
        st.selectbox(label, options, **common, **shown_value(key, value, option="index", default=options.index(value)))
    elif kind is bool:
        st.toggle(label, **common, **shown_value(key, value))
    elif name == "name":
        st.text_input(
            "Name in code", max_chars=60, placeholder="by kind and number", **common, **shown_value(key, value or "")
        )
    elif _is_text(layer, name):
        st.text_input(label, placeholder=_NONE_MEANS.get(name), **common, **shown_value(key, _numbers_text(value)))
    else:
        _whole_number(label, name, field, common, shown_value(key, value))


def _whole_number(label: str, name: str, field: FieldInfo, common: dict[str, Any], shown: dict[str, Any]) -> None:
    least = next(bound.ge for bound in field.metadata if hasattr(bound, "ge"))
    most = next(bound.le for bound in field.metadata if hasattr(bound, "le"))
    is_optional = isinstance(field.annotation, UnionType)
    options = {"value": None, "placeholder": _NONE_MEANS.get(name)} if is_optional else {}
    st.number_input(label, least, most, step=1, **{**options, **shown}, **common)


def _take(path: Path, name: str, key: str) -> None:
    attempt(lambda net: _with_reported(net, path, name, key))


def _with_reported(architecture: Architecture, path: Path, name: str, key: str) -> Architecture:
    layer = layer_at(architecture, path)
    own = getattr(layer, name, None)
    is_text = _is_text(layer, name)
    shown = (own or "") if name == "name" else _numbers_text(own) if is_text else own
    value = reported_value(key, shown)
    if name == "name":
        value = value.strip() or None
    elif is_text:
        value = _numbers(value, is_list=name == "shape")
    return edit.with_settings(architecture, path, **{name: value})


def _is_text(layer: Layer, name: str) -> bool:
    """Whether a setting is written as text: a number with decimals, none or several numbers."""
    return name in ("slope", "shape") or isinstance(getattr(layer, name, None), float | tuple)


def _numbers_text(value: float | tuple[float, ...] | None) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(number_text, value))
    return "" if value is None else number_text(value)


def _numbers(text: str, *, is_list: bool) -> float | tuple[float, ...] | None:
    if is_list or ";" in text:
        return tuple(_number(part.strip()) for part in text.split(";"))
    return _number(text) if text.strip() else None


def _number(text: str) -> float:
    number = parse_number(text)
    if number is None:
        raise InvalidInput(f"Write a number, {EXAMPLES}. Received: {text[:40] or 'nothing'}.")
    return number


def _show_paths(layer: Branches, path: Path) -> None:
    """Buttons for the number of paths; layers are put into them with "Add"."""
    st.caption(f"{len(layer.branches)} paths side by side; an empty one passes its input on.")
    with st.container(horizontal=True):
        st.button("Add a path", key="net_add_path", icon=":material/add:", on_click=_add_path, args=(path,))
        st.button(
            "Remove the last path",
            key="net_drop_path",
            icon=":material/remove:",
            on_click=_drop_path,
            args=(path,),
            disabled=len(layer.branches) < 3,
        )


def _add_path(path: Path) -> None:
    branches = layer_at(current_net(), path).model_dump()["branches"]
    attempt(lambda net: edit.with_settings(net, path, branches=(*branches, ())))


def _drop_path(path: Path) -> None:
    branches = layer_at(current_net(), path).model_dump()["branches"]
    attempt(lambda net: edit.with_settings(net, path, branches=branches[:-1]))


def show_frame(view: NetView) -> None:
    """Name, height, width, planes, classes and pixels."""
    height, width, channels = view.net.input_shape
    live = {
        "image": shape_text(view.net.input_shape),
        "values": f"{height * width * channels:,}",
        "classes": num_classes(view.net),
    }
    st.text_input(
        "Name of the net",
        max_chars=60,
        key="net_name",
        on_change=_take_name,
        help=explain("net_name"),
        **shown_value("net_name", view.net.name),
    )
    _show_sizes(view, live)
    show_scaling(view.net)


def _show_sizes(view: NetView, live: dict[str, Any]) -> None:
    """Numbers for height, width, planes and classes."""
    height, width, channels = view.net.input_shape
    left, right = st.columns(2)
    for column, name, value in ((left, "height", height), (right, "width", width)):
        column.number_input(
            name.capitalize(),
            min(LEAST_SIDE, value),
            max(MOST_SIDE, value),
            key=f"net_{name}",
            on_change=_take_input,
            help=explain(name, **live),
            **shown_value(f"net_{name}", value),
        )
    planes = sorted({*PLANES, channels})
    left.selectbox(
        "Planes",
        planes,
        format_func=lambda number: PLANES.get(number, str(number)),
        key="net_planes",
        on_change=_take_input,
        help=explain("planes", **live),
        **shown_value("net_planes", channels, option="index", default=planes.index(channels)),
    )
    right.number_input(
        "Classes",
        2,
        max(MOST_CLASSES, num_classes(view.net)),
        key="net_classes",
        on_change=_take_classes,
        help=explain("classes", **live),
        **shown_value("net_classes", num_classes(view.net)),
    )


def _take_name() -> None:
    name = reported_value("net_name", current_net().name).strip()
    attempt(lambda net: Architecture.from_fields({**net.model_dump(), "name": name}))


def _take_input() -> None:
    sides = zip(("net_height", "net_width", "net_planes"), current_net().input_shape, strict=True)
    shape = tuple(reported_value(key, own) for key, own in sides)
    attempt(lambda net: edit.with_input(net, shape))


def _take_classes() -> None:
    before = num_classes(current_net())
    classes = reported_value("net_classes", before)
    if classes == before:
        return
    attempt(lambda net: _with_classes(net, classes), words=f"Classes: {before} → {classes}")


def _with_classes(architecture: Architecture, classes: int) -> Architecture:
    try:
        return adapt(architecture, architecture.input_shape, classes)
    except InvalidArchitecture:
        found = [(path, layer) for path, layer in walk(architecture.layers) if isinstance(layer, Dense | Conv)]
        if not found:
            raise
        path, layer = found[-1]  # a net that is impossible for now: what its last layer with units says
        setting = "units" if isinstance(layer, Dense) else "filters"
        return edit.with_settings(architecture, path, **{setting: classes})
