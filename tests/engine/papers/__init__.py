"""Tests of `engine.papers`."""
