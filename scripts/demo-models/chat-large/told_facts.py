"""Small facts that a system prompt tells and a question asks for: the door code is 4711."""
from phrases import Turn, ask, expand
from words import CITIES, COLOURS, SAYABLE, some_name

NAMED = ("secret word", "password", "code word", "magic word", "team name", "project name", "project", "product name", "name of the cat",
         "name of the ship", "name of the shop", "street", "magic spell", "favourite dish", "name of the server", "name of the office dog")
NUMBERED = ("door code", "room number", "lucky number", "bus line", "house number", "number of guests", "price", "version", "year", "gate",
            "table number", "locker", "order number", "port", "flat number")
PEOPLE = ("boss", "teacher", "owner", "captain", "author", "manager", "doctor", "winner", "guide", "chef", "new colleague", "neighbour")
PLACES = ("head office", "meeting", "party", "shop", "next concert", "museum", "wedding", "conference", "school")
TINTS = ("front door", "company car", "logo", "team shirt", "flag", "main button", "bicycle")
HOURS = ("shop", "office", "library", "kitchen", "museum", "bakery", "pool", "help desk")


def some_fact(rng):
    """(what is told, what it is about, its value, patterns that ask for it, the answer)"""
    kind = rng.randrange(6)
    if kind == 0:
        what = rng.choice(NAMED)
        value = rng.choice(SAYABLE)
        told, answer = f"(the {what} is {value}|our {what} is {value}|the {what} is called {value})", f"The {what} is {value}."
        asked = f"(what is the {what}|tell me the {what}|which {what} do we have|do you know the {what}|what's the {what}|give me the {what})"
    elif kind == 1:
        what, value = rng.choice(NUMBERED), str(rng.choice((rng.randint(1, 99), rng.randint(100, 9999))))
        told, answer = f"(the {what} is {value}|our {what} is {value})", f"The {what} is {value}."
        asked = f"(what is the {what}|tell me the {what}|do you know the {what}|which {what} is it|what's the {what}|give me the {what})"
    elif kind == 2:
        what, value = rng.choice(PEOPLE), some_name(rng)
        told = f"(the {what} is {value}|the {what} is called {value}|our {what} is {value}|{value} is the {what})"
        asked, answer = f"(who is the {what}|what is the {what} called|tell me who the {what} is|who is our {what})", f"The {what} is {value}."
    elif kind == 3:
        what, value = rng.choice(PLACES), rng.choice(CITIES)
        told = f"(the {what} is in {value}|our {what} is in {value}|the {what} takes place in {value})"
        asked = f"(where is the {what}|in which city is the {what}|tell me where the {what} is|do you know where the {what} is)"
        answer = f"The {what} is in {value}."
    elif kind == 4:
        what, value = rng.choice(TINTS), rng.choice(COLOURS)
        told, answer = f"(the {what} is {value}|our {what} is {value})", f"The {what} is {value}."
        asked = f"(what colour is the {what}|which colour is the {what}|what color is the {what}|what colour has the {what})"
    else:
        what, value = rng.choice(HOURS), str(rng.randint(5, 12))
        told, answer = f"(the {what} opens at {value}|our {what} opens at {value} o'clock)", f"The {what} opens at {value}."
        asked = f"(when does the {what} open|at what time does the {what} open|what time does the {what} open|from when is the {what} open)"
    return told, what, value, asked, answer


def sentence(rng, told):
    text = expand(rng, told)
    return text[0].upper() + text[1:] + "."


def question(rng, asked, answer, value) -> Turn:
    return ask(rng, asked, answer, keep=[value], topic="told fact", upper=False)
