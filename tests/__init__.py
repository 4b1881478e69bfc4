"""Tests, mirroring the packages; `./vinhdanh test` runs them all."""
