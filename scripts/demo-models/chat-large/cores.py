"""The one word of an answer that matters, and questions whose answers have one."""
import re

import knowledge
import sums
from conversations import drawn
from phrases import Turn

CORES = {
    "capital": (r"The capital of .+ is (.+)\.$", r".+ is the capital of (.+)\.$"),
    "colour": (r".+ is (\w+)\.$",),
    "opposite": (r"The opposite of .+ is (.+)\.$",),
    "calendar": (r"(\w+) comes (?:after|before) \w+\.$", r"\w+ has (\d+) days\.$"),
    "animal": (r".+ says (.+)\.$", r".+ has (\w+) (?:legs|sides)\.$"),
    "sum": (r".+ = (-?\d+)$",),
    "told sum": (r".+ = (-?\d+)$",),
    "parity": (r"\d+ is (\w+)\.$",),
    "recall": (r"Your .+ is (?:called )?(.+)\.$", r"You live in (.+)\.$"),
}
FAMILIES = [(knowledge.capital, 5), (knowledge.colour, 3), (knowledge.opposite, 3), (knowledge.calendar, 3), (knowledge.animal, 2),
            (sums.simple_sum, 5), (sums.parity, 0.7), (sums.told_sum, 0.4)]


def core(turn):
    """"Paris" of "The capital of France is Paris.", or None where no single word answers."""
    for pattern in CORES.get(turn.topic, ()):
        found = re.match(pattern, turn.answer)
        if found:
            return found.group(1)
    return None


def fact(rng, part) -> Turn:
    """A question that one word answers."""
    families, weights = zip(*FAMILIES)
    while True:
        turn = drawn(part, lambda: rng.choices(families, weights)[0](rng))
        if core(turn):
            return turn


def with_other_core(turn, other):
    """The same sentence with another word in the place of the right one."""
    right = core(turn)
    at = turn.answer.rindex(right) if turn.topic != "calendar" or right.isdigit() else turn.answer.index(right)
    return turn.answer[:at] + other + turn.answer[at + len(right):]
