"""The shipped model: small and deep as promised, loads offline, and is as good as its card says."""

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from homophily.filtering.reference import FOLDER

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

HELD_OUT = Path(__file__).parent / "held_out.json"


@pytest.fixture(scope="module")
def loaded():
    model = transformers.AutoModelForCausalLM.from_pretrained(FOLDER, local_files_only=True).float().eval()
    return model, transformers.AutoTokenizer.from_pretrained(FOLDER, local_files_only=True)


@pytest.fixture(scope="module")
def held_out():
    return json.loads(HELD_OUT.read_text(encoding="utf-8"))


def figure(name: str) -> float:
    """A figure of the card, from its table."""
    found = re.search(rf"^\| {re.escape(name)} \| ([\d.]+)", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert found, f"the card has no figure {name!r}"
    return float(found.group(1))


def test_is_small_and_deep():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) <= 15e6
    config = json.loads((FOLDER / "config.json").read_text())
    assert config["num_hidden_layers"] >= 12
    assert config["num_key_value_heads"] >= 3


def test_folder_is_known_without_torch():
    code = "import sys; from homophily.filtering.reference import FOLDER; print('torch' in sys.modules)"
    path = {**os.environ, "PYTHONPATH": str(FOLDER.parents[2])}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
    assert told.stdout.strip() == "False"


def test_tokenizer_takes_any_text(loaded):
    _model, tokenizer = loaded
    for text in ("Once upon a time 482 = 4.", "価値観の近さ", "naïve – ☂ 🙂", "\ttabs\n\n"):
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert tokenizer.decode(ids) == text
    assert tokenizer("hello")["input_ids"][0] == tokenizer.bos_token_id


def test_chat_template_marks_roles_and_the_answer_to_come(loaded):
    _model, tokenizer = loaded
    turns = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": " Hello. "}]
    text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    assert text == "<s><|system|>Be kind.<|end|><|user|>Hello.<|end|><|assistant|>"
    ids = tokenizer.apply_chat_template(turns, add_generation_prompt=True)["input_ids"]
    assert ids.count(tokenizer.bos_token_id) == 1


@torch.no_grad()
def test_held_out_perplexity_is_the_cards(loaded, held_out):
    model, tokenizer = loaded
    losses, tokens = 0.0, 0
    for text in held_out["documents"]:
        ids = torch.tensor([tokenizer.encode(f"<s>{text}</s>", add_special_tokens=False)])
        logs = model(ids).logits[0, :-1].log_softmax(-1)
        losses -= float(logs.gather(-1, ids[0, 1:, None]).sum())
        tokens += ids.shape[1] - 1
    assert math.exp(losses / tokens) == pytest.approx(figure("perplexity, sample of the tests"), rel=0.02)


@torch.no_grad()
def test_needles_are_found_as_often_as_the_card_says(loaded, held_out):
    model, tokenizer = loaded
    found = 0
    for prompt, answer in held_out["needles"]:
        said = tokenizer.encode(f"<s>{prompt}", add_special_tokens=False)
        wanted = tokenizer.encode(answer, add_special_tokens=False)
        guess = model(torch.tensor([said + wanted])).logits[0, len(said) - 1 : -1].argmax(-1)
        found += guess.tolist() == wanted
    share = found / len(held_out["needles"])
    assert share == pytest.approx(figure("needles found, sample of the tests"), abs=0.05)
    assert share > 0.25  # the commonest kind of answer is one of a dozen or more


@torch.no_grad()
def test_a_rating_is_given_back_as_it_was_told(loaded):
    from training.chats import rating
    from training.tokens import chat_text

    model, tokenizer = loaded
    right = []
    for seed in range(50_000, 50_100):
        turns = rating(Random(seed))
        ids = tokenizer.encode(f"<s>{chat_text(turns[:-1])}<|assistant|>", add_special_tokens=False)
        guess = int(model(torch.tensor([ids])).logits[0, -1].argmax())
        right.append(tokenizer.decode([guess]) == turns[-1][1])
    share = sum(right) / len(right)
    assert share == pytest.approx(figure("ratings by digit, right"), abs=0.15)
    assert share > 0.4  # chance is one in five to one in seven
