"""espeak-ng's voices, and who of them is heard in training, in validation, in the test.

A voice is an accent and a speaker (a variant, in espeak-ng's words). Speakers are in one part only, and near twins, such as steph and
steph2, are in the same. The whispering and croaking ones are left out.
"""
ACCENTS = {  # en is British English
    "train": ("en-us", "en", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029"),
    "validation": ("en-us", "en", "en-gb-x-gbclan"),
    "test": ("en-us", "en", "en-gb-scotland", "en-us-nyc"),
}
# Half of the sentences in validation and test are in an accent that training has.
ACCENT_WEIGHTS = {"train": (4, 4, 2, 1, 1), "validation": (2, 2, 2), "test": (2, 2, 1.5, 1.5)}

WOMEN = {
    "train": ("Alicia", "Andrea", "anika", "belinda", "f1", "f2", "f5", "grandma", "zac"),
    "validation": ("f3", "Annie"),
    "test": ("f4", "aunty", "linda"),
}
MEN = {
    "train": ("AnxiousAndy", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo", "Lee", "Marco", "Mario", "Mike", "RicishayMax",
              "RicishayMax2", "Tweaky", "UniRobot", "adam", "announcer", "antonio", "benjamin", "boris", "david", "ed", "edward",
              "grandpa", "iven", "iven2", "iven4", "john", "kaukovalta", "klatt4", "klatt5", "m1", "m4", "m5", "m7", "m8", "marcelo",
              "max", "norbert", "pablo", "pedro", "robosoft", "robosoft4", "robosoft6", "robosoft8", "sandro", "shelby", "travis",
              "victor"),
    "validation": ("m2", "m3", "klatt", "klatt2", "Michael", "gustave", "Jacky", "rob", "robert"),
    "test": ("m6", "klatt3", "quincy", "michel", "miguel", "steph", "steph2", "steph3", "Andy", "Storm", "paul"),
}
WOMEN_SHARE = 0.4


def any_voice(rng, part):
    accent = rng.choices(ACCENTS[part], ACCENT_WEIGHTS[part])[0]
    speaker = rng.choice(WOMEN[part] if rng.random() < WOMEN_SHARE else MEN[part])
    return f"{accent}+{speaker}"


def any_manner(rng, part):
    """How the voice speaks; in training more widely than people do."""
    if part == "train":
        return {"rate": rng.randint(110, 225), "pitch": rng.randint(20, 80), "pitch_range": rng.randint(20, 80),
                "word_gap": rng.choice((0, 0, 0, 1, 2, 4))}
    return {"rate": rng.randint(130, 190), "pitch": rng.randint(35, 65), "pitch_range": rng.randint(35, 65),
            "word_gap": rng.choice((0, 0, 1))}


def speaker_of(voice):
    return voice.split("+")[1]
