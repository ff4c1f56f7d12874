"""Images of one's own: a zip, or files for each class, kept on the server as a data set."""

import streamlit as st

from cnnviz.datasets.uploads import save_upload
from cnnviz.errors import InvalidDataset
from cnnviz.ui import services

KEY = "own_folder"
MIN_CLASSES, MAX_CLASSES = 2, 10
WANTED = "Upload a zip with a folder for each class, or give two classes some images; then press Use these images."


def own_folder() -> str:
    """Path of this session's own images; raises InvalidDataset until there are some."""
    by_zip, by_class = st.tabs(["A zip", "Files for each class"])
    with by_zip:
        packed = st.file_uploader("Zip: a folder for each class, or names such as cat.1.jpg", type="zip", key="own_zip")
        if packed is not None and st.button("Use these images", key="use_zip"):
            _keep(packed.getvalue())
    with by_class:
        files = _files_by_class()
        if st.button("Use these images", key="use_files", disabled=len(files) < MIN_CLASSES):
            _keep(files)
    if KEY not in st.session_state:
        raise InvalidDataset(WANTED)
    return st.session_state[KEY]


def _keep(files: dict[str, list[tuple[str, bytes]]] | bytes) -> None:
    st.session_state[KEY] = str(save_upload(services.store().home / "uploads", files))


def _files_by_class() -> dict[str, list[tuple[str, bytes]]]:
    """Named classes with their files; unnamed and empty ones are left out."""
    number = st.number_input("Classes", MIN_CLASSES, MAX_CLASSES, MIN_CLASSES, key="own_classes")
    files = {}
    for place in range(int(number)):
        name = st.text_input(f"Name of class {place + 1}", key=f"own_name_{place}", placeholder="cat")
        uploads = st.file_uploader(
            f"Images of class {place + 1}",
            accept_multiple_files=True,
            key=f"own_files_{place}",
            label_visibility="collapsed",
        )
        if name.strip() and uploads:
            files[name.strip()] = [(upload.name, upload.getvalue()) for upload in uploads]
    return files
