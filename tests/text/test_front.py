"""The whole front end: nothing lost or repeated, the same however the text arrives, errors that say what is wrong."""

import json
import random
import tracemalloc
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import TextError
from tts.symbols import encode
from tts.text.front import FrontEnd
from tts.text.normalize import normalize
from tts.text.segment import FINAL_MARKS, LIMIT
from tts.text.types import Segment

FRONT = FrontEnd()
PIECES = st.sampled_from(
    "Dr. Smith|No.| 5|3.50|RM|$|12|,|000|. |! |? |, |; |\n\n|\n|kata|-|anak|anak2|shopping |mall |saya |Selamat pagi|"
    "e.g. |a.m.|"
    "7:05 |p.m. |21/03/2024|2024-03-21|Henry |VIII|AT&T|BBC|x|😀|❤️|مرحبا|你好|é|e\u0301|(|)|[[|]]|"
    "[word](/wˈɜɹd/)|[|](/|\u200b|…|—|“|”|'|"
    "http://a.com/b|@|#|%|°C|km/h|ke-3|1/2|½|007|1999|'90s|the |and |yang |dan |\x00|\ud800".split("|")
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=80))


def spoken(text: str) -> list[Segment]:
    return list(FRONT.segments(text))


def in_pieces(text: str, cuts: list[int]) -> Iterator[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return (text[a:b] for a, b in zip(edges, edges[1:], strict=False))


def segments_or_error(pieces: Iterator[str] | str) -> list[Segment] | str:
    try:
        return list(FRONT.segments(pieces))
    except TextError as error:
        return str(error)


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 1000), max_size=12))
def test_text_in_pieces_gives_the_same_segments(text: str, cuts: list[int]) -> None:
    assert segments_or_error(in_pieces(text, cuts)) == segments_or_error(text)


def test_text_letter_by_letter_gives_the_same_segments() -> None:
    text = "On 3 Mac 2024 Dr. Lee paid RM3.50, i.e. not $4.25! Anak-anak suka www.contoh.com.my. 7:05 p.m.; bye..."
    assert segments_or_error(iter(text)) == spoken(text)
    assert len(spoken(text)) > 1


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_letter_or_digit_is_lost(text: str) -> None:
    result = normalize(text)
    covered = bytearray(len(text))
    for token in result.tokens:
        covered[token.start : token.end] = b"\1" * (token.end - token.start)
    for place, char in enumerate(text):
        if not covered[place] and unicodedata.category(char) in ("Lu", "Ll", "Nd"):
            assert result.warnings, f"{char!r} at {place} of {text!r} is lost without a word"


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_offsets_ascend_and_stay_inside(text: str) -> None:
    last = 0
    for token in normalize(text).tokens:
        assert last <= token.start <= token.end <= len(text)
        last = token.start


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_segments_are_as_the_model_expects_them(text: str) -> None:
    result = segments_or_error(text)
    for segment in result if isinstance(result, list) else []:
        encode(segment.phones)
        assert segment.phones[-1] in ",.?!;" and len(segment.phones) <= LIMIT + 5
        assert "  " not in segment.phones and not segment.phones.startswith((" ", ",", "."))
        assert len(segment.phones) == len(segment.langs) == len(segment.prosody)
        assert len(segment.tokens) == len(segment.spans)
        at = 0
        for token, (start, end) in zip(segment.tokens, segment.spans, strict=True):
            assert at <= start <= end <= len(segment.phones), token
            at = start


def test_every_token_is_in_one_segment_in_order() -> None:
    sentence = (
        "Well, the first 3 of them, who came from Kuala Lumpur yang jauh, paid RM5 and left; the rest stayed. Yes. No! "
    )
    text = sentence * 30
    tokens = [token for segment in spoken(text) for token in segment.tokens]
    assert tokens == list(normalize(text).tokens)
    again = [segment.phones[a:b] for segment in spoken(text) for a, b in segment.spans]
    assert sum(map(len, again)) + sum(segment.phones.count(" ") for segment in spoken(text)) >= sum(
        len(segment.phones) for segment in spoken(text)
    ) - len(spoken(text))


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Hello.", "."),
        ("hello", "."),
        ("Really?", "?"),
        ("Stop!!!", "!"),
        ("Wait...", "."),
        ("yes,", "."),
        ("(yes)", "."),
        ('"Yes."', "."),
    ],
)
def test_a_text_ends_in_a_final_mark(text: str, phones: str) -> None:
    assert spoken(text)[-1].phones[-1] == phones


def test_words_are_joined_as_in_the_training_text() -> None:
    (segment,) = spoken("The cat, (a big one) sat: well-known!")
    words = segment.phones.split(" ")
    assert len(words) == 7 and [word[-1] for word in words if word[-1] in ",.!?:()"] == [",", ",", ",", "!"]
    assert "-" not in segment.phones
    (malay,) = FRONT.segments("Anak-anak makan.", "ms")
    first, second = malay.spans[0], malay.spans[1]
    assert first[1] == second[0] and malay.phones[first[0] : first[1]] == malay.phones[second[0] : second[1]]


def test_spans_point_at_the_words_of_the_original() -> None:
    text = "Dr. Lee paid RM5."
    (segment,) = spoken(text)
    words = [(text[token.start : token.end], token.text) for token in segment.tokens if token.kind == "word"]
    assert words == [("Dr.", "doctor"), ("Lee", "Lee"), ("paid", "paid"), ("RM5", "five"), ("RM5", "ringgit")]
    assert all(
        segment.phones[a:b] for (a, b), token in zip(segment.spans, segment.tokens, strict=True) if token.kind == "word"
    )


