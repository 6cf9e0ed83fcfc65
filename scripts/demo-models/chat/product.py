"""Questions about the extension: each task is ways of asking (how) times ways of naming what to do (action)."""
from phrases import ask

HOW = ("(how do i|how can i|how to|how do you|how would i|how should i|what do i do to|what must i do to|how does one|"
       "what is the way to|can you tell me how to|show me how to|explain how to|tell me how to|i want to|i would like to|"
       "how is it possible to|where can i|where do i|i need to|can i|is it possible to|help me|steps to|can you explain how to|"
       "i'd like to|what is the best way to|what's the easiest way to|how could i|i don't know how to|please explain how to|"
       "what are the steps to|is there a way to|could you tell me how i can|can you help me|do you know how to|teach me how to|"
       "what do i need to do to|how exactly do i|which command do i use to|what command is used to|i am trying to|"
       "how am i supposed to|let me|how may i)")
MODEL = ("(a model|models|the model|my model|this model|a local model|my first model|another model|a new model|"
         "one of the models|some model|an ai model|a language model|a chat model|that model|it|a bigger model|the demo model|"
         "an llm)")

PULL = """To pull a model:

1. Run **Local Models: Pull Model…** from the Command Palette, or look under **Recommended** in the sidebar.
2. Choose a model and wait until it is on your disk.

Then you find it under **Downloaded**."""
DEPLOY = """To deploy a model:

1. Open the **Local Models** sidebar.
2. Find the model under **Downloaded**.
3. Choose **Deploy**.

When it is ready, it is listed under **Running**."""
STOP = "Find the model under **Running** in the **Local Models** sidebar and choose **Stop**. Its memory is free again at once."
DELETE = ("Find the model under **Downloaded** in the **Local Models** sidebar and choose **Delete**. Its files are removed "
          "from your disk. A model that is running must be stopped first.")
CHAT = """To chat with a model:

1. Deploy a chat model.
2. Choose **Open Chat** on it under **Running**.
3. Type your message and press Enter."""
PICTURES = ("Deploy an image model, choose a folder of pictures and describe what you look for in plain words, such as *a red "
            "car*. The pictures that fit best come first, and none of them leaves your machine.")
WHERE = ("Models lie in the `models/` folder, in the same layout that Hugging Face uses. Each model has its own folder under "
         "`models/hub/`.")
START = """Four steps to get started:

1. **Pull** a model from **Recommended**.
2. **Deploy** it under **Downloaded**.
3. Choose **Open Chat** under **Running**.
4. **Stop** it when you are done."""

