"""Errors a caller can act on; each states what was wrong and what is allowed.

    TtsError                 anything this project raises on purpose; the command line prints it and exits with 2
    ├── ConfigError          an option, setting or voice card that cannot be used
    ├── TextError            text, markup or a lexicon that cannot be spoken
    ├── CheckpointError      weights that are missing, damaged or of another shape
    ├── CodecError           audio or codes the codec cannot take
    ├── OutputError          a file or device that cannot be written or played
    ├── ProtocolError        a message the server cannot accept
    └── Overloaded           a limit on work in progress was reached
"""

from codec.errors import CheckpointError, CodecError, TtsError

__all__ = [
    "CheckpointError",
    "CodecError",
    "ConfigError",
    "OutputError",
    "Overloaded",
    "ProtocolError",
    "TextError",
    "TtsError",
]


class ConfigError(TtsError):
    """An option, setting or voice card cannot be used."""


class TextError(TtsError):
    """Text, markup or a lexicon cannot be spoken."""


class OutputError(TtsError):
    """A file or an audio device cannot be written to."""


class ProtocolError(TtsError):
    """A message breaks the protocol; `code` is what the client is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Overloaded(TtsError):
    """A limit on work in progress was reached."""
