"""Words a newcomer meets: (names it goes by, in singular with an article where one fits; plural or other forms; answer)."""
from phrases import ask

CONCEPTS = [
    ("an embedding|embedding|a text embedding|an image embedding", "embeddings", "An embedding is a list of numbers that stands "
        "for a text or a picture. Things with similar meaning get similar numbers, so they can be found by meaning."),
    ("a token|token", "tokens", "A token is a piece of text, often a word or part of a word. A model reads and writes text "
                                "token by token."),
    ("a context|context|the context|a context window|the context window|the context length|context length|context size|"
     "the context size", "contexts", "The "
        "context is the text a model can see at once: your messages and its own answers. It is measured in tokens. My context "
        "is 1024 tokens."),
    ("quantization|a quantized model|quantisation|quantizing", "quantized models", "Quantization stores the numbers of a model "
        "with fewer bits. The file gets smaller and faster, and the answers get only a little worse."),
    ("q8|q8_0|q4|q4_0|q4_k_m", "q4 and q8", "That is a kind of quantization. Q8 stores each number with about 8 bits, Q4 with "
                                            "about 4. Fewer bits mean a smaller file."),
    ("gguf|a gguf|a gguf file|the gguf format", "gguf files", "GGUF is a file format for language models. One file holds the "
        "weights, the tokenizer and all settings. It is used by llama.cpp."),
    ("onnx|an onnx model|an onnx file|the onnx format", "onnx models|onnx files", "ONNX is an open file format for AI models of "
        "many kinds, such as models for pictures, speech and embeddings."),
    ("a snapshot|snapshot|the snapshot folder|a model snapshot", "snapshots", "A snapshot is the set of a model's files at one "
        "revision. It lies in the `snapshots` folder of the model."),
    ("a revision|revision|a model revision|the revision of a model", "revisions", "A revision is one fixed version of a model. "
        "It is named by a commit id, or by a branch such as `main`."),
    ("a prompt|prompt", "prompts", "A prompt is the text you give to a model. The model reads it and writes what should follow."),
    ("a system prompt|system prompt|the system prompt|a system message", "system prompts", "A system prompt is a text before "
        "the chat that tells a model how to behave, such as: you are a helpful assistant."),
    ("temperature|the temperature|the temperature setting", "temperatures", "The temperature says how freely a model chooses "
        "its words. At 0 it always takes the most likely word; higher values give more variety."),
    ("top p|top-p|the top p setting", "top p values", "Top p limits the choice of the next token to the most likely ones, which "
                                                      "together reach the probability p."),
    ("sampling|a sampler", "samplers", "Sampling is how the next token is chosen from the probabilities that a model gives."),
    ("a language model|language model|a large language model|an llm|llm|a chat model", "language models|llms|"
        "large language models|chat models", "A "
        "language model is a program that has learned from text which token is likely to come next. With that it can answer, "
        "write and chat."),
    ("a local model|local model|a model on my machine", "local models on my machine", "A local model is an AI model that runs "
        "on your own machine instead of in the cloud. It works offline, and your data stays with you."),
    ("an ai model|a model|model|a machine learning model", "models|ai models", "A model is a file of learned numbers and the "
        "rules to compute with them. From an input, such as a text, it computes an output, such as an answer."),
    ("a parameter|parameter|a weight|the weights|weight", "parameters|weights|model weights|model parameters", "Parameters, "
        "also called weights, are the learned numbers of a model. More parameters can hold more knowledge but need more memory."),
    ("inference|model inference", "inferences", "Inference means using a trained model to compute an answer."),
    ("training|model training|to train a model", "training runs", "Training means changing the numbers of a model, example by "
        "example, until its answers get better."),
    ("fine-tuning|fine tuning|finetuning|a fine-tuned model", "fine-tuned models", "Fine-tuning means training a finished model "
        "a little more, for one special task."),
    ("a hallucination|hallucination|a hallucinating model", "hallucinations", "A hallucination is an answer of a model that "
        "sounds right but is made up. Always check what matters."),
    ("hugging face|huggingface|the hugging face hub|hf", "hugging face models", "Hugging Face is a website where people share "
        "AI models and data. Local Models pulls models from there."),
    ("llama.cpp|llama cpp|llamacpp|node-llama-cpp", "llama.cpp models", "llama.cpp is a fast open source program that runs "
        "language models in the GGUF format on ordinary machines."),
    ("a tokenizer|tokenizer|the tokenizer|tokenization", "tokenizers", "A tokenizer cuts a text into tokens and gives each "
        "token a number, because a model only computes with numbers."),
    ("streaming|a streamed answer", "streamed answers", "Streaming means that an answer is shown token by token while the model "
                                                        "is still writing it."),
    ("a vector|vector", "vectors", "A vector is a list of numbers. Embeddings are vectors, and vectors can be compared with "
                                   "each other."),
    ("cosine similarity|the cosine similarity", "cosine similarities", "Cosine similarity compares the direction of two "
        "vectors. 1 means the same direction, 0 means nothing in common."),
    ("a transformer|transformer|the transformer architecture", "transformers", "A transformer is a kind of neural network. It "
        "uses attention to decide which earlier tokens matter for the next one."),
    ("attention|the attention mechanism|self-attention", "attention layers|attention heads", "Attention is how a transformer "
        "weighs the earlier tokens: it looks more at those that matter for the next one."),
    ("a neural network|neural network|a neural net", "neural networks|neural nets", "A neural network is a program made of many "
        "simple units with learned numbers. Language models are neural networks."),
    ("artificial intelligence|ai", "ai systems", "Artificial intelligence means programs that do things which seem to need "
                                                 "intelligence, such as talking or recognising pictures."),
    ("machine learning|ml", "machine learning programs", "Machine learning means that a program learns from examples instead of "
                                                         "following rules written by hand."),
    ("a chat template|chat template|the chat template", "chat templates", "A chat template says how a chat is written as one "
        "text for a model: who speaks, and where each message begins and ends."),
    ("an image model|image model|a vision model|a picture model", "image models|vision models", "An image model computes with "
        "pictures. It can turn a picture into an embedding or describe what is on it."),
    ("clip|a clip model|the clip model", "clip models", "CLIP is a kind of model that turns pictures and texts into embeddings "
                                                        "of the same space, so pictures can be found with words."),
    ("a caption|caption|an image caption|captioning", "captions|image captions", "A caption is a short text that says what is "
        "on a picture. Some models can write one."),
    ("speech recognition|whisper|a speech model", "speech models", "Speech recognition turns spoken words into text. Whisper is "
        "a well-known model for it."),
    ("semantic search|search by meaning", "semantic searches", "Semantic search finds things by meaning instead of by exact "
        "words. It compares embeddings."),
    ("a gpu|gpu|a graphics card", "gpus|graphics cards", "A GPU is a graphics processor. It computes many numbers at once, so "
                                                         "it makes large models faster."),
    ("a cpu|cpu|a processor", "cpus|processors", "A CPU is the main processor of a computer. Small models run well on it."),
    ("ram|memory|main memory", "memory chips", "RAM is the memory a computer works in. A running model must fit into it."),
    ("deploying|to deploy a model|deployment|a deployed model", "deployed models|deployments", "To deploy a model means to load "
        "it into memory and start it, so that you can use it."),
    ("pulling|to pull a model|a pull", "pulls", "To pull a model means to download its files to your disk."),
    ("a model card|model card|the model card", "model cards", "A model card is a page that says what a model can do, how it was "
        "made and under which license it may be used."),
    ("a license|license|a model license", "licenses", "A license says what you may do with a model or a program."),
    ("vs code|vscode|visual studio code", "vs code windows", "VS Code is a free code editor. It can be extended, and Local "
        "Models is such an extension."),
    ("an extension|extension|a vs code extension", "extensions|vs code extensions", "An extension adds new features to VS Code. "
        "Local Models is one."),
    ("the command palette|command palette", "command palettes", "The Command Palette is the list of all commands in VS Code. "
        "Open it with `Ctrl+Shift+P`, or `Cmd+Shift+P` on a Mac."),
    ("python|the python language", "python programs", "Python is a programming language that is easy to read. It is much used "
                                                      "for AI."),
    ("javascript|the javascript language|js", "javascript programs", "JavaScript is the programming language of the web. It "
        "runs in every browser."),
    ("typescript|the typescript language", "typescript programs", "TypeScript is JavaScript with types. Mistakes are found "
        "before the program runs."),
    ("rust|the rust language", "rust programs", "Rust is a fast programming language that prevents many memory errors."),
    ("json|a json file", "json files", "JSON is a simple text format for data, made of names and values."),
    ("markdown|a markdown file", "markdown files", "Markdown is a simple way to format text: `**bold**`, `*italic*`, lists and "
                                                   "code blocks."),
    ("html|an html page", "html pages", "HTML is the language that web pages are written in."),
    ("sql|the sql language", "sql queries", "SQL is a language for asking questions to a database."),
    ("git|the git program", "git repositories", "Git is a program that keeps the history of your files, so you can go back and "
                                                "work together."),
    ("a commit|commit|a git commit", "commits", "A commit is one saved step in the history of a project."),
    ("a terminal|terminal|the terminal|a command line", "terminals", "A terminal is a window in which you type commands for the "
        "computer."),
    ("a variable|variable", "variables", "A variable is a name for a value in a program."),
    ("a function|function", "functions", "A function is a piece of a program with a name. You call it with inputs, and it gives "
                                         "back a result."),
    ("a loop|loop|a for loop", "loops", "A loop repeats a piece of a program several times."),
    ("a string|string", "strings", "A string is a text value in a program, such as \"hello\"."),
    ("an array|array|a list in programming", "arrays", "An array is a row of values in a program. Each has a number, called its "
                                                       "index."),
    ("a bug|bug|a software bug", "bugs|software bugs", "A bug is a mistake in a program."),
    ("debugging|a debugger", "debuggers", "Debugging means finding and removing mistakes in a program."),
    ("an algorithm|algorithm", "algorithms", "An algorithm is a list of clear steps that solves a problem."),
    ("a database|database", "databases", "A database is a place where a program keeps data so that it can find it again."),
    ("an api|api", "apis", "An API is the set of calls that one program offers to another."),
    ("a server|server", "servers", "A server is a computer or program that answers requests from others. Local Models needs none."),
    ("the cloud|cloud computing", "cloud servers", "The cloud means computers of other companies that you use over the "
                                                   "internet. Local Models does not need it."),
    ("a cache|cache|the cache", "caches", "A cache keeps things that were needed once, so that they are there faster the next "
                                          "time."),
    ("a hash|hash|a checksum", "hashes|checksums", "A hash is a short number computed from a file. If the file changes, the "
                                                   "hash changes too, so damage is noticed."),
    ("a process|process", "processes", "A process is a running program. Each deployed model runs in its own process."),
    ("tokens per second|tok/s|the speed of a model", "tokens per second", "Tokens per second say how fast a model writes. Ten "
        "per second is about as fast as most people read."),
    ("a seed|the seed|a random seed", "seeds|random seeds", "A seed is the number that random choices start from. The same seed "
        "gives the same choices again."),
    ("lora|a lora|a lora adapter", "lora adapters|loras", "LoRA is a cheap way of fine-tuning: only a small addition to the "
                                                          "weights of a model is trained."),
    ("rag|retrieval augmented generation", "rag systems", "RAG means that a program first searches for texts that fit a "
                                                          "question and then gives them to a model together with the question."),
    ("an agent|an ai agent|agent", "agents|ai agents", "An agent is a program in which a model decides on its own which steps "
                                                       "to take and which tools to use."),
    ("vram|graphics memory|video memory", "vram chips", "VRAM is the memory of a graphics card. A model that fits into it runs "
                                                        "fastest."),
    ("a benchmark|benchmark|a model benchmark", "benchmarks", "A benchmark is a fixed set of tasks with which models are "
        "compared."),
    ("distillation|model distillation|knowledge distillation", "distilled models", "Distillation means training a small model "
        "to answer like a large one."),
    ("a mixture of experts|moe|mixture of experts|a moe model", "moe models", "A mixture of experts is a model of many parts, "
        "of which only a few work on each token. That makes it fast for its size."),
    ("open weights|an open weights model|open-weight", "open models|open weight models", "Open weights means that everyone may "
        "download the numbers of a model and run it."),
    ("a multimodal model|multimodal|multimodality", "multimodal models", "A multimodal model handles more than text, for "
        "example pictures or speech."),
    ("a reasoning model|reasoning", "reasoning models", "A reasoning model writes down its thoughts before it answers. That "
                                                        "takes longer but helps with hard questions."),
    ("safetensors|a safetensors file|the safetensors format", "safetensors files", "Safetensors is a file format for the "
        "weights of models. It holds only numbers and no program, so it is safe to open."),
    ("a repository|repository|a repo|a model repository", "repositories|repos", "A repository is a folder of files with their "
        "whole history. On Hugging Face, each model has one."),
    ("a branch|branch|a git branch", "branches|git branches", "A branch is a named line of work in a repository. The usual one "
        "is called `main`."),
    ("a layer|layer|a model layer", "layers", "A layer is one step of a neural network. A model sends its numbers through many "
                                              "layers, one after the other."),
    ("a logit|logits|a token probability", "logits|token probabilities", "Logits are the scores that a model gives to every "
        "possible next token. They are turned into probabilities."),
    ("a download|download|downloading", "downloads", "To download means to copy a file from the internet to your disk."),
    ("a computer|computer", "computers", "A computer is a machine that follows programs."),
    ("a program|program|software", "programs", "A program is a list of instructions for a computer."),
    ("a file|file", "files", "A file is a piece of data with a name on your disk."),
    ("a folder|folder|a directory", "folders|directories", "A folder is a place on your disk that holds files and other folders."),
    ("open source|open source software", "open source programs", "Open source means that everyone may read, use and change the "
        "code of a program."),
]