# (actions, answer): asked with every HOW.
TASKS = [
    (f"(pull|download|get|fetch|install|add|load down|obtain|pull down|import|find and download) {MODEL}[ (from hugging face|"
     f"to my machine|from the internet|to my disk|here|onto my computer)]", PULL),
    (f"(deploy|start|run|launch|load|use|start up|start running|make ready|bring up|activate|turn on|execute|"
     f"boot) {MODEL}[ (on my machine|locally|here|on my computer|in vs code|after pulling it|that i pulled|i downloaded)]", DEPLOY),
    (f"(stop|shut down|unload|end|quit|kill|turn off|switch off|halt|undeploy|stop running|terminate|close|"
     f"free the memory of) {MODEL}[ (again|that is running|when i am done|after use|which is running)]", STOP),
    (f"(delete|remove|uninstall|erase|get rid of|throw away|clean up|clear|wipe|drop) {MODEL}[ (again|from my disk|"
     f"from my machine|i no longer need|from my computer|that i pulled|and its files|i downloaded)]", DELETE),
    (f"(chat|talk|speak|have a chat|have a conversation|start a chat|open a chat|begin a chat|converse|write) with {MODEL}", CHAT),
    ("(chat|open the chat|open a chat|start a chat|start chatting|send a message|write a message|use the chat|begin a chat|"
     "open a new chat|start a conversation|ask a model something|ask a model a question|open the chat window|get to the chat|"
     "find the chat|write to a model)[ (here|in vs code|now|with local models)]", CHAT),
    ("(search|find|look for|look through|search for|search through|search in|sort through|search among|query) [my |the |some |"
     "all my |a folder of ](pictures|images|photos|photographs|pics|holiday photos|image files)[ (with words|by text|"
     "by description|by what is in them|on my disk|by words|with a text|in a folder|locally|here)]", PICTURES),
    ("(use the image search|use the picture search|find a picture of a dog|find a photo of my cat|"
     "search for a red car in my pictures|find all pictures with a dog|use photo search|use the photo search|"
     "find a certain picture|find pictures of the sea|do an image search|find images by describing them|"
     "search my photo collection)", PICTURES),
    ("(get started|start|begin|use local models|use this extension|use this|work with this|use the extension|start using this|"
     "use the local models extension|make my first steps|learn to use this|set this up|set up local models|get going|"
     "use this thing|begin with local models)[ (here|as a beginner|quickly|first)]", START),
    ("(see|list|find|show|look at|view|check|inspect|get a list of) [all ](the |my |all |)(downloaded models|"
     "models i downloaded|models on my disk|models i pulled|models i have|pulled models|local models i have|installed models)", "Look "
        "under **Downloaded** in the **Local Models** sidebar. It lists every model on your disk."),
    ("(see|list|find|show|look at|view|check|inspect|get a list of) (the |my |all |)(running models|deployed models|"
     "models that are running|models that run now|models i deployed|active models|loaded models|models which are running)", "Look "
        "under **Running** in the **Local Models** sidebar. It lists every model that is deployed now."),
    ("(see|list|find|show|look at|view|choose from|pick from|get a list of) (the |all |)(recommended models|"
     "models you recommend|good models|models that fit my machine|models i can pull|available models|suggested models|"
     "models that suit my computer)", "Look "
        "under **Recommended** in the **Local Models** sidebar. It lists models that are worth trying."),
    ("(stop|interrupt|cancel|abort|end|break off|cut off|halt) (an answer|the answer|a reply|the reply|the response|generating|"
     "generation|the output|a response|the text|writing|the model while it writes|a long answer|an answer that is too long)", "Press "
        "**Stop** in the chat while the answer is being written. What is written so far stays."),
    ("(open|find|see|show|get to|display|bring up) (the sidebar|the local models sidebar|the side bar|the local models view|"
     "the extension's sidebar|the panel on the side|the local models panel)", "Click "
        "the **Local Models** icon in the activity bar at the side of VS Code. The sidebar shows **Recommended**, "
        "**Downloaded** and **Running**."),
    ("(open|find|use|see|get to|bring up) (the command palette|the commands|the palette|the command menu|the list of commands|"
     "all commands)", "Press "
        "`Ctrl+Shift+P`, or `Cmd+Shift+P` on a Mac, and type *Local Models*."),
    ("(cancel|stop|interrupt|pause|abort|break off) (a pull|the pull|a download|the download|pulling|downloading|"
     "pulling a model|downloading a model|a running download)", "Press "
        "**Cancel** on the progress message of the pull. You can pull the model again later."),
]

