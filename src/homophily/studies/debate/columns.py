"""What the columns of the debate study's tables mean."""

from __future__ import annotations

from homophily.dilemmas.verdict import VERDICTS
from homophily.lab.codebook import Column

__all__ = ["COLUMNS"]

COLUMNS: dict[str, Column | str] = {
    "debate": "Debate within its experiment: dilemma and replicate.",
    "experiment": "Protocol and models, in speaking order: sync:a+b, rr:a>b>c, solo:a.",
    "protocol": "synchronous: all reply at once in each round; round_robin: one after another; solo: alone.",
    "goal": "What the agents were told to aim at: original, balanced, adversarial, none or empathy.",
    "dilemma": "Dilemma, by its id.",
    "replicate": Column("Which play of the same debate.", "1, 2, …"),
    "max_rounds": Column("Limit of rounds.", "rounds"),
    "invited": Column("Verdict that the dilemma was written to invite.", missing="not written to invite one"),
    "human": Column("Verdict of most people, or the community's.", missing="unknown, or two lead"),
    **{
        f"human_{verdict}": Column(f"People's votes for {verdict}.", "votes", "no votes known")
        for verdict in VERDICTS
    },
    "seats": Column("Agents of the panel.", "agents"),
    "rounds": Column("Rounds played.", "rounds"),
    "consensus": "Whether all verdicts of the last round are readable and the same.",
    "debates.verdict": Column("The verdict agreed on.", missing="no consensus"),
    "majority": Column(
        "Verdict of more than half of the agents in the last round, unreadable ones among them.",
        missing="no such majority",
    ),
    "stopped": "Why the debate ended: consensus, or the limit of rounds.",
    "round": Column("Round of the reply.", "1, 2, …"),
    "position": Column("Place in the speaking order; in synchronous rounds, the agent's number.", "1, 2, …"),
    "verdicts.seat": "Place at the table.",
    "verdicts.model": "Who replied, by the respondent's name in the design.",
    "judgements.model": "Who wrote the message, by the respondent's name in the design.",
    "labels.model": "Who wrote the message, by the respondent's name in the design.",
    "verdicts.agent": "The name the agent had in the debate.",
    "verdicts.verdict": Column("Its verdict in this round.", missing="see `missing`"),
    "verdicts.missing": Column(
        "Why there is no verdict: refusal, unreadable, …", missing="a verdict was given"
    ),
    "dilemmas.title": "Its title; never shown to the panel.",
    "dilemmas.text": "Its text, as the panel reads it.",
    "words": Column("Length of the explanation.", "words; in Japanese, characters"),
    "text": "The explanation without the verdict; all that was said where none could be read.",
    "judge": "Who names the values, by the respondent's name in the design.",
    "judgements.missing": Column("Why there is no judgement.", missing="judged"),
    "n": Column("Values named.", "values", "no judgement"),
    "off_list": Column("Labels that are not on the list, rejected.", "labels", "no judgement"),
    "judgements.given": Column(
        "Labels as they were given, a JSON list, where they came from a file.", missing="not from a file"
    ),
    "verdicts.given": Column("The verdict as a file gives it.", missing="none in the file"),
    "reported": Column("Final verdict as a file gives it.", missing="none in the file"),
    "labels.value": "Value named, by its code.",
    "panel.model": "Respondent's name in the design.",
    "panel.kind": "Kind of respondent.",
    "panel.role": "agent or judge.",
    "panel.served": Column("Model as the server names it.", missing="no model"),
    "panel.checkpoint": Column("Folder of the model's weights.", missing="not a local model"),
}
