"""How the reference model was made: its text, its tokenizer, its training."""
