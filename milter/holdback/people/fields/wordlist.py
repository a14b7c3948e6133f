"""Word lists as people read them: blanks and line ends between the words."""


def wordlist(text: str) -> frozenset[str]:
    """The words of `text`, each once."""
    return frozenset(text.split())
