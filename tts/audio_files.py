"""Files of sound that appear whole or not at all."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from tts.audio_formats import FILE_FORMATS, Floats, make_encoder
from tts.errors import OutputError

EXISTS = "exists already; --force (in Python: force=True) replaces it"


def format_of(path: Path) -> str:
    """The format that a file's suffix names.

    Raises:
        OutputError: it names none.
    """
    name = path.suffix.lower().lstrip(".")
    if name not in FILE_FORMATS:
        allowed = ", ".join("." + known for known in FILE_FORMATS)
        raise OutputError(f"cannot write {path}: the suffix names no audio format; allowed: {allowed}")
    return name


class AudioFile:
    """A file that is written block by block and appears, whole, when the `with` block ends well.

    Until then the sound is in a hidden file beside it, which is gone if anything goes wrong. Pipes and devices are
    written directly.
    """

    def __init__(self, path: Path, force: bool = False) -> None:
        """Opens the file, before any work is spent on its contents.

        Raises:
            OutputError: unknown suffix, an existing file without `force`, or a place that cannot be written.
        """
        self.path, self._force = path, force
        self._target = Path(os.path.realpath(path))  # a link stays a link
        if self._target.is_dir():
            raise OutputError(f"cannot write {path}: it is a folder")
        self._format = format_of(path)
        special = self._target.exists() and not self._target.is_file()
        if not special and not force and os.path.lexists(path):
            raise OutputError(f"{path} {EXISTS}")
        self._temporary = None if special else self._target.with_name(f".tts-{secrets.token_hex(8)}.part")
        try:
            self._file: BinaryIO = open(self._temporary or self._target, "wb", buffering=0 if special else -1)
        except OSError as error:
            raise self._failure(error) from error
        try:
            self._encoder = make_encoder(self._format)
        except BaseException:
            self._discard()
            raise

    def write(self, samples: Floats) -> None:
        """Add samples.

        Raises:
            OutputError: the disk is full, or whatever else the system says.
        """
        self._put(self._encoder.write(samples))

    def __enter__(self) -> "AudioFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._discard()

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise self._failure(error) from error

    def _finish(self) -> None:
        self._put(self._encoder.close())
        try:
            if self._temporary is not None:
                for patch in self._encoder.patches:
                    self._file.seek(patch.at)
                    self._file.write(patch.data)
            self._file.close()
            if self._temporary is not None:
                if not self._force and self._target.exists():
                    raise OutputError(f"{self.path} {EXISTS}")
                os.replace(self._temporary, self._target)
        except OSError as error:
            raise self._failure(error) from error

    def _discard(self) -> None:
        try:
            self._file.close()
        except OSError:
            pass  # a full disk says so once more here; the file goes away anyway
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def _failure(self, error: OSError) -> OutputError:
        return OutputError(f"cannot write {self.path}: {error.strerror or error}")


def write_file(path: Path, samples: Floats | Iterable[Floats], force: bool = False) -> None:
    """Write samples, at once or in blocks, to a file whose suffix names the format.

    Raises:
        OutputError: unknown suffix, an existing file without `force`, or a file that cannot be written.
    """
    with AudioFile(path, force) as file:
        for block in [samples] if isinstance(samples, np.ndarray) else samples:
            file.write(block)
