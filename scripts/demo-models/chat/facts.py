"""Small true facts, as tables."""

CAPITALS = """France:Paris Germany:Berlin Italy:Rome Spain:Madrid Portugal:Lisbon England:London Scotland:Edinburgh
Ireland:Dublin Wales:Cardiff Belgium:Brussels Netherlands:Amsterdam Luxembourg:Luxembourg Switzerland:Bern Austria:Vienna
Poland:Warsaw Denmark:Copenhagen Sweden:Stockholm Norway:Oslo Finland:Helsinki Iceland:Reykjavik Estonia:Tallinn Latvia:Riga
Lithuania:Vilnius Ukraine:Kyiv Russia:Moscow Belarus:Minsk Hungary:Budapest Romania:Bucharest Bulgaria:Sofia Greece:Athens
Turkey:Ankara Serbia:Belgrade Croatia:Zagreb Slovenia:Ljubljana Slovakia:Bratislava Albania:Tirana Malta:Valletta
Cyprus:Nicosia Japan:Tokyo China:Beijing India:New_Delhi Pakistan:Islamabad Bangladesh:Dhaka Nepal:Kathmandu Thailand:Bangkok
Vietnam:Hanoi Cambodia:Phnom_Penh Laos:Vientiane Malaysia:Kuala_Lumpur Singapore:Singapore Indonesia:Jakarta Philippines:Manila
South_Korea:Seoul North_Korea:Pyongyang Mongolia:Ulaanbaatar Iran:Tehran Iraq:Baghdad Syria:Damascus Lebanon:Beirut
Jordan:Amman Saudi_Arabia:Riyadh Qatar:Doha Afghanistan:Kabul Egypt:Cairo Libya:Tripoli Tunisia:Tunis Algeria:Algiers
Morocco:Rabat Sudan:Khartoum Ethiopia:Addis_Ababa Kenya:Nairobi Uganda:Kampala Rwanda:Kigali Ghana:Accra Nigeria:Abuja
Senegal:Dakar Mali:Bamako Angola:Luanda Zambia:Lusaka Zimbabwe:Harare Namibia:Windhoek Madagascar:Antananarivo
Canada:Ottawa Mexico:Mexico_City Cuba:Havana Jamaica:Kingston Guatemala:Guatemala_City Panama:Panama_City Colombia:Bogota
Venezuela:Caracas Ecuador:Quito Peru:Lima Chile:Santiago Argentina:Buenos_Aires Uruguay:Montevideo Paraguay:Asuncion
Brazil:Brasilia Australia:Canberra New_Zealand:Wellington Fiji:Suva"""
CAPITALS = {a.replace("_", " "): b.replace("_", " ") for a, b in (pair.split(":") for pair in CAPITALS.split())}
CAPITALS["the United States"] = "Washington"
CAPITALS["the United Kingdom"] = "London"
COUNTRY_ALIASES = {"the United States": ["the USA", "the US", "USA", "America", "the United States of America"],
                   "the United Kingdom": ["the UK", "Great Britain", "Britain", "UK"],
                   "Netherlands": ["the Netherlands", "Holland"], "Philippines": ["the Philippines"]}
COUNTRY_NAMES = {"Netherlands": "the Netherlands", "Philippines": "the Philippines"}  # as an answer writes them

COLOUR_OF = {
    "the sky": "blue", "grass": "green", "a banana": "yellow", "a tomato": "red", "snow": "white", "coal": "black",
    "a lemon": "yellow", "blood": "red", "milk": "white", "chocolate": "brown", "a strawberry": "red", "a frog": "green",
    "the sun": "yellow", "an elephant": "grey", "a carrot": "orange", "a flamingo": "pink", "a pig": "pink",
    "the sea": "blue", "the ocean": "blue", "a leaf": "green", "a cucumber": "green", "a cherry": "red", "a raven": "black",
    "a polar bear": "white", "a fire engine": "red", "a pumpkin": "orange", "an orange": "orange", "coffee": "brown",
    "the night": "black", "a plum": "purple", "a blueberry": "blue", "a swan": "white", "a sunflower": "yellow", "gold": "yellow",
    "a crow": "black", "rice": "white", "salt": "white", "sugar": "white", "a lime": "green", "a pea": "green",
    "broccoli": "green", "spinach": "green", "a canary": "yellow", "a lobster": "red", "wood": "brown", "a mouse": "grey",
    "ice": "white", "an emerald": "green", "a ruby": "red", "a sapphire": "blue", "lavender": "purple", "an eggplant": "purple",
    "mustard": "yellow", "a stop sign": "red", "a cloud": "white", "honey": "yellow", "a bear": "brown", "soil": "brown",
    "a school bus": "yellow", "a crocodile": "green", "an apple": "red", "a rose": "red", "an avocado": "green", "a tyre": "black", "a ladybird": "red", "butter": "yellow", "paper": "white",
}

