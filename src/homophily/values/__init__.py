"""The theory of basic human values: the circle, profiles, similarity, scoring keys."""
