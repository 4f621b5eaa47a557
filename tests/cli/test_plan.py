from homophily.cli._plan import _lines


def test_a_request_is_printed_with_its_zeros_and_without_its_blanks() -> None:
    body = {
        "messages": [{"role": "user", "content": "How much?"}],
        "temperature": 0.0,
        "stop": None,
        "seed": 0,
    }
    assert list(_lines(body)) == ["[user] How much?", "[temperature] 0.0", "[seed] 0"]
