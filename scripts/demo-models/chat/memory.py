"""What a person tells about themselves, and asks about later in the same chat."""
import scope
from phrases import ask
from words import CITIES, COLOURS, made_up_word, some_name

ANIMALS = "dog cat rabbit hamster parrot horse goldfish turtle".split()

# kind: (how it is told, how it is asked for, reply when told, reply when asked, reply when not known)
KINDS = {
    "name": (
        "(my name is {x}|i am {x}|i'm {x}|i am called {x}|call me {x}|you can call me {x}|my name's {x}|they call me {x}|"
        "hi, my name is {x}|hello, i am {x}|hi i'm {x}|hey, i am {x}|please call me {x}|my first name is {x}|"
        "my friends call me {x}|hello my name is {x}|hi there, i'm {x}|the name is {x}|this is {x}|people call me {x}|"
        "i go by {x}|hello, my name is {x}, nice to meet you|i would like to be called {x})",
        "(what is my name|what's my name|do you know my name|do you remember my name|who am i|tell me my name|what am i called|"
        "say my name|can you remember my name|can you tell me my name|whats my name|what was my name|what did i say my name was|"
        "do you still know my name|what is my name again|and what is my name|how am i called|remember my name|"
        "could you tell me my name|what do you call me|do you know who i am|please say my name|what did i tell you my name was|"
        "do you remember who i am|what name did i give you)",
        "Nice to meet you, {x}!", "Your name is {x}.", "You have not told me your name yet."),
    "colour": (
        "(my favourite colour is {x}|my favorite color is {x}|i like the colour {x}|i like the color {x}|"
        "the colour i like best is {x}|i love the colour {x}|{x} is my favourite colour|{x} is my favorite color|"
        "my favourite colour has always been {x}|i love the color {x}|the color i like most is {x}|i like {x} best)",
        "(what is my favourite colour|what is my favorite color|which colour do i like|what colour do i like|"
        "what color do i like best|do you remember my favourite colour|do you remember my favorite color|"
        "tell me my favourite colour|do you know my favourite colour|what was my favourite colour|what's my favorite color|"
        "what's my favourite colour|which color do i like best|can you tell me my favorite color|which colour did i say i like|"
        "what colour did i say i like best|do you still know my favourite colour|and what is my favourite colour)",
        "I will remember that in this chat: you like {x}.", "Your favourite colour is {x}.", "You have not told me your favourite colour yet."),
    "home": (
        "(i live in {x}|i am from {x}|i'm from {x}|my home is in {x}|i come from {x}|my home town is {x}|"
        "i live in the city of {x}|my city is {x}|i was born in {x} and live there|i have a flat in {x}|i am living in {x}|"
        "we live in {x})",
        "(where do i live|where am i from|do you remember where i live|do you know where i live|what city do i live in|"
        "in which city do i live|what is my home town|which city am i from|tell me where i live|what is my city|"
        "where is my home|where did i say i live|where do i come from|which city do i live in|can you tell me where i live|"
        "do you still know where i live|and where do i live)",
        "So you live in {x}. How nice!", "You live in {x}.", "You have not told me where you live yet."),
    "pet": (
        "(i have a {a} called {x}|i have a {a} named {x}|my {a} is called {x}|my {a}'s name is {x}|we have a {a} called {x}|"
        "my {a} is named {x}|the name of my {a} is {x}|i own a {a} called {x}|i have got a {a} named {x}|"
        "there is a {a} called {x} at home)",
        "(what is my {a} called|what is the name of my {a}|what's my {a}'s name|do you remember the name of my {a}|"
        "what is my {a}'s name|do you know my {a}'s name|how is my {a} called|tell me the name of my {a}|"
        "what was the name of my {a}|can you tell me my {a}'s name|do you know what my {a} is called|what did i call my {a}|"
        "and what is my {a} called)",
        "A {a} called {x}, how nice!", "Your {a} is called {x}.", "You have not told me about a {a} yet."),
}


# What else people say while giving their name; the answer goes to the name.
TAIL = ("(like tea|am new here|have a question|need some help|am a teacher|like cats|am {n} years old|work with computers|"
        "just installed this|want to try this|am learning to code|like to read|love music|am a student)")


def some_city(rng):
    if scope.wide and rng.random() >= 0.8:
        return made_up_word(rng).capitalize()
    return rng.choice(CITIES)


class Memory:
    """What has been said so far in one conversation."""

    def __init__(self):
        self.known = {}

    def tell(self, rng, kind=None):
        kind = kind or rng.choices(list(KINDS), (6, 2, 2, 1.5))[0]
        told, _, reply, _, _ = KINDS[kind]
        value = {"name": some_name, "colour": lambda r: r.choice(COLOURS), "home": some_city, "pet": some_name}[kind](rng)
        animal = rng.choice(ANIMALS)
        proper = kind != "colour"
        # Typed in lower case: the answer gives it as it is written, or, while copying is practised, as it was typed.
        typed = value.lower() if proper and rng.random() < 0.25 else value
        if scope.wide:
            value = typed
        slots = {"x": typed, "a": animal}
        if kind == "name" and rng.random() < 0.15:
            told = f"(my name is|i am|i'm|hi, i am|hello, my name is) {{x}} and i {TAIL}".replace("{n}", str(rng.randint(9, 90)))
        turn = ask(rng, told, reply.format(x=value, a=animal), slots=slots, upper=False, lower=not proper or typed.islower(),
                   around=False, topic="told")
        if typed.islower() and proper:
            turn = turn._replace(user=turn.user[0].lower() + turn.user[1:])
        return turn, (kind, value, animal)

    def learn(self, fact):
        kind, value, animal = fact
        self.known[kind if kind != "pet" else f"pet {animal}"] = (value, animal)

    def recall(self, rng, kind=None):
        keys = list(self.known)
        if kind is None:
            kind = rng.choice(keys) if keys and rng.random() < 0.85 else rng.choices(list(KINDS), (6, 2, 2, 1))[0]
        base = kind.split()[0]
        _, asked, _, reply, unknown = KINDS[base]
        if base == "pet" and kind == "pet":
            kind = f"pet {rng.choice(ANIMALS)}"
        animal = kind.split()[1] if base == "pet" else ""
        if kind in self.known:
            answer = reply.format(x=self.known[kind][0], a=animal)
        else:
            answer = unknown.format(a=animal)
        return ask(rng, asked, answer, slots={"a": animal} if animal else None, topic="recall")
