"""What is said of a link that names something that there is not: one sentence on all pages. Pure."""

MOST_SHOWN = 80  # letters of what stood in the link


def link_problem(
    what: str, instead: str, *, lack: str = "does not exist", expected: str = "", received: str = ""
) -> str:
    """Say what a link names that there is not, and what is shown for it.

    Parameters
    ----------
    what, lack : str
        "a layer" and "this net does not have": what it names, and what is wrong with that.
    instead : str
        "the whole net is shown": what happens for it.
    expected : str
        What it may name, as `text.labels.known_text` says it; "" where that is too much to say.
    received : str
        What it names.

    Returns
    -------
    str
        "The link names a layer that this net does not have, so the whole net is shown. Received: conv_9."
    """
    said = [f"The link names {what} that {lack}, so {instead}."]
    if expected:
        said.append(f"Expected: {expected}.")
    if received:
        said.append(f"Received: {received[:MOST_SHOWN]}.")
    return " ".join(said)
