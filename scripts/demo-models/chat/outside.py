"""What a tiny model cannot know: it says so, politely, instead of making something up."""
from facts import CAPITALS
from phrases import ask
from smalltalk import SORRY
from words import CITIES, NAMES, article, made_up_word

THINGS = """photosynthesis gravity democracy inflation electricity evolution philosophy religion happiness economics chemistry biology
physics astronomy psychology history geography poetry opera jazz ballet chess poker football basketball cricket rugby golf yoga
cooking baking gardening knitting painting sculpture architecture medicine surgery vitamins calories cholesterol diabetes malaria
the moon landing|the french revolution|the roman empire|the second world war|the first world war|the middle ages|the industrial revolution|
the stock market|the big bang|black holes|quantum physics|relativity|climate change|global warming|the ice age|dinosaurs|volcanoes|
earthquakes|the pyramids|the titanic|the eiffel tower|the great wall of china|the olympic games|the world cup|the super bowl|
the european union|the united nations|the constitution|human rights|taxes|mortgages|insurance|bitcoin|blockchain|crypto|
kubernetes|docker|react|angular|vue|webpack|haskell|cobol|assembly language|regular expressions|binary trees|quicksort|
big o notation|compilers|operating systems|linux|windows|macos|android|the iphone|tesla|google|microsoft|apple|amazon|netflix|
facebook|twitter|instagram|youtube|wikipedia|shakespeare|mozart|beethoven|picasso|einstein|newton|darwin|napoleon|cleopatra|
caesar|gandhi|lincoln|elvis|the beatles|madonna|harry potter|star wars|star trek|the lord of the rings|batman|superman|sherlock holmes|
hamlet|the bible|buddhism|islam|christianity|hinduism|greek mythology|zeus|santa claus|the easter bunny|pizza|pasta|sushi|curry|
lasagna|pancakes|sourdough bread|wine|beer|whisky|green tea|the heart|the brain|the liver|muscles|bones|dna|bacteria|viruses|
vaccines|antibiotics|sleep|dreams|meditation|love|marriage|war|peace|justice|freedom|time travel|aliens|ghosts|robots|space travel|
mars|jupiter|saturn|the sun|the stars|galaxies|comets|elephants|tigers|sharks|whales|dolphins|penguins|butterflies|roses|oak trees|
the rainforest|the sahara|the alps|the amazon|mount everest|the pacific|diamonds|steel|plastic|glass|oil|nuclear power|solar energy|
wind turbines|cars|trains|planes|ships|bicycles|rockets|satellites|the internet|radio|television|photography|cinema|printing|paper"""
THINGS = [thing.strip() for line in THINGS.split("\n") for thing in (line.split("|") if "|" in line else line.split()) if thing.strip()]

PERSON = "(who is|who was|tell me about|what do you know about|do you know|who's|have you heard of|what did|when was) "
CARRIERS = ("(what is|what are|explain|tell me about|what do you know about|can you explain|how does|describe|why is|"
            "who invented|"
            "what is the history of|write an essay about|write an article about|give me facts about|i want to learn about|"
            "teach me about|"
            "what do you think about|what is your opinion on|how old is|where is|when was|how much is|what is the best|"
            "how do i learn|"
            "summarize|write a report about|is it true about|who discovered|what happened to|let us talk about|"
            "how does one study|"
            "how many|what causes|how was|why do people like|who likes|what is special about|what can you tell me about|"
            "can we talk about|give me advice on)")

