"""What the agents of a dyad are told, in each language."""

from __future__ import annotations

__all__ = ["CALLED", "NAMES", "OPEN", "PRIVATE", "REPLY", "ROLE", "STRANGER", "TALK", "TOPICS"]

#: Who one is. The persona design's paragraph follows.
ROLE = {
    "en": "You are {name}. Stay {name} throughout, speak for yourself, and use English only.",
    "ja": "あなたは{name}です。最後まで{name}になりきり、自分の言葉で、日本語だけを使って応じてください。",
}
#: The same, told to a person who takes the seat.
CALLED = {
    "en": "In this conversation you are called {name}.",
    "ja": "この会話では、あなたは「{name}」と呼ばれます。",
}
#: Added while the two talk.
TALK = {
    "en": "You are having a conversation with {partner}, whom you are meeting for the first time.",
    "ja": "あなたは今、初対面の{partner}さんと会話をしています。",
}
#: Added while a partner one has talked with is rated.
PRIVATE = {
    "en": (
        "Your conversation with {partner} is over. Now you are asked some questions about {partner}. "
        "Your answers are private: {partner} will never see them. Go by the conversation and by how it felt "
        "to you."
    ),
    "ja": (
        "{partner}さんとの会話は終わりました。これから{partner}さんについていくつか質問します。"
        "答えが{partner}さんに知られることはありません。会話の内容と、あなたが感じたことをもとに答えてください。"
    ),
}
#: Added while a partner is rated of whom only the name is known (condition ``none``).
STRANGER = {
    "en": (
        "There is a person called {partner}. You have never met or talked, and you know nothing else about "
        "{partner}. You are asked some questions about {partner}. Your answers are private: {partner} will "
        "never see them. Go by your first feeling."
    ),
    "ja": (
        "{partner}さんという人がいます。会ったことも話したこともなく、名前のほかには何も知りません。"
        "これから{partner}さんについていくつか質問します。"
        "答えが{partner}さんに知られることはありません。最初に感じたとおりに答えてください。"
    ),
}
#: Ends the item that asks for a topic's first utterance.
OPEN = {
    "en": "You speak first. Say one to three sentences to {partner}; give only the words you speak.",
    "ja": (
        "あなたから話し始めてください。{partner}さんに一文から三文で話しかけ、話す言葉だけを書いてください。"
    ),
}
#: Ends the item that asks for any later utterance.
REPLY = {
    "en": "It is your turn. Say one to three sentences to {partner}; give only the words you speak.",
    "ja": "あなたの番です。{partner}さんに一文から三文で話し、話す言葉だけを書いてください。",
}
#: What the two talk about.
TOPICS = {
    "weekend": {
        "en": (
            "You and {partner} both have the coming weekend free and could spend it together. "
            "Talk over what to do."
        ),
        "ja": (
            "あなたと{partner}さんは、今度の週末が二人とも空いていて、一緒に過ごせそうです。"
            "何をするか話し合ってください。"
        ),
    },
    "move": {
        "en": (
            "You and {partner} are both about to move house. "
            "Talk over what kind of place to choose to live in."
        ),
        "ja": (
            "あなたと{partner}さんは、二人とも近いうちに引っ越す予定です。"
            "どんなところに住むのがよいか話し合ってください。"
        ),
    },
    "windfall": {
        "en": (
            "You and {partner} have together come into an unexpected sum of money. "
            "Talk over what to do with it."
        ),
        "ja": (
            "あなたと{partner}さんは、思いがけず、二人でまとまったお金を受け取ることになりました。"
            "その使いみちを話し合ってください。"
        ),
    },
}
#: Names that say as little as possible; drawn for each pair, never tied to a profile.
NAMES = {
    "en": (
        "Alex", "Andy", "Ashley", "Avery", "Bailey", "Blake", "Cameron", "Casey", "Charlie", "Chris",
        "Dana", "Drew", "Eden", "Elliot", "Frankie", "Glenn", "Harper", "Hayden", "Jamie", "Jessie",
        "Jody", "Jordan", "Kelly", "Kim", "Lee", "Logan", "Lynn", "Marlow", "Morgan", "Pat",
        "Parker", "Quinn", "Reese", "Riley", "Robin", "Rowan", "Sam", "Sidney", "Taylor", "Terry",
    ),
    "ja": (
        "葵", "歩", "旭", "碧", "泉", "伊吹", "一葉", "薫", "和", "岬",
        "晶", "圭", "郁", "心", "純", "朔", "遥", "忍", "凪", "望",
        "空", "環", "千秋", "司", "翼", "渚", "夏生", "律", "光", "日向",
        "真琴", "千尋", "真澄", "楓", "瑞希", "玲", "樹", "優", "悠", "奏",
    ),
}  # fmt: skip
