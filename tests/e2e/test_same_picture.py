"""One picture through two nets on the page Compare: what a link names, a drawing, and the way inside."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.models.browser_export import net_file
from cnnviz.models.net_file import pack_images
from cnnviz.runs.files import MEASURED_FILE, net_name
from cnnviz.runs.store import RunStore
from tests.e2e.steps import draw
from tests.js.nn.nets import trained_model
from tests.pages.test_compare_page import CLASSES, LABELS, LENET, Maker

IMAGES = np.random.default_rng(5).integers(0, 256, (12, 28, 28, 1), np.uint8)
SEVEN = [[(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)]]


@dataclass(frozen=True)
class Compared:
    """A server with two runs, and what their nets say of the images by Keras."""

    url: str
    runs: list[str]
    said: list[list[str]]


@pytest.fixture(scope="module")
def compared(start_server: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compared]:
    home = tmp_path_factory.mktemp("same-picture")
    store = RunStore(home)
    maker = Maker(store, OPERATOR_ID)
    runs = [maker.make(wrong=range(8), seed=1), maker.make(wrong=range(9), seed=2, net=LENET)]
    said = []
    for run in runs:
        model = trained_model(run.architecture, seed=run.config.seed)
        published = store.publish(run.id, net_name(), net_file(model, run.architecture, CLASSES))
        store.save_file(run.id, MEASURED_FILE, f"{published}\n{published}".encode())  # no worker is asked about it
        store.publish(run.id, "images-500", pack_images(IMAGES, LABELS[:12], CLASSES))
        said.append([CLASSES[place] for place in model(IMAGES).numpy().argmax(axis=1)])
    server = start_server(home)
    yield Compared(server.url, [run.id for run in runs], said)
    server.close()


def test_a_link_shows_a_picture_in_all_nets_and_the_address_follows(page: Page, compared: Compared) -> None:
    page.goto(f"{compared.url}/compare?runs={','.join(compared.runs)}&part=one-picture&index=3")
    nets = page.locator(".compare-nets")
    answers = nets.locator(".net-said strong")
    expect(nets.locator('[data-id="seen-name"]')).to_have_text(f"Test image 4: {CLASSES[LABELS[3]]}")
    expect(answers).to_have_text([compared.said[0][3], compared.said[1][3]])
    expect(nets.locator(".net-head h3")).to_have_text([re.compile("^A · "), re.compile("^B · ")])
    nets.get_by_role("button", name="Next ›").click()
    expect(answers).to_have_text([compared.said[0][4], compared.said[1][4]])
    nets.get_by_label("Layer of all nets").select_option("conv-last")
    nets.get_by_label("Method").select_option("saliency")
    for said in ("image=5", "maps=conv-last", "why=saliency"):  # one comes after the other
        expect(page).to_have_url(re.compile(said))
    page.reload()
    expect(nets.get_by_label("Layer of all nets")).to_have_value("conv-last")
    expect(nets.get_by_label("Method")).to_have_value("saliency")
    expect(answers).to_have_text([compared.said[0][4], compared.said[1][4]])


def test_a_drawing_goes_through_all_nets_and_one_leads_inside(page: Page, compared: Compared) -> None:
    page.goto(f"{compared.url}/compare?runs={','.join(compared.runs)}&part=one-picture")
    nets = page.locator(".compare-nets")
    expect(nets.locator(".class-bar").first).to_be_visible()
    nets.get_by_role("button", name="Draw", exact=True).click()
    draw(nets.locator(".paper"), SEVEN)
    expect(nets.locator('[data-id="seen-name"]')).to_have_text("Your drawing")
    expect(nets.locator(".net-verdict").first).to_have_text("")
    expect(nets.locator(".net-why canvas")).to_have_count(2)
    nets.get_by_role("link", name="Look inside B").click()
    page.wait_for_url(re.compile(rf"/inside\?run={compared.runs[1]}"))
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()
