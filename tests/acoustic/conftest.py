"""A small acoustic model with codebooks; one thread, for the tensors are small."""

import pytest
import torch

from codec.spec import CARDINALITY, NUM_CODEBOOKS
from tts.acoustic.config import AcousticConfig
from tts.acoustic.model import AcousticModel

torch.set_num_threads(1)

SMALL = AcousticConfig(
    symbols=20, speakers=3, width=32, layers=2, heads=4, slot_width=24, slot_layers=2, frame_width=40, frame_layers=2,
    latent=8, level_width=16,
)


@pytest.fixture(scope="session")
def model() -> AcousticModel:
    torch.manual_seed(0)
    made = AcousticModel(SMALL).eval()
    scale = 0.8 ** torch.arange(NUM_CODEBOOKS)[:, None, None]
    made.depth.codebooks.copy_(torch.randn(NUM_CODEBOOKS, CARDINALITY, SMALL.latent) * scale)
    with torch.no_grad():  # a trained model's are not zero: nothing here may hold only because a layer is silent
        made.depth.correct.normal_(0, 0.3)
        made.depth.sharpness.normal_(0, 0.3)
        for attention in made.encoder.attention:
            attention.bias.normal_()
        for name, parameter in made.named_parameters():
            if name.endswith("scale"):
                parameter.fill_(1.0)
    return made
