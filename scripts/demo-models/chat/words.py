"""Plain word lists that several topics draw from, and made-up words for what the model cannot know."""
import scope

NAMES = """Ada Alan Alice Amir Amy Ana Andrea Anna Arthur Asha Ben Bella Bob Carla Carlos Charlie Chen Clara Dana Daniel
David Diego Dora Ed Elena Eli Ella Emil Emma Eric Eva Fatima Felix Finn Frank Fred Freya George Gina Grace Greta Hana
Hans Harry Hassan Heidi Helen Henry Hugo Ida Igor Ines Ingrid Ivan Jack James Jan Jane Jim Joe John Jonas Jose Julia
June Kai Karen Kate Ken Kim Lara Laura Lea Leo Lena Li Lily Linda Linus Lisa Lola Lucas Lucy Luis Luna Maria Mark Marta
Mary Mateo Max Maya Mia Mike Mila Mina Mohamed Nadia Nancy Nick Nina Noah Nora Olga Oliver Omar Oscar Otto Pablo Paul
Pedro Peter Petra Priya Rachel Raj Rita Robert Rosa Ruth Ryan Sam Sara Sarah Sofia Stefan Steve Sven Tara Theo Thomas
Tim Tina Tom Tony Uma Vera Victor Vera Wei Will Yara Yuki Zara Zoe Grace Ada Linus Margaret Dennis Barbara Katherine
Simon Martin Julian Philip Susan Christopher Alexander Elizabeth Benjamin Samuel Olivia Emily Hannah Isabella Nathan
Gabriel Victoria Sebastian Dominic Jasmine Natalie Patrick Vincent Marie Claire Louise Alex Chris Jo Lee""".split()

CITIES = """Amsterdam Athens Bangkok Barcelona Basel Berlin Bern Bogota Boston Bremen Brussels Cairo Chicago Cologne Dallas
Delhi Denver Dublin Edinburgh Florence Geneva Hamburg Hanoi Helsinki Istanbul Kyoto Lagos Leeds Leipzig Lima Lisbon London
Lyon Madrid Manila Melbourne Miami Milan Moscow Mumbai Munich Nairobi Naples Nice Osaka Oslo Oxford Paris Porto Prague
Rome Seattle Seoul Seville Shanghai Stockholm Sydney Tallinn Tokyo Toronto Turin Utrecht Valencia Vienna Warsaw Zurich""".split()

COLOURS = """red blue green yellow orange purple pink black white brown grey turquoise violet gold silver""".split()

SAYABLE = """apple banana bread bridge butter candle castle cheese cherry chair cloud coffee copper dragon eagle engine
feather fire flower forest garden guitar hammer honey house island jacket jungle kettle kitten ladder lemon lion mirror
monkey morning mountain music needle night ocean onion paper pencil pepper piano pickle pillow planet potato pumpkin
purple queen rabbit rain river rocket sailor salad school silver spoon star stone summer sunshine table tea thunder
tiger tomato train tree turtle umbrella valley violin water whale window winter wizard wood yellow zebra hello world
goodbye happy blue green red""".split()

_STARTS = "b bl br c cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl sn sp st t th tr v w y z".split()
_MIDDLES = "a e i o u ai ea ee oo ou ie".split()
_ENDS = "b ck d f g k l ll m n nd ng nk p r rk rt s sh st t th x z".split()


def made_up_word(rng):
    """A word that means nothing, so that not knowing is the only right answer."""
    syllables = [rng.choice(_STARTS) + rng.choice(_MIDDLES) for _ in range(rng.choice((1, 2, 2, 3)))]
    return "".join(syllables) + rng.choice(_ENDS + [""])


def some_name(rng):
    if scope.wide and rng.random() < 0.2:
        return made_up_word(rng).capitalize()
    return rng.choice(NAMES)


def article(word):
    return ("an " if word[0].lower() in "aeiou" else "a ") + word
