"""The first weights: those of the small chat model, with a new layer after each of its layers.

A new layer is a copy of the one before whose two output matrices are zero, so the grown model begins by answering exactly as the small
one does, and training goes into what is new.
"""
import torch

OUTPUTS = ("attention_out.weight", "down.weight")


def grown(small, layers):
    """small: weights by name, of a model with half as many layers."""
    old = 1 + max(int(name.split(".")[1]) for name in small if name.startswith("layers."))
    if layers != 2 * old:
        raise ValueError(f"{old} layers grow into {2 * old}, not {layers}")
    weights = {}
    for name, value in small.items():
        if not name.startswith("layers."):
            weights[name] = value.clone()
            continue
        _, number, rest = name.split(".", 2)
        weights[f"layers.{2 * int(number)}.{rest}"] = value.clone()
        weights[f"layers.{2 * int(number) + 1}.{rest}"] = torch.zeros_like(value) if rest in OUTPUTS else value.clone()
    return weights
