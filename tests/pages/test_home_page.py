import json

from cnnviz.architecture.export.url import decode
from cnnviz.evaluation.accuracy import right_text
from cnnviz.runs.files import net_name
from cnnviz.runs.shipped import HOME_NET, NET_FILE
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import PAGES
from cnnviz.ui.components.home_net import Place, read_place
from cnnviz.web.nets import net_url


def given(page) -> dict:
    """What the picture was given."""
    return json.loads(page.get("bidi_component")[0].proto.json)


def test_home_names_the_shipped_net_and_says_no_more_than_that(open_page) -> None:
    page = open_page("home")
    run, store = services.home_run(), services.store()
    published = store.published(run.id, net_name())
    assert given(page)["net"] == net_url(published)
    assert given(page)["run"] == run.id
    assert store.load_published(published) == (HOME_NET / NET_FILE).read_bytes()
    assert len(page.get("bidi_component")) == 1
    assert not page.exception


def test_the_facts_below_are_those_of_the_run_and_lead_to_its_pages(open_page) -> None:
    links = given(open_page("home"))["links"]
    run = services.home_run()
    assert [link["page"] for link in links] == [
        "architecture",
        "training",
        "evaluation",
        "inside",
        "inside",
        "kernels",
        "tutorials",
    ]
    assert {link["page"] for link in links} <= set(PAGES)
    assert f"{run.metrics['params']:,} weights" in links[0]["fact"]
    assert decode(links[0]["query"]["net"]) == run.architecture
    assert "12,311 digits" in links[1]["fact"]
    assert links[2]["fact"] == f"{right_text(run.metrics)}."
    assert all(link["query"] == {"run": run.id} for link in links[1:3])
    assert links[3]["query"] == {"run": run.id, "picture": "drawing"}, "what is on the paper goes along"
    assert links[4]["query"] == {"own": "1"}, "where a net of one's own is opened"


def test_what_the_browser_sends_is_a_place_or_nothing() -> None:
    assert read_place({"page": "runs", "query": {"run": "a", "unit": 3}}) == Place("runs", {"run": "a", "unit": "3"})
    for rubbish in (None, "runs", {}, {"page": 3, "query": {}}, {"page": "runs"}, {"page": "runs", "query": "x"}):
        assert read_place(rubbish) is None
