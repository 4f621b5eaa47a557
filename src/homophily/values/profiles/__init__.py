"""Profile generators, one file each; the generator decides the range of similarity."""
