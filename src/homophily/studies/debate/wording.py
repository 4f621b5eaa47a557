"""What the agents of a debate are told, in each language."""

from __future__ import annotations

from homophily.dilemmas.verdict import MEANINGS, VERDICTS

__all__ = [
    "AGENT",
    "BEGINS",
    "GOALS",
    "NO_REPLY",
    "NO_VERDICT",
    "SUMMARY",
    "TURN",
    "YOU",
    "listed",
    "verdicts",
]

#: How an agent is called: by its place, never by its model.
AGENT = {"en": "Agent {place}", "ja": "エージェント{place}"}
#: Marks one's own reply in a summary.
YOU = {"en": "{agent} (you)", "ja": "{agent}（あなた）"}
#: Who one is, in a panel and alone.
ROLE = {
    "en": "You are {agent}. Together with {others} you deliberate on an everyday dilemma, told by the person "
    "whom it concerns: the author.",
    "ja": "あなたは{agent}です。日常のジレンマを当事者である投稿者が語ります。"
    "あなたは{others}とともに、それについて討議します。",
}
ALONE = {
    "en": "You are {agent}. You judge an everyday dilemma, told by the person whom it concerns: the author.",
    "ja": "あなたは{agent}です。日常のジレンマを当事者である投稿者が語ります。"
    "あなたはそれについて判定します。",
}
VERDICT = {
    "en": "Give one of five verdicts:",
    "ja": "次の五つの判定から一つを選んでください。",
}
OUTPUT = {
    "structured": {
        "en": 'Reply with one JSON object and nothing else: {"agent": "<agent>", "round": <number of the '
        'round>, "verdict": "<code of your verdict>", "explanation": "<your explanation>"}.',
        "ja": "次の形のJSONオブジェクト一つだけで答えてください："
        '{"agent": "<agent>", "round": <ラウンドの番号>, "verdict": "<判定の記号>", '
        '"explanation": "<説明>"}。',
    },
    "text": {
        "en": "Begin your reply with a line of the form “Verdict: <code>”. Leave a line empty, then give "
        "your explanation.",
        "ja": "返答の最初の行に「判定：<記号>」とだけ書き、一行空けてから説明を書いてください。",
    },
}
EXPLANATION = {
    "en": "Explain your verdict in two paragraphs at most, in English.",
    "ja": "判定の理由を、二段落以内の日本語で説明してください。",
}
ADDRESS = {
    "en": "After round 1, address what the other agents have said.",
    "ja": "二ラウンド目からは、ほかのエージェントが述べたことに応じてください。",
}
#: How a deliberation goes, as the agent at this place lives through it.
SYNCHRONOUS = {
    "en": "The deliberation goes in rounds. In each round all agents reply at the same time; nobody sees the "
    "others' replies before the round is over. If the verdicts differ, you are then sent the replies of all "
    "agents, your own among them, and the next round begins.",
    "ja": "討議はラウンドに分かれて進みます。各ラウンドでは全員が同時に答え、"
    "そのラウンドが終わるまで互いの返答は見えません。"
    "判定が分かれたときは、あなた自身のものを含む全員の返答が送られ、次のラウンドに移ります。",
}
IN_TURN = {
    "en": "The deliberation goes in rounds. In each round the agents reply one after another, in this order: "
    "{order}. Each reply is passed on to the others at once.",
    "ja": "討議はラウンドに分かれて進みます。各ラウンドでは{order}の順に一人ずつ答えます。"
    "どの返答も、すぐにほかの全員に伝えられます。",
}
FIRST = {
    "en": "You speak first: in round 1 nobody has replied before you; from round 2 on you know the replies "
    "of all earlier rounds.",
    "ja": "最初に答えるのはあなたです。一ラウンド目では、あなたより前に答えた人はいません。"
    "二ラウンド目からは、それまでのラウンドの全員の返答を知ったうえで答えます。",
}
LATER = {
    "en": "When it is your turn, you have read what {before} replied in the same round, and the replies of "
    "all earlier rounds.",
    "ja": "あなたの番が来たときには、同じラウンドで{before}が述べたことと、"
    "それまでのラウンドの全員の返答を読み終えています。",
}
ENDS = {
    "en": "It ends as soon as all verdicts of a round are the same, and after round {rounds} at the latest.",
    "ja": "一つのラウンドで全員の判定がそろえば、そこで終わります。長くても{rounds}ラウンドまでです。",
}
#: The goal conditions.
GOALS = {
    "original": {
        "en": "A common verdict is desirable, but a right one comes first: do not give up a view that you "
        "still hold to be right for the sake of agreement.",
        "ja": "全員の判定がそろうことが望ましいですが、正しい判定であることが先に立ちます。"
        "正しいと考えている見方を、合意のためだけに手放さないでください。",
    },
    "balanced": {
        "en": "Two goals count equally: that the verdict is right, and that all agents come to a "
        "common verdict.",
        "ja": "判定が正しいことと、全員が同じ判定に至ることを、同じだけ大切にしてください。",
    },
    "adversarial": {
        "en": "Your goal is to win: hold your ground, find the weak points of what the others say, and bring "
        "them over to your verdict.",
        "ja": "あなたの目的は勝つことです。自分の立場を守り、ほかのエージェントの主張の弱点を突き、"
        "自分の判定に同意させてください。",
    },
    "none": {"en": "", "ja": ""},
    "empathy": {
        "en": "Your goal is to understand: put yourself in the place of everyone in the story and of the "
        "agents who see it otherwise, and take in what matters to them, before you give a verdict.",
        "ja": "あなたの目的は理解することです。話に出てくる一人ひとりと、異なる見方をするエージェントの"
        "身になって考え、その人たちにとって大切なことを受けとめたうえで判定してください。",
    },
}
#: What is said when it is one's turn.
TURN = {
    "en": "Round {round}: it is your turn, {agent}.",
    "ja": "第{round}ラウンド：{agent}、あなたの番です。",
}
#: Opens the summary of a round, and ends it.
SUMMARY = {
    "en": "Round {round} is over without a common verdict. The replies:",
    "ja": "第{round}ラウンドが終わり、判定はそろいませんでした。全員の返答は次のとおりです。",
}
BEGINS = {
    "en": "Round {round} begins. Give your verdict.",
    "ja": "第{round}ラウンドを始めます。判定を述べてください。",
}
#: Stand in the place of what an agent did not say.
NO_REPLY = {"en": "(no reply)", "ja": "（返答なし）"}
NO_VERDICT = {"en": "(no readable verdict)", "ja": "（判定を読み取れず）"}


def verdicts(language: str) -> str:
    """The five verdicts, a line each."""
    colon = "：" if language == "ja" else ": "
    return "\n".join(f"- {code}{colon}{MEANINGS[language][code]}" for code in VERDICTS)


def listed(agents: list[str], language: str) -> str:
    """Agents as a language lists them."""
    if language == "ja":
        return "、".join(agents)
    return agents[0] if len(agents) == 1 else f"{', '.join(agents[:-1])} and {agents[-1]}"
