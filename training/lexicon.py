"""Builds the pronunciation data of English from the CMU dictionary and the corpus, and prints how well words are said.

    python -m training.lexicon build --cmudict cmudict.dict --common words.txt     (needs espeak-ng on the machine)
    python -m training.lexicon evaluate
"""

import argparse
import random
import re
import zlib
from collections import Counter, defaultdict
from pathlib import Path

from training import espeak
from training.arpabet import Converter, Example
from training.corpus_words import distance, sentences, spoken_words
from training.evaluate_lexicon import corpus_figures, letters_figures, unknown_word_figures
from training.letters import train as train_letters
from training.trees import Growth
from tts.text.english import WEAK_FORMS
from tts.text.letters import LetterRules
from tts.text.lexicon import PackedLexicon, check_phones, data_dir, pack

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
_HELD_OUT = 20  # one word in so many, by hash, is kept from the letter rules


def read_cmudict(path: Path) -> dict[str, tuple[str, ...]]:
    """First pronunciation of every word, without possessives, which word structure gives."""
    entries: dict[str, tuple[str, ...]] = {}
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("#")[0].split()
        if fields and "(" not in fields[0] and not re.search(r"[^s]'s$|s'$", fields[0]):
            entries[fields[0]] = tuple(fields[1:])
    return entries


def held_out(word: str) -> bool:
    """Whether `word` belongs to the test set of the letter rules: always the same 5 %."""
    return zlib.crc32(word.encode()) % _HELD_OUT == 0


def convert(cmudict: dict[str, tuple[str, ...]], common: list[str]) -> dict[str, str]:
    """All of `cmudict` in the corpus's phones; the conventions are learnt on the common words."""
    plain = [word for word in common if word in cmudict and re.fullmatch("[a-z']+", word)]
    random.Random(0).shuffle(plain)
    said = {word: phones for word, phones in espeak.words(plain, "en").items() if " " not in phones}
    converter = Converter([Example(word, cmudict[word], phones) for word, phones in said.items()], Growth(4, 10.0))
    return {word: converter(word, sounds) for word, sounds in cmudict.items()}


def heard(corpus: Path, entries: dict[str, str]) -> dict[str, str]:
    """Words as the training half of the corpus says them, where that is `entries` but for details, or news."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences(corpus, "en", ["train"]):
        for i, phones in spoken_words(sentence, lambda token: entries.get(token.text.lower(), token.text.lower())):
            counts[sentence.tokens[i].text.lower()][re.sub("ɹɹ$", "ɹ", phones)] += 1
    found = {}
    for word, variants in counts.items():
        phones, count = variants.most_common(1)[0]
        clear = count * 3 >= variants.total() * 2 and word not in WEAK_FORMS
        if word in entries:
            near = distance(phones, entries[word]) <= (3 if count > 1 else 2)
        else:
            near = count > 2
        if clear and near:
            found[word] = phones
    return found


def by_hand(path: Path) -> dict[str, str]:
    """The project's own additions, checked."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {word: check_phones(phones) for word, _, phones in (line.partition("\t") for line in lines)}


def build(cmudict: Path, common: Path, corpus: Path, out: Path) -> None:
    """Writes `en.lex` and `en_letters.bin`."""
    entries = convert(read_cmudict(cmudict), common.read_text("utf-8").split())
    entries.update(heard(corpus, entries))
    entries.update(by_hand(out / "en_extra.tsv"))
    (out / "en.lex").write_bytes(pack(entries.items()))
    seen = {word: phones for word, phones in entries.items() if not held_out(word) and re.fullmatch("[a-z]+", word)}
    (out / "en_letters.bin").write_bytes(train_letters(seen))


def evaluate(corpus: Path, data: Path) -> None:
    """Prints every figure that docs/pronunciation.md quotes."""
    for lang in ("en", "ms"):
        for splits in (["train"], ["dev", "test"]):
            print(corpus_figures(corpus, lang, splits))
    print(letters_figures(LetterRules(data / "en_letters.bin"), data / "en.lex", held_out))
    print(unknown_word_figures(data / "en.lex", held_out))
    lexicon = PackedLexicon(data / "en.lex")
    print(f"en.lex: {sum(1 for _ in lexicon.items())} words, {(data / 'en.lex').stat().st_size} bytes; "
          f"en_letters.bin: {(data / 'en_letters.bin').stat().st_size} bytes")  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build", help="write the English lexicon and letter rules")
    builder.add_argument("--cmudict", type=Path, required=True, help="cmudict.dict of the CMU dictionary")
    builder.add_argument("--common", type=Path, required=True, help="common words, to learn conventions from")
    measurer = commands.add_parser("evaluate", help="print the figures")
    for command in (builder, measurer):
        command.add_argument("--corpus", type=Path, default=CORPUS)
        command.add_argument("--data", type=Path, default=data_dir())
    args = parser.parse_args()
    if args.command == "build":
        build(args.cmudict, args.common, args.corpus, args.data)
    else:
        evaluate(args.corpus, args.data)


if __name__ == "__main__":
    main()
