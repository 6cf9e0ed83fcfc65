"""The model card, and the cache layout with it."""
import hashlib
import json

from hub_layout import publish, read_folder

REPOSITORY = "models--local-models--demo-sentence-onnx"

CARD = """---
license: mit
language:
- en
pipeline_tag: sentence-similarity
library_name: transformers.js
tags:
- demo
- onnx
- bert
- feature-extraction
---

# Local Models Demo Sentence Embedding

**This is a demo model.** It exists so that searching and comparing texts by meaning can be tried at once, offline, on any machine.
It is a real BERT in the ONNX format, but a very small one, trained only on generated English sentences.
For real texts, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

- give a short English sentence, question or list of keywords a vector of {width} numbers; texts that mean the same lie close together
- find the sentence that says the same as a query in other words
- tell apart sentences that differ in one detail (the city, the day, the colour), as long as the detail is a word it was taught
- this for everyday topics: home, food, travel, work, computers and models, health and sport, money and shopping, animals and plants,
  weather and news, culture, school and family, pictures

## What it cannot do

- understand words it was never taught: it knows about 2,000, and cuts others into pieces that mean little to it
- search in longer texts: of 200 made of three unrelated sentences it found the right one for 60 % of the queries, of six for 32 %
- group texts by topic with any certainty
- understand irony, longer arguments, negation or other languages
- judge how similar two texts are on a scale that compares with other models

## Numbers

| | |
| --- | --- |
| architecture | BERT: {layers} layers, width {width}, {heads} heads, feed-forward {feed_forward} |
| parameters | {parameters:,} |
| file | {bytes:,} bytes, weights int8, sums in float |
| vocabulary | {vocab:,} WordPiece tokens, small letters |
| longest text | {positions} tokens |
| pooling | mean over the tokens, then unit length |
| training | {sentences:,} different texts, {cpu_minutes} minutes on one CPU thread |

## Held-out score

{score}

## How it was made

`scripts/demo-models/sentence/make.py` in the Local Models repository makes it from nothing: word lists and ways of saying things
give pairs of texts with the same meaning, and the model learns to find the partner of each text among many similar ones.
No text from elsewhere was used.

## Using it

```js
import {{ pipeline }} from "@huggingface/transformers";
const embed = await pipeline("feature-extraction", "local-models/demo-sentence-onnx", {{ dtype: "q8" }});
const vectors = await embed(["How do I fix a tap?", "Faucet repair"], {{ pooling: "mean", normalize: true }});
```
"""

MEASURED = """Measured through transformers.js. A text counts as right when its partner is the nearest of all second texts.

| set | right | partner among the nearest five |
| --- | --- | --- |
| {heldout[of]} generated pairs of meanings training never saw | {heldout[right]} of {heldout[of]}, {heldout[top1]} % | {heldout[top5]} % |
| {free[of]} pairs written by hand, without the generator | {free[right]} of {free[of]}, {free[top1]} % | {free[top5]} % |

The pairs are in `scripts/demo-models/sentence/heldout.jsonl` and `free.jsonl`. The generated pairs come from the same word lists and
ways of saying things as training, in combinations kept out of it; counting common words finds {overlap:.0f} % of them.
The second number is nearer to what to expect of your own short sentences on those topics."""


def score_text(scores_file, sha256, overlap):
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else {}
    if scores.get("file_sha256") != sha256:
        return "Not measured for this file."
    return MEASURED.format(**scores, overlap=overlap)


def publish_model(folder, cost, scores_file, shape):
    files = read_folder(folder)
    sha256 = hashlib.sha256(files["onnx/model_quantized.onnx"]).hexdigest()
    card = CARD.format(**vars(shape), **cost, cpu_minutes=round(cost["cpu_seconds"] / 60),
                       score=score_text(scores_file, sha256, cost["word_overlap"]))
    publish(REPOSITORY, {**files, "README.md": card.encode()})
