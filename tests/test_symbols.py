"""The inventory of phones: one id a character, nothing twice, unknown ones named."""

import pytest

from tts.errors import ConfigError
from tts.symbols import IDS, INVENTORY, PAD, encode


def test_every_symbol_has_one_id() -> None:
    assert len(set(INVENTORY)) == len(INVENTORY) == len(IDS)
    assert encode(INVENTORY[1:]) == list(range(1, len(INVENTORY)))
    assert IDS[PAD] == 0
    assert encode("") == []


@pytest.mark.parametrize(("phones", "named"), [("hɛlØ", "Ø"), ("_", "_"), ("a1ä", "1 ä"), ("\n", "\n")])
def test_unknown_symbols_are_named(phones: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        encode(phones)
    assert str(caught.value).startswith(f"unknown phones {named}; allowed: ")
