"""What the name of a person looks like, and what tells it from the name of a product, a town or a company."""

import re
from collections.abc import Sequence

from holdback.people.fields.folding import fold
from holdback.people.fields.wordlists import wordlist, words_in

_KNOWN = words_in("given_names.txt")
_GIVEN, _CJK_FAMILY = frozenset(_KNOWN["given"]), frozenset(_KNOWN["family"])

_TITLES = wordlist(
    """
    mr mrs ms miss mx dr prof professor sir herr herrn frau hr fr m mme mlle monsieur madame sr sra srta
    don doña dona sig sig.ra signor signora dott dott.ssa dhr mevr mw pan pani bay bayan dipl dipl.-ing
    ing med mag drs ir univ.prof univ.-prof gng г-н г-жа bc mgr judr mudr
    """
)
_DEGREES = wordlist(
    "jr sr ii iii iv md dds dvm phd ph.d esq b.sc bsc b.a m.sc msc m.a mba b.eng m.eng s.kom s.pd"
)
_PARTICLES = wordlist(
    """
    de del della di da das dos do du des la le van von der den ter ten te zu zur af av al el bin ibn y e
    und vom 't
    """
)
_ORGANISATION = wordlist(
    """
    ltd limited llc llp plc inc corp corporation co company group holding holdings partners associates
    gmbh mbh ag kg kgaa ohg ug gbr gesbr og ev e.v se sa s.a sarl sas snc srl s.r.l spa s.p.a bv b.v nv
    n.v vof ab hb ba oy oyj tmi aps as a/s asa sp z.o.o zoo s.r.o kft bt zrt nyrt kkt kht ltda lda eireli
    s.l sl s.l.u slu s.c a.s a.ş aş şti san tic ticaret anonim şirketi bank university universität
    universidad université universiteit college school schule schools hospital klinik clinic hotel hotels
    restaurant cafe café verein stiftung stichting foundation association institute institut ministry
    ministerium council department dept service services solutions systems technologies technology
    consulting industries industrie international global trading logistics media software lab labs studio
    studios store stores shop markt verlag werk werke technik handel handels bau team office support club
    filiale branch and und et y & ooo ооо оао зао ип fils filhos hijos figli sons söhne bros brothers
    bruder brüder associati asociados associés cia cie company's
    """
) - {"y"}
_CJK_ORGANISATION = re.compile("株式会社|有限会社|合同会社|公司|주식회사|銀行|大学|商店|(?:部|課|店|社|局)$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々]+")
_INSIDE_WORDS = str.maketrans("", "", "-'’ʼ´`")
_APOSTROPHES = ("'", "’")
_NOBLE = wordlist(
    """
    van von vander vom ten ter
    """
)
_FAMILY_ENDINGS = tuple(
    wordlist(
        """
        oglu ovic evic escu ovich evich enko chuk sson dottir opoulos akis idis iadis shvili ovna evna owicz
        ewicz owska owski ewski ewska ицкая ович евич овна евна енко швили ιδης ακης οπουλος οπουλου ιδου
        """
    )
)


def person(value: str) -> tuple[str, ...]:
    """The plain words of what is shaped like a full name, titles left out; empty if `value` is not.

    Two to six words, capitalised or all capitals: `Dr. Ann Smith`, `SMITH, Ann`, `Jan van der Berg`.
    """
    value = value.strip(" \t\r'\"")
    if not 2 <= len(value) <= 60:
        return ()
    if value[0] > "\u2fff":
        return _person_cjk(value)
    words = value.replace(",", " ", 1).split()
    while words and words[0].lower().rstrip(".") in _TITLES:
        del words[0]
    while len(words) > 2 and words[-1].lower().rstrip(".") in _DEGREES:
        del words[-1]
    if not 2 <= len(words) <= 6:
        return ()
    full = 0
    for word in words:
        low = word.lower()
        if low in _PARTICLES:
            continue
        letters = word.rstrip(".").translate(_INSIDE_WORDS)
        if (
            not letters.isalpha()
            or (word[0].islower() and word[1:2] not in _APOSTROPHES)
            or low.rstrip(".") in _ORGANISATION
        ):
            return ()
        full += len(letters) > 1
    if full < 2 and not (full and len(words) > 2):
        return ()
    return tuple([fold(word.rstrip(".")) for word in words])


def _person_cjk(value: str) -> tuple[str, ...]:
    """Japanese, Chinese and Korean names are a few signs, the family name first, often without a blank."""
    words = value.replace("\u3000", " ").split()
    if len(words) > 2 or not all(map(_CJK.fullmatch, words)) or not 2 <= len("".join(words)) <= 9:
        return ()
    joined = "".join(words)
    if _CJK_ORGANISATION.search(joined) or (len(joined) > 5 and "\u3400" <= joined[0] <= "\u9fff"):
        return ()
    return (joined,)


def is_known(words: Sequence[str]) -> bool:
    """True if the first or the last of the plain words is a common name, or one ends as family names do.

    `Casa Maria Lisboa` is none: people have their given name first, or last.
    """
    if not words:
        return False
    if words[0] in _GIVEN or words[-1] in _GIVEN or not _NOBLE.isdisjoint(words):
        return True
    first = words[0]
    if first[0] > "\u2fff":
        return first[:2] in _CJK_FAMILY or (len(first) <= 4 and first[0] in _CJK_FAMILY)
    return words[-1].endswith(_FAMILY_ENDINGS) or first.endswith(_FAMILY_ENDINGS)


def one_name(value: str) -> str:
    """`value`, plain, if it can be a given or a family name: letters, at most five words; else empty."""
    words = value.split()
    if not 1 <= len(words) <= 5 or len(value) > 60:
        return ""
    for word in words:
        if not word.rstrip(".").translate(_INSIDE_WORDS).isalpha():
            return ""
    return fold(" ".join(words))


def name_key(value: str) -> str:
    """What one person's name has in common however it is written: `Smith, Ann` and `Ms ANN SMITH`."""
    words = fold(value.replace(",", " ")).split()
    return " ".join(sorted(word.rstrip(".") for word in words if word.rstrip(".") not in _TITLES) or words)
