"""A small streaming speech synthesiser for English, Malay, and sentences that mix them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tts.synthesizer import Audio, Block, Synthesizer, VoiceInfo, Word

__all__ = ["Audio", "Block", "Synthesizer", "VoiceInfo", "Word"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import lazily: `tts --help` and bad options must not wait for numpy and ONNX Runtime."""
    if name in __all__:
        import tts.synthesizer

        return getattr(tts.synthesizer, name)
    raise AttributeError(f"module 'tts' has no attribute {name!r}")
