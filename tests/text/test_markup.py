"""Markup: what it does to tokens, where they are in the text as given, and what is refused."""

import pytest

from tts.errors import TextError
from tts.text.front import FrontEnd
from tts.text.markup import inline, is_ssml, ssml
from tts.text.types import Prosody, Segment, Token

FRONT = FrontEnd()


def segments(text: str) -> list[Segment]:
    return list(FRONT.segments(text))


def tokens(text: str) -> list[Token]:
    return [token for segment in segments(text) for token in segment.tokens]


def words(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.kind == "word"]


def speak(inner: str) -> str:
    return f"<speak>{inner}</speak>"


def test_phones_in_brackets() -> None:
    text = "Say [[həlˈO]] and [tomato](/təmˈɑTO/)."
    given = {text[token.start : token.end]: token.phones for token in tokens(text) if token.phones}
    assert given == {"[[həlˈO]]": "həlˈO", "[tomato](/təmˈɑTO/)": "təmˈɑTO"}
    assert segments(text)[0].phones.endswith("təmˈɑTO.")


@pytest.mark.parametrize("text", ["[word]", "[word](http://x.com)", "[[", "]]", "[a](b)", "[[]]", "a [1] b"])
def test_other_brackets_are_text(text: str) -> None:
    assert not inline(text).inserts


def test_wrong_phones() -> None:
    with pytest.raises(TextError, match="phones at character 3: unknown phones 7"):
        segments("hi [[h7]]")
    assert words("hi [there](/h7/)") == ["hi", "there"]
    assert "ignored the phones of [there] at character 3" in FRONT.warnings[0]


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("<speak>x</speak>", True),
        (' \n<speak version="1.1">x</speak>', True),
        ('<?xml version="1.0"?><speak/>', True),
        ("<!-- c --><speak>x</speak>", True),
        ("<speaker>x", False),
        ("I <speak>", False),
        ("5 < 6", False),
    ],
)
def test_is_ssml(text: str, yes: bool) -> None:
    assert is_ssml(text) is yes


def test_offsets_are_those_of_the_text_with_tags() -> None:
    text = speak(
        "A&amp;B <prosody rate='fast'>caf\u0065\u0301</prosody> &lt;ok&gt; <![CDATA[x & y]]>\r\nend &#233;t\u00e9"
    )
    spans = [text[token.start : token.end] for token in tokens(text) if token.kind == "word"]
    assert spans == ["A", "&amp;", "B", "cafe\u0301", "ok", "x", "&", "y", "end", "&#233;té"]


@pytest.mark.parametrize(
    ("tag", "pause"),
    [
        ('<break time="500ms"/>', 0.5),
        ('<break time="1.5s"/>', 1.5),
        ('<break strength="strong"/>', 0.75),
        ('<break strength="none"/>', 0.0),
        ("<break/>", 0.4),
        ('<break time="60s"/>', 10.0),
        ('<break time="soon"/>', 0.4),
        ('<break time="1s"/><break time="1s"/>', 2.0),
    ],
)
def test_break(tag: str, pause: float) -> None:
    got = segments(speak(f"Good morning everyone,{tag} friends of mine."))
    assert sum(token.pause_s for segment in got for token in segment.tokens) == pytest.approx(pause)
    if pause:
        assert got[0].tokens[-1].kind == "break" and got[0].pause_s >= pause


def test_a_break_after_a_sentence_belongs_to_it() -> None:
    first, second = segments(speak('This is a whole sentence.<break time="1s"/> Here is another one.'))
    assert first.pause_s > 1 and second.pause_s < 1


def test_a_break_before_the_first_word_is_left_out() -> None:
    assert words(speak("<break/>hello")) == ["hello"]
    assert FRONT.warnings == ("left out a pause before the first word",)


@pytest.mark.parametrize(
    ("attributes", "prosody"),
    [
        ('rate="slow"', Prosody(speed=0.8)),
        ('rate="150%"', Prosody(speed=1.5)),
        ('rate="+10%"', Prosody(speed=1.1)),
        ('rate="0.9"', Prosody(speed=0.9)),
        ('pitch="high"', Prosody(pitch=1.2)),
        ('pitch="+12st"', Prosody(pitch=2.0)),
        ('pitch="-10%"', Prosody(pitch=0.9)),
        ('volume="loud"', Prosody(energy=1.5)),
        ('volume="+6dB"', Prosody(energy=1.9953)),
        ('volume="50"', Prosody(energy=0.5)),
        ('rate="fast" pitch="low"', Prosody(speed=1.25, pitch=0.85)),
        ('rate="1000%"', Prosody(speed=2.0)),
        ('rate="nan"', Prosody()),
        ('pitch="+1e999%"', Prosody()),
        ('contour="x"', Prosody()),
    ],
)
def test_prosody(attributes: str, prosody: Prosody) -> None:
    got = {token.text: token.prosody for token in tokens(speak(f"one <prosody {attributes}>two</prosody> three"))}
    assert got["one"] == got["three"] == Prosody()
    assert (got["two"].speed, got["two"].pitch, got["two"].energy) == pytest.approx(
        (prosody.speed, prosody.pitch, prosody.energy), abs=1e-3
    )


def test_nested_prosody_multiplies() -> None:
    text = speak('<prosody rate="80%"><prosody rate="150%">a cat</prosody> sat</prosody>')
    speeds = {token.text: token.prosody.speed for token in tokens(text)}
    assert speeds["cat"] == pytest.approx(1.2) and speeds["sat"] == pytest.approx(0.8)


