import pytest

from cnnviz.access.visitor import (
    OPERATOR,
    is_operator_secret,
    is_secret,
    new_secret,
    visitor_named,
    visitor_with_secret,
)


def test_every_secret_is_another_one_and_has_the_form_of_one() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(is_secret(secret) for secret in secrets)


@pytest.mark.parametrize("text", [None, "", "operator", "a" * 42, "a" * 44, "a" * 42 + ";", "a" * 42 + "\n", "ä" * 43])
def test_what_was_not_made_here_is_no_secret(text: str | None) -> None:
    assert not is_secret(text)


def test_a_visitor_is_known_again_by_the_secret_and_the_secret_cannot_be_read_off() -> None:
    secret = new_secret()
    visitor = visitor_with_secret(secret)
    assert visitor == visitor_with_secret(secret)
    assert visitor != visitor_with_secret(new_secret())
    assert secret not in visitor.id
    assert not visitor.is_operator


def test_a_user_is_nobody_who_holds_that_name_as_a_secret() -> None:
    assert visitor_named("ada@example.org") == visitor_named("ada@example.org")
    assert visitor_named("ada@example.org") != visitor_with_secret("ada@example.org")
    assert visitor_named("operator") != OPERATOR


@pytest.mark.parametrize(
    ("given", "expected", "is_right"), [("abc", "abc", True), ("abd", "abc", False), ("", "", False), ("", None, False)]
)
def test_the_operator_is_who_knows_the_secret_that_is_set(given: str, expected: str | None, is_right: bool) -> None:
    assert is_operator_secret(given, expected) is is_right
