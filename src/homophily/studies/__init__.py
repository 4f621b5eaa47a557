"""Studies, one file or folder each: design, protocol, tables, analysis plan."""
