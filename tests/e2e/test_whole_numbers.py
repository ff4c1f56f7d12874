"""Fields of whole numbers, with what people type and paste into them."""

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def seed(page: Page, app_url: str) -> Locator:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app_url}/training")
    field = page.get_by_label("Seed", exact=True)
    expect(field).to_have_value("0")
    return field


def _type(field: Locator, text: str) -> None:
    field.click(position={"x": 12, "y": 12})  # what is said of Enter lies over the end of a narrow field
    field.press("ControlOrMeta+a")
    field.page.keyboard.type(text)


def _paste(field: Locator, text: str) -> None:
    field.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.click(position={"x": 12, "y": 12})  # what is said of Enter lies over the end of a narrow field
    field.press("ControlOrMeta+a")
    field.press("ControlOrMeta+v")


def _expect_said(page: Page, *said: str) -> None:
    expect(page.get_by_role("alert")).to_have_text(list(said))


def test_what_is_no_whole_number_is_refused_in_a_sentence_and_the_number_stays(page: Page, seed: Locator) -> None:
    _type(seed, "42")
    seed.press("Enter")
    for text in ("2,5", "3/4", "2.5", "1e3", "1,000", "1.000", "six"):
        for enter in (_type, _paste):
            enter(seed, text)
            _expect_said(page, f"Whole numbers only. Received: {text}.")
            seed.press("Enter")
            expect(seed).to_have_value("42")
            seed.blur()
            _expect_said(page)


def test_after_a_refusal_the_next_number_is_taken(page: Page, seed: Locator) -> None:
    _type(seed, "2,")
    seed.press("Backspace")
    _type(seed, "17")
    _expect_said(page)
    seed.press("ArrowUp")
    expect(seed).to_have_value("18")


def test_dashes_are_minus_signs_and_blanks_between_thousands_are_nothing(page: Page, seed: Locator) -> None:
    for text, number in (("\N{EN DASH}7", "-7"), ("\N{MINUS SIGN}12", "-12"), ("1 200", "1200"), ("31'000", "31000")):
        _paste(seed, text)
        expect(seed).to_have_value(number)
    _type(seed, "\N{EN DASH}7")
    expect(seed).to_have_value("-7")
    seed.press("Enter")
    expect(page.get_by_text("Please enter a value between 0 and")).to_be_visible()
