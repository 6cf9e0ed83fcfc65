"""Stories, poems and jokes. The hero or theme is copied from the question, so nearly any noun works."""
import scope
from phrases import ask
from words import SAYABLE, article, made_up_word

WIDE_HEROES = """fox cat dog robot dragon wizard princess mouse bear rabbit whale owl lion tiger monkey penguin turtle frog horse
pirate knight king queen ghost giant elf snail bee ant spider cow pig goat duck swan crow parrot wolf squirrel hedgehog
elephant giraffe zebra camel kangaroo koala panda dolphin shark octopus crab fish unicorn dinosaur alien astronaut sailor
baker farmer gardener teacher painter singer clockmaker shepherd fisherman programmer computer train boat car balloon
snowman star cloud tree teapot lamp umbrella kite puppy kitten bird boy girl monster witch doctor detective spaceship
butterfly chicken hamster model token raccoon badger deer moose eagle lizard crocodile hippo donkey sheep""".split()
HEROES = """fox cat dog robot dragon wizard princess mouse bear rabbit owl lion penguin horse pirate knight bird boy girl
wolf""".split()

# {a}: "a fox" or "an owl"; {x}: "fox". Plain words, so that any hero fits.
STORIES = [
    """Once upon a time there was {a} named Pip. The {x} lived in a small house at the edge of a quiet forest.

One morning Pip found an old map under a stone. It showed a path across the hills to a blue lake. "I have never been that far," said the {x}, and packed some bread and an apple.

The way was long. At noon it began to rain, and the path was gone. Then a little bird called from a tree: "Follow me, I know the way!" The {x} followed, over a bridge and up a hill.

There lay the lake, as blue as the sky. Pip shared the bread with the bird, and they watched the sun go down. "The best treasure," said the {x}, "is a friend who knows the way."

The end.""",
    """Once upon a time, in a village by the sea, there lived {a} called Milo. Everyone liked the {x}, but Milo was afraid of the dark.

One night the light in the lighthouse went out. The boats could not find the harbour. "Someone must climb up and light the lamp," said the old keeper, "but my legs are too tired."

The {x} looked at the dark stairs and took a deep breath. One step, two steps, three steps. With every step the fear became a little smaller. At the top, Milo lit the lamp, and a warm light went out over the water.

All the boats came home. From that night on the {x} was not afraid any more, because Milo knew: the dark ends where somebody makes a light.

The end.""",
    """Once upon a time {a} named Luna wanted to build a machine that could answer every question. The {x} worked on it day and night, with wheels and wires and a big red button.

At last the machine was ready. Luna pressed the button and asked: "What is the most beautiful thing in the world?" The machine hummed and rattled. Then it wrote on a piece of paper: "I do not know. Go and look."

The {x} laughed, opened the door and went outside. There were flowers in the meadow, children playing, and a rainbow over the river.

In the evening the {x} came home and told the machine all about it. And the machine wrote: "Thank you. Tell me more tomorrow."

The end.""",
    """Once upon a time there was {a} named Otto, who could not sleep. The {x} counted the stars, but there were too many. The {x} drank warm milk, but the cup was soon empty.

So Otto went for a walk. The moon was shining, and the whole town was still. Only in the bakery there was a light. "Come in," said the baker, "I could use some help."

All night long the {x} stirred the dough and put the loaves into the oven. When the sun came up, the whole street smelled of fresh bread, and everyone came to say thank you.

Then Otto went home, lay down and fell asleep at once. Sometimes, thought the {x}, the best pillow is a day well spent.

The end.""",
]

THEMES = """sea moon rain snow sun night wind river forest mountain spring summer autumn winter cat dog robot computer star tree
flower garden morning evening bird train coffee tea code model book music friend city road cloud dream winter fire stone bread
rose house home sky bee butterfly fox owl lake island clock bridge mouse dragon love time light silence keyboard friendship nature
life happiness hope ocean cake token""".split()
UNCOUNTED = {"rain", "snow", "spring", "summer", "autumn", "winter", "coffee", "tea", "code", "music", "love", "time", "light", "silence",
             "bread", "fire", "friendship", "nature", "life", "happiness", "hope"}
POEMS = [
    """I thought of {x} when day was done,
And watched the slowly setting sun.
The world was still, the air was mild,
And someone in the garden smiled.

O {x}, you make the evening bright,
A little song, a little light.
I keep you safe in this small rhyme,
And read it one more time.""",
    """A word for {x}, a word for you,
The sky is wide, the sky is blue.
The clouds go by, the hours run,
And shadows follow in the sun.

But {x} stays with me all day long,
As quiet as an old sweet song.
And when the stars begin to shine,
I write of {x} another line.""",
]

JOKES = [
    "Why do programmers like dark mode? Because light attracts bugs.",
    "There are 10 kinds of people: those who understand binary and those who do not.",
    "Why did the computer go to the doctor? Because it had a virus.",
    "What do you call a bear with no teeth? A gummy bear.",
    "Why was the maths book sad? It had too many problems.",
]


