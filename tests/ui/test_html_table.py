"""Tables as HTML: everything is text, exact numbers are there, and one Tab goes past them."""

import csv
import io
from xml.etree import ElementTree

from cnnviz.ui.architecture.html_table import Cell, Column, csv_text, html_table

COLUMNS = (Column("Layer"), Column("Maps", "4 bytes a value", is_number=True), Column("± MACs", is_number=True))
ROWS = [
    [Cell("conv_1"), Cell("50 KiB", exact="51240"), Cell("+5", exact="5", change=5)],
    [Cell('<img src="x">'), Cell("1,007", exact="1007"), Cell("−2", exact="-2", change=-2)],
]


def test_a_cell_shows_what_people_need_and_tells_the_exact_number() -> None:
    root = ElementTree.fromstring(html_table(COLUMNS, ROWS, label="Layers"))
    cells = [list(row) for row in root.iter("tr")]
    assert ["".join(cell.itertext()) for cell in cells[1]] == ["conv_1", "50 KiB", "+5"]
    assert [cell.get("title") for cell in cells[1]] == [None, "51240", None]
    assert [cell.get("title") for cell in cells[2]] == [None, None, None], "no tooltip that repeats the text"
    assert [span.get("class") for span in root.iter("span")] == ["more", "less"]
    assert [cell.get("title") for cell in cells[0]] == [None, "4 bytes a value", None]


def test_markup_in_a_cell_is_text() -> None:
    root = ElementTree.fromstring(html_table(COLUMNS, ROWS, label='"&<b>'))
    assert not list(root.iter("img"))
    assert root.get("aria-label") == '"&<b>'


def test_the_frame_is_the_only_place_where_the_keyboard_stops() -> None:
    root = ElementTree.fromstring(html_table(COLUMNS, ROWS, label="Layers"))
    assert [element.tag for element in root.iter() if element.get("tabindex")] == ["div"]
    assert all(heading.get("scope") == "col" for heading in root.iter("th"))


def test_csv_has_the_exact_numbers() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(COLUMNS, ROWS))))
    assert rows == [["Layer", "Maps", "± MACs"], ["conv_1", "51240", "5"], ['<img src="x">', "1007", "-2"]]
