"""What the model of the script check is not trained on."""

from bench.script.own import HELD_BACK, read_lettered, training_items
from bench.script.read import read_gold


def test_neither_the_public_test_split_nor_the_halves_held_back_are_trained_on() -> None:
    items = training_items()
    assert not {i.split for i in items} & {"test", *HELD_BACK}
    shown = {i.text for i in items}
    for held in (read_gold("test"), *(read_lettered(half) for half in HELD_BACK)):
        assert held
        assert not {i.text for i in held} & shown