CARRIERS = ("(what is|what's|whats|explain|please explain|can you explain|define|what exactly is|could you explain|"
            "tell me about|i do not understand|what do you mean by|what does one mean by|what is the meaning of|describe|"
            "give me a definition of|explain to me|what do people mean by|can you tell me about|do you know|what is meant by|"
            "i want to understand|please tell me about|explain in simple words|help me understand|what kind of thing is|"
            "give me a short explanation of|teach me about|i have never heard of|what on earth is|can you describe|so what is|"
            "in simple words, what is|what is this|in short, what is|what would be|i would like to know about|"
            "what can you tell me about|"
            "what do you know about|i want to learn about|what is the point of|why do i need|what is the idea of)")
SIMPLY = ("[ in simple words| simply| to me| briefly| in one sentence| like i am five| to a beginner| in short| for beginners|"
          " to me please| in plain english]")
MEANS = "(what does|do you know what|i wonder what|tell me what|can you tell me what|can you explain what|explain what)"


# (one thing, another, answer), asked in both orders
DIFFERENCES = [
    ("gguf", "onnx", "GGUF files hold language models for chat. ONNX files hold models of many kinds, such as models for "
                     "pictures, speech and embeddings."),
    ("pulling|pull", "deploying|deploy", "Pulling downloads a model to your disk. Deploying loads it into memory and starts it."),
    ("stop|stopping", "delete|deleting", "Stop ends a running model and frees its memory; its files stay. Delete removes the "
                                         "files from your disk."),
    ("a local model|local models|a local ai", "a cloud model|cloud models|chatgpt|the cloud", "A local model runs on your own "
        "machine: private, offline and free. A model in the cloud is larger, but your text leaves your machine."),
    ("a token|tokens", "a word|words", "A word is what people read. A token is what a model reads: a whole word, a part of one, "
                                       "or a sign."),
    ("a gpu", "a cpu", "A CPU does a few things at once and is good at everything. A GPU does thousands of simple sums at once, "
                       "so it runs large models faster."),
    ("downloaded", "running", "**Downloaded** lists the models on your disk. **Running** lists those that are deployed now."),
    ("q4", "q8", "Q4 uses about 4 bits for each number and Q8 about 8. Q4 files are half as large, Q8 answers are a little "
                 "better."),
    ("a snapshot", "a revision", "A revision is a version of a model. A snapshot is the folder with the files of one revision."),
    ("training", "inference", "Training changes the numbers of a model. Inference only uses them to answer."),
    ("ai|artificial intelligence", "machine learning", "Machine learning is the part of artificial intelligence in which "
                                                       "programs learn from examples."),
    ("a prompt", "a system prompt", "A prompt is what you write. A system prompt comes before the chat and tells the model how "
                                    "to behave."),
    ("ram", "vram", "RAM is the memory of the computer, VRAM that of the graphics card."),
]


