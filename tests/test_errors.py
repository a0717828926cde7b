"""The tree of errors: what its docstring draws is what there is, and one base catches all."""

import re

import pytest

from codec import errors as lowest
from tts import errors


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_a_tts_error(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.TtsError)


def test_the_docstring_draws_the_whole_tree() -> None:
    assert errors.__doc__ is not None
    assert set(re.findall(r"\b(?:[A-Z]\w+Error|Overloaded)\b", errors.__doc__)) == set(errors.__all__)


def test_the_codec_and_the_rest_share_one_base() -> None:
    assert errors.TtsError is lowest.TtsError
    assert errors.CodecError is lowest.CodecError
    assert errors.CheckpointError is lowest.CheckpointError
    assert not issubclass(errors.CodecError, errors.CheckpointError)


def test_protocol_errors_tell_the_client_a_code() -> None:
    error = errors.ProtocolError("text_too_long", "the text has 9 characters, 8 are allowed")
    assert error.code == "text_too_long"
    assert str(error) == "the text has 9 characters, 8 are allowed"
