"""Values of SSML attributes: rates, pitches, volumes, times, phones."""

import math
import re
from collections.abc import Mapping

from tts.text.types import Prosody

MAX_PAUSE_S = 10.0
_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.75, "x-strong": 1.2}
_NAMED = {
    "rate": {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6},
    "pitch": {"x-low": 0.7, "low": 0.85, "medium": 1.0, "default": 1.0, "high": 1.2, "x-high": 1.4},
    "volume": {"silent": 0.25, "x-soft": 0.4, "soft": 0.65, "medium": 1.0, "default": 1.0, "loud": 1.5, "x-loud": 2.2},
}
_RANGES = {"rate": (0.5, 2.0), "pitch": (0.5, 2.0), "volume": (0.25, 4.0)}
_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d*)?|\.\d+)(%|st|dB)?$")
_TIME = re.compile(r"\+?(\d+(?:\.\d*)?|\.\d+)\s*(ms|s)$")
_IPA = (
    ("tʃ", "ʧ"), ("t͡ʃ", "ʧ"), ("dʒ", "ʤ"), ("d͡ʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "O"),
    ("aʊ", "W"), ("ɔɪ", "Y"),
    ("ɝ", "ɜɹ"), ("ɚ", "əɹ"), ("ɾ", "T"), ("g", "ɡ"), ("ː", ""), ("'", "ˈ"), ("ɫ", "l"), ("ɐ", "ə"), ("ɒ", "ɑ"),
    (".", ""),
)  # fmt: skip


def from_ipa(phones: str) -> str:
    """Common IPA spellings in the shared inventory: "eɪ" is "A"; what is in it already stays."""
    for ipa, ours in _IPA:
        phones = phones.replace(ipa, ours)
    return phones


def pause(attributes: Mapping[str, str]) -> tuple[float, list[str]]:
    """Seconds of a <break>, and warnings."""
    given = attributes.get("time", "").strip()
    if not given:
        strength = attributes.get("strength", "medium")
        if strength in _STRENGTHS:
            return _STRENGTHS[strength], []
        return _STRENGTHS["medium"], [f"left out break strength={strength!r}; allowed: {', '.join(_STRENGTHS)}"]
    match = _TIME.match(given)
    if not match:
        return _STRENGTHS["medium"], [f"left out break time={given!r}; write it as 500ms or 1.5s"]
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > MAX_PAUSE_S:
        return MAX_PAUSE_S, [f"break time={given!r} was cut to {MAX_PAUSE_S:g}s"]
    return seconds, []


def prosody(attributes: Mapping[str, str], around: Prosody) -> tuple[Prosody, list[str]]:
    """Factors inside a <prosody> within `around`, and warnings."""
    warnings: list[str] = []
    factors = {}
    for name, before in (("rate", around.speed), ("pitch", around.pitch), ("volume", around.energy)):
        factors[name] = before
        if name in attributes:
            factor = _factor(name, attributes[name].strip())
            if factor is None:
                allowed = ", ".join(_NAMED[name])
                warnings.append(
                    f"left out prosody {name}={attributes[name]!r}; allowed: {allowed}, or a change such as +10%"
                )
                continue
            low, high = _RANGES[name]
            factors[name] = min(max(before * factor, low), high)
            if factors[name] != before * factor:
                warnings.append(f"prosody {name}={attributes[name]!r} was held to {low:g} to {high:g} times the usual")
    warnings += [f"left out prosody {name}, which is not supported" for name in attributes if name not in factors]
    return Prosody(factors["rate"], factors["pitch"], factors["volume"]), warnings


def _factor(name: str, given: str) -> float | None:
    if given in _NAMED[name]:
        return _NAMED[name][given]
    match = _NUMBER.match(given)
    if not match:
        return None
    sign, amount, unit = match[1], float(match[2]), match[3]
    change = -amount if sign == "-" else amount
    if unit == "st" and name == "pitch":
        return math.pow(2, max(-48.0, min(48.0, change)) / 12)
    if unit == "dB" and name == "volume":
        return math.pow(10, max(-60.0, min(60.0, change)) / 20)
    if unit == "%":
        return 1 + change / 100 if sign else amount / 100
    if unit is None and not sign:
        return amount / 100 if name == "volume" else (amount if name == "rate" else None)
    return None
