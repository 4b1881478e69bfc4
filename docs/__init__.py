"""The documents, and what generates those parts of them that follow from the code."""
