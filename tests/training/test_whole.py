"""From recordings to a voice that speaks: the tools of the package one after the other, as docs/voices.md runs them."""

import json
from pathlib import Path

import numpy as np
import pytest

from codec.runtime import Codec
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS
from training import acoustic, predict, vocoder
from training.clips import Clips
from training.export import EMBEDDED_SPEAKERS, export_codec, export_voice
from tts.synthesizer import Synthesizer
from tts.voice import Voice

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch: of the exporter that traces
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]


@pytest.mark.usefixtures("small")
def test_recordings_become_a_voice_that_speaks(
    coded_work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = [str(coded_work), "--batch", "2", "--threads", "1", "--minutes", "2"]
    assert acoustic.main([*usual, "--dev", "2"]) == 0
    assert predict.main([str(coded_work), "--threads", "1"]) == 0
    assert Clips(coded_work, 4, seed=0).predicted is not None
    # speech measures of the vocoder have tests of their own
    monkeypatch.setattr(vocoder, "measure", lambda *_: {})
    assert vocoder.main([*usual, "--frames", "4", "--gan-after", "0.5"]) == 0

    codec, voice = tmp_path / "codec", tmp_path / "voice"
    for folder in (codec, voice):
        folder.mkdir()
    export_codec(coded_work, codec)
    export_voice(coded_work, voice, EMBEDDED_SPEAKERS)
    card = json.loads((codec / "codec.json").read_text("utf-8"))
    assert card["steps_trained"] == 2 and card["minutes_trained"] == 2
    assert len(card["silence"]) == NUM_CODEBOOKS

    synth = Synthesizer(Voice(voice, Codec(codec)))
    assert [one.name for one in synth.voices] == list(EMBEDDED_SPEAKERS)
    said = {name: synth.say("Hello, dunia.", voice=name) for name in ("heart", "alex")}
    for audio in said.values():
        assert [word.text for word in audio.words] == ["Hello", "dunia"]
        assert len(audio.samples) % FRAME_SIZE == 0 and len(audio.samples) >= 4 * FRAME_SIZE
        assert np.isfinite(audio.samples).all() and audio.samples.std() > 1e-5
        assert 0 <= audio.words[0].start_s < audio.words[1].start_s < len(audio.samples) / audio.sample_rate
    assert said["heart"].samples.tobytes() != said["alex"].samples.tobytes()
    codes = np.concatenate([block.codes for block in synth.stream("Hello.")], 1)
    assert codes.shape[0] == NUM_CODEBOOKS and 0 <= codes.min() and codes.max() < CARDINALITY