def difference(rng):
    one, other, answer = rng.choice(DIFFERENCES)
    one, other = rng.choice(one.split("|")), rng.choice(other.split("|"))
    if rng.random() < 0.4:
        one, other = other, one
    pattern = ("(what is the difference between|what's the difference between|explain the difference between|difference between|"
               "tell me the difference between|"
               "compare|how do i tell|what are the differences between|is there a difference between|"
               "what is different between) {a} and {b}")
    if rng.random() < 0.25:
        pattern = ("({a} or {b}|{a} vs {b}|is {a} the same as {b}|how is {a} different from {b}|how does {a} differ from {b}|"
                   "are {a} and {b} the same|what is better, {a} or {b}|{a} versus {b})")
    return ask(rng, pattern.replace("{a}", one).replace("{b}", other), answer, topic="difference")


def concept(rng):
    if rng.random() < 0.1:
        return difference(rng)
    singular, plural, answer = rng.choice(CONCEPTS)
    one = rng.choice(singular.split("|"))
    kind = rng.random()
    if kind < 0.6:
        pattern = CARRIERS + " {x}" + SIMPLY * (rng.random() < 0.3)
        if rng.random() < 0.1:
            pattern = "(tell me what|can you tell me what|explain what|i do not know what|could you explain what) {x} is"
        x = one
    elif kind < 0.75:
        pattern, x = MEANS + " [the word |the term ]{x} (mean|means|mean here|mean|stand for)", one.removeprefix("a ").removeprefix("an ")
    elif kind < 0.93:
        pattern = ("(what are|explain|tell me about|describe|what exactly are|define|can you explain|what do you know about|"
                   "i do not understand|please explain|can you tell me about) {x}")
        x = rng.choice(plural.split("|"))
    else:
        pattern, x = "[what about |and |meaning of |definition of ]{x}", one
    turn = ask(rng, pattern.replace("{x}", x), answer, topic="concept")
    return turn._replace(topic=f"concept:{one}")