# Whole questions that do not fit the pattern above.
QUESTIONS = [
    (["(where are|where do|where can i find|in which folder are|in what folder are|where on my disk are|"
      "show me where) (the models|my models|models|downloaded models|pulled models|the model files|the files of a model|"
      "the downloads|all the models|model files)[ (stored|saved|kept|located|put|lie|live|on my disk|go|on disk|placed)]",
      "(where|in which folder|in which directory|in what place) (does it|do you|does local models|does the extension|"
      "does this extension|will it) (store|save|keep|put|download) (models|the models|my models|model files|the files|a model|"
      "downloaded models)",
      "(what is in the models folder|what is the models folder|where is the models folder|which folder holds the models|"
      "what is the path of the models|where is my model|where did my model go|where did the download go|"
      "where is the model i pulled|what folder are the models in|where is the model file|where does a model lie|"
      "where are they stored)"], WHERE),
    (["(does|can|will) (it|this|local models|the extension|this extension|a model|everything|the chat|this model|that) (work|"
      "run|be used|function) (offline|without internet|without the internet|without a network|without an internet connection|"
      "with no internet|without being online|on a plane|in flight mode|without wifi|without a connection)",
      "(do i need|is there a need for|does it need|do you need|does this need|must i have|does local models need|"
      "do i have to have|does a model need) (the internet|internet|a network|an internet connection|wifi|to be online|"
      "internet access|a connection|network access|an online connection)[ (to use it|for this|to chat|for chatting|all the time|"
      "for that)]",
      "(can i use|can i run|can i chat with|can i work with) (this|it|a model|models|local models|you|them|"
      "the extension) (offline|without internet|without a network|on a plane|with no internet|without being online|without wifi)",
      "(do you work offline|are you offline|is this offline|is it offline|offline use|what works offline|can you work offline|"
      "does offline work|what about offline use|is internet required|is the internet needed)"],
     "Yes, it works offline. Only pulling a model needs the internet. Once a model is on your disk, everything runs without it."),
    (["(is|are) (my data|my messages|my chats|my pictures|my photos|this|it|my files|my words|my questions|my conversations|"
      "my code|everything|what i write|my text) (private|safe|safe here|sent anywhere|sent to a server|sent to the cloud|"
      "uploaded|shared|sent to anyone|secure|kept private|stored in the cloud|sent over the internet|read by anyone|"
      "confidential)",
      "(do|does|will) (you|it|this|local models|the extension|this extension|a model|the chat) (send|upload|share|leak|transmit|"
      "collect|sell|give away) (my data|my messages|data|my pictures|anything|my files|my photos|anything to a server|my chats|"
      "my text|my code|what i write|information about me|data to the cloud)",
      "(what about privacy|what about my privacy|is it private|how private is this|how private is it|privacy|"
      "tell me about privacy|who can read my messages|who can see my chats|who reads this|who can see what i write|"
      "who sees my pictures|does anything leave my machine|does my data leave my computer|is there telemetry|"
      "does anything leave my computer|are you spying on me|do you spy on me|can someone read this|where does my data go|"
      "where do my messages go|what happens to my data|what happens with my messages|is this secure|are you recording this|"
      "what leaves my machine|is this chat private|is our chat private|do you record this)"],
     "It is private. Models run on your own machine, and nothing leaves it: neither your messages nor your pictures."),
    (["(what is|what's|what does|explain|tell me about|describe|what can i do with|what is the purpose of|why use|"
      "what do i need|what do you know about|i want to know about) (local models|the local models extension|this extension|"
      "the extension|this vs code extension|the extension local models)[ (do|for|good for|about)]",
      "(what does this do|what is this extension|what is this for|why would i use this|what is this good for|"
      "what is this all about|what does this extension do|what is it for|what does the extension do|what is this thing for|"
      "what can this extension do|what can local models do|what can i do with local models|what can i do with this extension|"
      "what are the features|what features does it have|what can the extension do|what features does this extension have|"
      "what is special about local models)"],
     "Local Models is a VS Code extension. With it you pull AI models to your own machine, deploy them, chat with them and "
     "search your pictures, all without a cloud."),
    (["(what are|explain|what is the difference between|tell me about|which are) the (sections|parts|groups|three sections|"
      "lists) (in|of) the (sidebar|side bar|local models sidebar)", "(what is in the sidebar|"
        "what does the sidebar show|what can i see in the sidebar|explain the sidebar|what is the sidebar for|"
        "what sections are there|which sections are there|what do the sections mean|tell me about the sidebar|"
        "what do i see in the sidebar|what are recommended, downloaded and running|what is the sidebar|where is the sidebar)"],
     """The **Local Models** sidebar has three sections:

- **Recommended**: models worth pulling
- **Downloaded**: models on your disk
- **Running**: models that are deployed now"""),
    (["(what|which) (commands are there|commands do you have|commands exist|commands can i use|commands does it have|"
      "commands does local models have|are the commands|are the most important commands|commands should i know|"
      "commands does the extension have|commands can i run)", "(list|"
        "show me|show|tell me|give me) (the|all|all the|your) (commands|available commands|local models commands|"
        "commands of the extension)"],
     """The main commands are:

- **Local Models: Pull Model…**
- **Deploy**
- **Open Chat**
- **Stop**
- **Delete**"""),
    (["(which|what) model (should i use|should i pull|do you recommend|is best|is the best|is good|should i try|"
      "should i download|is good for me|shall i use|fits my machine|should i start with|do i need|is right for me|"
      "would you recommend|is good for a beginner|should i choose|is the best for coding)",
      "(recommend me a model|what do you recommend|can you recommend a model|recommend a good model|suggest a model|"
      "which is the best model|what is a good model|what is the best model|which models are good|which models are there|"
      "what models are there|what models can i use|what models can i pull|which models can i pull|what models do you have|"
      "which models do you support|are there better models|where are better models|is there a better model|"
      "i need a better model|where can i find a better model)"],
     "Look under **Recommended** in the sidebar. Start with a small model: it answers fast. If your machine has memory to "
     "spare, try a larger one: it answers better."),
    (["(do i need|is|does it need|does this need|do models need|do you need|must i have|does it require|"
      "is there a need for) a (gpu|graphics card|video card|big gpu|fast gpu|nvidia card|strong computer|powerful computer|"
      "fast computer|gaming pc)[ (needed|required|necessary|for this|to run a model|for that)]", "(does it work|"
        "can i run it|does this work|can i run a model|can models run|does it run|will it run) (without a gpu|"
        "without a graphics card|on a cpu|on the cpu|on a laptop|on my laptop|on an old computer|on a slow computer|with no gpu|"
        "on a normal computer)", "(does it use my gpu|"
        "does it use the gpu|do you use the gpu|can it use my gpu|does it support gpus|what hardware do i need|"
        "what computer do i need)"],
     "You do not need a graphics card. Small models run well on the processor alone; a graphics card makes larger ones faster."),
    (["how much (memory|ram|disk space|space|storage|disk) (do i need|does a model need|does it need|is needed|do models need|"
      "does it take|does a model take|do you need|is required|does a model use|will it use|do models take)[ (for a model|"
      "to run a model|for this|at least)]", "(how big are models|"
        "how large is a model|how big is a model|how large are the models|how big is a model file|is my memory enough|"
        "do i have enough memory|how many gigabytes does a model need|is 8 gb enough|is 16 gb of memory enough|"
        "how heavy is a model)"],
     "A model takes about as much memory as its file is large, and a little more for the context. Small chat models start at "
     "about one gigabyte."),
    (["(is it|is this|is local models|are the models|are models|is the extension|is this extension|are you) (free|for free|"
      "free of charge|open source|expensive|free to use)", "(what does it cost|"
        "how much does it cost|does it cost anything|do i have to pay|does it cost money|must i pay|what is the price|"
        "do i need to pay|how much is it|what do i pay|is there a price|do i need a subscription|do i need an account|"
        "do i need an api key|do i have to sign up|do i need to log in|is an account needed|do i need a key|must i register|"
        "need i sign in|do i have to pay for this|is there a free version)"],
     "It is free. Models run on your own machine, so you need no account and no API key."),
    (["(can i|is it possible to|may i|how do i|am i able to|could i|how can i) (run|deploy|use|start|have|load) (several models|"
      "two models|more than one model|many models|multiple models|three models|two models at once|a second model|"
      "several models at once)[ (at the same time|at once|in parallel|together|side by side)]", "(how many models can run at once|"
        "how many models can i run|how many models can i deploy|can two models run at once|can more than one model run|"
        "how many models can run)"],
     "Each deployed model runs in a process of its own, so several can run at once as long as your memory is enough."),
    (["(why is it|why are you|why is the model|why is this|why is my model|why are the answers|why is the answer|"
      "why is chatting|why is a model|it is|the model is|my model is|this is) (so slow|slow|very slow|that slow|so slow here|"
      "too slow|not fast|getting slow|really slow)", "(how do i make it faster|"
        "how can i make it faster|how can i speed it up|make it faster|how do i speed up a model|how can i get faster answers|"
        "how to make the model faster|what can i do to make it faster|speed up my model|it takes too long|this takes forever|"
        "the model takes very long)"],
     "Large models are slow on small machines. Try a smaller or more quantized model, and stop models that you do not use."),
    (["(my model|the model|a model|it|this model|the deployment|deploying) (does not|doesn't|won't|will not|can't|cannot|"
      "fails to|did not|refuses to) (start|deploy|run|load|work|start up|come up)[ (anymore|at all|today)]", "(what if|"
        "what do i do if|what can i do when|what now if|why does it fail when|what should i do when) (a model|the model|"
        "my model|it) (does not start|fails|crashes|does not deploy|does not work|will not load|stops working|has crashed|"
        "fails to start|breaks)", "(i get an error|"
        "i have an error|there is an error|something went wrong|it failed|it crashed|it does not work|it doesn't work|"
        "i have a problem|the deployment failed|deploy failed|my model crashed|it is broken|there is a problem|"
        "something is broken|nothing works|nothing happens|error|problem)"],
     "Read the message first: it says what went wrong. Often there is too little memory, so stop other models and choose "
     "**Deploy** again."),
    (["(how do i|how can i|how to|where do i|where can i|can i|i want to|is there a way to) (change|open|find|see|edit|set|"
      "adjust|configure) (the settings|settings|my settings|the options|the temperature|the models folder|the system prompt|"
      "the extension settings|the configuration|the preferences|the context size|the folder for models)", "(where are the settings|"
        "what settings are there|which settings are there|what can i configure|settings|options|which settings does it have|"
        "what can i set)"],
     "Open the settings of VS Code and type *Local Models*. You see all settings of the extension there."),
    (["(how do i|how can i|how to|i want to|can i) (uninstall|remove|disable|turn off|deactivate|get rid of) (the extension|"
      "this extension|local models|the local models extension|local models from vs code|you)"],
     "Open the **Extensions** view of VS Code, find Local Models and choose **Disable** or **Uninstall**. Your models stay in "
     "the `models/` folder."),
    (["(how do i|how can i|how to|can i|i want to|do i have to|when should i) (update|upgrade|refresh|renew) (a model|my model|"
      "the model|models|my models|a pulled model)", "(is there a newer version of my model|"
        "how do models get updated|do models update themselves|are models updated automatically|"
        "how do i get the newest version of a model)"],
     "Pull the model again. If there is a newer revision, it is downloaded beside the old one."),
    (["(can i|may i|is it possible to|how do i|how can i|could i|how to) (use|add|load|open|run|import|deploy) (my own model|"
      "a gguf file|my own gguf|a model i already have|models from another app|a file from my disk|my own models|a gguf i have|"
      "an onnx model|a model from my disk|my own gguf file|a local file)", "(which formats are supported|"
        "what formats are supported|which files can i use|what kinds of models work|what model formats work|"
        "which model formats do you support|what file formats can i use|which kinds of models can i run|"
        "what formats does it support)"],
     "Local Models runs GGUF files for chat and ONNX models for pictures, speech and embeddings."),
    (["(can you|are you able to|do you|can i make you) (see|search|read|look at|open|access|find|browse|edit|change|"
      "delete) (my files|my pictures|the internet|the web|my photos|websites|my code|my disk|google|my folder|my documents|"
      "pictures|images|my screen|a website|a file|my project)"],
     "No. I only see what you type in this chat. I cannot open files, pictures or websites."),
    (["[i just installed this. |i just installed this extension. |i am new here. |i just installed local models. |"
      "i am a beginner. |it is installed. |hello! ](what should i do first|what do i do first|what do i do now|"
      "what should i do now|where do i begin|where do i start|where should i start|what is the first step|"
      "what are the first steps|how do i begin|what now|what comes first|what should i try first|can you show me around|"
      "give me a tour)[ here| in local models| with this extension]",
      "(i just installed this|i just installed this extension|i just installed local models|i am new to this|"
      "i have just installed it|this is my first time here|i am new to local models|i am new to local ai|"
      "i have never used this before)"], START),
    (["(can i|where can i|how do i|how can i|is it possible to|how to) (see|find|keep|open|save|search|look up|"
      "read) (my old chats|old chats|my chats|earlier chats|the chat history|my conversations|past chats|previous chats|"
      "my chat history)", "(are my chats saved|"
        "are chats saved|is my chat saved|are my messages saved|do you save my chats|is the chat history kept|"
        "what happens to my chats|are old chats kept|is this chat saved|will this chat be saved|does it save my chats)"],
     "Your chats are kept on your own machine, so you can come back to them later."),
]


def product(rng):
    if rng.random() < 0.6:
        actions, answer = rng.choice(TASKS)
        return ask(rng, f"{HOW} {actions}", answer, topic="product")
    patterns, answer = rng.choice(QUESTIONS)
    return ask(rng, patterns, answer, topic="product")


# Bare commands: "pull a model", said without any question.
def command(rng):
    actions, answer = rng.choice(TASKS)
    return ask(rng, f"(please |can you |could you |) {actions}" if rng.random() < 0.6 else f"{actions}", answer, topic="product")
