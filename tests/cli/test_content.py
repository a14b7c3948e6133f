"""What `holdback show --raw` prints on a terminal."""

import pytest
from holdback.cli import content


def test_a_source_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Folded fields keep their indentation; no control character gets through."""
    monkeypatch.setattr(content, "is_terminal", lambda: True)
    content._print_source(b"Received: from x\n\tby y\x1b[31m\r\xe2\x80\xae\n\nHello\x00\x9b\n")
    replaced = "\N{REPLACEMENT CHARACTER}"
    assert capsys.readouterr().out == (
        f"Received: from x\n        by y{replaced}[31m{replaced}{replaced}\n\nHello{replaced}{replaced}\n\n"
    )
