"""What all tests share."""

from hypothesis import settings

# A busy machine is no failure of the code: no time limit for one example.
settings.register_profile("homophily", deadline=None)
settings.load_profile("homophily")
