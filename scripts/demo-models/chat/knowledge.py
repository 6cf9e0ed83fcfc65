"""Questions about the tables in facts.py, and things to say, count and list."""
import string

import scope
from facts import (CAPITALS, CATEGORIES, COLOUR_OF, COUNTRY_ALIASES, COUNTRY_NAMES, DAYS, DAYS_IN_MONTH, LEGS, MONTHS, OPPOSITES,
                   SIDES, SINGLE, SOUNDS)
from phrases import ask
from words import SAYABLE, article, made_up_word

NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def capital_answer(country):
    return f"The capital of {COUNTRY_NAMES.get(country, country)} is {CAPITALS[country]}."


def capital(rng):
    country = rng.choice(list(CAPITALS))
    if rng.random() < 0.25 and list(CAPITALS.values()).count(CAPITALS[country]) == 1:
        shown = COUNTRY_NAMES.get(country, country)
        city = CAPITALS[country]
        pattern = ("(what country is {c} the capital of|which country has the capital {c}|{c} is the capital of which country|"
                   "which country's capital is {c}|of which country is {c} the capital|what is {c} the capital of|"
                   "{c} is the capital of what country|which capital is {c}|which country has {c} as its capital)")
        return ask(rng, pattern, f"{city} is the capital of {shown}.", slots={"c": city}, topic="capital")
    name = rng.choice([country] + COUNTRY_ALIASES.get(country, []))
    pattern = ("[(what is|what's|whats|tell me|do you know|can you tell me|name|give me|which is|and) ](the |)(capital|capital|"
               "capital|capital city|capitol) of {c}")
    if rng.random() < 0.35:
        pattern = ("(what capital does {c} have|which city is the capital of {c}|which is the capital of {c}|"
                   "{c} has which capital|what city is the capital of {c}|what is the capital city in {c}|"
                   "i need the capital of {c}|the capital of {c} is|capital of {c}|{c} capital|what is {c}'s capital|"
                   "what's the capital in {c}|do you know what the capital of {c} is)")
    return ask(rng, pattern, capital_answer(country), slots={"c": name}, topic="capital")


def no_capital(rng):
    name = made_up_word(rng).capitalize()
    pattern = "(what is|what's|tell me|do you know|name|whats|and|which is|can you tell me|) the capital of {c}"
    return ask(rng, pattern, f"I do not know a country called {name}.", slots={"c": name}, topic="unknown capital", lower=False, upper=False)


def colour(rng):
    thing, shade = rng.choice(list(COLOUR_OF.items()))
    pattern = ("(what colour is|what color is|which colour is|which color is|what's the colour of|what is the color of|"
               "what is the colour of|"
               "tell me the colour of|tell me the color of|do you know the colour of|whats the color of|the colour of|"
               "which colour has|what is the usual colour of|name the colour of) {x}")
    answer = f"{thing[0].upper() + thing[1:]} is {shade}."
    return ask(rng, pattern, answer, slots={"x": thing}, topic="colour")


def opposite(rng):
    word, other = rng.choice(list(OPPOSITES.items()))
    pattern = ("(what is the opposite of|what's the opposite of|opposite of|tell me the opposite of|whats the opposite of|"
               "the opposite of|do you know the opposite of|"
               "what is the contrary of|name the opposite of|give me the opposite of|which word is the opposite of|"
               "can you tell me the opposite of|which word means the opposite of|what would be the opposite of|"
               "i need the opposite of) {x}")
    if rng.random() < 0.15:
        pattern = ("({x} is the opposite of what|what word is opposite to {x}|what is opposite to {x}|"
                   "which word is opposite to {x})")
    return ask(rng, pattern, f"The opposite of {word} is {other}.", slots={"x": word}, topic="opposite")


