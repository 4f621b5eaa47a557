"""The reference page of the value taxonomy, written from its data.

python -m homophily.values.reference > docs/reference/value-taxonomy.md
"""

from __future__ import annotations

from homophily.values.taxonomy import Taxonomy, taxonomy
from homophily.values.theory import CODES

__all__ = ["page"]
__references__ = ("huang2025", "sachdeva2025")

_HEAD = """\
# The taxonomy of values

What a judge can name in a message of a debate: a closed list, `values-48`, of {n} values in {groups} groups.

**What is published and what is ours.** The English names are those of the published study (Sachdeva & van
Nuenen 2025, arXiv 2510.10002), which pruned the second level of a taxonomy found in assistants' conversations
(Huang et al. 2025, *Values in the Wild*); its list names environmental consciousness twice, so that 48
remain. The definitions in English and Japanese, the Japanese names and the {groups} groups are this project's
own: the study does not print its groups, and its judge had no definitions. A result by groups is therefore
not comparable with the published one; a result by values is, as far as names alone carry meaning.

**Basic values.** For comparison with questionnaires most values are said to speak for one of
[the ten basic values](../explanation/values.md), or for two in equal parts (the column *basic*). That, too,
is this project's reading, by what the definitions of either side have in common; {unmapped} speak for none.
The list was made for everyday conflicts and covers the circle unevenly: {thin} are spoken for by one value of
the list alone, {rich} by ten or more. What follows from that is said in
[shown and stated](../explanation/shown-and-stated.md).

A definition says what counts and what sets the value apart from its neighbours. Judges are shown all of them
(see [judge values](../how-to/judge-values.md)); a list of your own takes their place with
`judges.taxonomy = "mine.toml"`, in the form of `src/homophily/values/data/values-48.toml`.

*This page is written from the data by `python -m homophily.values.reference`.*
"""


def page() -> str:
    """The page in Markdown: the groups, then every value with its names and definitions."""
    found = taxonomy()
    held = {code: sum(code in entry.basic for entry in found.values) for code in CODES}
    counts = {
        "unmapped": len(found.codes) - len(found.weights),
        "thin": ", ".join(code for code, number in held.items() if number == 1),
        "rich": ", ".join(code for code, number in held.items() if number >= 10),
    }
    parts = [_HEAD.format(n=len(found.codes), groups=len(found.groups), **counts)]
    parts += [_group(found, key) for key in found.groups]
    return "\n".join(parts)


def _group(found: Taxonomy, key: str) -> str:
    names = found.groups[key]
    lines = [f"## {names['en']} · {names['ja']}", "", f"Group `{key}`.", ""]
    lines += ["| code | name | basic | definition |", "| --- | --- | --- | --- |"]
    for entry in found.values:
        if entry.group == key:
            told = f"{entry.definition('en')}<br>{entry.definition('ja')}"
            called = f"{entry.name('en')}<br>{entry.name('ja')}"
            lines.append(f"| `{entry.code}` | {called} | {', '.join(entry.basic) or '–'} | {told} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
