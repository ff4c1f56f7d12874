"""What stands side by side can be compared: bars, colours and orders mean the same from one unit to the next."""

from playwright.sync_api import expect

from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_inside_net import cell, go


def test_the_bars_of_all_classes_begin_and_end_at_the_same_place(show, plain: Sample) -> None:
    place = show(plain)
    box = "const { left, right } = track.getBoundingClientRect()"
    ends = f"tracks => tracks.map(track => {{ {box}; return [left, right]; }})"
    tracks = place.locator(".class-track").evaluate_all(ends)
    assert len(tracks) == 4
    assert tracks == [tracks[0]] * 4


def test_a_bar_has_the_length_of_its_number_in_the_same_frame(show, plain: Sample) -> None:
    place = show(plain)
    place.page.emulate_media(reduced_motion="no-preference")
    durations = "bars => bars.map((bar) => getComputedStyle(bar).transitionDuration)"
    assert set(place.locator(".class-share").evaluate_all(durations)) == {"0s"}


def test_single_values_share_the_range_of_their_layer_also_where_each_map_has_its_own(show, plain: Sample) -> None:
    place = show(plain)
    found = place.evaluate(
        """(root) => {
          const { insideNet: app } = root;
          app.state.change({ range: "map" });
          const highs = (index) => new Set([0, 1, 2].map((unit) => app.scales.of(index, unit).high));
          const isSingle = ({ shape, kind }) => shape.length === 1 && kind !== "input";
          const single = app.layers.filter(isSingle).map(({ index }) => highs(index).size);
          return { single, maps: highs(2).size };
        }"""
    )
    assert set(found["single"]) == {1}
    assert found["maps"] > 1


def test_a_click_on_empty_space_of_an_opened_unit_goes_one_level_back(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 1, level=1)
    place.locator(".share-rows").first.wait_for()
    place.locator(".share-row .sign").first.click()
    expect(place.locator(".opened")).to_be_hidden()
    expect(cell(place, 2, 1)).to_be_visible()


def test_an_opened_unit_s_output_has_the_colours_of_the_whole_net(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 1, level=1)
    same = place.evaluate(
        """async (root) => {
          const { insideNet: app } = root;
          const { view } = app.parts.find((part) => part.view?.curve);
          return JSON.stringify(view.output.scale) === JSON.stringify(app.scales.of(2, 1));
        }"""
    )
    assert same
    assert place.locator(".tools .bar").is_hidden()


def test_a_search_without_hits_says_so(show, plain: Sample) -> None:
    place = show(plain)
    place.evaluate("(root) => root.insideNet.state.change({ searches: { 2: '99' } })")
    expect(place.locator(".nothing-found")).to_have_text("Nothing found.")


def test_a_net_in_half_a_page_has_all_of_its_width(show, plain: Sample) -> None:
    place = show(plain)
    place.evaluate("(root) => { (root.getRootNode().host ?? root).style.width = '640px'; }")
    stage = place.locator(".stage")
    expect(stage).to_be_visible()
    assert place.locator(".input").bounding_box()["y"] < stage.bounding_box()["y"]
    assert stage.bounding_box()["width"] > 600


def test_after_escape_no_card_covers_the_net(show, plain: Sample) -> None:
    place = show(plain)
    cell(place, 2, 0).focus()
    place.page.keyboard.press("Enter")
    expect(place.locator(".opened")).to_be_visible()
    place.page.keyboard.press("Escape")
    expect(cell(place, 2, 0)).to_be_focused()
    expect(place.locator(".hover-card")).to_be_hidden()