def calendar(rng):
    kind = rng.random()
    if kind < 0.75:
        names, what = (DAYS, "day") if rng.random() < 0.5 else (MONTHS, "month")
        at = rng.randrange(len(names))
        if rng.random() < 0.55:
            pattern = (f"(which|what) {what} (comes after|follows|is after|comes next after|comes right after|is the one after|"
                       f"is next after) {{x}}")
            if rng.random() < 0.2:
                pattern = "(what comes after|what is after|what follows|what comes next after) {x}"
            answer = f"{names[(at + 1) % len(names)]} comes after {names[at]}."
        else:
            pattern = f"(which|what) {what} (comes before|is before|comes right before|is the one before|precedes) {{x}}"
            if rng.random() < 0.2:
                pattern = "(what comes before|what is before|what comes right before) {x}"
            answer = f"{names[at - 1]} comes before {names[at]}."
        return ask(rng, pattern, answer, slots={"x": names[at]}, topic="calendar")
    month = rng.choice(MONTHS)
    pattern = ("(how many days (are there in|has|does|are in|are there in the month of|do we have in) {x}[ have]|"
               "how long is {x}|how many days {x} has|number of days in {x}|what is the number of days in {x})")
    days = "28 days, or 29 in a leap year" if month == "February" else f"{DAYS_IN_MONTH[month]} days"
    return ask(rng, pattern, f"{month} has {days}.", slots={"x": month}, topic="calendar")


def alphabet(rng):
    if rng.random() < 0.15:
        pattern = ("(say|recite|tell me|write|show me|what is|do you know|list|give me|can you say|"
                   "can you recite) the (alphabet|abc|letters of the alphabet|english alphabet|whole alphabet)")
        return ask(rng, pattern, " ".join(string.ascii_uppercase), topic="alphabet")
    at = rng.randrange(26)
    after = rng.random() < 0.6 and at < 25 or at == 0
    letter, other = string.ascii_uppercase[at], string.ascii_uppercase[at + 1 if after else at - 1]
    word = "after" if after else "before"
    pattern = f"(which|what) letter (comes|is|comes right|is right) {word} {{x}}[ in the alphabet]"
    return ask(rng, pattern, f"{other} comes {word} {letter} in the alphabet.", slots={"x": letter}, topic="alphabet")


def animal(rng):
    kind = rng.random()
    if kind < 0.4:
        name, sound = rng.choice(list(SOUNDS.items()))
        pattern = ("(what does {x} say|what sound does {x} make|what noise does {x} make|how does {x} sound|"
                   "what is the sound of {x}|which sound does {x} make|what kind of sound does {x} make|tell me what {x} says|"
                   "make the sound of {x}|what does {x} sound like|which noise does {x} make)")
        return ask(rng, pattern, f"{article(name).capitalize()} says {sound}.", slots={"x": rng.choice((article(name), "the " + name))}, topic="animal")
    if kind < 0.8:
        name, legs = rng.choice(list(LEGS.items()))
        number = "no" if legs == 0 else str(legs)
        pattern = ("(how many legs does {x} have|how many legs has {x}|how many legs are on {x}|number of legs of {x}|"
                   "what is the number of legs of {x}|tell me how many legs {x} has|do you know how many legs {x} has|"
                   "how many legs does {x} walk on|how many legs has {x} got)")
        return ask(rng, pattern, f"{name[0].upper() + name[1:]} has {number} legs.", slots={"x": name}, topic="animal")
    name, sides = rng.choice(list(SIDES.items()))
    pattern = ("(how many sides does {x} have|how many sides has {x}|number of sides of {x}|what is the number of sides of {x}|"
               "tell me how many sides {x} has|do you know how many sides {x} has|how many sides are on {x})")
    return ask(rng, pattern, f"{name[0].upper() + name[1:]} has {sides} sides.", slots={"x": name}, topic="animal")


def listing(rng):
    names, items = rng.choice(list(CATEGORIES.items()))
    name = rng.choice(names.split("|"))
    whole = len(items) != 5 or names.startswith(("vowels", "oceans"))
    count = len(items)
    amount = "some "
    if not whole and rng.random() < (0.75 if scope.wide else 0.3):
        if scope.wide:
            count = rng.choice((3, 4, 5))
        amount = rng.choice((str(count), NUMBER_WORDS[count])) + " "
    elif whole:
        amount = rng.choice(("the ", "all ", "all the ", "the "))
    elif rng.random() < 0.3:
        amount = rng.choice(("a few ", "a list of ", "five ", "examples of "))
    pattern = ("(name|list|tell me|give me|write down|can you name|show me|can you list|say|write|could you name|"
               "can you give me|i want|i need|enumerate|make a list of) {n}{x}")
    answer = "\n".join(f"- {item}" for item in items[:count])
    return ask(rng, pattern, answer, slots={"n": amount, "x": name}, topic="list")


