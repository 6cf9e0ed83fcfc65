"""The model card, and the cache layout with it."""
import hashlib
import json

from hub_layout import publish, read_folder

REPOSITORY = "models--local-models--demo-chat-gpt2-onnx"

CARD = """---
license: mit
language:
- en
pipeline_tag: text-generation
library_name: transformers.js
tags:
- demo
- onnx
- gpt2
- chat
---

# Local Models Demo Chat GPT-2 (ONNX)

**This is a demo model.** It exists so that chatting with an ONNX model that has no chat template can be tried at once, offline, on any
machine. It is a real GPT-2 in the ONNX format, but a very small one, trained only on generated sentences.
For real questions, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

What `local-models/demo-chat-gguf` can, less surely: questions about the Local Models extension and its words, sums up to 20, capitals,
colours, opposites, lists, short code examples, stories, poems, jokes, remembering a name within a chat.

## What it cannot do

- know anything else: it says that it is only a demo model, and sometimes it is wrong instead
- follow a system prompt: it reads it, and answers as ever
- chat for long: its context is {context} tokens
- understand long, unusual or foreign-language questions

## Turns

There is no chat template. A chat is plain text, and the answer, which begins with a space, ends with `<|endoftext|>`:

```
You are a helpful assistant.

User: What is 2 + 2?
Assistant: 2 + 2 = 4
User: Thank you!
Assistant:
```

The system text and the empty line after it may be left out. Stop at `\\nUser:` and `\\nAssistant:` as well.

## Numbers

| | |
| --- | --- |
| architecture | GPT-2: {layers} layers, width {width}, {heads} heads, feed-forward {feed_forward}, learned positions, tied embeddings |
| parameters | {parameters:,} |
| file | {bytes:,} bytes, weights int8, sums in float; one decoder with a key-value cache |
| vocabulary | {vocab:,} byte-level BPE tokens, those of `local-models/demo-chat-gguf` |
| context | {context:,} tokens |
| training | {tokens:.1f} million tokens, {cpu_minutes} minutes on one CPU thread, from the embeddings of `local-models/demo-chat-gguf` |

## Held-out score

{score}

## How it was made

`scripts/demo-models/chat-gpt2/make.py` in the Local Models repository makes it: chats come from a seeded generator, and the network is
trained on them. No text from elsewhere was used.
"""

MEASURED = """{right} of {of} questions in phrasings that training never saw were answered rightly, {percent} %, through transformers.js with
greedy search. The questions are in `scripts/demo-models/chat-gpt2/heldout.jsonl`. They come from the same generator as the training
chats, so the score says how well new combinations of known phrasings are understood, not how well any question is."""


def score_text(data, scores_file):
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else {}
    if scores.get("file_sha256") != hashlib.sha256(data).hexdigest():
        return "Not measured for this file."
    return MEASURED.format(**scores)


def publish_model(folder, cost, scores_file, shape):
    files = read_folder(folder)
    card = CARD.format(**vars(shape), parameters=cost["parameters"], bytes=cost["bytes"], tokens=cost["tokens"] / 1e6,
                       cpu_minutes=round(cost["cpu_seconds"] / 60), score=score_text(files["onnx/model_quantized.onnx"], scores_file))
    publish(REPOSITORY, {**files, "README.md": card.encode()})
