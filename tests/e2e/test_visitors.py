"""Who comes after somebody else in the same browser context is as new to the site as in one of their own."""

from playwright.sync_api import Browser

from tests.e2e.visitors import Visitors

LEAVE_TRACES = """async () => {
  document.cookie = "seen=yes";
  localStorage.seen = sessionStorage.seen = "yes";
  await (await caches.open("seen")).put("/seen", new Response("yes"));
  await new Promise((done) => (indexedDB.open("seen").onsuccess = done));
}"""
FIND_TRACES = """async () => [
  document.cookie.includes("seen"),
  localStorage.length,
  sessionStorage.length,
  await caches.keys(),
  await indexedDB.databases(),
]"""
NOTHING = [False, 0, 0, [], []]


def test_nothing_but_the_cache_is_left_of_the_visitor_before(browser: Browser, app_url: str) -> None:
    visitors, place = Visitors(browser), f"{app_url}/_stcore/health"
    first, other = visitors.enter(), visitors.enter()
    for page in (first, other):
        page.goto(place)
        assert page.evaluate(FIND_TRACES) == NOTHING
    first.evaluate(LEAVE_TRACES)
    first.context.grant_permissions(["geolocation"])
    assert first.evaluate(FIND_TRACES) != NOTHING
    assert other.evaluate(FIND_TRACES) == NOTHING, "two visitors at once have a context each"
    before = {first.context, other.context}
    assert visitors.leave() == []

    inside = [visitors.enter(), visitors.enter()]
    for page in inside:
        assert page.context in before
        page.goto(place)
        assert page.evaluate(FIND_TRACES) == NOTHING
        assert (
            page.evaluate("async () => (await navigator.permissions.query({ name: 'geolocation' })).state") != "granted"
        )
    inside.append(visitors.enter(viewport={"width": 390, "height": 844}))
    assert inside[-1].context not in before
    for page in inside:
        page.set_content("<p>Traceback (most recent call last)</p>")
    assert "Traceback (most recent call last)" in visitors.leave()