@pytest.mark.parametrize(
    "text", ["", "   \n\t ", "...", "?!", "—", "😀", "❤️👍", "😀 ... !", "\x00", "()", "\ud800", "* * *"]
)
def test_nothing_to_speak(text: str) -> None:
    with pytest.raises(TextError, match="^nothing to speak"):
        spoken(text)


@pytest.mark.parametrize(
    ("text", "script"), [("你好", "Chinese"), ("مرحبا", "Arabic"), ("שלום", "Hebrew"), ("привет", "Cyrillic")]
)
def test_other_scripts_are_named_and_the_rest_spoken(text: str, script: str) -> None:
    with pytest.raises(TextError, match=script):
        spoken(text)
    assert len(spoken(f"hello {text} world")) == 1
    assert any(script in warning for warning in FRONT.warnings)
    spoken("hello world")
    assert FRONT.warnings == ()


def test_unknown_language() -> None:
    with pytest.raises(TextError, match="unknown language 'fr'; allowed: auto, en, ms"):
        list(FRONT.segments("bonjour", "fr"))


def test_language_of_each_phone_follows_its_word() -> None:
    (segment,) = spoken("Saya pergi shopping.")
    langs = {token.text: set(segment.langs[a:b]) for token, (a, b) in zip(segment.tokens, segment.spans, strict=True)}
    assert langs["Saya"] == {"ms"} and langs["shopping"] == {"en"}
    (segment,) = FRONT.segments("Saya pergi shopping.", "en")
    assert set(segment.langs) == {"en"}


def test_emoji_waits_for_a_word() -> None:
    (segment,) = spoken("❤️ love")
    assert len(segment.phones.split()) == 2


def test_the_first_segment_is_a_clause() -> None:
    text = (
        "When the long and winding road finally ends, we shall sit down and eat together under the old tree, and sing."
    )
    first, *rest = spoken(text)
    assert first.phones[-1] == "," and rest and rest[-1].phones[-1] == "."
    assert first.tokens[-1].text == ","


def test_the_first_clause_comes_before_the_rest_is_written() -> None:
    feeder = FRONT.feeder()
    assert feeder.feed("When the long and winding road finally ends") == []
    assert feeder.feed(", we shall sit") == []
    got = feeder.feed(" down and eat together, my friend")
    assert len(got) == 1 and got[0].tokens[0].text == "When"
    assert feeder.flush()[-1].tokens[-1].text == "friend"


def test_short_sentences_are_spoken_together() -> None:
    segments = spoken(
        "Good morning, everyone. Yes. No. Maybe. Well. Fine. " + "This one is a longer sentence for a change. "
    )
    assert len(segments) == 2
    assert [token.text for token in segments[1].tokens][:4] == ["Yes", ".", "No", "."]


def test_a_sentence_without_marks_is_cut_at_words() -> None:
    segments = spoken("word " * 500)
    assert len(segments) > 10 and all(len(segment.phones) <= LIMIT for segment in segments)
    assert sum(segment.phones.count("wˈɜɹd") for segment in segments) == 500


def work(text: str) -> int:
    """Symbols made of a text."""
    return sum(len(segment.phones) for segment in spoken(text))


def test_ten_thousand_digits_are_read_one_by_one() -> None:
    random.seed(1)
    digits = "".join(random.choice("123456789") for _ in range(10_000))
    result = normalize(digits)
    assert len(result.tokens) == 10_000
    assert {token.text for token in result.tokens} == set("one two three four five six seven eight nine".split())


@pytest.mark.parametrize(
    "unit", ["7", "x", "ab1", "1,", "(", "a.", "-", "1/", "@a", "😀", "é", "a\u0301", "[", "Dr.", "' ", "\n"]
)
def test_floods_grow_linearly(unit: str) -> None:
    """Ten times the text gives about ten times the tokens, without a blank to cut at (and comes to an end)."""
    few, many = len(normalize(unit * 2_000).tokens), len(normalize(unit * 20_000).tokens)
    assert many <= 10 * few + 50


def test_a_sentence_cut_in_its_midst_does_not_end_there() -> None:
    first, *_, last = spoken("the cat saw the dog " * 12)
    assert first.phones[-1] == "," and first.pause_s < 0.1 and last.phones[-1] == "."


def test_a_flood_of_marks_before_a_word() -> None:
    segments = spoken("( " * 5_000 + "hello")
    assert len(segments) == 1 and len(segments[0].tokens) < 300


def test_memory_does_not_grow_with_the_text() -> None:
    def text() -> Iterator[str]:
        for _ in range(3_000):
            yield "Selamat pagi, everyone; this costs RM3.50 today. "

    spoken("warm up 3.50")
    tracemalloc.start()
    count = sum(1 for _ in FRONT.segments(text()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 1_500 and peak < 3_000_000


def test_warnings_are_json() -> None:
    spoken("hi \ud800 there \x07 你")
    assert len(json.loads(json.dumps(FRONT.warnings))) == 3


def test_pauses_between_segments() -> None:
    first, second, third = spoken(
        "This is the first sentence.\n\nHere is another one of them, longer than the first. "
        "And this is the last of all three."
    )
    assert first.pause_s > second.pause_s > 0 == third.pause_s and second.phones[-1] in FINAL_MARKS
