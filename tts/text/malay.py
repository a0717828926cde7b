"""Malay words to the corpus's phones, by rule."""

LETTER_NAMES = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈAʧ", "i": "ˈI",
    "j": "ʤˈA", "k": "kˈA", "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈo", "p": "pˈi", "q": "kjˈu", "r": "ˈar",
    "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi", "w": "dˈabəlju", "x": "ˈɛks", "y": "wˈI", "z": "zˈɛd",
}  # fmt: skip
_PAIRS = {"ng": "ŋ", "ny": "ɲ", "sy": "ʃ", "kh": "x"}
_PLAIN = dict(zip("abcdefghijklmnopqrstuvwxyz", "abʧdəfɡhiʤklmnopkrstuvwkjz", strict=True))


def phones(word: str) -> str:
    """Phones of a folded word; "" if it has no letter."""
    out = ""
    at = 0
    while at < len(word):
        pair = _PAIRS.get(word[at : at + 2])
        out += pair or _PLAIN.get(word[at], "")
        at += 2 if pair else 1
    return out[:-1] + "ə" if out.endswith("a") else out
