"""Questionnaires as data, in English and Japanese."""
