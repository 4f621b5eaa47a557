"""What a volunteer thinks of agents, and how it says so."""
