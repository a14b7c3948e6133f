"""Canaries in text: plain, obfuscated, broken in two; and near misses."""

import pytest
from holdback.documents import OutOfTime
from holdback.people.canaries import NO_CANARIES, Canaries, Canary
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.slow


def _canary(number: int, address: str) -> Canary:
    return Canary(number, address, "Spring export", "Agency X", 0.0, "jane")


_PLANTED = [
    _canary(1, "ann.smith@corp.example"),
    _canary(2, "jane+books7@corp.example"),
    _canary(3, "lkoehler79@müller.example"),
    _canary(4, "bob.reid@lists.shop.co.uk"),
]
_CANARIES = Canaries(_PLANTED)
_MANY_DOMAINS = Canaries([*_PLANTED, *(_canary(100 + n, f"a@d{n}.example") for n in range(50))])


def _found(text: str, canaries: Canaries = _CANARIES) -> list[int]:
    return sorted(canaries.in_text(text, lambda: None))


_ENTITIES = "".join(f"&#{ord(letter)};" for letter in "ann.smith@corp.example")
_HEXADECIMAL = "".join(f"&#x{ord(letter):04X};" for letter in "ann.smith@corp.example")
_PERCENT = "".join(f"%{ord(letter):02X}" for letter in "ann.smith@corp.example")

_HITS = [
    "ann.smith@corp.example",
    "Ann Smith <ANN.SMITH@CORP.EXAMPLE>, and others.",
    "write to ann.smith@corp.example.",
    "mailto:ann.smith@corp.example?subject=hello",
    "to=ann.smith@corp.example&x=1",
    "1;'ann.smith@corp.example';x",
    "*ann.smith@corp.example*, _ann.smith@corp.example_",
    "From: Jane\n> To: ann.smith@corp.example\n",
    "ann.smith+news@corp.example",
    "ann.smith (at) corp.example",
    "ann.smith(at)corp.example",
    "ann.smith [at] corp [dot] example",
    "ann.smith{at}corp{dot}example",
    "ann.smith <at> corp.example",
    "ann.smith at corp dot example",
    "ann.smith AT corp DOT example",
    "ann.smith-at-corp-dot-example",
    "ann.smith_at_corp_dot_example",
    "ann.smith(ät)corp.example",
    "ann.smith (a) corp punkt example",
    "ann.smith arroba corp punto example",
    "ann.smith arobase corp point example",
    "ann.smith[@]corp[.]example",
    "ann.smith @ corp . example",
    "ann.smith\uff20corp\uff0eexample",
    "".join(chr(ord(letter) + 0xFEE0) for letter in "ann.smith@corp.example"),
    "ann.smith%40corp.example",
    "https://shop.example/?mail=ann.smith%40corp%2Eexample",
    "ann.smith%2540corp.example",
    "ann.smith%252540corp.example",
    _PERCENT,
    "ann.smith&#64;corp.example",
    "ann.smith&#x40;corp.example",
    "ann.smith&commat;corp&period;example",
    "ann.smith&amp;#64;corp.example",
    _ENTITIES,
    _HEXADECIMAL,
    "&#65;NN.SMITH&#64;CORP.EXAMPLE",
    "%41nn.smith%40corp.example",
    "ann&#8203;.smith&shy;&#64;co&#xAD;rp.example",
    '{"mail": "ann.smith\\u0040corp.example"}',
    '"\\u003cann.smith\\u0040corp.example\\u003e"',
    "Hello\\nann.smith@corp.example\\n",
    "ann.smith=40corp.example",
    "=?utf-8?q?ann=2Esmith=40corp=2Eexample?=",
    "to%0aann.smith%40corp.example",
    "ann dot smith at corp dot example",
    "Ann [dot] Smith [at] corp [dot] example",
    "ann(.)smith(@)corp(.)example",
    "ann.smith@cor=\np.example",
    "ann\u200d.sm\u00adith@co\u2060rp.exam\u034fple",
    "ann.smith@\n corp.example",
    "ann.smith\n@corp.example",
    "ann.smith@corp.\n    example",
    "> ann.smi\n> th@corp.exa\n> mple",
    "ann.smith chiocciola corp punto example",
    "ann.smith apenstaartje corp punt example",
    "ann.smith małpa corp kropka example",
    "ann.smith zavináč corp tečka example",
    "ann.smith snabel-a corp prick example",
    "ann.smith kukac corp pont example",
    "ann.smith собака corp точка example",
    "ann.smith\u00a0@\u00a0corp.example",
    "ann.smith\u2009(at)\u202fcorp.example",
    "ann.smith@corp\u3002example",
    "ann.smith@corp\u2024example",
    "\U0001d41a\U0001d427\U0001d427.smith@corp.\U0001d404xample",
    "ann.smith\u115f@co\u3164rp.example",
    "für ann.smith\xa0@\xa0corp\xad.example",
    '"ann.smith"@corp.example',
    "mailto:ann%2Esmith@corp%2Eexample",
    "mailto:%61%6E%6E%2Esmith@corp.example",
    "Smith;ann.smith;corp.example;Rome",
    '"Smith","ann.smith","corp.example","Rome"',
    "ann.smith\tcorp.example",
    "ann.smith,@,corp.example",
    "ご連絡はann.smith@corp.exampleまで",
]


