"""Plain words that the generated documents are made of."""

from __future__ import annotations

__all__ = ["COLOURS", "NAMES", "PLACES", "THINGS", "TRAITS"]

NAMES = (
    "Tom Mia Ben Lily Max Anna Sam Lucy Tim Sara Jack Emma Leo Ella Finn Rosa Hugo Nora Paul Ada Ivan Kate Omar "
    "Yuki Ken Hana Ravi Lena Karl Ines Jonas Vera Otto Mei Luis Zoe Adam Eva Noah Ruth Amy Dan Sue Bob Jill Fred "
    "Gina Hal Ida Joan"
).split()

THINGS = (
    "key ball hat book cup lamp coin shell stone drum kite boat rope bell doll spoon box map ring flag brush "
    "basket blanket bottle button candle chair clock comb crayon fork glove jar ladder mirror needle paper pen "
    "pillow plate pot ribbon shoe sock toy truck umbrella wheel whistle apple pear lemon cake bread egg carrot"
).split()

PLACES = (
    "garden kitchen park school forest house barn shop beach farm river tower cave market castle bridge attic "
    "cellar library station field lake hill tent boat yard hall tree"
).split()

COLOURS = "red blue green yellow white black brown pink grey purple orange gold silver".split()

TRAITS = (
    "kind brave shy happy sad tall small quick slow clever honest proud calm angry tired hungry funny quiet loud "
    "gentle careful lazy strong old young curious polite"
).split()
