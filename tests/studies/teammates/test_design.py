"""The design: what contradicts itself is said in one line."""

import pytest
from pydantic import ValidationError

from homophily.errors import HomophilyError
from homophily.studies.teammates.design import TeammatesDesign


def test_every_default_can_be_played_and_every_field_is_described():
    design = TeammatesDesign()
    assert (design.participants, design.agents.points, design.agents.speaking) == (89, 4, 2)
    for model in (TeammatesDesign, type(design.agents), type(design.forms)):
        assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"languages": ("de",)}, "not in 'de'"),
        ({"agents": {"overlap": (3, 2)}}, "5 agents.levels"),
        ({"agents": {"levels": (1.0, 2.0), "overlap": (3, 0)}}, "no correlation"),
        ({"agents": {"levels": (-1.0, 1.0), "overlap": (3, 0)}}, "most similar"),
        ({"agents": {"levels": (1.0, -1.0), "overlap": (4, 0)}}, "cannot be shared"),
        ({"forms": {"trust": ""}}, "cannot be left out"),
        ({"forms": {"trust": "nothing"}}, "nothing"),
        ({"forms": {"values": "trust"}}, "does not measure"),
        ({"wordings": {"consent.txt": {"en": "x", "ja": "x"}}}, "consent.txt"),
        ({"wordings": {"consent.text": {"en": "x"}}}, "no text in 'ja'"),
        ({"wordings": {"open.trusted": {"en": "{who}?", "ja": "{agent}?"}}}, "{who}"),
        ({"wordings": {"open.trusted": {"en": "{agent", "ja": "{agent}"}}}, "braces"),
        ({"persona": {"design": "nobody"}}, "nobody"),
        ({"persona": {"design": "portrait"}, "respondents": {"p": {"kind": "person"}}}, "is a person"),
        ({"texts": "/nowhere/words.toml"}, "cannot be read"),
    ],
)
def test_contradictions_are_said(changes, said):
    with pytest.raises((HomophilyError, ValidationError), match=said.replace("{", r"\{")):
        TeammatesDesign.model_validate(changes)


def test_other_levels_and_own_words_can_be_played():
    design = TeammatesDesign.model_validate(
        {
            "agents": {"levels": (0.7, 0.0, -0.7), "overlap": (2, 1, 0)},
            "wordings": {"consent.text": {"en": "Yes?", "ja": "よいですか。"}},
        }
    )
    assert design.agents.levels == (0.7, 0.0, -0.7)
