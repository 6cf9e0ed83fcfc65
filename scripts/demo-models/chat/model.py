"""A small LLaMA: RMS norm, interleaved rotary positions, grouped-query attention, SwiGLU, tied embeddings."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


QUERY_SLICE = 128


@dataclass(frozen=True)
class Shape:
    vocab: int
    context: int = 1024
    width: int = 160
    layers: int = 4
    heads: int = 5
    kv_heads: int = 1
    feed_forward: int = 448
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self):
        return self.width // self.heads


class RmsNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotary_tables(shape):
    """Cosines and signed sines, one per channel, for pairs (0,1), (2,3), … as llama.cpp rotates them."""
    pairs = torch.arange(0, shape.head_width, 2).float() / shape.head_width
    angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base ** -pairs)
    cos = angles.cos().repeat_interleave(2, dim=1)
    sin = torch.stack((-angles.sin(), angles.sin()), dim=-1).flatten(1)
    return cos, sin


def rotate(x, cos, sin):
    swapped = x.unflatten(-1, (-1, 2)).flip(-1).flatten(-2)
    return x * cos + swapped * sin


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        kv_width = shape.kv_heads * shape.head_width
        self.splits = [shape.width, kv_width, kv_width]
        self.attention_norm = RmsNorm(shape.width, shape.norm_epsilon)
        self.qkv = nn.Linear(shape.width, sum(self.splits), bias=False)
        self.attention_out = nn.Linear(shape.width, shape.width, bias=False)
        self.ff_norm = RmsNorm(shape.width, shape.norm_epsilon)
        self.gate_up = nn.Linear(shape.width, 2 * shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def attend(self, x, cos, sin, mask):
        s = self.shape
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).split(self.splits, dim=-1)
        group = s.heads // s.kv_heads
        q = rotate(q.view(batch, length, s.heads, s.head_width), cos, sin)
        k = rotate(k.view(batch, length, s.kv_heads, s.head_width), cos, sin)
        v = v.view(batch, length, s.kv_heads, s.head_width)
        q = q.view(batch, length, s.kv_heads, group, s.head_width).permute(0, 2, 3, 1, 4) * s.head_width ** -0.5
        k = k.permute(0, 2, 3, 1).reshape(batch * s.kv_heads, s.head_width, length)
        v = v.permute(0, 2, 1, 3).reshape(batch * s.kv_heads, length, s.head_width)
        mixed = []
        # A slice of the queries at a time: what lies in their future is never computed, and the scores stay in the cache.
        for start in range(0, length, QUERY_SLICE):
            end = min(start + QUERY_SLICE, length)
            # The heads that share a key head are laid out as more rows of one matrix product.
            rows = q[:, :, :, start:end].reshape(batch * s.kv_heads, group * (end - start), s.head_width)
            scores = torch.bmm(rows, k[:, :, :end]).view(-1, group, end - start, end) + mask[start:end, :end]
            part = torch.bmm(scores.softmax(-1).view(-1, group * (end - start), end), v[:, :end])
            mixed.append(part.view(batch, s.kv_heads, group, end - start, s.head_width))
        mixed = torch.cat(mixed, dim=3).permute(0, 3, 1, 2, 4)
        return self.attention_out(mixed.reshape(batch, length, s.width))

    def forward(self, x, cos, sin, mask):
        x = x + self.attend(self.attention_norm(x), cos, sin, mask)
        gate, up = self.gate_up(self.ff_norm(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Llama(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocab, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RmsNorm(shape.width, shape.norm_epsilon)
        self.register_buffer("cos", rotary_tables(shape)[0], persistent=False)
        self.register_buffer("sin", rotary_tables(shape)[1], persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                narrower = (2 * shape.layers) ** -0.5 if name.endswith(("attention_out.weight", "down.weight")) else 1
                nn.init.normal_(parameter, std=0.02 if name.startswith("embed") else shape.width ** -0.5 * narrower)

    def hidden(self, tokens):
        length = tokens.shape[1]
        cos = self.cos[:length].unsqueeze(1)
        sin = self.sin[:length].unsqueeze(1)
        mask = torch.full((length, length), float("-inf")).triu(1)
        x = self.embed(tokens)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embed.weight)
