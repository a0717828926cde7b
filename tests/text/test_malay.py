"""Malay: vowels by root, final a, glottal stops, diphthongs and hiatus, affixes, reduplication, stress."""

import pytest

from tts.text.malay import phones, stress
from tts.text.malay_words import analyse, splits, unmark, vocabulary


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        # letters
        ("bunga", "bˈuŋə"), ("mangga", "mˈaŋɡə"), ("nyanyi", "ɲˈaɲi"), ("syarikat", "ʃarˈikat"), ("khabar", "xˈabar"),
        ("cuti", "ʧˈuti"), ("juga", "ʤˈuɡə"), ("quran", "kˈuran"), ("yang", "jaŋ"),
        # final a is schwa, also before some endings
        ("saya", "sˈajə"), ("namanya", "naməɲə"), ("apakah", "apəkah"), ("gunakan", "ɡunəkan"), ("gerakan", "ɡərˈakan"),
        ("bukan", "bˈukan"), ("masalah", "masˈalah"), ("tanya", "tˈaɲə"),
        # e: pepet and taling
        ("kecil", "kəʧel"), ("besar", "bəsar"), ("emas", "əmas"), ("mereka", "mərˈɛkə"), ("boleh", "bˈoleh"),
        ("nenek", "nˈeneʔ"), ("merah", "mˈɛrah"), ("esok", "ˈɛsoʔ"), ("kereta", "kərˈɛtə"), ("sedap", "sədap"),
        ("komputer", "kompˈutər"), ("teknologi", "tˌɛknolˈoɡi"), ("membebaskan", "məmbɛbˈaskan"),
        # glottal stops
        ("anak", "ˈanaʔ"), ("anaknya", "anˈaʔɲə"), ("masukkan", "masˈuʔkan"), ("bacaan", "baʧˈaʔan"),
        ("maaf", "mˈaʔaf"),
        ("saat", "sˈaʔat"), ("rakyat", "rˈaʔjat"), ("pendudukan", "pəndudˈukan"),
        # diphthongs and hiatus
        ("pantai", "pˈantI"), ("pulau", "pˈulW"), ("amboi", "ˈambY"), ("air", "ˈaer"), ("laut", "lˈaot"),
        ("baik", "bˈaeʔ"), ("lautan", "laˈutan"), ("mulai", "mulˈai"), ("pakaian", "pakˈIan"), ("saudara", "sWdˈarə"),
        # lowered vowels
        ("bukit", "bˈuket"), ("gunung", "ɡˈunoŋ"), ("tulis", "tˈules"), ("tulisan", "tulˈisan"), ("umurnya", "umˈorɲə"),
        # affixes
        ("menyokong", "məɲˈokoŋ"), ("memukul", "məmˈukol"), ("menulis", "mənˈules"), ("mengirim", "məŋˈirem"),
        ("keadaan", "kəadˈaʔan"), ("diberitahu", "dˌibəritˈahu"), ("perpustakaan", "pərpˌustakˈaʔan"),
        # reduplication
        ("anak-anak", "ˈanaʔˈanaʔ"), ("sayur-sayuran", "sˈajorsajˈuran"),
    ],
)  # fmt: skip
def test_words(word: str, spoken: str) -> None:
    assert phones(word) == spoken


@pytest.mark.parametrize(
    ("word", "root", "around"),
    [
        ("menggunakan", "guna", ("meng", "kan")), ("menyokong", "sokong", ("meny", "")),
        ("memperbaiki", "ba.ik", ("mem", "i")), ("bolehlah", "boléh", ("", "lah")), ("makan", "makan", ("", "")),
        ("tindakan", "tindak", ("", "an")),
    ],
)  # fmt: skip
def test_roots_are_found_inside_words(word: str, root: str, around: tuple[str, str]) -> None:
    split = analyse(word)
    assert split.root == root
    assert ("".join(split.prefixes[:1]), split.suffix + split.clitic) == around


def test_splits_put_words_back_together() -> None:
    for word in ("memperbaikinya", "kebolehan", "menyokongnya", "dimasukkanlah"):
        for split in splits(word):
            root = split.root[1:] if split.dropped else split.root
            assert "".join(split.prefixes) + root + split.suffix + split.clitic == word


def test_marked_roots_are_found_by_their_plain_spelling() -> None:
    for spelling, said in vocabulary().marked.items():
        assert set(spelling) <= set("abcdefghijklmnopqrstuvwxyz-"), spelling
        assert phones(spelling), spelling
        assert said
    assert unmark("kebëbasan.raqyat") == "kebebasanrakyat"


@pytest.mark.parametrize(
    ("plain", "marked"),
    [("kota", "kˈota"), ("kəʧel", "kəʧel"), ("di", "dˈi"), ("təknoloɡi", "təknolˈoɡi"),
     ("kinabalu", "kˌinabˈalu"), ("kəbaraŋkalian", "kəbˌaraŋkalˈian"), ("pst", "pst"), ("", "")],
)  # fmt: skip
def test_stress(plain: str, marked: str) -> None:
    assert stress(plain) == marked


def test_words_without_vowels_are_spelt() -> None:
    assert phones("jgn") == "ʤˈeʤˈiˈɛn"
