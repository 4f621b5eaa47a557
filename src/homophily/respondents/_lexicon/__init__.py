"""The lexicon judge: cues in English and Japanese, and how a message is searched for them."""
