"""Kinds of respondent, one file each: whoever can sit in a seat."""
