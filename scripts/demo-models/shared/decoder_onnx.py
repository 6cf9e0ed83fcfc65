"""A chat model as one ONNX decoder with a key-value cache, and its tokenizer, as transformers.js reads them.

The first call brings a whole prompt and an empty cache, later calls one token and all before it, so no second branch is needed.
"""
import json

import onnx
import torch
from bpe import END_OF_TEXT, SPECIAL
from onnx_int8 import quantize_file

OPSET = 14


def visible(attention_mask, fresh):
    """Numbers to add to scores, [batch, fresh, total]: a token sees itself and what is before it, padding aside."""
    total = attention_mask.shape[1]
    rows = (torch.arange(fresh) + (total - fresh)).unsqueeze(1)
    allowed = (torch.arange(total).unsqueeze(0) <= rows).unsqueeze(0) & (attention_mask > 0).unsqueeze(1)
    return (1.0 - allowed.float()) * -1e9


def write_decoder(decoder, layers, key_heads, head_width, fp32, quantized):
    """decoder(input_ids, attention_mask, position_ids, *keys and values in turns) gives logits, keys and values.

    Returns the size in bytes of the file with int8 weights.
    """
    names = [f"{i}.{part}" for i in range(layers) for part in ("key", "value")]
    past, present = [f"past_key_values.{name}" for name in names], [f"present.{name}" for name in names]
    cache = [torch.zeros(1, key_heads, 3, head_width) for _ in names]
    inputs = (torch.ones(1, 2, dtype=torch.long), torch.ones(1, 5, dtype=torch.long), torch.tensor([[3, 4]]), *cache)
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
            "position_ids": {0: "batch_size", 1: "sequence_length"}, "logits": {0: "batch_size", 1: "sequence_length"}}
    axes.update({name: {0: "batch_size", 2: "past_sequence_length"} for name in past})
    axes.update({name: {0: "batch_size", 2: "total_sequence_length"} for name in present})
    torch.onnx.export(decoder.eval(), inputs, str(fp32), input_names=["input_ids", "attention_mask", "position_ids", *past],
                      output_names=["logits", *present], dynamic_axes=axes, opset_version=OPSET)
    onnx.checker.check_model(onnx.load(str(fp32)))
    return quantize_file(fp32, quantized)


def write_settings(config, tokenizer, context, end, folder, chat_template=None):
    """config.json, generation_config.json, tokenizer.json and tokenizer_config.json. end: the token that ends an answer."""
    ids = {"bos_token_id": END_OF_TEXT, "eos_token_id": end, "pad_token_id": END_OF_TEXT}
    added = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
             for i, token in enumerate(SPECIAL)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    tokens = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level]},
        "post_processor": None, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "vocab": tokenizer.id, "merges": [f"{a} {b}" for a, b in tokenizer.merges]}}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": context, "bos_token": SPECIAL[END_OF_TEXT],
                "eos_token": SPECIAL[end], "pad_token": SPECIAL[END_OF_TEXT], "clean_up_tokenization_spaces": False}
    if chat_template:
        settings["chat_template"] = chat_template
    generation = {**ids, "do_sample": False, "max_length": context}
    for name, content in (("config", {**config, **ids}), ("generation_config", generation), ("tokenizer", tokens),
                          ("tokenizer_config", settings)):
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=None if name == "tokenizer" else 2))
