"""Websockets: real sockets, the real model."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from streaming.access import check_key, key_subprotocol
from streaming.codes import unpack
from streaming.server import listen
from streaming.session import before_pause_s
from tts.errors import ConfigError
from tts.synthesizer import Synthesizer

SHORT = "Good morning."
LONG = "This sentence is spoken again and again, until somebody says that it is enough. " * 200
LONG_S = 30.0
Serving = Callable[..., contextlib.AbstractContextManager[Any]]
Solo = Callable[..., bytes]


def send(client: ClientConnection, kind: str, **fields: Any) -> None:
    client.send(json.dumps({"type": kind, **fields}))


def receive(client: ClientConnection) -> dict[str, Any]:
    message = client.recv(LONG_S)
    assert isinstance(message, str)
    fields: dict[str, Any] = json.loads(message)
    return fields


def speak(client: ClientConnection, text: str, **settings: Any) -> None:
    send(client, "config", **settings)
    send(client, "text", text=text)
    send(client, "end")


def open_client(live: Any, **options: Any) -> ClientConnection:
    client: ClientConnection = live.connect(**options)
    assert receive(client)["type"] == "ready"
    return client


def test_order_of_an_utterance(live: Any, hear: Any, solo: Solo) -> None:
    with live.connect() as client:
        voices = ["heart", "michael", "dora", "alex"]
        assert receive(client) == {"type": "ready", "sample_rate": 24000, "frame_size": 1920, "voices": voices}
        text = "Good morning to all of you, my friends. Apa khabar?"
        speak(client, text)
        heard = hear(client)
        assert re.fullmatch("s(wb+)+d", heard.order) and heard.messages[0] == {"type": "start", "utterance": 1}
        assert heard.audio == solo(text)
        assert [text[slice(*word["char"])] for word in heard.words] == re.findall(r"\w+", text)
        done = heard.messages[-1]
        assert done["utterance"] == 1 and done["audio_s"] == pytest.approx(len(heard.audio) / 48000, abs=1e-3)
        assert done["first_audio_ms"] > 0 and done["rtf"] > 0


def test_many_utterances_on_one_connection(live: Any, hear: Any, solo: Solo) -> None:
    with open_client(live) as client:
        for text, voice in (("One.", "heart"), ("Dua.", "dora"), ("Three.", "alex")):
            speak(client, text, voice=voice)  # all are sent before any is heard
        for number, (text, voice) in enumerate((("One.", "heart"), ("Dua.", "dora"), ("Three.", "alex")), start=1):
            heard = hear(client)
            assert {m["utterance"] for m in heard.messages if m["type"] in ("start", "done")} == {number}
            assert heard.audio == solo(text, voice=voice)


def test_two_clients_never_hear_each_other(live: Any, hear: Any, solo: Solo) -> None:
    texts = {"heart": "The first one speaks of the sea, and of ships.", "dora": "Yang kedua bercakap tentang gunung."}
    heard = {}

    def one(voice: str) -> None:
        with open_client(live) as client:
            for _ in range(2):
                speak(client, texts[voice], voice=voice)
                heard.setdefault(voice, []).append(hear(client).audio)

    threads = [threading.Thread(target=one, args=(voice,)) for voice in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * LONG_S)
    for voice, text in texts.items():
        assert heard[voice] == [solo(text, voice=voice)] * 2


def test_text_in_pieces_speaks_before_its_end(live: Any, hear: Any, solo: Solo) -> None:
    pieces = ["Good mor", "ning to all", " of you, my fri", "ends. And ", "good night", "."]
    with open_client(live) as client:
        for piece in pieces[:4]:
            send(client, "text", text=piece)
        assert receive(client)["type"] == "start"
        assert receive(client)["words"][0]["text"] == "Good"
        audio = b""
        first = client.recv(LONG_S)
        assert isinstance(first, bytes)
        for piece in pieces[4:]:
            send(client, "text", text=piece)
        send(client, "end")
        audio = first + hear(client).audio
    assert audio == solo("".join(pieces))


def test_a_pause_speaks_whole_words_only(serving: Serving, hear: Any) -> None:
    with serving(pause_s=0.1) as live, open_client(live) as client:
        send(client, "text", text="Hello, my fri")
        assert receive(client)["type"] == "start"
        assert [word["text"] for word in receive(client)["words"]] == ["Hello", "my"]
        send(client, "text", text="end.")
        send(client, "end")
        heard = hear(client)
    assert [(word["text"], word["char"]) for word in heard.words] == [("friend", [10, 16])]


@pytest.mark.parametrize("left_s, expected", [(-7.0, 0.5), (0.0, 0.5), (0.9, 0.5), (1.2, 0.7), (9.0, 8.5)])
def test_a_listener_with_sound_left_can_wait_for_the_writer(left_s: float, expected: float) -> None:
    assert before_pause_s(0.5, left_s) == pytest.approx(expected)


def test_small_messages_are_not_held_back(live: Any) -> None:
    with open_client(live):
        (connection,) = live.server.server_state.connections
        pipe = connection.transport.get_extra_info("socket")
        assert pipe.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_flush(live: Any, hear: Any) -> None:
    with open_client(live) as client:
        send(client, "text", text="Hello")
        send(client, "flush")
        assert receive(client)["type"] == "start"
        assert receive(client)["words"][0]["text"] == "Hello"
        send(client, "end")
        assert hear(client).order[-1] == "d"


def test_cancel(live: Any, hear: Any, solo: Solo) -> None:
    with open_client(live) as client:
        speak(client, LONG)
        speak(client, "Never heard.")
        for _ in range(6):
            client.recv(LONG_S)
        send(client, "cancel")
        heard = hear(client)
        assert heard.messages[-1] == {"type": "cancelled", "utterance": 1}
        assert receive(client) == {"type": "cancelled", "utterance": 2}
        live.wait_until(lambda: live.server.hub.speaking == 0)
        speak(client, SHORT)
        assert receive(client) == {"type": "start", "utterance": 3}  # not one byte came in between
        assert hear(client).audio == solo(SHORT)
        send(client, "cancel")
        assert receive(client)["code"] == "nothing_to_cancel"


def test_codes(live: Any, hear: Any, synth: Synthesizer) -> None:
    with open_client(live) as client:
        speak(client, SHORT, format="codes", depth=8)
        codes = unpack(hear(client).audio)
    made = [block.codes for block in synth.stream(SHORT, depth=8)]
    assert np.array_equal(codes, np.concatenate(made, 1))


@pytest.mark.parametrize("raw, code", [
    (b"\x00\x01", "not_text"), ("{", "bad_json"), ('{"type":"speak"}', "unknown_type"),
    ('{"type":"text"}', "bad_field"), ('{"type":"end"}', "wrong_state"),
    ('{"type":"config","voice":"bob"}', "bad_option"),
    (json.dumps({"type": "text", "text": "a" * 20_001}), "text_too_long"),
])  # fmt: skip
def test_bad_messages_are_answered_and_change_nothing(
    live: Any, hear: Any, solo: Solo, raw: str | bytes, code: str
) -> None:
    with open_client(live) as client:
        client.send(raw)
        answer = receive(client)
        assert (answer["type"], answer["code"]) == ("error", code) and answer["message"]
        speak(client, "One.")
        assert hear(client).audio == solo("One.")


def test_a_text_that_cannot_be_spoken_ends_its_utterance_only(live: Any, hear: Any, solo: Solo) -> None:
    with open_client(live) as client:
        speak(client, "?!")
        answer = hear(client).messages[-1]
        assert (answer["code"], answer["utterance"]) == ("bad_text", 1) and "nothing to speak" in answer["message"]
        speak(client, "One.")
        assert hear(client).audio == solo("One.")


@pytest.mark.parametrize("data, close_code", [(b"\xff\xfe", 1007), (b"x" * (1 << 18) + b"x", 1009)])
def test_what_breaks_websockets_themselves_closes(
    live: Any, hear: Any, data: bytes, close_code: int
) -> None:
    with open_client(live) as client:
        client.send(data, text=True)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(LONG_S)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == close_code
    with open_client(live) as client:
        speak(client, "One.")
        assert hear(client).order[-1] == "d"


def test_a_slow_reader_slows_only_itself(live: Any, hear: Any, solo: Solo) -> None:
    text = "She reads very slowly, and nobody else has to wait for her while she does so."
    pipe = socket.socket()
    pipe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    pipe.connect((live.host, live.port))
    with open_client(live, sock=pipe, max_queue=2) as slow, open_client(live) as quick:
        speak(slow, text)
        for _ in range(2):
            speak(quick, SHORT, voice="alex")
            assert hear(quick).audio == solo(SHORT, voice="alex")
        speak(quick, text)
        assert hear(quick).audio == solo(text)
        live.wait_until(lambda: live.server.hub.speaking == 1)  # the slow one
        assert live.server.hub.scheduler.waiting == 0  # and it asks for nothing
        assert hear(slow).audio == solo(text)


@pytest.mark.parametrize("messages", [0, 1, 5])
def test_a_client_that_leaves_costs_nothing_more(live: Any, messages: int) -> None:
    client = open_client(live)
    speak(client, LONG)
    for _ in range(messages):
        client.recv(LONG_S)
    client.socket.shutdown(socket.SHUT_RDWR)
    live.wait_until(lambda: live.server.hub.speaking == 0 and not live.server.hub.connected)
    with contextlib.suppress(ConnectionClosed):
        client.close()


def test_limits_on_time(serving: Serving) -> None:
    with serving(idle_s=0.3, utterance_s=0.5) as live:
        for text, code in (("", "idle_timeout"), ("Hello", "utterance_timeout")):
            with open_client(live) as client:
                if text:
                    send(client, "text", text=text)
                    assert receive(client)["type"] == "start"
                assert receive(client)["code"] == code
                with pytest.raises(ConnectionClosed) as closed:
                    client.recv(LONG_S)
                assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
        live.wait_until(lambda: live.server.hub.speaking == 0)


def test_too_many_errors_close(serving: Serving) -> None:
    with serving(refused_messages=3) as live, open_client(live) as client:
        for _ in range(4):
            client.send("{")
        assert [receive(client)["code"] for _ in range(5)] == ["bad_json"] * 4 + ["too_many_errors"]
        with pytest.raises(ConnectionClosed):
            client.recv(LONG_S)


def test_no_place_left(serving: Serving, hear: Any) -> None:
    with serving(clients=1) as live:
        with open_client(live) as client:
            with pytest.raises(InvalidStatus) as refused:
                live.connect()
            assert refused.value.response.status_code == 503
            assert json.loads(refused.value.response.body)["error"]["code"] == "overloaded"
            speak(client, "One.")
            assert hear(client).order[-1] == "d"
        live.wait_until(lambda: not live.server.hub.connected)
        open_client(live).close()


def test_key(serving: Serving) -> None:
    key = "s3cret/+~"
    with serving(key) as live:
        for options in (
            {},
            {"additional_headers": {"Authorization": "Bearer wrong"}},
            {"additional_headers": {"Authorization": f"Basic {key}"}},
            {"subprotocols": ["tts.v1", "key.wrong"]},
            {"subprotocols": ["tts.v1", key_subprotocol("wrong")]},
        ):
            with pytest.raises(InvalidStatus) as refused:
                live.connect(**options)
            assert refused.value.response.status_code == 401
        open_client(live, additional_headers={"Authorization": f"Bearer {key}"}).close()
        with open_client(live, subprotocols=["tts.v1", key_subprotocol(key)]) as client:
            assert client.subprotocol == "tts.v1"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example"])
def test_pages_from_elsewhere_are_refused(live: Any, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        live.connect(origin=origin)
    assert refused.value.response.status_code == 403


def test_its_own_page_is_served(live: Any) -> None:
    open_client(live, origin=live.url).close()


def test_another_name_for_this_machine_is_refused(live: Any) -> None:
    pipe = socket.create_connection((live.host, live.port))
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://evil.example:{live.port}/v1/stream", sock=pipe, proxy=None).__enter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("host, key, fine", [
    ("127.0.0.1", None, True), ("::1", None, True), ("localhost", None, True), ("127.9.9.9", "k", True),
    ("0.0.0.0", "k", True), ("0.0.0.0", None, False), ("::", None, False), ("192.168.1.2", None, False),
    ("example.org", None, False), ("127.0.0.1.example.org", None, False), ("127.0.0.1", "", False),
    ("0.0.0.0", "", False), ("127.0.0.1", "a b", False), ("127.0.0.1", "ключ", False), ("127.0.0.1", "a\n", False),
])  # fmt: skip
def test_who_may_serve_without_a_key(host: str, key: str | None, fine: bool) -> None:
    with contextlib.nullcontext() if fine else pytest.raises(ConfigError, match="key"):
        check_key(host, key)


def test_addresses_that_cannot_be_listened_on() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        for host, number, message in (
            ("127.0.0.1", port, f"cannot listen on 127.0.0.1 port {port}: "),
            ("192.0.2.1", 0, "cannot listen on 192.0.2.1"),
            ("127.0.0.1", 65536, "port must be 0 to 65535"),
        ):
            with pytest.raises(ConfigError, match=message):
                listen(host, number)


def test_shutdown_lets_an_utterance_finish(serving: Serving, hear: Any, solo: Solo) -> None:
    with serving(shutdown_s=LONG_S) as live, open_client(live) as client, open_client(live) as other:
        send(client, "text", text=SHORT + " And good evening.")
        assert receive(client)["type"] == "start"
        live.server.should_exit = True
        live.wait_until(lambda: live.server.hub.closing)
        speak(other, SHORT)
        assert receive(other)["code"] == "shutting_down"
        send(client, "end")
        assert hear(client).audio == solo(SHORT + " And good evening.")
        with pytest.raises(ConnectionClosed):
            client.recv(LONG_S)
        with pytest.raises(OSError):
            socket.create_connection((live.host, live.port))


def test_shutdown_does_not_wait_for_ever(serving: Serving) -> None:
    with serving(shutdown_s=0.1) as live, open_client(live) as client:
        speak(client, LONG)
        assert receive(client)["type"] == "start"
        live.server.should_exit = True
        with pytest.raises(ConnectionClosed):
            while True:
                client.recv(LONG_S)


def test_tts_serve_ends_with_0_when_terminated() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tts", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stderr is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert found
        secret = "Nobody logs my secret words."
        with connect(f"ws://127.0.0.1:{found[1]}/v1/stream", proxy=None, open_timeout=LONG_S) as client:
            client.recv(LONG_S)
            speak(client, secret)
            while not str(client.recv(LONG_S)).startswith('{"type":"done"'):
                pass
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=LONG_S)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "ws-1: utterance 1: " in log and "Traceback" not in log
    assert not re.search("secret|words", log)


@pytest.mark.parametrize("arguments, message", [
    (["--host", "0.0.0.0"], "give --api-key"), (["--port", "99999"], "port must be"),
    (["--api-key", ""], "API key must be"),
])  # fmt: skip
def test_tts_serve_refuses(arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "tts", "serve", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=LONG_S)
    assert result.returncode == 2 and message in result.stderr and result.stderr.count("\n") == 1


def test_silence_is_not_what_is_compared(solo: Solo) -> None:
    assert np.abs(np.frombuffer(solo(SHORT), "<i2")).max() > 1000
