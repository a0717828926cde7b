"""Where the package's data lies: the only file that knows an installed package from a checkout."""

from pathlib import Path

from tts.errors import CheckpointError


def data_dir() -> Path:
    """The folder with codec, voices, lexicons and sentences: inside an installed package, or data/ of a checkout.

    Raises:
        CheckpointError: neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "_data", here.parent / "data"):
        if folder.is_dir():
            return folder
    raise CheckpointError(f"the package's data is missing: neither {here / '_data'} nor {here.parent / 'data'} exists")
