"""BERT, as small as it gets. The output is the last hidden state; pooling is the user's, as in every sentence model."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Shape:
    def __init__(self, vocab, positions=256, width=128, layers=2, heads=4, feed_forward=512):
        self.vocab, self.positions, self.width, self.layers = vocab, positions, width, layers
        self.heads, self.feed_forward = heads, feed_forward

    def config(self):
        return {"architectures": ["BertModel"], "model_type": "bert", "vocab_size": self.vocab, "hidden_size": self.width,
                "num_hidden_layers": self.layers, "num_attention_heads": self.heads, "intermediate_size": self.feed_forward,
                "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
                "max_position_embeddings": self.positions, "type_vocab_size": 2, "initializer_range": 0.02,
                "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute"}


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        self.query, self.key, self.value, self.attention_output = (nn.Linear(shape.width, shape.width) for _ in range(4))
        self.attention_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.intermediate = nn.Linear(shape.width, shape.feed_forward)
        self.output = nn.Linear(shape.feed_forward, shape.width)
        self.output_norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, hidden, hidden_places, dropout):
        batch, length, width = hidden.shape
        query, key, value = (part(hidden).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
                             for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(2, 3) / math.sqrt(width // self.heads) + hidden_places
        mixed = (scores.softmax(3) @ value).transpose(1, 2).reshape(batch, length, width)
        hidden = self.attention_norm(hidden + dropout(self.attention_output(mixed)))
        return self.output_norm(hidden + dropout(self.output(F.gelu(self.intermediate(hidden)))))


class Bert(nn.Module):
    def __init__(self, shape, dropout=0.0):
        super().__init__()
        self.shape = shape
        self.word_embeddings = nn.Embedding(shape.vocab, shape.width)
        self.position_embeddings = nn.Embedding(shape.positions, shape.width)
        self.token_type_embeddings = nn.Embedding(2, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.05)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        hidden = self.word_embeddings(input_ids) + self.position_embeddings(places) + self.token_type_embeddings(token_type_ids)
        hidden = self.dropout(self.norm(hidden))
        hidden_places = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * -10000.0
        for layer in self.layers:
            hidden = layer(hidden, hidden_places, self.dropout)
        return hidden


def sentence_vectors(model, input_ids):
    """Mean over the tokens that are there, unit length: what users of the model do with its output."""
    mask = (input_ids != 0).long()
    hidden = model(input_ids, mask, torch.zeros_like(input_ids))
    return F.normalize((hidden * mask[:, :, None]).sum(1), dim=1)
