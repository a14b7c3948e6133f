"""Values of the configuration as an operator writes them: durations, sizes, domains, addresses."""

import ipaddress
import math
import re
from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from holdback.people.fields.phone_regions import REGIONS

_SIZE = 'write a size as bytes or like "64 KiB", "100 MB"'
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_SIZES = {"": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def _duration(value: object) -> object:
    """Seconds from `30`, `"30s"`, `"10m"`, `"24h"` or `"7d"`. Not `true`, `inf` or `nan`."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,9})([smhd]?)", value.strip())
        if match:
            return int(match[1]) * _UNITS[match[2]]
    elif not isinstance(value, bool) and not (isinstance(value, float) and not math.isfinite(value)):
        return value
    raise ValueError('write a duration as seconds or like "30s", "10m", "24h", "7d"')


def _size(value: object) -> object:
    """Bytes from `1048576`, `"1 MiB"` or `"100 MB"`."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,12}) ?([KMG]I?B|)", value.strip().upper())
        if not match:
            raise ValueError(_SIZE)
        return int(match[1]) * _SIZES[match[2]]
    if isinstance(value, bool | float):
        raise ValueError(_SIZE)
    return value


def _whole(value: object) -> object:
    """A number without a decimal point or exponent; not `true`, which Python takes for 1."""
    if isinstance(value, bool | float):
        raise ValueError("write a whole number like 100")
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"\.?[^\s@.:,;/]+(\.[^\s@.:,;/]+)*", value):
        raise ValueError('write a domain like "corp.example", or ".corp.example" to cover its subdomains too')
    return value.lower()


def _own(value: list[str]) -> list[str]:
    if not value:
        raise ValueError("name at least one domain of your own")
    return value


def is_table(value: str) -> bool:
    """True for a table of the MTA, as `hash:/etc/aliases-external`; else it is an address or a pattern."""
    return re.match(r"[a-z][a-z0-9_-]*:\S", value) is not None


def _expanding_address(value: str) -> str:
    if not is_table(value) and not re.fullmatch(r"[^\s@]+@[^\s@]+", value):
        raise ValueError(
            'write an address like "list@corp.example", a pattern like "all-*@corp.example", or a table of '
            'the MTA like "hash:/etc/aliases-external"'
        )
    return value


def _network(value: str) -> str:
    ipaddress.ip_network(value, strict=False)
    return value


def _check_port(number: str) -> None:
    if int(number) > 65_535:
        raise ValueError("a port is a number up to 65535")


def _milter_socket(value: str) -> str:
    match = re.fullmatch(r"unix:/.+|inet6?:(\d{1,5})@.+|fd:\d+", value)
    if not match:
        raise ValueError('write "unix:/path/to.sock", "inet:8899@127.0.0.1" or "fd:3"')
    _check_port(match[1] or "0")
    return value


def _listen_address(value: str) -> str:
    match = re.fullmatch(r".+:(\d{1,5})", value)
    if value and not match:
        raise ValueError('write "127.0.0.1:9847", or "" for no metrics')
    _check_port(match[1] if match else "0")
    return value


def _user_or_group(value: str) -> str:
    if not re.fullmatch(r"@?[^\s@:,]{1,64}", value):
        raise ValueError('write a user like "jane", or a group like "@privacy"')
    return value


def _socket_path(value: str) -> str:
    if value and not re.fullmatch(r"/[^\0]{1,106}", value):
        raise ValueError('write an absolute path like "/run/holdback/operators.sock", or "" for no socket')
    return value


def _region(value: str) -> str:
    if value and value.upper() not in REGIONS:
        raise ValueError(
            'write a country as ISO 3166-1 has it: "GB", "DE"; "" if numbers always carry their code'
        )
    return value.upper()


def _database_url(value: str) -> str:
    if value and not re.match(r"sqlite:///.|postgresql\+psycopg://", value):
        raise ValueError('write "sqlite:////absolute/path.db" or "postgresql+psycopg://user@host/name"')
    if value.startswith("postgresql") and find_spec("psycopg") is None:
        raise ValueError('PostgreSQL needs psycopg: pip install "holdback[postgresql]"')
    return value


Duration = Annotated[float, BeforeValidator(_duration), Field(gt=0)]
DurationOrZero = Annotated[float, BeforeValidator(_duration), Field(ge=0)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Domain = Annotated[str, AfterValidator(_domain)]
OwnDomains = Annotated[list[Domain], AfterValidator(_own)]
ExpandingAddress = Annotated[str, AfterValidator(_expanding_address)]
Network = Annotated[str, AfterValidator(_network)]
MilterSocket = Annotated[str, AfterValidator(_milter_socket)]
CountOrZero = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Workers = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=128)]
ListenAddress = Annotated[str, AfterValidator(_listen_address)]
UserOrGroup = Annotated[str, AfterValidator(_user_or_group)]
SocketPath = Annotated[str, AfterValidator(_socket_path)]
Region = Annotated[str, AfterValidator(_region)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
