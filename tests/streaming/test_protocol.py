"""Messages of the websocket protocol, without any I/O."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming import protocol
from streaming.limits import Limits
from streaming.protocol import ALLOWED, ERRORS, FIELDS, Append, Begin, Cancel, Connection, End, Flush
from tts.errors import ProtocolError
from tts.synthesizer import Word

VOICES = ("heart", "dora")
FEW = Limits(utterance_chars=10, queued_utterances=2)


def message(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields})


def text(words: str) -> str:
    return message("text", text=words)


END, FLUSH, CANCEL = message("end"), message("flush"), message("cancel")


def code_of(connection: Connection, raw: str | bytes) -> str:
    with pytest.raises(ProtocolError) as caught:
        connection.receive(raw)
    assert caught.value.code in ERRORS
    return caught.value.code


def test_an_utterance() -> None:
    connection = Connection(VOICES)
    begin, append = connection.receive(text("Hel"))
    assert isinstance(begin, Begin) and begin.utterance == 1 and begin.settings == connection.settings
    assert append == Append(1, "Hel") and connection.state == "open"
    assert connection.receive(text("lo.")) == [Append(1, "lo.")]
    assert connection.receive(FLUSH) == [Flush(1)]
    assert connection.receive(END) == [End(1)]
    assert connection.state == "idle" and connection.pending == [1]
    connection.finish(1)
    assert connection.pending == []
    assert [type(command) for command in connection.receive(text("Again."))] == [Begin, Append]
    assert connection.pending == [2]


@pytest.mark.parametrize("raw, code", [
    (b"\x00\x01", "not_text"),
    (b"", "not_text"),
    ("", "bad_json"),
    ("{", "bad_json"),
    ("[]", "bad_json"),
    ("null", "bad_json"),
    ("[" * 100_000, "bad_json"),
    ('{"type":"text","text":' + "9" * 5000 + "}", "bad_json"),
    ("{}", "unknown_type"),
    ('{"type":7}', "unknown_type"),
    ('{"type":["text"]}', "unknown_type"),
    ('{"type":"done"}', "unknown_type"),
    ('{"type":"text"}', "bad_field"),
    ('{"type":"text","text":null}', "bad_field"),
    ('{"type":"text","text":["a"]}', "bad_field"),
    ('{"type":"text","text":"a","lang":"en"}', "bad_field"),
    ('{"type":"text","text":"\\ud83d"}', "bad_field"),
    ('{"type":"cancel","utterance":1}', "bad_field"),
    ('{"type":"config","rate":2}', "bad_field"),
    (FLUSH, "wrong_state"),
    (END, "wrong_state"),
    (CANCEL, "nothing_to_cancel"),
])  # fmt: skip
def test_refused_when_idle(raw: str | bytes, code: str) -> None:
    connection = Connection(VOICES)
    assert code_of(connection, raw) == code
    assert connection == Connection(VOICES) and connection.state == "idle"


@pytest.mark.parametrize("fields", [
    {"voice": "bob"}, {"voice": ["heart"]}, {"voice": 3}, {"lang": "fr"}, {"lang": None}, {"lang": {}}, {"speed": 0.4},
    {"speed": 2.1}, {"speed": "1"}, {"speed": True}, {"speed": float("nan")}, {"speed": 10**400}, {"pitch": None},
    {"energy": float("inf")}, {"depth": 0}, {"depth": 33}, {"depth": 8.0}, {"seed": -1}, {"seed": 2**63},
    {"format": "wav"}, {"format": ["pcm"]},
])  # fmt: skip
def test_options_that_cannot_be_used(fields: dict[str, Any]) -> None:
    connection = Connection(VOICES)
    connection.receive(message("config", voice="dora", speed=1.5))
    before = connection.settings
    assert code_of(connection, message("config", **fields)) == "bad_option"
    assert connection.settings == before


def test_options() -> None:
    connection = Connection(VOICES)
    fields = {"lang": "ms", "speed": 0.5, "pitch": 2, "energy": 4, "depth": 8, "seed": 7, "format": "codes"}
    assert connection.receive(message("config", voice="dora", **fields)) == []
    options = connection.settings.options
    assert connection.settings.format == "codes"
    assert (options.voice, options.lang, options.speed, options.pitch) == ("dora", "ms", 0.5, 2)
    assert (options.energy, options.depth, options.seed) == (4, 8, 7)
    connection.receive(message("config", voice=None))
    assert connection.settings == Connection(VOICES).settings and connection.settings.options.voice == "heart"


def test_config_waits_until_the_text_has_ended() -> None:
    connection = Connection(VOICES)
    connection.receive(text("a"))
    assert code_of(connection, message("config", voice="dora")) == "wrong_state"
    connection.receive(END)
    connection.receive(message("config", voice="dora"))
    begin = connection.receive(text("b"))[0]
    assert isinstance(begin, Begin) and begin.settings.options.voice == "dora"


def test_a_long_value_is_not_quoted_back() -> None:
    for raw in (message("config", voice="x" * 9000), message("config", lang="y" * 9000), message("z" * 9000)):
        with pytest.raises(ProtocolError) as caught:
            Connection(VOICES).receive(raw)
        assert len(str(caught.value)) < 600


def test_the_pieces_together_are_limited() -> None:
    connection = Connection(VOICES, FEW)
    assert code_of(connection, text("x" * 11)) == "text_too_long"
    assert connection.state == "idle"
    connection.receive(text("x" * 6))
    assert code_of(connection, text("x" * 5)) == "text_too_long"
    assert connection.receive(text("x" * 4)) == [Append(1, "xxxx")]
    assert code_of(connection, text("x")) == "text_too_long"
    connection.receive(END)
    assert connection.receive(text("x" * 10))[1] == Append(2, "x" * 10)  # counted anew


def test_waiting_utterances_are_limited() -> None:
    connection = Connection(VOICES, FEW)
    for words in ("a", "b"):
        connection.receive(text(words))
        connection.receive(END)
    assert code_of(connection, text("c")) == "too_many_utterances"
    connection.finish(1)
    assert connection.receive(text("c"))[1] == Append(3, "c")


def test_cancel_stops_all() -> None:
    connection = Connection(VOICES)
    connection.receive(text("a"))
    connection.receive(END)
    connection.receive(text("b"))
    assert connection.receive(CANCEL) == [Cancel((1, 2))]
    assert connection.state == "idle" and connection.pending == []
    assert code_of(connection, END) == "wrong_state"
    assert connection.receive(text("c"))[1] == Append(3, "c")


def test_what_is_on_its_way_to_a_failed_utterance_is_let_pass() -> None:
    connection = Connection(VOICES)
    connection.receive(text("a"))
    connection.finish(1)
    assert [connection.receive(raw) for raw in (text("b"), FLUSH, END)] == [[], [], []]
    assert connection.receive(text("c"))[1] == Append(2, "c")
    connection.finish(2)
    assert connection.receive(CANCEL) == [Cancel((2,))]


def test_a_server_that_closes_takes_nothing_new() -> None:
    connection = Connection(VOICES)
    connection.receive(text("a"))
    connection.closing = True
    assert connection.receive(text("b")) == [Append(1, "b")]
    connection.receive(END)
    assert code_of(connection, text("c")) == "shutting_down"


def test_answers() -> None:
    words = [Word("Hello", 0.04, 0.4111111, (0, 5))]
    expected = {
        protocol.ready(VOICES): {
            "type": "ready", "sample_rate": 24000, "frame_size": 1920, "voices": ["heart", "dora"],
        },
        protocol.start(1): {"type": "start", "utterance": 1},
        protocol.word_list(words): {
            "type": "words", "words": [{"text": "Hello", "start_s": 0.04, "end_s": 0.411, "char": [0, 5]}],
        },
        protocol.done(1, 2.31, 9.8, 0.05): {
            "type": "done", "utterance": 1, "audio_s": 2.31, "first_audio_ms": 9.8, "rtf": 0.05,
        },
        protocol.cancelled(2): {"type": "cancelled", "utterance": 2},
        protocol.error("bad_json", "no"): {"type": "error", "code": "bad_json", "message": "no"},
        protocol.error("bad_text", "no", 3): {"type": "error", "code": "bad_text", "message": "no", "utterance": 3},
    }  # fmt: skip
    for answer, fields in expected.items():
        assert json.loads(answer) == fields


VALID = [text("Hello. "), END, FLUSH, CANCEL, message("config", voice="dora", speed=1.5, depth=4, format="codes")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = sorted({name for names in FIELDS.values() for name in names})
OBJECTS = st.builds(
    lambda kind, fields: json.dumps({"type": kind, **fields}),
    st.sampled_from(sorted(FIELDS)) | st.text(max_size=8),
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON, max_size=3),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid message with a few characters cut out, doubled or replaced."""
    raw = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.text(max_size=3)) + raw[at + draw(st.integers(0, 3)) :]
    return raw


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*VALID, "finish"]) | mutated() | OBJECTS | st.binary(max_size=8), max_size=25))
def test_no_message_breaks_the_rules(raws: list[str | bytes]) -> None:
    connection = Connection(VOICES, Limits(utterance_chars=30, queued_utterances=3))
    begun, ended, over, chars = 0, set[int](), set[int](), 0
    for raw in raws:
        if raw == "finish":
            if connection.pending and connection.pending[0] in ended:
                over.add(connection.pending[0])
                connection.finish(connection.pending[0])
            continue
        state, pending = connection.state, list(connection.pending)
        try:
            commands = connection.receive(raw)
        except ProtocolError as error:
            assert error.code in ERRORS and str(error)
            assert (connection.state, connection.pending) == (state, pending)
            continue
        assert isinstance(raw, str) and json.loads(raw)["type"] in ALLOWED[state]
        for command in commands:
            if isinstance(command, Begin):
                begun, chars = begun + 1, 0
                assert command.utterance == begun
            elif isinstance(command, Cancel):
                assert not over & set(command.utterances)
                over.update(command.utterances)
            else:
                assert command.utterance == begun and begun not in ended | over
                chars += len(command.text) if isinstance(command, Append) else 0
                if isinstance(command, End):
                    ended.add(begun)
        assert chars <= 30 and len(connection.pending) <= 3
        assert connection.pending == [number for number in range(1, begun + 1) if number not in over]
