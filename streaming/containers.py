"""Speech as the bytes of an audio container, as they come: one container for one stream, its last page included.

What a listener can start to play at once is preferred to what a file would want: a WAV header of unknown length,
MP3 frames without a table of contents, Opus pages of one codec frame.
"""

from collections.abc import Iterable, Iterator

from tts.audio_formats import Floats, make_encoder

MEDIA_TYPES = {
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "flac": "audio/flac",
    "opus": "audio/ogg",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
}


class Container:
    """One stream of bytes in one format."""

    def __init__(self, name: str) -> None:
        """Opens the stream.

        Args:
            name: one of MEDIA_TYPES.

        Raises:
            ConfigError: there is no format of that name.
        """
        self._encoder = make_encoder(name, live=True)
        self.media_type = MEDIA_TYPES[name]

    def write(self, samples: Floats) -> bytes:
        """What a listener can have once `samples` (Float[S], 24 kHz, -1 to 1) are added; may be empty."""
        return self._encoder.write(samples)

    def close(self) -> bytes:
        """The rest. Nothing can be written after."""
        return self._encoder.close()


def chunks(name: str, blocks: Iterable[Floats]) -> Iterator[bytes]:
    """Non-empty pieces of one container that holds all of `blocks`, each as soon as it is ready.

    Raises:
        ConfigError: there is no format of that name.
    """
    container = Container(name)
    for samples in blocks:
        if data := container.write(samples):
            yield data
    if data := container.close():
        yield data
