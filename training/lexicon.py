"""Builds and evaluates the pronunciation data: CMU dictionary → corpus phones, and the letter-to-sound rules."""

import argparse
import re
from pathlib import Path

from tts.text.lexicon import data_dir, pack

ARPABET = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u", "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f",
    "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s",
    "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip


def convert(arpabet: list[str]) -> str:
    """The corpus's phones for one CMU pronunciation."""
    out = ""
    for sound in arpabet:
        stress = {"1": "ˈ", "2": "ˌ"}.get(sound[-1], "")
        reduced = {"AH0": "ə", "ER0": "əɹ"}.get(sound)
        out += stress + (reduced or ARPABET[sound.rstrip("012")])
    return re.sub(r"əl$", "ᵊl", out)


def read_cmudict(path: Path) -> dict[str, list[str]]:
    """First pronunciation of every word that begins with a letter or an apostrophe."""
    entries: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("#")[0].split()
        if fields and "(" not in fields[0] and not re.search(r"'s$|s'$", fields[0]):
            entries[fields[0]] = fields[1:]
    return entries


def build(cmudict: Path, out: Path) -> None:
    """Writes `en.lex`."""
    out.mkdir(parents=True, exist_ok=True)
    entries = {word: convert(sounds) for word, sounds in read_cmudict(cmudict).items()}
    (out / "en.lex").write_bytes(pack(entries.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build")
    builder.add_argument("--cmudict", type=Path, required=True, help="cmudict.dict")
    builder.add_argument("--out", type=Path, default=data_dir())
    args = parser.parse_args()
    build(args.cmudict, args.out)


if __name__ == "__main__":
    main()