@pytest.mark.parametrize("canaries", [_CANARIES, _MANY_DOMAINS], ids=["few domains", "many domains"])
@pytest.mark.parametrize("text", _HITS, ids=ascii)
def test_a_canary_is_found_however_it_is_written(text: str, canaries: Canaries) -> None:
    """Each spelling is found, alone and inside other text."""
    assert _found(text, canaries) == [1]
    assert _found(f"Dear all,\n\n{text}\n\nJane", canaries) == [1]


@pytest.mark.parametrize("text", _HITS[:3] + _HITS[-9:], ids=ascii)
def test_long_text(text: str) -> None:
    """A canary is found anywhere in hundreds of pages."""
    padding = "Nothing to see here. " * 13_000
    assert _found(f"{text}\n{padding}") == _found(f"{padding}\n{text}\n{padding}") == [1]


@pytest.mark.parametrize("canaries", [_CANARIES, _MANY_DOMAINS], ids=["few domains", "many domains"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann.smith",
        "corp.example",
        "@corp.example",
        "joann.smith@corp.example",
        "x.ann.smith@corp.example",
        "ann.smith2@corp.example",
        "ann.smith@corp.example.com",
        "ann.smith@corp.examples",
        "ann.smith@corp.example-online.com",
        "ann.smith@mail.corp.example",
        "ann.smith@acorp.example",
        "ann.smith@corp",
        "ann.smith corp.example",
        "ann.smith, corp.example",
        "ann.smith format corp.example",
        "ann.smith a corp.example",
        "ann.smith2;corp.example",
        "ann.smith; corp.example",
        "ann.smith;www.corp.example",
        "ann.smith%41corp.example",
        "jane@corp.example",
        "jane+books@corp.example",
        "jane+books77@corp.example",
        "lkoehler79@muller.example",
        "bob.reid@shop.co.uk",
        "bob.reid@corp.example",
    ],
    ids=ascii,
)
def test_near_misses(text: str, canaries: Canaries) -> None:
    """Other mailboxes, other domains, the mailbox of a plus-address, and text without addresses."""
    assert _found(f"Dear all,\n\n{text}\n\nJane", canaries) == []


@pytest.mark.parametrize(
    "text",
    [
        "lkoehler79@müller.example",
        "LKoehler79@MÜLLER.example",
        "lkoehler79@mu\u0308ller.example",
        "lkoehler79@xn--mller-kva.example",
        "lkoehler79 (at) müller dot example",
        "lkoehler79%40xn--mller-kva.example",
    ],
    ids=ascii,
)
def test_a_domain_has_several_spellings(text: str) -> None:
    """In Unicode, composed or decomposed, and as A-labels (RFC 5891)."""
    assert _found(text) == [3]


@pytest.mark.parametrize("name", ["pat", "maria", "kat", "a"])
def test_a_local_part_that_ends_with_at(name: str) -> None:
    """`pat;corp.example` is not `p at corp.example`."""
    canaries = Canaries([_canary(1, f"{name}@corp.example")])
    assert _found(f"Smith;{name};corp.example;Rome", canaries) == [1]
    assert _found(f"{name} at corp.example", canaries) == [1]


