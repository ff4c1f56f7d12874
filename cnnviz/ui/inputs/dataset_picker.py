"""Choosing a data set: a registered one, or images of one's own in a zip, in files, or in a folder of the server."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from cnnviz.datasets.catalogue import DATASETS, served_images
from cnnviz.datasets.dataset import DatasetInfo, shown_name
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe
from cnnviz.datasets.sources.folder import require_correctable
from cnnviz.errors import InputWanted, InvalidDataset, UnknownName
from cnnviz.runs.uploads import keep_upload
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.inputs.found_images import show_found
from cnnviz.ui.session.training_settings import kept_roles
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import also_in_link, choice_in_link

KEY = "own_folder"
DATASET, LINKED = "training_dataset", "linked_dataset"
"""Keys of the session: the chosen set, and the one that the address named when it was last read."""
LINK = "set"
NUM_KEPT = "own_num_kept"  # in the uploaders' keys: a new key empties them, and frees the server's memory
MIN_CLASSES, MAX_CLASSES = 2, 10
MAX_MEGABYTES = 200
PICTURE_MEGABYTES = 50
NO_IMAGES_YET = (
    "Upload a zip with a folder for each class, or give two classes some images; then press Use these images."
)
CORRECT = "Say above what the folders are, or use other images."

Files = dict[str, list[tuple[str, bytes]]]

OWN_IMAGES = "own"
MAX_NAMED = 10  # classes


def _own_folder() -> str:
    """Path of this session's own images; raises InputWanted until there are some."""
    served = served_images()
    chosen = st.session_state.get(KEY)
    if chosen and not _is_usable(chosen):
        del st.session_state[KEY]
    label = (
        f"{as_markdown(shown_name(st.session_state[KEY]))}: use other images"
        if KEY in st.session_state
        else "Give it images"
    )
    with st.expander(label, expanded=KEY not in st.session_state, icon=":material/upload:", key=_key("place")):
        names = ["A zip", "Files for each class", *(["On this server"] if served else [])]
        by_zip, by_class, *on_server = st.tabs(names)
        with by_zip, errors_shown():
            _by_zip()
        with by_class, errors_shown():
            _by_class()
        for tab in on_server:
            with tab, errors_shown():
                _on_server(served)
    if KEY not in st.session_state:
        raise InputWanted(NO_IMAGES_YET)
    return st.session_state[KEY]


def _is_usable(chosen: str) -> bool:
    """Whether they are still there, and this visitor's: another user may have logged in meanwhile."""
    try:
        require_usable(chosen, current_visitor(), services.store().home)
    except UnknownName:
        return False
    return Path(chosen).exists()


def _by_zip() -> None:
    packed = st.file_uploader(
        "Zip: a folder for each class, or names such as cat.1.jpg",
        type="zip",
        key=_key("zip"),
        max_upload_size=MAX_MEGABYTES,
        help="Parts such as train, validation and test are kept apart; else a share of each class is set aside for "
        "testing. What was found is shown before anything is trained.",
    )
    _use("zip", None if packed is None else packed.getvalue, name="" if packed is None else packed.name)


def _by_class() -> None:
    """Named classes with their files; unnamed and empty ones are left out."""
    number = st.number_input("Classes", MIN_CLASSES, MAX_CLASSES, MIN_CLASSES, key="own_classes")
    given = []
    for place in range(1, int(number) + 1):
        name = st.text_input(f"Name of class {place}", key=_key(f"name-{place}"), placeholder="cat or dog, for example")
        uploads = st.file_uploader(
            f"Images of class {place}",
            accept_multiple_files=True,
            key=_key(f"files-{place}"),
            label_visibility="collapsed",
            max_upload_size=PICTURE_MEGABYTES,
        )
        if name.strip() and uploads:
            given.append((name.strip(), uploads))
    _use("files", (lambda: _read(given)) if len(given) >= MIN_CLASSES else None)


def _on_server(served: dict[str, Path]) -> None:
    name = st.selectbox("Folder or zip", list(served), key="own_served")
    if st.button("Use these images", key="use_served"):
        require_correctable(served[name])
        _take(served[name])


def _use(source: str, content: Callable[[], Files | bytes] | None, *, name: str = "") -> None:
    """A button that keeps what `content` gives, by that name; None: nothing to keep yet."""
    is_pressed = st.button("Use these images", key=f"use_{source}", type="primary", disabled=content is None)
    if is_pressed and content is not None:
        with st.spinner("Keeping the images"):
            path = keep_upload(services.store(), current_visitor(), content(), name=name)
        _take(path)


def _take(path: Path) -> None:
    st.session_state[KEY] = str(path)
    st.session_state[NUM_KEPT] = st.session_state.get(NUM_KEPT, 0) + 1
    st.rerun()


def _read(given: list[tuple[str, list]]) -> Files:
    """Content of the uploads; a class named twice is one class."""
    files: Files = {}
    for name, uploads in given:
        files.setdefault(name, []).extend((upload.name, upload.getvalue()) for upload in uploads)
    return files


def _key(name: str) -> str:
    return f"own-{name}-{st.session_state.get(NUM_KEPT, 0)}"


def take_linked_dataset() -> None:
    """Choose the data set that the address names, `?set=digits`, which names another one once that is chosen."""
    also_in_link(LINK, "dataset")
    listed = [name for name, info in DATASETS.items() if info.listed]
    linked = choice_in_link(LINK, listed, what="data set", instead="another one is shown")
    state = st.session_state
    if linked is None:
        state[LINKED] = None  # the next link may name any of them
        return
    if linked != state.get(LINKED):  # a link, or Back
        state[DATASET] = linked
    elif state[DATASET] in listed:
        st.query_params[LINK] = state[DATASET]
    else:
        del st.query_params[LINK]
    state[LINKED] = st.query_params.get(LINK)


def choose_dataset() -> tuple[str, DatasetInfo]:
    """Name or path, and what is known of it; the choice is shared by all pages of a session."""
    listed = {name: info for name, info in DATASETS.items() if info.listed}
    name = st.selectbox(
        "Images",
        [*listed, OWN_IMAGES],
        format_func=lambda name: listed[name].title if name in listed else "My own images",
        key=DATASET,
        persist_state="session",
    )
    if name == OWN_IMAGES:
        return _own_images()
    return name, listed[name]


def _own_images() -> tuple[str, DatasetInfo]:
    """This session's own images; what is no data set as it was taken is shown with the way to correct it."""
    folder = _own_folder()
    info, problem = None, None
    try:
        info = describe(folder, roles=kept_roles(folder))
    except InvalidDataset as error:
        problem = error
    show_found(folder, problem)
    if info is None:
        raise InputWanted(CORRECT)
    return folder, info


def origin(info: DatasetInfo) -> str:
    """Where a data set comes from, for a caption; nothing of own images."""
    return f"Source: {info.source}. Licence: {info.licence}." if info.listed else ""


def summary(info: DatasetInfo) -> str:
    """What a data set is, for a caption."""
    if not info.listed:
        shown = ", ".join(info.classes[:MAX_NAMED])
        more = f" and {len(info.classes) - MAX_NAMED} more" if len(info.classes) > MAX_NAMED else ""
        return as_markdown(f"{info.summary} They are: {shown}{more}.")
    return info.summary
