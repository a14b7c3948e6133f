"""Calling codes, trunk prefixes and international prefixes of the world's phone numbers, by country.

Sources: ISO 3166-1 (alpha-2), ITU-T E.164 (list of assigned codes), ITU-T E.129 (dialling procedures).
"""

_BY_PREFIXES = (
    (
        "0",
        "00",
        """
        AE971 AF93 AL355 AM374 AR54 AT43 AX358 AZ994 BA387 BD880 BE32 BG359 BL590 BO591 BR55 CD243 CH41 CN86
        CO57 DE49 DZ213 EC593 EG20 EH212 ER291 ET251 FI358 FR33 GB44 GE995 GF594 GG44 GH233 GP590 HR385
        IE353 IL972 IM44 IN91 IQ964 IR98 JE44 JO962 KG996 KP850 LA856 LB961 LK94 LR231 LY218 MA212 MC377
        MD373 ME382 MF590 MG261 MK389 MM95 MQ596 MW265 MY60 NA264 NL31 NP977 NZ64 PE51 PH63 PK92 PM508 PS970
        PY595 RE262 RO40 RS381 RW250 SA966 SD249 SE46 SI386 SK421 SL232 SS211 SY963 TR90 UA380 UY598 VE58
        VN84 XK383 YE967 YT262 ZA27 ZM260 ZW263
        """,
    ),
    ("0", "000", "KE254 TZ255 UG256"),
    ("0", "001", "ID62 KH855 KR82 MN976 TH66"),
    ("0", "0011", "AU61 CC61 CX61"),
    ("0", "002", "TW886"),
    ("0", "009", "NG234"),
    ("0", "010", "JP81"),
    ("0", "119", "CU53"),
    ("06", "00", "HU36"),
    (
        "1",
        "011",
        """
        AG1 AI1 AS1 BB1 BM1 BS1 CA1 DM1 DO1 GD1 GU1 JM1 KN1 KY1 LC1 MP1 MS1 PR1 SX1 TC1 TT1 US1 VC1 VG1 VI1
        """,
    ),
    ("8", "00", "LT370"),
    ("8", "810", "BY375 KZ7 RU7 TM993"),
    (
        "",
        "00",
        """
        AD376 AO244 AW297 BF226 BH973 BI257 BJ229 BN673 BQ599 BT975 BW267 BZ501 CF236 CG242 CI225 CK682 CL56
        CM237 CR506 CV238 CW599 CY357 CZ420 DJ253 DK45 EE372 ES34 FJ679 FK500 FM691 FO298 GA241 GI350 GL299
        GM220 GN224 GQ240 GR30 GT502 GW245 HN504 HT509 IO246 IS354 IT39 KI686 KM269 KW965 LI423 LS266 LU352
        LV371 ML223 MO853 MR222 MT356 MU230 MV960 MX52 MZ258 NC687 NE227 NF672 NI505 NO47 NR674 NU683 OM968
        PA507 PF689 PG675 PL48 PT351 QA974 SB677 SC248 SH290 SJ47 SM378 SN221 SO252 SR597 ST239 SV503 SZ268
        TD235 TG228 TK690 TL670 TN216 TO676 TV688 UZ998 VA39 VU678 WF681 WS685
        """,
    ),
    ("", "001", "GY592 HK852 SG65"),
    ("", "011", "MH692 PW680"),
    ("", "810", "TJ992"),
)
_WITHOUT_COUNTRY = ("870", "878", "881", "882", "883")

REGIONS: dict[str, tuple[str, str, str]] = {
    word[:2]: (word[2:], trunk, abroad) for trunk, abroad, words in _BY_PREFIXES for word in words.split()
}
"""ISO 3166-1 alpha-2 → calling code, trunk prefix, international prefix; empty where there is none."""

TRUNKS: dict[str, str] = {code: trunk for code, trunk, _ in REGIONS.values()} | dict.fromkeys(
    _WITHOUT_COUNTRY, ""
)
"""Calling code → trunk prefix there. No code begins with another one."""

FIXED_LENGTHS: dict[str, tuple[int, frozenset[str]]] = {
    "1": (10, frozenset({"", "1"})),
    "7": (10, frozenset({"", "8"})),
    "370": (8, frozenset({"", "8", "0"})),
    "375": (9, frozenset({"", "8", "80"})),
    "993": (8, frozenset({"", "8"})),
}
"""Calling code → number of digits, and the prefixes that may precede them.

Where numbers may begin with the digit of the trunk prefix, only their length tells the two apart.
"""