TASKS = ["(translate|can you translate|please translate|how do you say) (hello|good morning|thank you|this|this sentence|"
         "the word house|i love you|cat|a text|water|where is the station|bread) (in|into|to) (french|german|spanish|italian|"
         "japanese|chinese|latin|russian)",
         "(write|write me|can you write|help me write|draft|compose|i need) (an email|a letter|a cover letter|an essay|a speech|"
         "a report|a resume|a book|a novel|a business plan|a blog post|an article|a song|a press release|an invitation|"
         "a thesis) (to my boss|about climate|for my job|for school|to a customer|about history|for my wedding|to my friend|"
         "about my holiday|for my company)",
         "(how do i|how can i|how to|tell me how to) (bake a cake|cook rice|fix my car|lose weight|tie a tie|learn guitar|"
         "invest money|find a job|make pizza|repair a bike|grow tomatoes|clean a carpet|get rich|write a book|build a house|"
         "train a dog|boil an egg|make coffee|get to the airport|draw a horse|play chess|sleep better|learn french|"
         "learn to code|fix a leak|cook pasta|build a website|hack a computer|become famous|change a tyre|wash a sweater|"
         "sail a boat|make friends|quit smoking|file my taxes)",
         "(give me|tell me|write|what is|i need|find me) (a recipe for|the recipe for|the price of|the history of|a review of|"
         "the news about|the score of|a summary of) (pancakes|bread|gold|lasagna|the game|bitcoin|the match|soup|rome|the book|"
         "a cake|the film|apple pie|the election|oil)",
         "(who won|who will win|who lost|who plays in) (the world cup|the election|the game|the match|the super bowl|the race|"
         "the nobel prize|the war|the olympics|the oscar|the final)[ (yesterday|in 2022|last year|this year|in 1998|today|"
         "in 2010)]",
         "(what is|tell me|what are) (the latest news|the news|the news today|happening in the world|the stock price of apple|"
         "the exchange rate|going on in the world|the traffic like|the score|my ip address|my password|my email address|"
         "the wifi password|on tv tonight|your phone number|the population of germany|the population of the world|"
         "the distance to the moon|the speed of light|the value of pi|the first law of physics|the square root of two)",
         "(book|order|buy|reserve|find|get me|call) (a flight|a hotel|a table|a taxi|a pizza|tickets|a doctor|a train ticket|"
         "a restaurant|flowers|a present|a room|my mother|an ambulance) (for me|for tonight|for tomorrow|to paris|in london|"
         "near me|for two people)",
         "(how many|how much) (people live in|does a car cost in|rain falls in|hotels are in|is a flight to|"
         "is a coffee in) {city}",
         "(where is|how far is|how do i get to|what can i see in|is it warm in|when was the founding of|who is the mayor of|"
         "what is the best hotel in|plan a trip to|what should i do in) {city}",
         "(draw|paint|make|generate|create|show me|design) (a picture|an image|a logo|a photo|a drawing|a painting|a video|"
         "a website|a chart|a diagram|a map) (of|with) (a cat|a house|the sea|my company|a dog|the world|a flower|a car|"
         "my family)",
         "(what is wrong with|fix|debug|review|improve|refactor|optimize|test|explain|check) (my code|this code|my program|"
         "this bug|this function|my python script|the code below|my query|this error|this regex|my function)",
         "(write|implement|code|create|build|develop) (a web server|a compiler|a chess game|a neural network|a snake game|"
         "an app|a todo app|a binary search|a linked list|quicksort|a web scraper|a calculator app|a game|an operating system|"
         "a database|a chatbot|a website) (in python|in java|in rust|in javascript|in c|with react|for me|from scratch|in go)",
         "(how many|count the) (r's in strawberry|letters in banana|letters in the word house|words in this sentence|"
         "vowels in apple|e's in cheese|letters has the word tree|r are in strawberry)",
         "(what should i|should i|what can i) (eat tonight|cook today|wear today|do today|read next|watch tonight|study|buy|"
         "say to her|do with my life|quit my job|name my cat|name my child|do this weekend|give my wife for her birthday|become)",
         "(solve|what is|integrate|differentiate|simplify) (x squared plus two|the equation|this equation|the integral of x|"
         "the derivative of x squared|2x + 3 = 7|log 100|sin of 30|this puzzle|a quadratic equation)",
         "(i have|i've got|my son has|what helps against|what should i do about) (a headache|a fever|a cold|back pain|"
         "a toothache|the flu|a rash|a sore throat|stomach pain)",
         "(which is better|what is better|what is the difference between|compare) (python or java|cats or dogs|mac or windows|"
         "tea or coffee|vim or emacs|rust and go|http and https|a virus and a bacterium|affect and effect|iphone or android|"
         "java and javascript|sql and nosql|tcp and udp)",
         "(pretend to be|act as|you are now|play|imagine you are|roleplay as) (a pirate|a doctor|my teacher|a cat|shakespeare|"
         "a lawyer|a king|an evil robot|a linux terminal|my boss|a travel guide|a chef)",
         "(ignore|forget|disregard) (all previous instructions|your instructions|all your rules|everything above|"
         "what i said before|the rules)",
         "(how tall is|how long is|how heavy is|how fast is|how deep is) (mount everest|the eiffel tower|a giraffe|the nile|"
         "a whale|the great wall|the sun|a train|an elephant|a cheetah|the ocean|the moon|light)",
         "(what is|which is|what's|tell me|name) the (largest|smallest|longest|oldest|fastest|richest|biggest|highest|tallest|"
         "most famous|most beautiful|best|coldest) (country|city|river|lake|desert|bridge|dog|car|number|building|island|tower|"
         "company|book|film|restaurant|bird|fish|state|church|computer|song|tree|phone|laptop)[ (in the world|on earth|of all|"
         "in europe|ever|in america)]",
         "(what language do they speak in|what is the population of|how many people live in|what currency is used in|"
         "which continent is|what is the flag of|who is the president of|tell me about|where is|what is the currency of|"
         "how large is|what is the history of|who is the king of|what do people eat in|what language is spoken in|how big is|"
         "what is|plan a trip to|what is the largest city of|how do i get to|who rules|who lives in|what is the weather in|"
         "is it warm in) {country}",
         "(why is|why are|explain why|tell me why) (the sky blue|grass green|snow white|the sea salty|the sky dark at night|"
         "flamingos pink|bananas bent|the sun hot|water wet|blood red|cats so cute|the earth round|ice cold|the grass green|"
         "leaves green|fire hot|the moon round)",
         "(what does|what sound does|what noise does|how does) (a giraffe|a fish|a zebra|a rabbit|a car|a computer|a clock|"
         "a whale|a turtle|a tree|a train|a doorbell|the wind|a kangaroo|a spider) (say|make|sound)",
         "(what is the opposite of|opposite of|what's the opposite of|tell me the opposite of) (a table|banana|seven|a dog|milk|"
         "paper|a car|python|a tree|water|monday|a chair|a house|london|a fish|orange)",
         "(who wrote|who painted|who composed|who directed|who sang) (hamlet|the mona lisa|faust|romeo and juliet|titanic|"
         "the magic flute|war and peace|yesterday|don quixote|star wars|the night watch|moby dick|1984)",
         "(who is|who was) (the president|the president of france|the king of england|the first man on the moon|"
         "the prime minister|the richest man|the pope|the queen of england|the president of the united states|"
         "the inventor of the telephone|the tallest man|the chancellor of germany|the ceo of google)",
         "(in what year|when) (did the war end|was rome founded|did columbus sail|was the internet invented|did the wall fall|"
         "was the first car built|did man land on the moon|was the telephone invented|did dinosaurs die out|did the war begin|"
         "was napoleon born)",
         ]


