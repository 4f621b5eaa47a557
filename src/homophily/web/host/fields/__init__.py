"""Fields: one file a kind of item, saying how a person sees it and what its form holds; see its template."""
