"""Strategies of reading: one file each, named by it; adaptive reading, and what it is measured against."""
