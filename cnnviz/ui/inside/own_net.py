"""A net of the visitor's own: brought along as a file, and what its file did not tell."""

from typing import Any

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.engine.own_nets import change_own, keep_net, no_answer, read_own_net, read_report, split_names
from cnnviz.models.foreign.scalings import name_of
from cnnviz.runs.permitted import MAX_NAME
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.inside.train_own import show_trainings
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.scalings import AS_NOW, TITLES, choices

OPEN = "own_net_open"
"""Session key of the place for a file, and what a link says to open it: `/inside?own=1`."""
NUM_KEPT = "own_net_kept"  # in the uploader's key: a new key empties it, and frees the server's memory
MAX_MEGABYTES = 200
ENDINGS = ("keras", "h5", "hdf5", "onnx")
HELP = (
    "Keras: model.save('net.keras') or 'net.h5'. PyTorch: torch.onnx.export. Nothing in the file is executed. "
    "A .txt beside it may name the classes, one a line; weights alone need the net's JSON from the Architecture page."
)
MAX_SIDE = 512


def show_upload() -> None:
    """A button behind which the visitor brings a net along; it is read at once, and shown."""
    if st.query_params.get("own") and OPEN not in st.session_state:
        st.session_state[OPEN] = True
    with st.popover("Your own net", icon=":material/upload:", key=OPEN, on_change="rerun"):
        files = st.file_uploader(
            "A net from Keras or PyTorch: .keras, .h5 or .onnx",
            type=None,  # for others it is said how to save them
            accept_multiple_files=True,
            key=f"own-net-{st.session_state.get(NUM_KEPT, 0)}",
            max_upload_size=MAX_MEGABYTES,
        )
        st.caption(HELP)
        if files:
            with errors_shown():
                _open(files)


def _open(files: list[Any]) -> None:
    """Read the net among the files, keep it, and go to it; the others name its classes, or are its JSON."""
    by_ending = {file.name.lower().rpartition(".")[2]: file for file in files}
    beside = {ending: by_ending.pop(ending, None) for ending in ("json", "txt")}
    nets = [by_ending[ending] for ending in ENDINGS if ending in by_ending] or list(by_ending.values())
    if not nets:
        st.info("Add the file of the net itself: .keras, .h5 or .onnx.", icon=":material/info:")
        return
    file = nets[0]
    names = split_names(beside["txt"].getvalue().decode("utf-8", errors="replace")) if beside["txt"] else ()
    with st.spinner("Reading the net"):
        json_text = beside["json"].getvalue() if beside["json"] else None
        brought = read_own_net(file.getvalue(), file_name=file.name, json_text=json_text, classes=names)
        run = keep_net(services.store(), brought, by=current_visitor())
    st.session_state[NUM_KEPT] = st.session_state.get(NUM_KEPT, 0) + 1
    del st.session_state[OPEN]
    st.query_params.from_dict({"run": run.id})
    st.rerun()


def show_own_net(run: Run) -> None:
    """What is known of a net that was brought along, and for its owner what its file did not tell; else nothing."""
    if not run.origin:
        return
    report = read_report(services.store(), run.id)
    is_mine = may_change(current_visitor(), run)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge("own net", icon=":material/upload:", color="violet")
        st.caption(as_markdown(_summary(run, report, is_mine=is_mine)), width="stretch")
        show_trainings(run, report, is_mine=is_mine)
    with st.expander("Classes, pixels and layers of this net", icon=":material/tune:"), errors_shown():
        if is_mine:
            _change(run, report)
        _show_layers(report)


def _summary(run: Run, report: dict[str, Any], *, is_mine: bool) -> str:
    layers = report.get("layers", [])
    shown = sum(line["shown"] for line in layers)
    said = f"{shown} of {len(layers)} layers of {report.get('file', 'its file')} are shown."
    answer = "" if run.facts.classes else no_answer(report)
    return " ".join(filter(None, [said, report.get("note"), answer, _scaling_text(run, report, is_mine=is_mine)]))


def _scaling_text(run: Run, report: dict[str, Any], *, is_mine: bool) -> str:
    """How the pixels of a net are scaled, and why."""
    guessed = report.get("scaling") == run.architecture.scaling.model_dump(mode="json")
    name = name_of(run.architecture)
    if guessed:
        reason = report["scaling_reason"].replace(f"as {name},", f"as {TITLES.get(name, name)},")
        return f"{reason} If that is wrong, change it." if is_mine else reason
    return f"Pixels are scaled as {'you' if is_mine else 'its owner'} chose: {TITLES.get(name, AS_NOW)}."


def use_scaling(run: Run, name: str) -> None:
    """Scale the pixels of a net in another of the usual ways."""
    height, width, _ = run.architecture.input_shape
    change_own(
        services.store(),
        run.id,
        classes=run.facts.classes,
        scaling=choices(run.architecture)[name],
        size=(height, width),
        by=current_visitor(),
    )
    st.rerun()


def _change(run: Run, report: dict[str, Any]) -> None:
    """Name, classes, pixels and size, to be changed together."""
    offered = choices(run.architecture)
    used = next(name for name, scaling in offered.items() if scaling == run.architecture.scaling)
    height, width, _ = run.architecture.input_shape
    version = run.progress.started
    with st.form(f"own-{run.id}-{version}", border=False):
        left, right = st.columns(2, gap="large")
        name = left.text_input("Name", run.name, max_chars=MAX_NAME)
        scaling = left.selectbox(
            "Pixels are given to it as",
            list(offered),
            index=list(offered).index(used),
            format_func=lambda name: TITLES.get(name, name),
            help="Beside the picture stands what it says for each of these",
        )
        with left.container(horizontal=True):
            rows = st.number_input("Height of its pictures", 1, MAX_SIDE, height)
            columns = st.number_input("Width", 1, MAX_SIDE, width)
        if run.facts.classes:
            label = f"Names of its {len(run.facts.classes):,} classes, one a line or with commas"
            names = split_names(right.text_area(label, "\n".join(run.facts.classes), height=190))
        else:
            right.caption(as_markdown(no_answer(report)))
            names = ()
        is_pressed = st.form_submit_button("Apply", type="primary")
    if not is_pressed:
        return
    if name.strip() not in ("", run.name):
        services.engine().rename(run.id, name, by=current_visitor())
    size = int(rows), int(columns)
    change_own(services.store(), run.id, classes=names, scaling=offered[scaling], size=size, by=current_visitor())
    st.rerun()


def _show_layers(report: dict[str, Any]) -> None:
    """What became of each layer of the file."""
    layers = report.get("layers", [])
    if not layers:
        return
    rows = [
        {
            "Layer of the file": line["name"],
            "Kind": line["operation"],
            "Here": "passed through" if line.get("passes") else "shown" if line["shown"] else "not shown",
            "Why": line["note"],
        }
        for line in layers
    ]
    st.dataframe(rows, hide_index=True, height="content" if len(rows) <= 12 else 380, key="own_net_layers")