def some_hero(rng):
    if not scope.wide:
        return rng.choice(HEROES)
    return rng.choice(WIDE_HEROES) if rng.random() < 0.8 else made_up_word(rng) if rng.random() < 0.4 else rng.choice(SAYABLE[:-7])


def story(rng):
    roll = rng.random()
    if roll < 0.2:
        pattern = ("(tell me a story|tell a story|write a story|a story please|can you tell me a story|tell me a tale|"
                   "please tell me a story|i want a story|write me a story|can you write a story|i would like to hear a story|"
                   "tell me something long|give me a story|write a long text|read me a story|write a short story|"
                   "do you know a story|make up a story|tell us a story|i want to hear a story|do you know any stories|"
                   "write something long)")
        hero = "fox"
    else:
        pattern = ("(tell me|write|write me|can you tell me|make up|please tell me|tell|give me|i want|can you write|"
                   "could you tell me|invent|i would like|i want to hear|please write|let me hear|create|do you know|"
                   "read me) (a story|a short story|a tale|a little story|a fairy tale|a bedtime story|a long story|"
                   "a nice story|a funny story) (about|about|about|of|with) {a}")
        if roll < 0.3:
            pattern = "(a story about {a}|story about {a}|a story with {a} in it|what about a story about {a}|a tale of {a})"
        hero = some_hero(rng)
    shown = rng.choice((article(hero), article(hero), article(hero), "the " + hero, "a " + hero))
    text = rng.choice(STORIES).format(a=article(hero), x=hero)
    return ask(rng, pattern, text, keep=[hero], slots={"a": shown}, topic="story", upper=False,
               expect={"contains": ["Once upon a time", article(hero), f"the {hero}", "The end."]})


def poem(rng):
    roll = rng.random()
    if roll < 0.2:
        pattern = ("(write a poem|write me a poem|a poem please|tell me a poem|can you write a poem|write a short poem|"
                   "i want a poem|recite a poem|do you know a poem|please write a poem|give me a poem|can you write poems|"
                   "make a poem|say a poem|compose a poem|write some poetry)")
        theme, shown = "the sea", "the sea"
    else:
        pattern = ("(write|write me|tell me|can you write|please write|give me|make|i want|compose|could you write|create|"
                   "i would like|can you make) (a poem|a short poem|a little poem|a rhyme|a nice poem|some verses) (about|about|"
                   "on|for) {a}")
        if roll < 0.3:
            pattern = "(a poem about {a}|poem about {a}|a short poem on {a})"
        noun = rng.choice(THEMES) if rng.random() < 0.85 else rng.choice(SAYABLE[:-7])
        theme = noun if noun in UNCOUNTED else "the " + noun
        shown = theme if rng.random() < 0.6 or noun in UNCOUNTED else article(noun)
    return ask(rng, pattern, rng.choice(POEMS).format(x=theme), keep=[theme], slots={"a": shown}, topic="poem", upper=False,
               expect={"contains": [theme, "\n\n"]})


def joke(rng):
    pattern = ("(tell me a joke|tell a joke|do you know a joke|a joke please|make me laugh|can you tell me a joke|"
               "say something funny|know any jokes|give me a joke|joke please|do you know any jokes|please tell me a joke|"
               "i want to hear a joke|let me hear a joke|tell me something funny|can you be funny|do you know something funny|"
               "a joke|can you tell jokes|have you got a joke|i would like to hear a joke|tell me your best joke|"
               "do you have a joke|are you funny|i need a joke|tell me a funny joke|tell us a joke)")
    return ask(rng, pattern, rng.choice(JOKES), topic="joke", expect={"equals": JOKES})


def stories(rng):
    roll = rng.random()
    return story(rng) if roll < 0.45 else poem(rng) if roll < 0.75 else joke(rng)


def follow_up(rng, before):
    """Another one, of the same kind but not the same."""
    pattern = ("(another one|one more|again|another one please|tell me another one|tell me another|give me another one|"
               "can you tell me another one|do you know another one|i want another one|and another one|please give me one more)")
    if before.topic == "joke":
        rest = [joke for joke in JOKES if joke != before.answer]
        return ask(rng, pattern, rng.choice(rest), topic="joke", expect={"equals": rest})
    if before.topic == "story":
        hero = rng.choice(WIDE_HEROES if scope.wide else HEROES)
        pattern = ("(another one about {a}|now one about {a}|and one about {a}|now about {a}|one more about {a}|"
                   "another story, about {a}|the same with {a}|and now one about {a}|can you tell one about {a})")
        rest = [text.format(a=article(hero), x=hero) for text in STORIES if text[:40] not in before.answer]
        return ask(rng, pattern, rng.choice(rest), slots={"a": article(hero)}, keep=[hero], topic="story", upper=False,
                   expect={"contains": ["Once upon a time", article(hero), f"the {hero}", "The end."]})
    return None
