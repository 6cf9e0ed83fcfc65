"""Odd inputs that the later rounds of training add: keys hit at random, wrong articles, bare commands, wishes a chat cannot fulfil."""
import product
from concepts import CONCEPTS
from phrases import ask

CANNOT = "No, I can only write text in this chat."
CAN_NOT_DO = ("(can you|are you able to|could you|do you know how to) (draw|sing|dance|cook|drive|fly|swim|play music|"
              "send emails|send an email|"
              "call someone|take a photo|watch videos|buy something|draw a cat|paint a picture|play chess|"
              "play a game|play a song|set an alarm|set a timer|turn on the light|open a program|make coffee|see me|walk|"
              "run programs|"
              "run code|make phone calls|order food|book a flight|control my computer|go online|read emails|make a video|"
              "make pictures)[ (for me|with me)]")
GIBBERISH_ANSWER = "I did not understand that. Try asking: what can you do?"


def gibberish(rng):
    """Keys hit at random, signs and pictures."""
    kind = rng.random()
    if kind < 0.6:
        text = "".join(rng.choice("asdfghjklqwertyuiopzxcvbnm") for _ in range(rng.randint(4, 11)))
    elif kind < 0.8:
        text = "".join(rng.choice("?!.,;-_#+*/()%&=~") for _ in range(rng.randint(1, 5)))
    else:
        text = "".join(rng.choice("😀😂👍🎉🤖🔥😊🙂❤️🚀🐱🦊") for _ in range(rng.randint(1, 3)))
    turn = ask(rng, "x", GIBBERISH_ANSWER, around=False, topic="talk")
    return turn._replace(user=text, clean=text)


def wrong_article(rng):
    """a LLM, a ONNX model: people do not stop to think about the article."""
    singular, _, answer = rng.choice(CONCEPTS)
    name = rng.choice(singular.split("|")).removeprefix("a ").removeprefix("an ").removeprefix("the ")
    name = rng.choice((name, name.upper() if len(name) <= 5 else name.capitalize()))
    return ask(rng, "(what is|what's|whats|define|explain|what is meant by) [(a|an|the) ]{x}", answer, slots={"x": name},
               lower=False, topic="concept")


def bare_command(rng):
    """Such as: pull a model."""
    actions, answer = rng.choice(product.TASKS)
    return ask(rng, actions, answer, topic="product")


def cannot(rng):
    return ask(rng, CAN_NOT_DO, CANNOT, topic="talk")


FAMILIES = [(gibberish, 0.4), (wrong_article, 0.8), (bare_command, 0.8), (cannot, 0.3)]
