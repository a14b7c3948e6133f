"""What all sessions of a worker share."""

from holdback.daemon.setup import Setup


class Service:
    """The setup, how a probe is recognised, and whether new messages are still accepted."""

    def __init__(self, setup: Setup, probe: str = "") -> None:
        self.setup = setup
        self.probe = probe
        """Client name in the supervisor's probes: a secret of this run. "" if there are none."""
        self.refusing = False
        """True when this worker must end: clients with further messages are asked to connect again."""
