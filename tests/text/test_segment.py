"""Grouping of tokens: where segments end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.segment import (
    CLAUSE,
    FIRST_CLAUSE,
    FIRST_SENTENCE,
    LIMIT,
    SENTENCE,
    TAIL,
    Grouper,
    Spoken,
)
from tts.text.types import Token


def group(text: str, settle: bool = False) -> list[str]:
    """Groups of a text in which each word is its own phones and "|" is a pause."""
    grouper = Grouper()
    out = []
    for place, piece in enumerate(text.split()):
        if piece in ",.;:!?()":
            one = Spoken(Token(piece, place, place, kind="mark"), "")
        elif piece == "|":
            one = Spoken(Token("", place, place, kind="break", pause_s=1.0), "")
        else:
            one = Spoken(
                Token(piece, place, place, voice="dora" if piece.startswith("@") else None, joined=piece[0] == "~"),
                piece,
            )
        out += list(grouper.add(one))
        if settle:
            out += list(grouper.settle())
    out += list(grouper.flush())
    return [" ".join("|" if one.token.kind == "break" else one.token.text for one in part) for part in out]


def words(letters: int) -> str:
    """Words of four letters that add up to at least `letters` symbols."""
    return " ".join(["word"] * -(-letters // 5))


def test_first_sentence_stands_alone() -> None:
    assert group(f"{words(FIRST_SENTENCE)} . next one .") == [f"{words(FIRST_SENTENCE)} .", "next one ."]
    assert group("Yes . next one .") == ["Yes . next one ."]


def test_marks_and_pauses_stay_with_the_sentence_they_follow() -> None:
    assert group(f"{words(20)} . ) | next one .") == [f"{words(20)} . ) |", "next one ."]


def test_settle_lets_a_sentence_go_at_once() -> None:
    grouper = Grouper()
    for piece in [*words(20).split(), "."]:
        kind = "mark" if piece == "." else "word"
        assert not list(grouper.add(Spoken(Token(piece, 0, 1, kind=kind), "" if piece == "." else piece)))  # type: ignore[arg-type]
    assert len(list(grouper.settle())) == 1 and not list(grouper.flush())


def test_first_clause_goes_when_enough_follows() -> None:
    clause, rest = words(FIRST_CLAUSE), words(TAIL + 5)
    assert group(f"{clause} , {rest} .") == [f"{clause} ,", f"{rest} ."]
    assert group(f"{clause} , end .") == [f"{clause} , end ."]
    assert group(f"word , {rest} .") == [f"word , {rest} ."]


def test_later_sentences_are_gathered() -> None:
    first = words(20) + " ."
    assert group(f"{first} a b . c d . {words(SENTENCE)} . last .") == [
        first,
        f"a b . c d . {words(SENTENCE)} .",
        "last .",
    ]


def test_later_clauses_stay_whole_up_to_a_length() -> None:
    first = words(20) + " ."
    short, long = words(40), words(CLAUSE)
    assert group(f"{first} {short} , {short} .") == [first, f"{short} , {short} ."]
    assert group(f"{first} {long} , {short} .") == [first, f"{long} ,", f"{short} ."]


def test_an_overlong_clause_is_cut_before_a_conjunction() -> None:
    first, second = group(f"{words(70)} and {words(70)}")
    assert second.startswith("and ") and first == words(70)


def test_parts_of_a_word_stay_together() -> None:
    text = f"{words(LIMIT - 4)} ab ~cd ~ef {words(20)}"
    assert all(not part.startswith("~") for part in group(text))


def test_a_change_of_voice_ends_a_segment() -> None:
    assert group("one @two @three four") == ["one", "@two @three", "four"]


def test_a_pause_ends_a_segment() -> None:
    assert group("one | two") == ["one |", "two"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "word", "longerword", "and", "~b", ",", ".", "?", "(", ")", "x" * 60, "@v", "y" * 119]),
        max_size=80,
    )
)
def test_every_token_once_and_in_order(pieces: list[str]) -> None:
    text = " ".join(pieces)
    groups = group(text)
    assert " ".join(groups).split() == text.split()
    for part in groups:
        assert sum(len(piece) + 1 for piece in part.split() if piece not in ",.?()") <= LIMIT + 1
