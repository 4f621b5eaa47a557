"""Tests of what measures: a benchmark that cannot tell right from wrong measures nothing."""
