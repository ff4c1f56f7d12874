"""The typeface: its files, its address, and that the style names what is there."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.web import fonts

STYLE = (Path(__file__).parents[2] / "assets" / "style" / "typeface.css").read_text("utf-8")
CLIENT = TestClient(Starlette(routes=[fonts.route]))


@pytest.mark.parametrize("name", fonts.FONTS)
def test_a_file_of_the_typeface_is_sent_once_and_kept(name: str) -> None:
    answer = CLIENT.get(fonts.font_url(name))
    assert answer.content[:4] == b"wOF2"
    assert answer.headers["content-type"] == "font/woff2"
    assert "immutable" in answer.headers["cache-control"]


def test_the_style_names_the_files_that_are_there() -> None:
    assert re.findall(r'url\("(.*?)"\)', STYLE) == sorted(map(fonts.font_url, fonts.FONTS), key=len)


def test_all_files_together_are_less_than_streamlit_s_own_typeface() -> None:
    sizes = {name: path.stat().st_size for name, path in fonts.FONTS.items()}
    assert sizes[fonts.FIRST] < 60_000
    assert sum(sizes.values()) < 150_000


def test_the_licence_lies_beside_the_files() -> None:
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE").read_text("utf-8").upper()


def test_what_is_no_file_of_it_is_not_sent() -> None:
    answer = CLIENT.get("/fonts/LICENSE")
    assert (answer.status_code, fonts.FIRST in answer.text) == (404, True)
