"""Files that a kill leaves whole: the old one or the new one, never half of it."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from tts.errors import CheckpointError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends, and goes when the block fails."""
    temporary = path.with_name(f"{path.stem}.tmp{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def save(path: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint in one go."""
    with replacing(path) as temporary:
        torch.save(content, temporary)


def load(path: Path, made_by: str) -> dict[str, Any]:
    """Read a checkpoint.

    Args:
        path: the file.
        made_by: the command that writes it, for the error.

    Raises:
        CheckpointError: it is missing, or is no checkpoint.
    """
    if not path.exists():
        raise CheckpointError(f"{path} is missing; make it with {made_by}")
    try:
        content = torch.load(path)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"{path} cannot be read ({reason}); remove it and run {made_by}") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} holds no dictionary; remove it and run {made_by}")
    return content
