"""First-person sentences that show how much each value matters, without its name."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.personas._frame import discreet, listed, step, worded

__all__ = ["portrait"]
__references__ = ("own",)

OPENING = {"en": "This is how you would describe yourself:", "ja": "あなたは自分のことを、こう語ります。"}
#: What a person who holds the value cares for, as a phrase that fits every sentence below.
CARES = {
    "en": {
        "SD": "thinking for myself and choosing my own way of living",
        "ST": "trying new things and a life full of surprises",
        "HE": "enjoying myself and having a good time",
        "AC": "doing better than others and being seen to succeed",
        "PO": "having money and a say over what other people do",
        "SE": "living in safety and knowing that things around me are in order",
        "CO": "keeping to the rules and never upsetting the people around me",
        "TR": "staying humble and keeping up the customs my family and faith handed down",
        "BE": "being there for the people close to me and helping them do well",
        "UN": "fair treatment for everyone in the world and the care of nature",
    },
    "ja": {
        "SD": "自分の頭で考え、自分の生き方を自分で選ぶこと",
        "ST": "新しいことに挑み、驚きのある毎日を送ること",
        "HE": "人生を楽しみ、心地よい時間を過ごすこと",
        "AC": "人よりもよい成果をあげ、周りに認められること",
        "PO": "財力を持ち、人を動かす立場にいること",
        "SE": "危険を避け、安定した秩序の中で暮らすこと",
        "CO": "決まりを守り、周りの人に嫌な思いをさせないこと",
        "TR": "控えめでいて、家や信仰が伝えてきたしきたりを守ること",
        "BE": "身近な人のそばにいて、その幸せのために力を尽くすこと",
        "UN": "世界のすべての人が公平に扱われ、自然が守られること",
    },
}
#: Two sentences for each step of the 1–6 scale, used in turn.
SENTENCES = {
    "en": {
        6: ("Nothing matters more to me than {cares}.", "I live for {cares}."),
        5: ("I care a great deal about {cares}.", "I set great store by {cares}."),
        4: ("I do care about {cares}.", "I put some weight on {cares}."),
        3: ("I care only a little about {cares}.", "Now and then I give a thought to {cares}."),
        2: ("I do not care much about {cares}.", "I seldom give a thought to {cares}."),
        1: ("I do not care at all about {cares}.", "I have no interest whatever in {cares}."),
    },
    "ja": {
        6: ("私にとって何より大切なのは、{cares}です。", "{cares}こそ、私の生きがいです。"),
        5: ("{cares}を、私はとても大切にしています。", "{cares}は、私にとってたいへん重要です。"),
        4: ("{cares}は、わりと大切だと思っています。", "{cares}も、それなりに重んじています。"),
        3: ("{cares}には、少しだけ関心があります。", "{cares}は、たまに意識する程度です。"),
        2: ("{cares}は、あまり気にかけていません。", "{cares}は、めったに意識しません。"),
        1: ("{cares}には、まったく興味がありません。", "{cares}は、私にはどうでもよいことです。"),
    },
}


def portrait(profile: Mapping[str, float], language: str) -> str:
    """Ten first-person sentences in circle order; a score takes the sentence of its nearest scale point."""
    cares, sentences = worded(CARES, language), worded(SENTENCES, language)
    lines = [
        sentences[step(score)][place % 2].format(cares=cares[code])
        for place, (code, score) in enumerate(listed(profile))
    ]
    paragraph = (" " if language == "en" else "").join(lines)
    return discreet(worded(OPENING, language), [paragraph], language)
