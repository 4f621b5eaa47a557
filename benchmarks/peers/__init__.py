"""Side by side with the tools that do the same job."""
