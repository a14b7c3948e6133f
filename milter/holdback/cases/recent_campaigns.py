"""Remembers the latest campaigns: without the database, copies of a campaign still get the same case."""

import threading
from collections import OrderedDict

from holdback.cases.model import Campaign, Fingerprints

_KEPT = 4096


class RecentCampaigns:
    """The latest few thousand campaigns, by fingerprint. Thread-safe."""

    def __init__(self) -> None:
        self._campaigns: OrderedDict[str, Campaign] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, fingerprints: Fingerprints, campaign: Campaign) -> None:
        """Remembers that the message belongs to `campaign`, whose number of copies includes it."""
        with self._lock:
            for name in filter(None, (fingerprints.message, fingerprints.content, fingerprints.mailing)):
                self._campaigns[name] = campaign
                self._campaigns.move_to_end(name)
            while len(self._campaigns) > _KEPT:
                self._campaigns.popitem(last=False)

    def find(self, fingerprints: Fingerprints) -> Campaign:
        """The campaign of the latest copy of this message; an empty one if there is none."""
        with self._lock:
            names = (fingerprints.message, fingerprints.content, fingerprints.mailing)
            return next((self._campaigns[name] for name in names if name in self._campaigns), Campaign())
