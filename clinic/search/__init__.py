"""The search: what is found (`finding`), how words are mended (`spelling`), when help comes first (`crisis`)."""
