"""The flow for oTree: the same pages and questions as `benchmarks.peers.flow`."""

from benchmarks.peers import _flow
from otree.api import (
    BaseConstants,
    BaseGroup,
    BasePlayer,
    BaseSubsession,
    Page,
    models,
    widgets,
)

doc = _flow.TITLE


class C(BaseConstants):
    """What oTree wants to know of every app."""

    NAME_IN_URL = "flow"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    """Nothing of its own."""


class Group(BaseGroup):
    """Nothing of its own."""


def rating(number):
    return models.IntegerField(
        label=_flow.RATINGS[number], choices=range(1, 8), widget=widgets.RadioSelectHorizontal
    )


def slider(number):
    return models.FloatField(label=_flow.SLIDERS[number], min=0, max=100)


class Player(BasePlayer):
    """One person's answers."""

    consent = models.BooleanField(label=_flow.CONSENT, choices=[[True, "I take part"], [False, "I do not"]])
    r0, r1, r2, r3, r4, r5 = (rating(number) for number in range(6))
    r6, r7, r8, r9, r10, r11 = (rating(number) for number in range(6, 12))
    s0, s1, s2, s3 = (slider(number) for number in range(4))
    t0 = models.LongStringField(label=_flow.TEXT)


class Consent(Page):
    """Whether one takes part."""

    template_name = "flow/Form.html"
    form_model, form_fields = "player", ["consent"]


class Ratings(Page):
    """Twelve scales on one page."""

    template_name = "flow/Form.html"
    form_model, form_fields = "player", [f"r{number}" for number in range(len(_flow.RATINGS))]


class Sliders(Page):
    """Four sliders on one page."""

    form_model, form_fields = "player", [f"s{number}" for number in range(len(_flow.SLIDERS))]


class Words(Page):
    """One text."""

    template_name = "flow/Form.html"
    form_model, form_fields = "player", ["t0"]


class End(Page):
    """Thanks."""


page_sequence = [Consent, Ratings, Sliders, Words, End]
