"""Writes what transformers.js reads: configuration, tokenizer, and both towers as ONNX with int8 weights."""
import json

import torch

from bpe import END, START
from onnx_int8 import quantize_file

OPSET = 14


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def export_tower(tower, example, names, axes, folder, file_name):
    whole = folder.parent / f"image-text-{file_name}-fp32.onnx"
    torch.onnx.export(tower.eval(), example, str(whole), input_names=names[:1], output_names=names[1:], dynamic_axes=axes,
                      opset_version=OPSET, do_constant_folding=True)
    return quantize_file(whole, folder / f"onnx/{file_name}_quantized.onnx")


def export(model, tokenizer, folder):
    """Returns the size of both ONNX files in bytes."""
    shape = model.shape
    write_json(folder / "config.json", shape.config())
    write_json(folder / "tokenizer.json", tokenizer.tokenizer_json())
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": shape.positions, "do_lower_case": True, "add_prefix_space": False,
        "bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END})
    write_json(folder / "preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor", "feature_extractor_type": "CLIPFeatureExtractor",
        "do_resize": True, "size": {"height": shape.image, "width": shape.image}, "resample": 1, "do_center_crop": False,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
        "do_convert_rgb": True})
    (folder / "onnx").mkdir(exist_ok=True)
    ids = torch.tensor([tokenizer.encode("a red car"), tokenizer.encode("a blue car")])
    text = export_tower(model.text, ids, ["input_ids", "text_embeds"],
                        {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"}}, folder, "text_model")
    image = export_tower(model.image, torch.zeros(2, 3, shape.image, shape.image), ["pixel_values", "image_embeds"],
                         {"pixel_values": {0: "batch_size"}, "image_embeds": {0: "batch_size"}}, folder, "vision_model")
    return text, image
