"""Questions that are answered with yes or no: is Rome the capital of France?"""
from facts import CAPITALS, COLOUR_OF, DAYS, LEGS, MONTHS, OPPOSITES, SOUNDS
from knowledge import capital_answer
from phrases import ask
from sums import pair, solved, written
from words import article


def verdict(yes, sentence):
    return f"{'Yes' if yes else 'No'}, {sentence[0].lower() + sentence[1:] if sentence.startswith('The ') else sentence}"


def other(rng, values, right):
    return rng.choice([value for value in values if value != right])


def claim(rng):
    """Half of the claims are true. The answer says yes or no and then what is right."""
    yes = rng.random() < 0.5
    make = rng.choices((capital, colour, opposite, a_sum, calendar, animal), (4, 2, 2.5, 1.5, 2, 1.5))[0]
    return make(rng, yes)


def capital(rng, yes):
    country = rng.choice(list(CAPITALS))
    city = CAPITALS[country] if yes else other(rng, CAPITALS.values(), CAPITALS[country])
    pattern = ("(is {a} the capital of {b}|is it true that {a} is the capital of {b}|is the capital of {b} {a}|"
               "{a} is the capital of {b}, right|i think {a} is the capital of {b}, is that right|is {a} the capital city of {b}|"
               "would you say that {a} is the capital of {b}|is {b}'s capital {a})")
    return ask(rng, pattern, verdict(yes, capital_answer(country)), slots={"a": city, "b": country}, topic="claim")


def colour(rng, yes):
    thing, right = rng.choice(list(COLOUR_OF.items()))
    shown = right if yes else other(rng, sorted(set(COLOUR_OF.values())), right)
    pattern = ("(is {a} {b}|is it true that {a} is {b}|is the colour of {a} {b}|{a} is {b}, right|is the color of {a} {b}|"
               "would you say that {a} is {b}|i think {a} is {b}, is that right|does {a} look {b})")
    return ask(rng, pattern, verdict(yes, f"{thing} is {right}."), slots={"a": thing, "b": shown}, topic="claim")


def opposite(rng, yes):
    word, right = rng.choice(list(OPPOSITES.items()))
    shown = right if yes else other(rng, sorted(set(OPPOSITES.values())), right)
    pattern = ("(is {b} the opposite of {a}|is the opposite of {a} {b}|does {b} mean the opposite of {a}|"
               "is it true that {b} is the opposite of {a}|{b} is the opposite of {a}, right|is {b} the contrary of {a}|"
               "i think {b} is the opposite of {a}, is that right)")
    return ask(rng, pattern, verdict(yes, f"The opposite of {word} is {right}."), slots={"a": word, "b": shown}, topic="claim")


def a_sum(rng, yes):
    value = 99
    while abs(value) > 20:  # larger ones would have to be worked out before saying yes or no
        a, sign, b = pair(rng)
        value = int(solved(a, sign, b).split("= ")[1])
    shown = value if yes else value + rng.choice((-10, -3, -2, -1, 1, 2, 3, 10))
    pattern = ("(is {s} {v}|is {s} equal to {v}|does {s} make {v}|is it true that {s} is {v}|{s} is {v}, right|does {s} equal {v}|"
               "i think {s} is {v}, is that right|would you say that {s} is {v}|is the result of {s} {v}|is {v} the result of {s})")
    written_sum = written(rng, a, sign, b).removesuffix("=").removesuffix(" ")
    return ask(rng, pattern, verdict(yes, solved(a, sign, b)), slots={"s": written_sum, "v": shown}, topic="claim")


def calendar(rng, yes):
    names = rng.choice((DAYS, MONTHS))
    at = rng.randrange(len(names))
    after = rng.random() < 0.6
    right = names[(at + 1) % len(names)] if after else names[at - 1]
    shown = right if yes else other(rng, names, right)
    word = "after" if after else "before"
    pattern = (f"(does {{b}} come {word} {{a}}|is {{b}} {word} {{a}}|is it true that {{b}} comes {word} {{a}}|"
               f"{{b}} comes {word} {{a}}, right|does {{b}} come right {word} {{a}}|i think {{b}} comes {word} {{a}}, is that right)")
    return ask(rng, pattern, verdict(yes, f"{right} comes {word} {names[at]}."), slots={"a": names[at], "b": shown}, topic="claim")


def animal(rng, yes):
    if rng.random() < 0.5:
        name, right = rng.choice(list(SOUNDS.items()))
        shown = right if yes else other(rng, SOUNDS.values(), right)
        pattern = "(does {a} say {b}|is it true that {a} says {b}|{a} says {b}, right|does {a} go {b}|is {b} the sound of {a})"
        return ask(rng, pattern, verdict(yes, f"{article(name)} says {right}."), slots={"a": article(name), "b": shown}, topic="claim")
    name, right = rng.choice(list(LEGS.items()))
    shown = right if yes else other(rng, (0, 2, 4, 6, 8, 10), right)
    pattern = ("(does {a} have {b} legs|is it true that {a} has {b} legs|{a} has {b} legs, right|has {a} got {b} legs|"
               "would you say that {a} has {b} legs)")
    return ask(rng, pattern, verdict(yes, f"{name} has {right or 'no'} legs."), slots={"a": name, "b": shown}, topic="claim")
