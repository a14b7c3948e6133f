"""Word lists are well-formed, and a wrong line is reported with its place."""

import re
from collections import Counter
from configparser import ConfigParser
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

import pytest
from holdback.people.fields.folding import fold
from holdback.people.fields.heading_words import words_of
from holdback.people.fields.wordlists import alternatives, parse_words

_FOLDER = files("holdback.people.fields")
_FILES = sorted(file.name for file in _FOLDER.iterdir() if file.name.endswith(".txt"))
_LANGUAGES = re.compile(r"[a-z]{2}(?:,[a-z]{2})*|mul")
_KANA = re.compile(r"[\u3040-\u30ff]")
_ACCENTED = ("mail_header_labels.txt", "name_words.txt", "placeholders.txt", "street_words.txt")
"""Lists that the code compares in lower case and with accents."""
_UNACCENTED = ("noble particle", "family ending")
_SINGLE = ("thing", "paper", "address", "filler", "number of anything", "name of anything", "no compound")
"""Meanings in `headings.txt` whose words are single words without `*`."""
_SINGLE_OR_PART = ("person", "account", "number")
"""Meanings whose words are single words, or with `*` parts of a compound."""


def _rows(file):
    lines = _FOLDER.joinpath(file).read_text("utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def test_every_list_is_found():
    """The tests below read the lists that the code reads."""
    assert _FILES == [
        "given_names.txt",
        "grade_words.txt",
        "headings.txt",
        "mail_header_labels.txt",
        "name_words.txt",
        "placeholders.txt",
        "role_mailboxes.txt",
        "sensitive_headings.txt",
        "street_words.txt",
    ]


@pytest.mark.parametrize("file", _FILES)
def test_every_list_is_installed(file):
    """Setuptools installs only the data files that setup.cfg names."""
    setup = ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg", "utf-8")
    patterns = setup["options.package_data"]["holdback"].split()
    assert any(fnmatch(f"people/fields/{file}", pattern) for pattern in patterns)


@pytest.mark.parametrize("file", _FILES)
def test_every_word_has_languages(file):
    """Every line has three columns; the languages are sorted, and at most three."""
    for word, _, languages in _rows(file):
        assert _LANGUAGES.fullmatch(languages), word
        codes = languages.split(",")
        assert codes == sorted(set(codes)) and len(codes) <= 3, word


@pytest.mark.parametrize("file", _FILES)
def test_every_word_is_written_as_the_code_compares_it(file):
    """A word in capitals or with an accent that the code removes would never be found."""
    for word, meaning, _ in _rows(file):
        if _KANA.search(word):
            continue
        accents_count = file in _ACCENTED and meaning not in _UNACCENTED
        folded = word.lower() if accents_count else normalize("NFC", fold(word))
        assert word == folded, f"{file}: {word} should be {folded}"


@pytest.mark.parametrize("file", _FILES)
def test_the_header_explains_every_meaning(file):
    """The comment at the top names each meaning, and its lines are not too long."""
    text = _FOLDER.joinpath(file).read_text("utf-8")
    comments = [line for line in text.split("\n") if line.startswith("#")]
    described = " ".join(line[1:] for line in comments[comments.index("# Meanings:") :])
    for meaning in {meaning for _, meaning, _ in _rows(file)}:
        assert re.search(rf"(?:^|\s){meaning}(?:,|\s|$)", described), meaning
    assert max(map(len, comments)) <= 110


def test_words_of_headings_are_single_words():
    """Only headings that are looked up as a whole may be of several words; only some may have a `*`."""
    for word, meaning, _ in _rows("headings.txt"):
        bare = word.strip("*") if meaning in _SINGLE_OR_PART else word
        assert meaning not in _SINGLE + _SINGLE_OR_PART or bare.isalpha(), word


def test_no_heading_is_listed_in_two_spellings():
    """`e-mail` and `email` with one meaning are the same line twice."""
    whole = [(word, meaning) for word, meaning, _ in _rows("headings.txt") if "*" not in word]
    count = Counter(("".join(words_of(word)), meaning) for word, meaning in whole)
    assert [key for key, times in count.items() if times > 1] == []


@pytest.mark.parametrize("file", sorted(set(_FILES) - {"headings.txt", "sensitive_headings.txt"}))
def test_only_headings_have_wildcards(file):
    """In another list, `*` would be compared literally."""
    assert [word for word, _, _ in _rows(file) if "*" in word] == []


def test_words_are_grouped_by_meaning():
    """Comments and empty lines do not count; a word may have two meanings."""
    text = "# comment\nalbum\tthing\tmul\n\nkind\tthing\ten\nkind\tperson\tde,nl\n"
    expected = {"person": ("kind",), "thing": ("album", "kind")}
    assert parse_words(text, "some.txt", ("person", "thing")) == expected


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("kind thing en", "line 2: expected word, meaning and languages"),
        ("kind\tthing", "line 2: expected word, meaning and languages"),
        ("kind\tthing\ten\t", "line 2: expected word, meaning and languages"),
        ("\tthing\ten", "line 2: the word '' is empty"),
        ("kind \tthing\ten", "line 2: the word 'kind ' is empty or has blanks around it"),
        ("k*nd\tthing\ten", "line 2: 'k[*]nd' has a `[*]`"),
        ("kind\tting\ten", "line 2: unknown meaning 'ting', expected one of: thing"),
        ("kind\tthing\t-", "line 2: the languages '-'"),
        ("kind\tthing\teng", "line 2: the languages 'eng'"),
        ("kind\tthing\tde, nl", "line 2: the languages 'de, nl'"),
        ("kind\tthing\tDE", "line 2: the languages 'DE'"),
        ("album\tthing\tmul", "line 2: 'album' is already listed as 'thing'"),
    ],
)
def test_a_wrong_line_is_reported(line, fault):
    """The sentence names the file and the line."""
    with pytest.raises(ValueError, match=r"^some\.txt, " + fault):
        parse_words(f"album\tthing\tmul\n{line}\n", "some.txt", ("thing",))


def test_a_meaning_without_words_is_reported():
    """A misspelt meaning would otherwise switch off what depends on it."""
    with pytest.raises(ValueError, match=r"^some\.txt: no word has the meaning 'thing'"):
        parse_words("album\tperson\tmul\n", "some.txt", ("person", "thing"))


@pytest.mark.parametrize(
    ("words", "hits", "misses"),
    [
        (["*adresse"], ["lieferadresse", "adresse"], ["adressen"]),
        (["tele*"], ["telefon"], ["dtelefon"]),
        (["*tel*"], ["hotels"], ["tl"]),
        (["id"], ["id"], ["ids", "aid"]),
        (["*n.r"], ["kn.r"], ["knxr"]),
        ([], [], ["", "x"]),
    ],
)
def test_a_star_matches_any_letters(words, hits, misses):
    """At the start, at the end, or both; other signs are literal."""
    found = re.compile(alternatives(words)).search
    assert [word for word in hits + misses if found(word)] == hits
