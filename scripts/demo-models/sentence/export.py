"""Writes what transformers.js reads: configuration, tokenizer, and the network as ONNX with int8 weights."""
import json

import torch

from onnx_int8 import quantize_file
from wordpiece import SPECIAL

OPSET = 14


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def export(model, tokenizer, folder):
    """Returns the size of the ONNX file in bytes."""
    shape = model.shape
    write_json(folder / "config.json", shape.config())
    write_json(folder / "tokenizer.json", tokenizer.tokenizer_json())
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "model_max_length": shape.positions, "do_lower_case": True, "strip_accents": None,
        "tokenize_chinese_chars": True, "clean_up_tokenization_spaces": True,
        **{name: token for name, token in zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL)}})
    write_json(folder / "1_Pooling/config.json", {
        "word_embedding_dimension": shape.width, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False})
    (folder / "onnx").mkdir(exist_ok=True)
    whole = folder.parent / "sentence-fp32.onnx"
    model.eval()
    ids = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in [*names, "last_hidden_state"]}
    torch.onnx.export(model, (ids, ids, torch.zeros_like(ids)), str(whole), input_names=names, output_names=["last_hidden_state"],
                      dynamic_axes=axes, opset_version=OPSET, do_constant_folding=True)
    return quantize_file(whole, folder / "onnx/model_quantized.onnx")
