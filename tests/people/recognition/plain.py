"""What recognition returns, as plain dicts that read well in a failure."""

from collections.abc import Iterable

from holdback.people.fields.kinds import in_words
from holdback.people.recognition.records import Batch, Record, Records

Plain = dict[str, object]


def plain(found: Iterable[Records]) -> list[Plain]:
    """One dict for each: the columns of all batches by field, and the rest by name; without empty values.

    `[{"email": ["ann@x.example"], "name": ["Ann Smith"], "rows above": 1}]`
    """
    return [_plain(records) for records in found]


def _plain(records: Records) -> Plain:
    columns: dict[str, list[str]] = {}
    for batch in records.batches:
        for name, values in _columns(batch).items():
            columns.setdefault(name, []).extend(values)
    rest = {
        "rows above": records.body,
        "supporting": in_words(records.supporting),
        "organisations": records.organisations,
        "addresses": sorted(records.emails),
        "remarks": sorted(records.remarks),
        "phones": sorted(records.phones),
    }
    return {**columns, **{name: value for name, value in rest.items() if value}}


def _columns(batch: Batch) -> dict[str, list[str]]:
    columns = {in_words(field): list(values) for field, values in sorted(batch.columns.items())}
    for number, values in enumerate(batch.more_emails, 2):
        columns[f"e-mail {number}"] = list(values)
    for number, values in enumerate(batch.phones, 1):
        columns[f"phone {number} as written"] = list(values)
    return {**columns, "postcode": list(batch.postcodes)} if batch.postcodes else columns


def plain_record(record: Record) -> dict[str, str]:
    """One record by field; a name that only has the shape of one is `name?`."""
    values = {in_words(field): value for field, value in sorted(record.values.items())}
    if not record.has_known_name:
        values["name?"] = values.pop("name")
    rest = {"as written": record.phone, "postcode": record.postcode}
    return {**values, **{name: value for name, value in rest.items() if value}}
