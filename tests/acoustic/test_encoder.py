"""Phones to hidden states: padding changes nothing, distance counts, every input matters."""

import pytest
import torch
from torch import Tensor

from tts.acoustic.config import AcousticConfig
from tts.acoustic.encoder import REACH, Mixer, PhoneEncoder, SelfAttention
from tts.acoustic.model import AcousticModel

TOLERANCE = 1e-5  # float32


def phones(*lengths: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Padded ids, languages, speakers and mask of sentences of these lengths; padding holds nonsense on purpose."""
    torch.manual_seed(1)
    ids = torch.randint(1, 20, (len(lengths), max(lengths)))
    mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    return ids, ids % 2, torch.arange(len(lengths)) % 3, mask


def test_a_batch_is_its_sentences_alone(model: AcousticModel) -> None:
    ids, langs, speaker, mask = phones(9, 4, 1)
    with torch.no_grad():
        hidden = model.encoder(ids, langs, speaker, mask)
        durations, tone = model.variance.predict(hidden, mask)
        for row, length in enumerate((9, 4, 1)):
            one = slice(row, row + 1)
            alone = model.encoder(ids[one, :length], langs[one, :length], speaker[one], mask[one, :length])
            assert torch.allclose(hidden[row, :length], alone[0], atol=TOLERANCE)
            found = model.variance.predict(alone, mask[one, :length])
            assert torch.allclose(durations[row, :length], found[0][0], atol=TOLERANCE)
            assert torch.allclose(tone[row, :length], found[1][0], atol=TOLERANCE)


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_symbol_language_and_speaker_matter_everywhere(model: AcousticModel, changed: int) -> None:
    ids, langs, speaker, mask = phones(8)
    others = [ids.clone(), langs.clone(), speaker.clone()]
    others[changed].view(-1)[0] = (others[changed].view(-1)[0] + 1) % 2
    with torch.no_grad():
        before, after = model.encoder(ids, langs, speaker, mask), model.encoder(*others, mask)
    assert ((before - after).abs().amax(2) > 1e-4).all()  # the last phone hears of the first


def test_attention_is_that_of_torch_where_distance_has_no_weight() -> None:
    torch.manual_seed(0)
    ours, reference = SelfAttention(16, 4).eval(), torch.nn.MultiheadAttention(16, 4, batch_first=True).eval()
    with torch.no_grad():
        reference.in_proj_weight.copy_(ours.qkv.weight)
        reference.in_proj_bias.copy_(ours.qkv.bias)
        reference.out_proj.load_state_dict(ours.out.state_dict())
    x, mask = torch.randn(2, 6, 16), torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    with torch.no_grad():
        normal = ours.norm(x)
        wanted = x + reference(normal, normal, normal, key_padding_mask=~mask, need_weights=False)[0]
        assert torch.allclose(ours(x, mask)[mask], wanted[mask], atol=TOLERANCE)
        ours.bias.normal_()
        assert not torch.allclose(ours(x, mask)[mask], wanted[mask], atol=0.01)


def test_bias_depends_on_signed_distance_up_to_its_reach() -> None:
    """Values that are one-hot by place show the weights themselves."""
    attention = SelfAttention(4, 1).eval()
    with torch.no_grad():
        for parameter in attention.qkv.parameters():
            parameter.zero_()
        attention.bias.zero_()
        attention.bias[REACH + 2] = 50.0  # look two back and nowhere else
        attention.qkv.weight[8:].copy_(torch.eye(4))
        attention.out.weight.copy_(torch.eye(4))
        attention.out.bias.zero_()
        x = torch.randn(1, 10, 4)
        found = attention(x, torch.ones(1, 10, dtype=torch.bool)) - x
        assert torch.allclose(found[0, 2:], attention.norm(x)[0, :-2], atol=1e-4)


def test_mixer_sees_no_padding() -> None:
    torch.manual_seed(0)
    mixer = Mixer(8).eval()
    x = torch.randn(1, 7, 8)
    mask = torch.tensor([[True] * 4 + [False] * 3])
    changed = x.clone()
    changed[:, 4:] = 99.0
    with torch.no_grad():
        assert torch.allclose(mixer(x, mask)[:, :4], mixer(changed, mask)[:, :4], atol=TOLERANCE)
        assert not torch.allclose(mixer(x, mask)[:, :4], mixer(changed, mask | True)[:, :4], atol=5e-3)


def test_one_phone_is_enough() -> None:
    encoder = PhoneEncoder(AcousticConfig(symbols=5, speakers=1, width=16, layers=1)).eval()
    one = torch.ones(1, 1, dtype=torch.long)
    assert torch.isfinite(encoder(one, one, one[0] * 0, one.bool())).all()
