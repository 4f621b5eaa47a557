"""How a session is played and kept."""
