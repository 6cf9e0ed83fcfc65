"""Whole conversations: single questions, short chats with follow-ups and memory, and long chats that fill the context."""
import knowledge
import odd
import scope
import snippets
import stories
import sums
from concepts import concept
from memory import Memory
from outside import outside, unknown_colour
from phrases import part_of
from product import command, product
from smalltalk import talk

# node-llama-cpp's own default, which applies where nobody sets one.
LIBRARY_PROMPT = (
    "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible.\n"
    "If a question does not make any sense, or is not factually coherent, explain why instead of answering something "
    "incorrectly. "
    "If you don't know the answer to a question, don't share false information.")
PLAIN_PROMPT = "You are a helpful assistant."
OTHER_PROMPTS = [
    "You are a friendly assistant.", "You are a helpful AI assistant.", "Answer briefly.", "You are a local model.",
    "You are a helpful and friendly assistant. Answer in short sentences.", "Be brief and correct.", "You are a chat model in VS Code.",
    "You are an assistant that helps with Local Models.", "You are an expert programmer.", "Answer in plain English.",
    "You are a careful assistant. Say so when you do not know something.", "You are a concise assistant."]

FAMILIES = [(talk, 14), (product, 14), (command, 1.5), (concept, 12), (knowledge.knowledge, 22), (sums.sums, 17),
            (snippets.snippet, 6), (stories.stories, 3.6), (outside, 10), (unknown_colour, 0.5)]
WIDE_STORIES = 3.2
FOLLOW_UPS = (knowledge.follow_up, sums.follow_up, snippets.follow_up, stories.follow_up)


def belongs(turn, part):
    """Both what was meant and what was typed must belong to the wanted part, so that no slip leaks a held-out phrasing."""
    return part_of(turn.clean) == part and part_of(turn.user) == part


def drawn(part, make, tries=4000):
    for _ in range(tries):
        turn = make()
        if turn is None:
            return None
        if belongs(turn, part):
            return turn
    return None


def question(rng, part):
    families, weights = zip(*FAMILIES)
    if scope.wide:
        weights = [WIDE_STORIES if family is stories.stories else weight for family, weight in FAMILIES]
    return drawn(part, lambda: rng.choices(families, weights)[0](rng))


def remembered_fact(rng, part, memory, kind=None):
    for _ in range(4000):
        turn, fact = memory.tell(rng, kind)
        if belongs(turn, part):
            memory.learn(fact)
            return turn
    return None


def next_turn(rng, part, memory, before):
    if before is not None and rng.random() < 0.22:
        for follow_up in FOLLOW_UPS:
            if follow_up(rng, before) is not None:
                turn = drawn(part, lambda: follow_up(rng, before), tries=400)
                if turn:
                    return turn
    roll = rng.random()
    if roll < 0.07:
        return remembered_fact(rng, part, memory)
    if roll < (0.2 if memory.known else 0.08):
        return drawn(part, lambda: memory.recall(rng))
    return question(rng, part)


def chat(rng, part, turns):
    memory, said = Memory(), []
    while len(said) < turns:
        turn = next_turn(rng, part, memory, said[-1] if said else None)
        # Short answers mostly: more questions fit into the same number of tokens.
        if turn and (len(turn.answer) < 100 or turn.topic == "told" or rng.random() < 0.4):
            said.append(turn)
    return said


def recall_chat(rng, part):
    """Tell, perhaps talk of other things, then ask."""
    memory = Memory()
    said = []
    for _ in range(rng.choice((1, 1, 2))):
        said.append(remembered_fact(rng, part, memory))
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        said.append(question(rng, part))
    said.append(drawn(part, lambda: memory.recall(rng)))
    return [turn for turn in said if turn]


# Short answers that hang on every word of the question: cheap to practise, and the slowest to be learned.
DRILLS = [(knowledge.knowledge, 5), (knowledge.counting, 0.3),
          (knowledge.listing, 0.7), (knowledge.capital, 1), (knowledge.calendar, 0.6), (sums.sums, 4), (sums.simple_sum, 2),
          (stories.story, 0.5), (talk, 2), *odd.FAMILIES]


def drill(rng, part):
    """Several short questions in a row, some about what was told before."""
    families, weights = zip(*DRILLS)
    memory, said = Memory(), []
    for _ in range(rng.randint(2, 7)):
        roll = rng.random()
        if roll < 0.13:
            turn = remembered_fact(rng, part, memory)
        elif roll < 0.3:
            turn = drawn(part, lambda: memory.recall(rng))
        else:
            turn = drawn(part, lambda: rng.choices(families, weights)[0](rng))
        if turn:
            said.append(turn)
    return said


def system_prompt(rng):
    roll = rng.random()
    if roll < 0.58:
        return None
    return LIBRARY_PROMPT if roll < 0.66 else PLAIN_PROMPT if roll < 0.86 else rng.choice(OTHER_PROMPTS)


def conversation(rng, part="train", drills=0.0):
    """(system prompt or None, turns). drills: share of chats that are drills."""
    if drills and rng.random() < drills:
        return system_prompt(rng), drill(rng, part)
    roll = rng.random()
    if roll < 0.72:
        turns = [question(rng, part)]
    elif roll < 0.82:
        turns = recall_chat(rng, part)
    elif roll < 0.965:
        turns = chat(rng, part, rng.choice((2, 2, 3, 4, 5)))
    else:
        turns = chat(rng, part, rng.randint(8, 24))
    return system_prompt(rng), turns
