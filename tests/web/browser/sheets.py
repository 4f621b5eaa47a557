"""Contact sheets: all screenshots of a language and width in one picture, to be looked at."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

_TALL = 1400


def sheet(folder: Path, name: str, *, columns: int = 10) -> None:
    """Write ``sheet-<name>-<width>.png`` for each width: screenshots side by side, at half size."""
    groups: dict[str, list[Path]] = {}
    for file in sorted(folder.glob(f"{name}-*.png")):
        groups.setdefault(file.name[len(name) + 1 :].partition("-")[0], []).append(file)
    for width, files in groups.items():
        small = []
        for file in files:
            picture = Image.open(file).convert("RGB")
            picture = picture.crop((0, 0, picture.width, min(picture.height, _TALL * picture.width // 360)))
            small.append(picture.resize((240, max(1, picture.height * 240 // picture.width))))
        rows = [small[at : at + columns] for at in range(0, len(small), columns)]
        heights = [max(picture.height for picture in row) + 8 for row in rows]
        whole = Image.new("RGB", (248 * min(columns, len(small)), sum(heights)), "grey")
        for number, row in enumerate(rows):
            for place, picture in enumerate(row):
                whole.paste(picture, (248 * place, sum(heights[:number])))
        whole.save(folder / f"sheet-{name}-{width}.png")
