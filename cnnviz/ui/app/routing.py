"""The pages, in the order in which a lesson would visit them."""

from pathlib import Path

import streamlit as st

PAGES_FOLDER = Path(__file__).parents[3] / "pages"

PAGES = {
    "home": ("Home", ":material/home:"),
    "kernels": ("Kernels", ":material/apps:"),
    "architecture": ("Architecture", ":material/account_tree:"),
    "images": ("Images", ":material/photo_library:"),
    "training": ("Training", ":material/play_circle:"),
    "feature_maps": ("Feature maps", ":material/layers:"),
    "evaluation": ("Evaluation", ":material/grid_view:"),
    "runs": ("Runs", ":material/history:"),
}


def page(name: str) -> st.Page:
    """The page of this file name, for `st.navigation`, `st.switch_page` and `st.page_link`."""
    title, icon = PAGES[name]
    return st.Page(PAGES_FOLDER / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "home")


def navigation() -> st.Page:
    """Declare all pages and return the one that is asked for."""
    return st.navigation([page(name) for name in PAGES])
