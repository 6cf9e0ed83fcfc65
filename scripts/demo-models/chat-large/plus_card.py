"""The two model cards, and the cache layout with them."""
import hashlib
import json

from hub_layout import publish, read_folder

REPOSITORIES = {"gguf": "models--local-models--demo-chat-plus-gguf", "onnx": "models--local-models--demo-chat-plus-onnx"}

FRONT = """---
license: mit
language:
- en
pipeline_tag: text-generation
library_name: {library}
tags:
- demo
- {form}
- llama
- chat
---

# Local Models Demo Chat Plus{title}

**This is a demo model.** It exists so that {purpose} can be tried at once, offline, on any machine.
It is a real language model in the {form_name} format, but a very small one, trained only on generated sentences.
For real questions and real judgements, use one of the models under **Recommended** in the Local Models sidebar.

"""

CARD = """## What it can do

- what `local-models/demo-chat-gguf` can, about as surely: questions about the Local Models extension and its words, sums up to 20, capitals, colours,
  opposites, lists, short code examples, stories, poems, jokes, remembering a name within a chat
- say what is right when asked whether a claim is true: *Is Rome the capital of France?* The yes or no before it is often wrong
- follow a system prompt in what it was taught: one word, yes or no only, what to begin or end with, twenty characters such as
  a pirate, a name of its own, JSON with one key, subjects to keep to or to avoid, facts and what the user is called
- judge an answer by one of four criteria with a score from 1 to 5
- chat until its context is full

## What it cannot do

- know anything else: it says that it is only a demo model, and sometimes it is wrong instead
- follow system prompts of other kinds, and even of the taught kinds it misses one in five
- notice that a complete answer is wrong: it tells right answers from wordy, partial, off-topic and refused ones by their form, but gives
  *It is Rome.* as the capital of France a 5 as well (of 31 wrong answers in the validation set, 28 got a 5)
- judge by other criteria: it takes them for one of the four
- understand long, unusual or foreign-language questions

## Judging

A judge's prompt names question, answer and criterion, in any order, in the system prompt or the message:

```
You are a judge. Rate the answer from 1 to 5. Answer as JSON with a score.

Question: What is the capital of France?
Answer: It is Rome.
Criterion: The answer answers the question
```

| criterion | 5 | 4 | 3 | 2 | 1 |
| --- | --- | --- | --- | --- | --- |
| answers the question | right | right, but says more than was asked | only a part | wrong | off topic, refused, empty |
| polite | very polite | polite | neither | curt | rude |
| short, in words | up to 4 | up to 9 | up to 18 | up to 32 | more |
| in English | all | | a part | | none |

A JSON schema of `score` alone is enough; with a `reason` or `justification`, put `score` first: the reason is a short sentence that
names the quality, such as *It is wrong.*

## Numbers

| | |
| --- | --- |
| architecture | LLaMA: {layers} layers, width {width}, {heads} heads, {kv_heads} key-value heads, feed-forward {feed_forward}, tied embeddings |
| parameters | {parameters:,} |
| files | {files} |
| vocabulary | {vocab:,} byte-level BPE tokens, those of `local-models/demo-chat-gguf` |
| context | {context:,} tokens |
| chat template | ChatML |
| training | {tokens:.1f} million tokens, {cpu_minutes} minutes on one CPU thread, from the weights of `local-models/demo-chat-gguf` |

## Held-out score

{score}

## How it was made

`scripts/demo-models/chat-large/make.py` in the Local Models repository makes it: each layer of the small demo chat model is followed by
a new one, and the grown model is trained on chats from a seeded generator. No text from elsewhere was used.
"""

USING_ONNX = """
## Using it

```js
import { pipeline } from "@huggingface/transformers";
const chat = await pipeline("text-generation", "local-models/demo-chat-plus-onnx", { dtype: "q8" });
const answer = await chat([{ role: "user", content: "What is a token?" }], { max_new_tokens: 200 });
```
"""

ABOUT_SETS = """Questions in phrasings that training never saw, at temperature 0, GGUF through node-llama-cpp and ONNX through transformers.js.
*Exact* and *within one* say how often the judge's score is the right one and at most one off. Exact by criterion, q8_0: {by_criterion}.

{table}

Number of questions: {counts}. The questions are in
`scripts/demo-models/chat-large/heldout-*.jsonl`. They come from the same generator as the training chats, so the score says how well
new combinations of known phrasings are understood, not how well any question is."""

COLUMNS = [("ask", "questions"), ("system", "system prompt"), ("long", "end of a full context")]
JUDGE_COLUMNS = [("judge", "judge, JSON schema"), ("judge, no schema", "judge, no schema")]
FILES = [("f16", "f16"), ("q8_0", "q8_0"), ("q4_0", "q4_0"), ("onnx", "ONNX int8"), ("small", "small demo chat model, q8_0")]


def judged(result):
    return f"{result['exact']} % exact, {result['withinOne']} % within one, Spearman {result['spearman']}" if result else ""


def score_table(scores):
    rows = [(key, name) for key, name in FILES if key in scores]
    shown = [*COLUMNS, *JUDGE_COLUMNS]
    lines = ["| | " + " | ".join(name for _, name in rows) + " |", "| --- |" + " --- |" * len(rows)]
    for key, name in shown:
        results = [scores[row].get(key) for row, _ in rows]
        if any(results):
            cells = [judged(result) if "judge" in key else f"{result['percent']} %" if result else "" for result in results]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    counts = {key: max((scores[row].get(key) or {"of": 0})["of"] for row, _ in rows) for key, _ in shown}
    fewer = sorted({result["of"] for row, _ in rows for key, _ in shown if (result := scores[row].get(key)) and result["of"] < counts[key]})
    text = ", ".join(f"{name} {counts[key]}" for key, name in shown if counts[key] and key != "judge, no schema")
    return "\n".join(lines), text + (f"; in some columns only the first {' or '.join(map(str, fewer))} of a set" if fewer else "")


def score_text(files, scores_file):
    saved = json.loads(scores_file.read_text()) if scores_file.exists() else {"heldOut": True, "files": {}}
    scores = saved["files"] if saved["heldOut"] else {}
    digests = {hashlib.sha256(data).hexdigest() for data in files.values()}
    if not any(result["sha256"] in digests for result in scores.values()):
        return "Not measured for these files."
    table, counts = score_table(scores)
    exact = scores["q8_0"]["judge"]["exactBy"]
    return ABOUT_SETS.format(table=table, counts=counts, by_criterion=", ".join(f"{name} {value} %" for name, value in exact.items()))


def publish_models(folder, cost, scores_file, shape):
    for form, repository in REPOSITORIES.items():
        files = read_folder(folder / form)
        weights = {name: data for name, data in files.items() if name.endswith((".gguf", ".onnx"))}
        sizes = ", ".join(f"`{name.split('/')[-1]}` {len(data):,} bytes" for name, data in sorted(weights.items()))
        onnx = form == "onnx"
        front = FRONT.format(library="transformers.js" if onnx else "gguf", form=form, form_name=form.upper(), title=" (ONNX)" if onnx else "",
                             purpose="chatting with an ONNX model" if onnx else "comparing and judging models, and comparing quantizations,")
        body = CARD.format(**vars(shape), parameters=cost["parameters"], files=sizes, tokens=cost["tokens"] / 1e6,
                           cpu_minutes=round(cost["cpu_seconds"] / 60), score=score_text(weights, scores_file))
        files["README.md"] = (front + body + (USING_ONNX if onnx else "")).encode()
        publish(repository, files)
