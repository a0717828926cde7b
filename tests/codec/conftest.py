"""The embedded codec, opened once; one thread, for the tensors are small."""

import pytest
import torch

from codec.runtime import Codec
from tts.config import data_dir

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def embedded() -> Codec:
    return Codec(data_dir() / "codec" / "embedded")
