"""Durations, pitch and energy: one value a phone, conditions that reach the hidden states."""

import torch

from tts.acoustic.model import AcousticModel


def test_predictions_have_one_value_a_phone(model: AcousticModel) -> None:
    hidden, mask = torch.randn(2, 7, model.config.width), torch.ones(2, 7, dtype=torch.bool)
    durations, tone = model.variance.predict(hidden, mask)
    assert durations.shape == (2, 7)
    assert tone.shape == (2, 7, 2)


def test_tone_reaches_its_phone_and_its_neighbours_only(model: AcousticModel) -> None:
    hidden, tone = torch.randn(1, 9, model.config.width), torch.zeros(1, 9, 2)
    for kind in (0, 1):
        raised = tone.clone()
        raised[0, 4, kind] = 1.0
        with torch.no_grad():
            change = model.variance.condition(hidden, raised) - model.variance.condition(hidden, tone)
        assert (change[0].abs().amax(1) > 1e-6).tolist() == [i in (3, 4, 5) for i in range(9)]
