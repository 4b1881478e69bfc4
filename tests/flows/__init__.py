"""Tests of the flows, alone and on real Prefect servers."""
