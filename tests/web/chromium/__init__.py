"""The portal as people meet it: its pages in a real browser, over real HTTP, on a real database."""
