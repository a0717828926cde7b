"""The errors of the lowest layer, and the base of all others (the whole tree is in tts/errors.py)."""


class TtsError(Exception):
    """Base of every error raised on purpose."""


class CodecError(TtsError):
    """The codec cannot take this audio or these codes."""


class CheckpointError(TtsError):
    """Weights are missing, damaged or of another shape."""
