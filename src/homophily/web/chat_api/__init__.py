"""An OpenAI-compatible chat API around a local engine; needs the extras ``local`` and ``serve``."""

from homophily.web.chat_api.app import application

__all__ = ["application"]
