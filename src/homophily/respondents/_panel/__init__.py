"""What a synthetic panellist hears, decides and says."""
