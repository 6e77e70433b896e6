"""Readers of foreign article files: bytes in, a `DraftArticle` out; one module per format."""
