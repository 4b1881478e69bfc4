"""Tests of uploaded files and of the papers attached to dossiers."""
