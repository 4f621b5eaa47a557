"""Synthetic respondents, in parts: their characters, their ratings, what they say, and reading it back."""
