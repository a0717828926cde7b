"""Text in pieces to blocks, step by step."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from streaming.speech import Speech
from tts.audio_formats import to_int16
from tts.errors import ConfigError, TextError
from tts.synthesizer import Block, Options, Synthesizer

TEXT = "Hello there, dear friend of mine. Selamat pagi! It is 12:30 now."
Solo = Callable[..., bytes]


def options(voice: str = "heart", depth: int = 32) -> Options:
    return Options(voice, "auto", 1.0, 1.0, 1.0, depth, 0)


def steps(speech: Speech) -> list[Block]:
    """All blocks there are for now."""
    blocks = []
    while (block := speech.step()) is not None:
        blocks.append(block)
    return blocks


def pcm(blocks: list[Block]) -> bytes:
    return b"".join(to_int16(block.samples).tobytes() for block in blocks)


def spoken(blocks: list[Block]) -> list[str]:
    return [word.text for block in blocks for word in block.words]


def test_the_sound_of_the_synthesizer(synth: Synthesizer, solo: Solo) -> None:
    whole, words = solo(TEXT, voice="dora"), synth.say(TEXT, voice="dora").words
    assert whole != solo(TEXT, voice="alex")
    for seed in range(2):
        draw = random.Random(seed)
        speech, blocks, at = Speech(synth, options("dora")), list[Block](), 0
        while at < len(TEXT):
            step = draw.randint(1, 9)
            speech.push(TEXT[at : at + step])
            blocks += steps(speech)
            at += step
        assert blocks and not speech.finished  # it speaks before the text ends
        speech.end()
        blocks += steps(speech)
        assert speech.finished and pcm(blocks) == whole
        lengths = np.cumsum([0, *(len(block.samples) for block in blocks)])[:-1]
        assert np.allclose([block.start_s for block in blocks], lengths / 24_000)
        for block in blocks:
            assert all(TEXT[slice(*word.char)] == word.text for word in block.words)
            assert all(word.start_s >= block.start_s for word in block.words)
        assert tuple(word for block in blocks for word in block.words) == words
        assert "12:30" in spoken(blocks)
        assert np.concatenate([block.codes for block in blocks], 1).shape == (32, len(whole) // 3840)


def test_a_pause_never_cuts_a_word(synth: Synthesizer) -> None:
    speech = Speech(synth, options())
    speech.push("Hello the")
    assert steps(speech) == []
    assert speech.pause()
    assert spoken(steps(speech)) == ["Hello"]
    assert not speech.pause()  # nothing has come since
    speech.push("re.")
    assert speech.pause()
    assert steps(speech) == []  # the word may go on
    speech.end()
    blocks = steps(speech)
    assert [(word.text, word.char) for block in blocks for word in block.words] == [("there", (6, 11))]


def test_flush_speaks_all_there_is(synth: Synthesizer) -> None:
    speech = Speech(synth, options())
    speech.push("Hello")
    speech.flush()
    assert spoken(steps(speech)) == ["Hello"]
    assert not speech.finished
    speech.flush()
    speech.end()
    assert steps(speech) == [] and speech.finished


def test_markup_is_read_as_a_whole(synth: Synthesizer, solo: Solo) -> None:
    text = '<speak>Hello <break time="200ms"/> world.</speak>'
    speech = Speech(synth, options())
    for piece in (text[:3], text[3:20], text[20:]):
        speech.push(piece)
        assert not speech.pause() and speech.step() is None
    speech.flush()
    speech.end()
    assert pcm(steps(speech)) == solo(text)


def test_what_only_looks_like_markup_is_text(synth: Synthesizer, solo: Solo) -> None:
    speech = Speech(synth, options())
    speech.push("<3 you.")
    speech.end()
    assert pcm(steps(speech)) == solo("<3 you.")


@pytest.mark.parametrize("text", ["", "  \n", "?!", "<speak> </speak>", "<speak>", "你好"])
def test_nothing_to_speak(synth: Synthesizer, text: str) -> None:
    for ask in (Speech.prepare, Speech.step):
        speech = Speech(synth, options())
        speech.push(text)
        speech.end()
        with pytest.raises(TextError):
            ask(speech)


def test_prepare_makes_no_sound_and_loses_nothing(synth: Synthesizer, solo: Solo) -> None:
    speech = Speech(synth, options())
    speech.push("Good morning.")
    speech.end()
    speech.prepare()
    assert pcm(steps(speech)) == solo("Good morning.")


def test_unknown_voice(synth: Synthesizer) -> None:
    with pytest.raises(ConfigError, match="unknown voice 'bob'"):
        Speech(synth, options("bob"))


def test_a_word_without_end_is_not_held_for_ever(synth: Synthesizer) -> None:
    speech = Speech(synth, options())
    speech.push("a" * 2000)
    assert speech.pause()
    assert speech.step() is not None
