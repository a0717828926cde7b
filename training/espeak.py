"""Asks espeak-ng, as an outside tool, how the corpus would have written a word, so that conventions can be learnt.

Nothing of espeak-ng is imported or shipped. The rewriting mirrors how the corpus was made (see its README).
"""

import re
import subprocess
from collections.abc import Sequence

from tts.symbols import CONSONANTS, STRESS, VOWELS
from tts.text.types import Lang

_TIE = "\u200d"
_MERGED = {"aɪ": "I", "aʊ": "W", "dʒ": "ʤ", "tʃ": "ʧ", "eɪ": "A", "oʊ": "O", "əʊ": "O", "ɔɪ": "Y"}
_ENGLISH = [
    ("ə" + _TIE + "l", "ᵊl"), ("ɚ", "əɹ"), ("ɐ", "ə"), ("ɬ", "l"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("e", "A"),
    ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""), ("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"),
]  # fmt: skip
_MALAY = [("ː", ""), ("ɾr", "r"), ("ɾ", "r")]
_BATCH = 200


def words(spellings: Sequence[str], lang: Lang) -> dict[str, str]:
    """Phones of words spoken alone, in the corpus's symbols."""
    said: dict[str, str] = {}
    for start in range(0, len(spellings), _BATCH):
        batch = spellings[start : start + _BATCH]
        lines = _speak("".join(f"{word}.\n\n" for word in batch), lang)
        if len(lines) == len(batch):
            said.update(zip(batch, lines, strict=True))
    return said


def _speak(text: str, lang: Lang) -> list[str]:
    command = ["espeak-ng", "-q", "--ipa=3", "-v", "en-us" if lang == "en" else "ms"]
    output = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return [corpus_symbols(line.strip(), lang) for line in output.splitlines() if line.strip()]


def corpus_symbols(ipa: str, lang: Lang) -> str:
    """espeak-ng's IPA in the shared inventory."""
    merged = [(pair[0] + _TIE + pair[1], symbol) for pair, symbol in _MERGED.items()]
    for old, new in merged + (_ENGLISH if lang == "en" else _MALAY) + [(_TIE, "")]:
        ipa = ipa.replace(old, new)
    if lang == "ms":  # Malay never stresses a schwa
        ipa = re.sub(f"[{STRESS}]([^{VOWELS} ]*ə)", r"\1", ipa)
    return "".join(symbol for symbol in ipa if symbol in VOWELS + CONSONANTS + STRESS + " ")
