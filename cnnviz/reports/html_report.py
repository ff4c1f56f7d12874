"""A run as one HTML file that opens from a folder, without network or server, with the net alive in it."""

from cnnviz.engine.engine import Engine
from cnnviz.reports.html.contents import read_contents, with_images
from cnnviz.reports.html.document import document
from cnnviz.reports.html.net_data import first_images
from cnnviz.reports.html.run_page import Card, chosen_images, run_body, run_script_data
from cnnviz.runs.records import Run


def run_html(engine: Engine, run: Run, *, images_name: str | None = None, card: Card = ()) -> bytes:
    """Write a run as one HTML file.

    Parameters
    ----------
    engine : Engine
        Asked for test images, and for a net that no browser has asked for yet.
    run : Run
    images_name : str, optional
        What its images are called; by default their title, and of an upload not the name that its owner gave it.
    card : sequence of (str, str)
        A model card: prompts, each with its answer; those without an answer are left out.

    Returns
    -------
    bytes
        HTML. What cannot be had (images that are gone, a net too large) is said in its place.
    """
    contents = read_contents(engine, run, images_name)
    contents = with_images(engine, contents, chosen_images(contents.test) if contents.test else ())
    files = {"net": contents.net} if contents.net is not None else {}
    if contents.images is not None:
        files["images"] = first_images(contents.images, contents.facts.classes)
    return document(
        contents.title,
        run_body(contents, card),
        name="run",
        page=run_script_data(contents, engine.store),
        parts=("inside_net", "live_run", "confusion_matrix"),
        files=files,
    )
