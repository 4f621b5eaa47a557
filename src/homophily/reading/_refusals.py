"""Refusals: how respondents decline, in English and Japanese."""

from __future__ import annotations

import re

__all__ = ["declines", "only_declines"]

_CANNOT = r"(?:can ?not|can'?t|won'?t|will not|am not able to|'m not able to|am unable to|'m unable to)"
_DECLINE = re.compile(
    rf"\b(?:i|we) ?{_CANNOT} (?:really |personally |in good conscience )?"
    r"(?:answer|rate|respond|reply|provide|give|assist|help|comply|participate|engage|share|continue"
    r"|do (?:that|this)|(?:choose|decide|pick)(?! between))"
    r"|\b(?:i|we) ?(?:must|have to|'d have to|would have to)? ?(?:decline|refuse)\b"
    r"|\b(?:i|we)(?:'d| would)? (?:rather not|prefer not)\b|^prefer not to (?:say|answer)"
    r"|\b(?:i|we)(?:'m| am| do)? ?(?:not comfortable|not willing|not wish)"
    r"|\bi (?:do not|don'?t) (?:wish|want) to (?:answer|rate|say)"
    r"|\bi (?:do not|don'?t) have (?:any )?(?:personal |real |human )?"
    r"(?:feelings|opinions|values|preferences|beliefs)"
    r"|\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b|^no comment\b",
    re.IGNORECASE,
)
_DECLINE_JA = re.compile(
    r"お?(?:答え|応え)(?:は|を|に)?(?:する|すること(?:は|が)|ることは|ることが)?"
    r"(?:でき(?:ません|ない|かね)|いたしかね|しかね|られ(?:ません|ない)|たくあり?ません|たくない|できかね)"
    r"|(?:回答|評価|判断|選択|お手伝い|対応)(?:は|を|する|すること(?:は|が))?"
    r"(?:でき(?:ません|ない|かね)|いたしかね|しかね|控え|差し控え|拒否|辞退|お断り|遠慮)"
    r"|選(?:べません|べない|ぶことは?でき)|お断り(?:し|いた)|差し控え|ノーコメント"
    r"|(?:AI|人工知能|言語モデル)(?:な|です|である|アシスタントな|アシスタントです)?(?:ので|ため|として)"
    r"|個人的な(?:意見|感情|価値観|好み)(?:は|を|が)(?:ありません|ない|持)"
)
_SORRY = r"(?:(?:i'?m |i am )?(?:very |so )?sorry|i apologi[sz]e|apologies|unfortunately)"
_FORMULA = re.compile(
    rf"(?:{_SORRY}[,.;:!-]? ?(?:but )?)?(?:as an? [a-z ]{{2,30}}, ?)?"
    rf"(?:i ?{_CANNOT} (?:(?:help|assist)(?: you)?(?: with [a-z' ]{{1,40}})?"
    r"|(?:comply|answer|continue|participate|engage|respond|fulfil+|provide|do)[a-z' ]{0,40})"
    r"|i (?:must |have to )?(?:decline|refuse)[a-z' ]{0,30}"
    r"|i(?:'d| would) (?:rather|prefer) not(?: to)?[a-z' ]{0,30}|no comment)[.!]?",
    re.IGNORECASE,
)
_FORMULA_JA = re.compile(
    r"(?:(?:大変|誠に)?(?:申し訳(?:ありません|ございません)|すみません|恐れ入ります)(?:が|けれど|けど)?[、。]?)?"
    r"(?:その|この|そのような|このような|ご)?(?:質問|要望|ご質問|ご要望|リクエスト|依頼|ご依頼|内容)?(?:に|には|については?)?、?"
    r"(?:お答え|回答|お応え|対応|お手伝い)(?:は|を|する|すること(?:は|が))?"
    r"(?:でき(?:ません|ない|かねます)|いたしかねます|しかねます|(?:を)?(?:差し)?控え(?:ます|させていただきます))[。!]?"
)


def declines(text: str) -> bool:
    """Whether a folded text without an answer contains a refusal."""
    plain = " ".join(text.replace("’", "'").split())
    return bool(_DECLINE.search(plain) or _DECLINE_JA.search(plain))


def only_declines(text: str) -> bool:
    """Whether a folded text is a refusal formula and nothing else; talk about refusing is not."""
    plain = " ".join(text.replace("’", "'").split())
    return bool(_FORMULA.fullmatch(plain) or _FORMULA_JA.fullmatch(plain))
