"""The operator's configuration: one TOML file, every mistake in it reported at once.

`packaging/holdback.toml` explains every key; a test keeps it and this package equal.
"""

from holdback.config.checks import CheckSection, RuleSection
from holdback.config.file import ConfigError, config_of, load
from holdback.config.policy import domains_of, expanding_tables, policy_of, reader_of
from holdback.config.schema import Config
from holdback.config.sections import Section

__all__ = [
    "CheckSection",
    "Config",
    "ConfigError",
    "RuleSection",
    "Section",
    "config_of",
    "domains_of",
    "expanding_tables",
    "load",
    "policy_of",
    "reader_of",
]  # fmt: skip
