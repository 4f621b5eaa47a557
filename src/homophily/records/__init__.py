"""Records: what was asked, answered and drawn, as rows of a store that any part may read."""