OPPOSITES = """hot:cold big:small tall:short fast:slow old:young happy:sad light:dark day:night up:down left:right in:out
on:off open:closed full:empty hard:soft wet:dry clean:dirty rich:poor strong:weak early:late high:low near:far good:bad
loud:quiet thick:thin wide:narrow long:short deep:shallow heavy:light sweet:bitter true:false right:wrong
first:last begin:end start:stop love:hate win:lose buy:sell push:pull give:take come:go laugh:cry remember:forget
black:white north:south east:west summer:winter hello:goodbye yes:no always:never before:after above:below
inside:outside front:back top:bottom easy:difficult cheap:expensive brave:afraid friend:enemy peace:war question:answer
sharp:blunt smooth:rough safe:dangerous alive:dead more:less many:few same:different new:old cold:hot small:big slow:fast
sad:happy dark:bright night:day down:up out:in empty:full soft:hard dry:wet dirty:clean poor:rich weak:strong late:early
low:high far:near bad:good quiet:loud thin:thick narrow:wide difficult:easy expensive:cheap young:old awake:asleep
asleep:awake polite:rude lazy:busy together:alone""".split()
OPPOSITES = dict(pair.split(":") for pair in OPPOSITES)

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS_IN_MONTH = dict(zip(MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)))

SOUNDS = dict(pair.split(":") for pair in """cow:moo dog:woof cat:meow sheep:baa duck:quack pig:oink horse:neigh lion:roar
bee:buzz frog:ribbit owl:hoot rooster:cock-a-doodle-doo mouse:squeak snake:hiss wolf:howl goat:meh donkey:hee-haw
bird:tweet crow:caw hen:cluck""".split())

LEGS = {"a spider": 8, "a dog": 4, "a cat": 4, "an ant": 6, "a bee": 6, "a horse": 4, "a bird": 2, "a human": 2, "a snake": 0,
        "a fish": 0, "a cow": 4, "a beetle": 6, "an octopus": 0, "a table": 4, "a fly": 6, "a chicken": 2, "an elephant": 4,
        "a crab": 10, "a lion": 4, "an insect": 6, "a butterfly": 6, "a duck": 2, "a sheep": 4, "a pig": 4}

SIDES = {"a triangle": 3, "a square": 4, "a rectangle": 4, "a pentagon": 5, "a hexagon": 6, "an octagon": 8, "a cube": 6}

CATEGORIES = {
    "fruits|fruit|kinds of fruit": "Apple Banana Cherry Orange Pear".split(),
    "vegetables|kinds of vegetables": "Carrot Potato Tomato Onion Pea".split(),
    "animals|kinds of animals|beasts": "Dog Cat Horse Lion Elephant".split(),
    "colours|colors": "Red Blue Green Yellow Orange".split(),
    "planets|planets of the solar system": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune".split(),
    "countries|countries of the world": "France Japan Brazil Kenya Canada".split(),
    "programming languages|coding languages|computer languages": "Python JavaScript TypeScript Rust Go".split(),
    "seasons|seasons of the year": "Spring Summer Autumn Winter".split(),
    "continents|continents of the world": "Africa Antarctica Asia Australia Europe North_America South_America".split(),
    "oceans|oceans of the world": "Pacific Atlantic Indian Southern Arctic".split(),
    "days|days of the week|weekdays": DAYS,
    "months|months of the year": MONTHS,
    "shapes|geometric shapes": "Circle Square Triangle Rectangle Hexagon".split(),
    "instruments|musical instruments": "Piano Violin Guitar Flute Drum".split(),
    "vowels|vowels of the alphabet": "A E I O U".split(),
    "sports|kinds of sport": "Football Tennis Swimming Cycling Running".split(),
    "birds|kinds of birds": "Eagle Owl Duck Sparrow Swan".split(),
    "drinks|things to drink": "Water Tea Coffee Milk Juice".split(),
    "cities|cities in europe|european cities": "Paris Berlin Rome Madrid Vienna".split(),
    "flowers|kinds of flowers": "Rose Tulip Daisy Lily Sunflower".split(),
    "jobs|professions": "Teacher Doctor Baker Farmer Engineer".split(),
    "trees|kinds of trees": "Oak Birch Pine Maple Beech".split(),
    "metals|kinds of metal": "Iron Copper Gold Silver Tin".split(),
}
CATEGORIES = {names: [item.replace("_", " ") for item in items] for names, items in CATEGORIES.items()}

