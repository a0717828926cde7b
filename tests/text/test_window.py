"""Windows: where text is cut, and that no cut loses anything."""

import pytest

from tts.text.normalize.window import MAX_WINDOW, Windower


def windows(text: str, step: int = 0) -> list[str]:
    """Windows of a text fed `step` characters at a time (0: all at once)."""
    windower = Windower()
    out = []
    for at in range(0, len(text), step or max(len(text), 1)):
        out += list(windower.feed(text[at : at + (step or len(text))]))
    out += list(windower.flush())
    place = 0
    for offset, window in out:
        assert offset == place and text[offset : offset + len(window)] == window
        place += len(window)
    assert place == len(text)
    return [window for _, window in out]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("One. Two.", ["One. ", "Two."]),
        ("One, two.", ["One, ", "two."]),
        ("One? Two! Three", ["One? ", "Two! ", "Three"]),
        ('"One." Two', ['"One." ', "Two"]),
        ("Dr. Smith and No. 5", ["Dr. Smith and No. 5"]),
        ("J. K. Rowling", ["J. K. Rowling"]),
        ("the U.S. Army", ["the U.S. Army"]),
        ("cost 3.50 each", ["cost 3.50 each"]),
        ("1,000 and 2, 3", ["1,000 and 2, 3"]),
        ("March 3, 2024 was", ["March 3, 2024 was"]),
        ("e.g. this, i.e. that", ["e.g. this, ", "i.e. that"]),
        ("well... and so", ["well... and so"]),
        ("One\n\nTwo", ["One\n\n", "Two"]),
        ("One\ntwo", ["One\ntwo"]),
        ("say [[a. B]] now", ["say [[a. B]] now"]),
        ("[a, b](/a, b/) now", ["[a, b](/a, b/) now"]),
        ("", []),
        ("   ", ["   "]),
    ],
)
@pytest.mark.parametrize("step", [0, 1, 3])
def test_cuts(text: str, cuts: list[str], step: int) -> None:
    assert windows(text, step) == cuts


@pytest.mark.parametrize("unit", ["x", "7", "ab ", "é", "a\u0301", "\n", "[[", "a,", ". ", " "])
@pytest.mark.parametrize("step", [0, 7, 601])
def test_windows_are_bounded(unit: str, step: int) -> None:
    text = unit * 3_000
    pieces = windows(text, step)
    assert max(map(len, pieces)) <= MAX_WINDOW + 1
    assert pieces == windows(text, 1000)


def test_a_clause_comes_out_when_the_next_letter_is_there() -> None:
    windower = Windower()
    assert list(windower.feed("Hello there, ")) == []
    assert list(windower.feed("f")) == [(0, "Hello there, ")]


def test_nothing_is_lost_or_repeated_when_the_listener_stops() -> None:
    windower = Windower()
    text = "One two. Three four. Five six. Seven"
    first = next(windower.feed(text))
    rest = [*windower.feed(""), *windower.flush()]
    assert first[1] + "".join(window for _, window in rest) == text


def test_a_combining_mark_stays_with_its_letter() -> None:
    text = "x" * (MAX_WINDOW - 1) + "e\u0301" + "y" * 50
    assert windows(text)[0] == "x" * (MAX_WINDOW - 1)
