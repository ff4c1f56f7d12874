"""The net as code to copy, and as JSON to save and to bring back."""

import streamlit as st

from cnnviz.architecture.export.keras_code import keras_functional, keras_sequential, why_not_sequential
from cnnviz.architecture.export.torch_code import torch_module
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.markup import as_markdown
from cnnviz.ui.architecture.state import REFUSED, NetView
from cnnviz.ui.components.save_files import FileToSave, file_name, save_files
from cnnviz.ui.session.current_net import select, set_net

MAX_BYTES = 1_000_000
MAX_MEGABYTES = 1
KERAS, SEQUENTIAL, TORCH, JSON = "Keras, functional", "Keras, Sequential", "PyTorch", "JSON"


def show_code(view: NetView) -> None:
    """Draw the code of the net in the chosen language, or its JSON."""
    chosen = st.segmented_control("As", (KERAS, SEQUENTIAL, TORCH, JSON), default=KERAS, key="net_code", required=True)
    if chosen == JSON:
        _show_json(view.net)
    elif view.analysis is None:
        st.info("An impossible net has no code. Its JSON can be saved.")
    elif chosen == SEQUENTIAL and (reason := why_not_sequential(view.net)):
        st.info(reason, icon=":material/call_split:")
    else:
        write = {KERAS: keras_functional, SEQUENTIAL: keras_sequential, TORCH: torch_module}[chosen]
        code, suffix = write(view.net), {KERAS: "keras", SEQUENTIAL: "sequential", TORCH: "torch"}[chosen]
        name = file_name(view.net.name, suffix, ending="py")
        save_files([FileToSave("Save as a file", name, lambda: code)], key="net_code_file")
        st.code(code, language="python")


def _show_json(architecture: Architecture) -> None:
    text = architecture.model_dump_json(indent=2, exclude_defaults=True)
    name = file_name(architecture.name, ending="json")
    save_files([FileToSave("Save as JSON", name, lambda: text)], key="net_json_save")
    file = st.file_uploader(
        "Open a JSON file", type=None, key="net_json_file", on_change=_open_file, max_upload_size=MAX_MEGABYTES
    )
    if file is not None:
        st.caption(f"Read {as_markdown(file.name)}.")
    st.text_area(
        "Or paste JSON", key="net_json_text", height=120, placeholder='{"input_shape": [28, 28, 1], "layers": [...]}'
    )
    st.button("Take it", key="net_json_take", on_click=lambda: _take(st.session_state.net_json_text))
    st.code(text, language="json")


def _open_file() -> None:
    file = st.session_state.net_json_file
    if file is None:
        return
    if file.size > MAX_BYTES:
        st.session_state[REFUSED] = (
            f"A net is at most {MAX_BYTES:,} bytes of JSON. Choose the file that was saved here. "
            f"Received: {file.name[:60]}, {file.size:,} bytes."
        )
        return
    _take(file.getvalue())


def _take(text: str | bytes) -> None:
    try:
        net = Architecture.from_json(text)
    except InvalidArchitecture as error:
        st.session_state[REFUSED] = str(error)
        return
    set_net(net, words=f"Opened {net.name} from JSON")
    select((0,))