# (pattern, answer)
SINGLE = [
    ("how many (days are there in a|days has a|days does a|days are in a|days are in one) week[ have]", "A week has 7 days."),
    ("how many (days are there in a|days has a|days does a|days are in a|days are in one) year[ have]", "A year has 365 days, and a leap year 366."),
    ("how many (months are there in a|months has a|months does a|months are in a|months are in one) year[ have]", "A year has 12 months."),
    ("how many (hours are there in a|hours has a|hours does a|hours are in a|hours are in one) day[ have]", "A day has 24 hours."),
    ("how many (minutes are there in an|minutes has an|minutes does an|minutes are in an|minutes are in one) hour[ have]", "An hour has 60 minutes."),
    ("how many (seconds are there in a|seconds has a|seconds does a|seconds are in a|seconds are in one) minute[ have]", "A minute has 60 seconds."),
    ("how many (planets are there|planets are in the solar system|planets does the solar system have|planets do we know|"
     "planets circle the sun)", "The solar system has 8 planets."),
    ("how many (continents are there|continents are on earth|continents does the earth have|continents do we have)", "There are 7 continents."),
    ("how many (letters are in the alphabet|letters does the alphabet have|letters has the alphabet|"
     "letters are there in the english alphabet)", "The English alphabet has 26 letters."),
    ("(what is|which is|what's|tell me) the (largest|biggest) (planet|planet in the solar system|planet of all|"
     "planet of the solar system)", "Jupiter is the largest planet of the solar system."),
    ("(what is|which is|what's|tell me) the (largest|biggest) (animal|animal on earth|animal in the world|animal of all)", "The blue whale is the largest animal."),
    ("(what is|which is|what's|tell me) the (largest|biggest) (ocean|ocean on earth|ocean in the world|ocean of all)", "The Pacific is the largest ocean."),
    ("(what is|which is|what's|tell me) the (highest|tallest) (mountain|mountain on earth|mountain in the world|mountain of all)", "Mount Everest is the highest mountain on Earth."),
    ("(what do bees make|what do bees produce|what comes from bees|what is made by bees|which food do bees make)", "Bees make honey."),
    ("(what does|at what temperature does|when does|at how many degrees does) water (boil|begin to boil|start to boil)[ at]", "Water boils at 100 degrees Celsius."),
    ("(what does|at what temperature does|when does|at how many degrees does) water (freeze|begin to freeze|turn to ice)[ at]", "Water freezes at 0 degrees Celsius."),
    ("(what is the weather like|how is the weather|what is the weather today|will it rain tomorrow|will it rain|is it raining|"
     "what's the weather|what is the temperature outside|is it cold outside|how warm is it today|do i need an umbrella|"
     "will it be sunny tomorrow|weather forecast)[ (here|in london|in paris|in berlin|today|tomorrow)]", "I "
        "cannot know the weather. I run on your machine without looking at the internet."),
    ("(what time is it|what is the time|tell me the time|what day is it|what day is today|what is the date|what year is it|"
     "what is today's date|which year is it|what's the time|do you know what time it is|which day is today|how late is it|"
     "what month is it)[ (now|right now|here|please)]", "I cannot see a clock or a calendar, so I do not know."),
]
SINGLE += [
    ("(which|what) planet (do we live on|are we on|do people live on|is our home|do humans live on)", "We live on Earth."),
    ("(which|what) planet is (closest to the sun|nearest to the sun|next to the sun)", "Mercury is closest to the Sun."),
]
