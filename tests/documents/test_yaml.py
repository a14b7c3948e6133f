"""Lists in YAML are read as forms in running text."""

import pytest
from rig.files.data import yaml
from rig.opening import people_in
from rig.people import LANGUAGES, people


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_mappings(language: str) -> None:
    """Each entry is a person."""
    assert 30 == people_in(yaml(people(30, language)).encode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mapping_of_mappings(language: str) -> None:
    """Each value is a person."""
    text = "".join(
        f"c{number}:\n  name: {one.name}\n  email: {one.email}\n  phone: '{one.phone}'\n"
        for number, one in enumerate(people(30, language))
    )
    assert 30 == people_in(text.encode())


def test_flow_style_is_json() -> None:
    """YAML that is also JSON."""
    text = "".join(f'- {{"name": "{one.name}", "email": "{one.email}"}}\n' for one in people(30))
    assert 30 == people_in(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "kind: Deployment\nspec:\n  containers:\n"
        + "".join(
            f"  - name: web{n}\n    image: registry.example/web:{n}.{n}\n    ports:\n"
            f"    - containerPort: 80{n}\n      name: http\n"
            for n in range(60)
        ),
        "- hosts: all\n  tasks:\n"
        + "".join(f"  - name: Install package {n}\n    apt:\n      name: lib{n}\n" for n in range(60)),
        "de:\n  customer:\n    name: Name\n    email: E-Mail-Adresse\n    phone: Telefon\n    city: Ort\n"
        * 20,
    ],
    ids=["kubernetes", "ansible", "translations"],
)
def test_configuration_has_no_people(text: str) -> None:
    """Although it has keys called name."""
    assert 0 == people_in(text.encode())


def test_nested_headings() -> None:
    """Nested mappings: `contact:` has no value of its own."""
    text = "customers:\n" + "".join(
        f"  - name: {one.name}\n    contact:\n      email: {one.email}\n      phone: {one.phone}\n"
        for one in people(30)
    )
    assert people_in(text.encode()) == 30
