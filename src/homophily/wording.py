"""Wording: how an item is put to whoever reads text, with its scale or options and how to answer.

The one place where closed questions become prompts, so that every model, every page and the dry run show the
same words. Instructions are in the item's language; a language without its own gets the English ones.
"""

from __future__ import annotations

from homophily.items import Choice, Item, Likert, Notice, Number, Ranking, Several, Verdict

__all__ = ["opening", "render", "repeat", "ruled"]

_SAID = {
    "en": {
        "likert": "Answer with one whole number from {low} to {high} and nothing else.",
        "number": "Answer with one number from {low} to {high} and nothing else.",
        "choice": "Answer with the letter of one option ({letters}) and nothing else.",
        "several": "Answer with a JSON list of at most {most} of these names, "
        'like ["…", "…"], or [] if none fits, '
        "and nothing else. Use only names from the list, exactly as written.",
        "ranking": "Answer with the letters of all {count} options ({letters}), the first place first, "
        "separated by commas, and nothing else.",
        "ends": "First place: {first}. Last place: {last}.",
        "verdict": "Give one verdict ({codes}) and your explanation, in the form you were asked for.",
        "ruled": "Verdict: {verdict}",
        "or": " or ",
        "repeat": "Your reply could not be read as an answer.",
        "opening": "(The conversation begins.)",
    },
    "ja": {
        "likert": "{low}から{high}までの整数を1つだけ書いて答えてください。ほかには何も書かないでください。",
        "number": "{low}から{high}までの数を1つだけ書いて答えてください。ほかには何も書かないでください。",
        "choice": "選択肢の記号（{letters}）を1つだけ書いて答えてください。ほかには何も書かないでください。",
        "several": "当てはまる名称を上の一覧から最大{most}個選び、"
        '["…", "…"]のようなJSONの配列だけで答えてください。'
        "当てはまるものがなければ[]と答えてください。一覧にない名称は使わず、一字一句そのまま書いてください。",
        "ranking": "{count}個の選択肢すべての記号（{letters}）を、"
        "1位から順にコンマで区切って並べて答えてください。ほかには何も書かないでください。",
        "ends": "1位：{first}　最下位：{last}",
        "verdict": "判定（{codes}）を1つだけ選び、説明とともに、指定された形式で答えてください。",
        "ruled": "判定：{verdict}",
        "or": "か",
        "repeat": "いまの返答は、回答として読み取れませんでした。",
        "opening": "（会話が始まります。）",
    },
}


def render(item: Item) -> str:
    """The item as a reader is asked it: wording, scale points or lettered options, how to answer."""
    if isinstance(item, Likert):
        shown = "\n".join(f"{point} = {label}" for point, label in sorted(item.labels.items()))
    elif isinstance(item, Choice):
        shown = "\n".join(f"{letter}. {option.text}" for letter, option in item.letters().items())
    elif isinstance(item, Number) and any(item.ends):
        shown = f"{item.low:g} = {item.ends[0]}\n{item.high:g} = {item.ends[1]}"
    elif isinstance(item, Several | Ranking):
        colon = "：" if item.language == "ja" else ": "
        shown = "\n".join(
            f"{mark}. {option.text}{colon if option.note else ''}{option.note}"
            for mark, option in item.marks().items()
        )
        if isinstance(item, Ranking) and any(item.ends):
            first, last = item.ends
            shown += "\n\n" + _said(item.language)["ends"].format(first=first, last=last)
    else:
        shown = ""
    told = (
        "" if isinstance(item, Verdict | Notice) else _instruction(item)
    )  # a verdict's form is told in the role
    return "\n\n".join(part for part in (item.text, shown, told) if part)


def repeat(item: Item) -> str:
    """What is said when a reply to a closed item could not be read: that, and how to answer."""
    return f"{_said(item.language)['repeat']} {_instruction(item)}".strip()


def ruled(verdict: str, language: str) -> str:
    """The line that states a verdict."""
    return _said(language)["ruled"].format(verdict=verdict)


def opening(language: str) -> str:
    """A stage direction for a reader who spoke first, where roles must alternate from the other side."""
    return _said(language)["opening"]


def _instruction(item: Item) -> str:
    said = _said(item.language)
    if isinstance(item, Likert):
        return said["likert"].format(low=item.low, high=item.high)
    if isinstance(item, Number):
        return said["number"].format(low=f"{item.low:g}", high=f"{item.high:g}")
    if isinstance(item, Choice):
        return said["choice"].format(letters=said["or"].join(item.letters()))
    if isinstance(item, Several):
        return said["several"].format(most=item.most)
    if isinstance(item, Ranking):
        marks = list(item.marks())
        return said["ranking"].format(count=len(marks), letters=f"{marks[0]}–{marks[-1]}")
    if isinstance(item, Verdict):
        return said["verdict"].format(codes=said["or"].join(item.codes))
    return ""


def _said(language: str) -> dict[str, str]:
    return _SAID.get(language, _SAID["en"])
