"""The researcher's pages of a hosted run: who is where, what comes of it, coding, exports, preview."""

from homophily.web.dashboard.routes import routes

__all__ = ["routes"]
