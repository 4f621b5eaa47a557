"""A zoo of small language models whose descent is known, made by training on text."""
