"""Studies with people: their pages in a browser, on the sessions that models play, too."""

from homophily.web.host.app import application
from homophily.web.host.host import Host
from homophily.web.host.opening import hosting
from homophily.web.host.settings import Settings

__all__ = ["Host", "Settings", "application", "hosting"]