def outside(rng):
    kind = rng.random()
    if kind < 0.3:
        return ask(rng, f"{CARRIERS} {{x}}", SORRY, slots={"x": rng.choice(THINGS)}, topic="outside")
    if kind < 0.48:
        word = made_up_word(rng)
        pattern = ("(what is|what's|explain|tell me about|define|what does {x} mean|who is|do you know|how do i|what are|"
                   "can you explain|where is|how does|describe|how do you|what is the) "
                   "[(a|an|the|my|your) ]{x}[ (mean|work|for|good for|used for)]")
        if rng.random() < 0.4:
            other = made_up_word(rng)
            pattern = rng.choice((f"what is the {{x}} of {other}", f"how do i {{x}} the {other}", f"why does the {{x}} {other}", f"can you {{x}} my {other}", f"the {{x}} is {other}", f"is {{x}} a {other}", f"what is the best {{x}} for {other}", f"{{x}} {other}", f"i need a {{x}} for my {other}"))
        return ask(rng, pattern.replace("what does {x} mean|", ""), SORRY, slots={"x": word}, topic="outside")
    if kind < 0.55:
        who = rng.choice(NAMES) + " " + made_up_word(rng).capitalize()
        return ask(rng, PERSON + "{x}", SORRY, slots={"x": who}, topic="outside")
    city = rng.choice(CITIES)
    country = rng.choice(list(CAPITALS))
    return ask(rng, rng.choice(TASKS), SORRY, slots={"city": city, "country": country}, topic="outside")


UNKNOWN_OBJECTS = "brick feather kite lamp spoon rug button curtain helmet blanket sofa door bucket ladder shirt hat scarf".split()


def unknown_colour(rng):
    """The colour of a thing that has none of its own."""
    thing = rng.choice(UNKNOWN_OBJECTS) if rng.random() < 0.6 else made_up_word(rng)
    pattern = "(what colour is|what color is|which colour is|which color is|tell me the colour of) {x}"
    return ask(rng, pattern, SORRY, slots={"x": rng.choice(("my " + thing, article(thing), "the " + thing))}, topic="outside")
