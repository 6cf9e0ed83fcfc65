"""A small GPT-2: learned positions, layer norm before each part, attention with biases, GELU by its tanh formula, tied embeddings."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    vocab: int
    context: int
    width: int
    layers: int
    heads: int
    feed_forward: int
    norm_epsilon: float = 1e-5

    @property
    def head_width(self):
        return self.width // self.heads


def gelu(x):
    """`gelu_new` of GPT-2."""
    return 0.5 * x * (1.0 + torch.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.attention_norm = nn.LayerNorm(shape.width, shape.norm_epsilon)
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.attention_out = nn.Linear(shape.width, shape.width)
        self.ff_norm = nn.LayerNorm(shape.width, shape.norm_epsilon)
        self.up = nn.Linear(shape.width, shape.feed_forward)
        self.down = nn.Linear(shape.feed_forward, shape.width)

    def attend(self, x, mask):
        s = self.shape
        batch, length, _ = x.shape
        q, k, v = (part.reshape(batch, length, s.heads, s.head_width).transpose(1, 2).reshape(-1, length, s.head_width)
                   for part in self.qkv(x).chunk(3, dim=-1))
        weights = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=s.head_width ** -0.5).softmax(-1)
        mixed = torch.bmm(weights, v).view(batch, s.heads, length, s.head_width).transpose(1, 2)
        return self.attention_out(mixed.reshape(batch, length, s.width))

    def forward(self, x, mask):
        x = x + self.attend(self.attention_norm(x), mask)
        return x + self.down(gelu(self.up(self.ff_norm(x))))


class Gpt2(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocab, shape.width)
        self.positions = nn.Embedding(shape.context, shape.width)  # see first_weights.py
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, shape.norm_epsilon)
        for layer in self.layers:
            for part in (layer.qkv, layer.attention_out, layer.up, layer.down):
                narrower = (2 * shape.layers) ** -0.5 if part in (layer.attention_out, layer.down) else 1
                nn.init.normal_(part.weight, std=part.in_features ** -0.5 * narrower)
                nn.init.zeros_(part.bias)

    def hidden(self, tokens, first_position=0):
        length = tokens.shape[1]
        mask = torch.full((1, length, length), float("-inf")).triu(1)
        x = self.embed(tokens) + self.positions.weight[first_position:first_position + length]
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embed.weight)
