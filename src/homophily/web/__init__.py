"""What is served to browsers and programs over HTTP."""
