"""A 3x3 grid of editable numbers with presets, kept in the link."""

from fractions import Fraction

import numpy as np
import streamlit as st

from cnnviz.errors import InvalidKernel, InvalidLink
from cnnviz.imaging.kernels import KERNELS, kernel_from_link, kernel_to_link, parse_kernel

SIDE = 3
CUSTOM = "custom"
DEFAULT = "vertical_edges"
CELL_WIDTH = 92
MAX_DENOMINATOR = 64


def edit_kernel() -> np.ndarray:
    """Let the visitor type nine numbers or take a preset; returns the last valid kernel (3, 3) float32.

    What is wrong with a cell is said below the grid, and the picture keeps the kernel before it.
    """
    if "cell_0_0" not in st.session_state:
        _start()
    _choose_preset()
    for row in range(SIDE):
        with st.container(horizontal=True, gap="small"):
            for column in range(SIDE):
                _cell(row, column)
    try:
        kernel = parse_kernel(_cells())
    except InvalidKernel as error:
        st.error(f"{error} The picture still shows the kernel before.", icon=":material/error:")
        return np.array(st.session_state.last_kernel, np.float32)
    st.session_state.last_kernel = kernel.tolist()
    st.query_params["kernel"] = kernel_to_link(kernel)
    return kernel


def _start() -> None:
    """Begin with the kernel of the link, of this session, or the first preset."""
    matrix = np.array(st.session_state.get("last_kernel", KERNELS[DEFAULT].matrix), np.float32)
    if "kernel" in st.query_params:
        try:
            matrix = _of_side(kernel_from_link(st.query_params["kernel"]))
        except InvalidLink as error:
            st.warning(f"{error} The page starts with a preset instead.", icon=":material/link_off:")
    _fill(matrix)


def _of_side(matrix: np.ndarray) -> np.ndarray:
    if matrix.shape != (SIDE, SIDE):
        raise InvalidLink(f"This link holds a kernel of another size: 3x3 is expected. Received: {matrix.shape}.")
    return matrix


def _fill(matrix: np.ndarray) -> None:
    st.session_state.last_kernel = np.asarray(matrix).tolist()
    for row in range(SIDE):
        for column in range(SIDE):
            st.session_state[f"cell_{row}_{column}"] = _text(float(matrix[row][column]))
    st.session_state.kernel_preset = _preset_of(np.asarray(matrix))


def _text(weight: float) -> str:
    """A short text of a weight: 0.1111111 is 1/9."""
    fraction = Fraction(weight).limit_denominator(MAX_DENOMINATOR)
    decimal = f"{weight:.6g}"
    is_shorter = len(str(fraction)) < len(decimal) and abs(float(fraction) - weight) < 1e-6
    return str(fraction) if is_shorter else decimal


def _preset_of(matrix: np.ndarray) -> str:
    names = (name for name, preset in KERNELS.items() if np.allclose(preset.matrix, matrix, atol=1e-4))
    return next(names, CUSTOM)


def _choose_preset() -> None:
    names = [*KERNELS, CUSTOM]
    st.selectbox(
        "Kernel",
        names,
        format_func=lambda name: KERNELS[name].title if name in KERNELS else "My own",
        key="kernel_preset",
        on_change=_take_preset,
    )
    name = st.session_state.kernel_preset
    st.caption(KERNELS[name].meaning if name in KERNELS else "Your own nine numbers; fractions such as 1/9 are fine.")


def _take_preset() -> None:
    name = st.session_state.kernel_preset
    if name in KERNELS:
        _fill(np.array(KERNELS[name].matrix))


def _cell(row: int, column: int) -> None:
    st.text_input(
        f"Row {row + 1}, column {column + 1}",
        key=f"cell_{row}_{column}",
        on_change=_note_edit,
        label_visibility="collapsed",
        width=CELL_WIDTH,
    )


def _note_edit() -> None:
    """An edited preset is a kernel of one's own, unless it equals another preset."""
    try:
        st.session_state.kernel_preset = _preset_of(parse_kernel(_cells()))
    except InvalidKernel:
        st.session_state.kernel_preset = CUSTOM


def _cells() -> list[list[str]]:
    return [[st.session_state[f"cell_{row}_{column}"] for column in range(SIDE)] for row in range(SIDE)]
