"""The sample messages of `make run`, for tests and bench."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging" / "demo"))

from messages import (
    BROADBAND,
    PHONES,
    SHOP,
    Person,
    Sample,
    all_samples,
    ordinary,
    people,
    price_list,
    promotion,
    provider_csv,
    sample,
    socks,
    table_as_body,
    table_attached,
    table_zipped,
)

FIRMS = [SHOP, PHONES, BROADBAND]
"""Internal domains with which the samples are outbound mail."""

__all__ = [
    "FIRMS",
    "Person",
    "Sample",
    "all_samples",
    "ordinary",
    "people",
    "price_list",
    "promotion",
    "provider_csv",
    "sample",
    "socks",
    "table_as_body",
    "table_attached",
    "table_zipped",
]
