"""Sample photos by their address, and addresses that pages had before."""

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.imaging.decode import decode_image
from cnnviz.imaging.samples import load_sample
from cnnviz.web import old_links, samples


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[samples.route, *old_links.routes]), follow_redirects=False)


def test_a_sample_arrives_as_it_is_loaded(client: TestClient) -> None:
    answer = client.get(samples.sample_url("chelsea"))
    assert answer.headers["content-type"] == "image/png"
    np.testing.assert_array_equal(decode_image(answer.content).image, load_sample("chelsea"))


def test_a_thumbnail_is_the_sample_made_small(client: TestClient) -> None:
    small = decode_image(client.get(samples.thumbnail_url("chelsea")).content).image
    assert small.shape == (85, 128, 3)
    assert client.get("/samples/nobody?small").status_code == 404


def test_a_sample_that_is_none_is_refused_in_a_sentence(client: TestClient) -> None:
    answer = client.get("/samples/nobody")
    assert answer.status_code == 404
    assert "nobody" in answer.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/feature_maps", "/inside"),
        ("/feature_maps?run=abc", "/inside?run=abc"),
        ("/feature_maps?maps_index=5&run=a%26b", "/inside?index=5&run=a%26b"),
    ],
)
def test_an_old_link_leads_on_with_its_query(client: TestClient, old: str, new: str) -> None:
    answer = client.get(old)
    assert answer.status_code == 308
    assert answer.headers["location"].removeprefix("http://testserver") == new
