"""What others rely on: these names, no more and no fewer."""

import importlib
import subprocess
import sys

import pytest

import tts

PUBLIC = {
    "streaming": ["AsyncClient", "Client", "ServerError"],
    "tts": ["Audio", "Block", "Synthesizer", "VoiceInfo", "Word"],
    "tts.errors": [
        "CheckpointError",
        "CodecError",
        "ConfigError",
        "OutputError",
        "Overloaded",
        "ProtocolError",
        "TextError",
        "TtsError",
    ],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names(module: str) -> None:
    found = importlib.import_module(module)
    assert sorted(found.__all__) == PUBLIC[module]
    assert all(getattr(found, name) is not None for name in found.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Speaker'"):
        tts.Speaker  # noqa: B018


def test_importing_tts_waits_for_nothing() -> None:
    code = "import sys, tts; print('numpy' in sys.modules, 'onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False False"