def counting(rng):
    if scope.wide:
        first, last = (1, rng.randint(2, 20)) if rng.random() < 0.7 else sorted(rng.sample(range(0, 31), 2))
        last = min(last, first + 20)
    else:
        first, last = 1, rng.choice((3, 5, 10, 12, 15, 20))
    if rng.random() < 0.25:
        pattern = ("(count|count down|count backwards|can you count down|can you count backwards|please count down|"
                   "count back) from {b} to {a}")
        return ask(rng, pattern, ", ".join(map(str, range(last, first - 1, -1))), slots={"a": first, "b": last}, topic="count")
    pattern = "(count|can you count|please count|count up|show me how you count|could you count|count for me) from {a} to {b}"
    if first == 1:
        pattern = ("(count|can you count|please count|count up|count from one|could you count|count from 1|show me the numbers|"
                   "say the numbers) (to|up to) {b}")
    return ask(rng, pattern, ", ".join(map(str, range(first, last + 1))), slots={"a": first, "b": last}, topic="count")


def saying(rng):
    words = [made_up_word(rng) if rng.random() < 0.3 else rng.choice(SAYABLE) for _ in range(rng.choice((1, 1, 2, 3)))]
    text = " ".join(words)
    quotes = rng.choice(("{x}", "{x}", '"{x}"', "'{x}'"))
    pattern = (f"(say|repeat|repeat after me:|write|can you say|please say|just say|say the word|repeat the word|write the word|"
               f"now say|say this: |can you repeat|type|only say|please write|please repeat|can you write|echo) {quotes}")
    return ask(rng, pattern, text, keep=words, slots={"x": text}, topic="say", upper=False, around=False)


def spelling(rng):
    word = rng.choice(SAYABLE)
    pattern = ("(spell|can you spell|how do you spell|how is {x} spelled|spell the word|please spell|how do i spell|"
               "tell me how to spell|what is the spelling of) {x}")
    pattern = pattern.replace("how is {x} spelled|", "") if rng.random() < 0.9 else "how is {x} (spelled|spelt|written)"
    return ask(rng, pattern, "-".join(word.upper()), slots={"x": word}, topic="spell")


def single(rng):
    pattern, answer = rng.choice(SINGLE)
    return ask(rng, pattern, answer, topic="fact")


FAMILIES = [(capital, 7), (no_capital, 0.6), (colour, 2.5), (opposite, 3.5), (calendar, 3), (animal, 2.2), (listing, 3),
            (counting, 2), (single, 1.2)]
WIDE_FAMILIES = [(capital, 7), (no_capital, 0.6), (colour, 2.5), (opposite, 3.5), (calendar, 3), (alphabet, 1.6), (animal, 2.2), (listing, 3),
                 (counting, 2), (saying, 6), (single, 1.2), (spelling, 1.2)]


def knowledge(rng):
    families, weights = zip(*(WIDE_FAMILIES if scope.wide else FAMILIES))
    family = rng.choices(families, weights)[0]
    return family(rng)


def follow_up(rng, before):
    """A short question that only makes sense after the one before, such as "and of Italy?"."""
    if before.topic == "capital":
        country = rng.choice(list(CAPITALS))
        name = rng.choice([country] + COUNTRY_ALIASES.get(country, []))
        return ask(rng, "(and {c}|what about {c}|and of {c}|and the one of {c}|and what about {c}|how about {c}|now {c}|"
                        "and for {c}|and what is that of {c}|what about the one of {c})",
                   capital_answer(country), slots={"c": name}, topic="capital", around=False)
    if before.topic == "colour":
        thing, shade = rng.choice(list(COLOUR_OF.items()))
        return ask(rng, "(and {c}|what about {c}|how about {c}|and what about {c}|and what colour is {c}|and of {c})",
                   f"{thing[0].upper() + thing[1:]} is {shade}.", slots={"c": thing}, topic="colour", around=False)
    if before.topic == "opposite":
        word, other = rng.choice(list(OPPOSITES.items()))
        return ask(rng, "(and {c}|and of {c}|what about {c}|how about {c}|and what about {c}|and the opposite of {c})",
                   f"The opposite of {word} is {other}.", slots={"c": word}, topic="opposite", around=False)
    return None