def test_a_plus_tag_belongs_to_the_canary() -> None:
    """The mailbox without the tag is a real person's."""
    assert _found("jane+books7@corp.example jane@corp.example") == [2]
    assert _found("jane plus books7 (at) corp dot example") == [2]


def test_all_canaries_of_a_text_are_found() -> None:
    """Each once, with any separator."""
    text = "ann.smith@corp.example;bob.reid@lists.shop.co.uk\n" * 3 + "jane+books7 at corp.example"
    assert _found(text) == [1, 2, 4]


def test_addresses_across_chunks() -> None:
    """At chunk boundaries no address is invented or lost."""
    canaries = Canaries([_canary(1, "smith@corp.example"), _canary(2, "ann.smith@corp.example.net")])
    for size in range(256 * 1024 - 40, 256 * 1024 + 40):
        text = f"{'x ' * (size // 2)}{' ' * (size % 2)}ann.smith@corp.example.net {'x ' * 10_000}"
        assert _found(text, canaries) == [2]


@pytest.mark.parametrize("domain", ["", ".", ".corp.example", "corp..example", "x" * 300])
def test_odd_domains_do_no_harm(domain: str) -> None:
    """Any domain stored in the database."""
    assert _found("at @ .corp.example", Canaries([_canary(1, f"ann@{domain}")])) == []


def test_no_canaries_cost_nothing() -> None:
    """Without canaries the text is not read."""

    def beat() -> None:
        raise AssertionError

    assert NO_CANARIES.in_text("ann.smith@corp.example", beat) == {}
    assert NO_CANARIES.get("ann.smith@corp.example") is None


def test_the_heartbeat_ends_the_search() -> None:
    """A large text is not searched beyond the time limit."""
    beats = iter([None, None])

    def beat() -> None:
        if next(beats, False) is False:
            raise OutOfTime

    with pytest.raises(OutOfTime):
        _CANARIES.in_text("x " * 1_000_000, beat)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("Ann.Smith@Corp.Example", 1),
        (" ann.smith@corp.example. ", 1),
        ('"ann.smith"@corp.example', 1),
        ("ann.smith+news@corp.example", 1),
        ("jane+books7@corp.example", 2),
        ("lkoehler79@xn--mller-kva.example", 3),
        ("jane@corp.example", 0),
        ("jane+other@corp.example", 0),
        ("ann.smith", 0),
        ("", 0),
        ("@", 0),
        ("@corp.example", 0),
    ],
)
def test_get(address: str, number: int) -> None:
    """In any case, quoted, with an added tag, in any spelling of the domain."""
    found = _CANARIES.get(address)
    assert (found.id if found else 0) == number


_PIECES = [
    *(
        "at ",
        " at corp",
        "corp",
        " corp",
        "@corp.",
        "@corp ",
        "corp dot ",
        " at corp dot",
        "@",
        "@\n",
        "\n",
        "a",
    ),
    *(
        "%40",
        "%25",
        "%2540",
        "%",
        "&#64;",
        "&amp;#64;",
        "&#0000000",
        "&",
        "=40",
        "=\n",
        "\\u0040",
        "\\",
        "\\x4",
    ),
    *(
        "\u200d",
        "a\u00ad",
        "\uff20",
        "ａ＠",
        "(at)",
        "((((",
        "[.]",
        ". ",
        "-._'+",
        "x@corp.example ",
        ">\n",
        "ät ",
    ),
]


@pytest.mark.parametrize("canaries", [_CANARIES, _MANY_DOMAINS], ids=["few domains", "many domains"])
@pytest.mark.parametrize("piece", _PIECES, ids=ascii)
def test_linear_time(piece: str, canaries: Canaries) -> None:
    """Repetitions of any token take linear time; a quadratic step would take hours."""
    assert _found(piece * (400_000 // len(piece)) + " ann.smith@corp.example", canaries) == [1]


@given(st.text(alphabet=st.sampled_from(" \n.@&#;%4025x\\u-_()[]atdocrpexml=>ä\u200d\uff20"), max_size=200))
def test_surrounding_noise(noise: str) -> None:
    """Any text before the canary, separated by a blank line, and any text after it."""
    assert 1 in _found(f"{noise}\n\n ann.smith@corp.example\n\n{noise}")
