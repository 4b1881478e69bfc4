"""The trail as people read it: newest first, narrowed, page by page, each entry told through the reader's eyes."""
