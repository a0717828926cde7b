"""The shared inventory of phones: Kokoro's symbols, one character each, as the corpus writes them.

Vowels and consonants are IPA but for A eɪ, I aɪ, O oʊ, W aʊ, Y ɔɪ (diphthongs), ʤ, ʧ (affricates), T (flapped t),
ᵊ and ᵻ (reduced vowels). Stress marks precede the stressed syllable's vowel group, as espeak-ng writes them.
"""

from tts.errors import ConfigError

PAD = "_"
MARKS = ",.;:!?()"
STRESS = "ˈˌ"
VOWELS = "aeiouəɛɪɔʊʌæɑɜᵊᵻAIOWY"
CONSONANTS = "bdfhjklmnprstvwxzðŋɡɲɹʃʒʔʤʧθT"
INVENTORY = PAD + " " + MARKS + STRESS + VOWELS + CONSONANTS
IDS = {symbol: i for i, symbol in enumerate(INVENTORY)}


def encode(phones: str) -> list[int]:
    """Ids of `phones`, one a character.

    Raises:
        ConfigError: a character is not in the inventory.
    """
    unknown = sorted(set(phones) - IDS.keys() | set(phones) & {PAD})
    if unknown:
        raise ConfigError(f"unknown phones {' '.join(unknown)}; allowed: {INVENTORY[1:].strip()} and space")
    return [IDS[symbol] for symbol in phones]