def test_phoneme() -> None:
    text = speak('<phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>')
    (word,) = (token for token in tokens(text) if token.kind == "word")
    assert (word.text, word.phones, text[word.start : word.end]) == ("tomato", "təˈmAtO", "tomato")
    with pytest.raises(TextError, match="phones of <phoneme> at character 7"):
        segments(speak('<phoneme ph="123">x</phoneme>'))


def test_sub() -> None:
    text = speak('the <sub alias="World Wide Web">W3C</sub> site')
    assert words(text) == ["the", "World", "Wide", "Web", "site"]
    assert {text[token.start : token.end] for token in tokens(text) if token.text in ("World", "Web")} == {"W3C"}


@pytest.mark.parametrize(
    ("attributes", "content", "spoken"),
    [
        ("characters", "A1-b", "A one dash b"),
        ("spell-out", "BBC", "B B C"),
        ("cardinal", "2024", "two thousand twenty four"),
        ("ordinal", "3", "third"),
        ("digits", "407", "four zero seven"),
        ("telephone", "911", "nine one one"),
        ("time", "7.05pm", "seven oh five pm"),
        ("currency", "USD3.50", "three U S dollars and fifty cents"),
        ("fraction", "3/4", "three quarters"),
        ('date" format="mdy', "3/4/2024", "March fourth twenty twenty four"),
        ('date" format="dmy', "3/4/2024", "the third of April twenty twenty four"),
        ('date" format="ymd', "20240403", "April third twenty twenty four"),
        ('date" format="my', "4/2024", "April twenty twenty four"),
        ("date", "99/99/2024", "ninety nine slash ninety nine slash two thousand twenty four"),
        ("cardinal", "many", "many"),
        ("nonsense", "42", "forty two"),
    ],
)
def test_say_as(attributes: str, content: str, spoken: str) -> None:
    assert " ".join(words(speak(f'<say-as interpret-as="{attributes}">{content}</say-as>'))) == spoken


def test_voice_and_language() -> None:
    text = speak(
        'hello <voice name="dora">there</voice> <lang xml:lang="ms-MY">pukul 8</lang> 8 <lang xml:lang="fr">oui</lang>'
    )
    got = segments(text)
    assert [segment.voice for segment in got] == [None, "dora", None]
    assert [(token.text, token.lang) for token in got[2].tokens if token.kind == "word"][:3] == [
        ("pukul", "ms"),
        ("lapan", "ms"),
        ("eight", "en"),
    ]
    assert any("'fr'" in warning for warning in FRONT.warnings)
    assert {token.lang for token in tokens('<speak xml:lang="ms">shopping mall</speak>')} == {"ms"}


def test_sentences_and_paragraphs_end() -> None:
    text = speak("<p><s>one fine day in spring</s><s>two birds were singing in it</s></p><p>three</p>")
    got = segments(text)
    assert "".join(segment.phones for segment in got).count(".") == 3


def test_unsupported_tags_warn_and_their_content_is_spoken() -> None:
    assert words(speak("<emphasis>hello</emphasis> <mark name='x'/><metadata>not this</metadata>world")) == [
        "hello",
        "world",
    ]
    assert len(FRONT.warnings) == 2 and "<emphasis>" in FRONT.warnings[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<speak>x", "at line 1, column 9"),
        ("<speak>x</p></speak>", "mismatched tag at line 1"),
        ("<speak>\n  a & b</speak>", "at line 2, column"),
        ("<speak>&nbsp;</speak>", "undefined entity"),
        ("<speak>a\x00b</speak>", "not well-formed"),
        ("<speak>a</speak><speak>b</speak>", "junk after document element"),
        ('<?xml version="1.0"?><!DOCTYPE speak [<!ENTITY a "b">]><speak>&a;</speak>', "DOCTYPE"),
        ("<!DOCTYPE speak SYSTEM 'file:///etc/passwd'><speak/>", "DOCTYPE"),
        ("<speak/>", "nothing to speak"),
        ("<speak><break/></speak>", "nothing to speak"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(TextError, match=reason) as caught:
        segments(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_markup_in_pieces(size: int) -> None:
    text = "  \n" + speak('hello <break time="1s"/> <voice name="dora">there</voice>')
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(FRONT.segments(pieces)) == segments(text)


@pytest.mark.parametrize("text", ["<", "<speaker>hello", "< 5 apples", "<!-- x --> hello", "  <3 you"])
def test_what_only_looks_like_markup_in_pieces(text: str) -> None:
    def result(given: object) -> object:
        try:
            return list(FRONT.segments(given))  # type: ignore[arg-type]
        except TextError as error:
            return str(error)

    assert result(list(text)) == result(text)


def test_deep_nesting_is_no_error() -> None:
    depth = 5_000
    assert words(speak("<prosody rate='100%'>" * depth + "deep" + "</prosody>" * depth)) == ["deep"]


def test_a_long_document_takes_time_in_proportion() -> None:
    document = ssml(speak('<s>hello <break time="1s"/> [x] &amp; you</s>' * 2_000))
    assert len(document.inserts) == 2_000
    assert sum(1 for _ in FRONT.segments(speak('<s>hello <break time="1s"/> you</s>' * 1_000))) >= 1_000
