"""PyTorch's side of the bench `train`: a GPT-2 student of the given size, eager, float32, one optimiser step a line read.

    python pytorch_step.py LAYERS WIDTH HEADS VOCABULARY ROWS SEQUENCE THREADS

Prints `ready VERSION`, then `done` after each step. The quickest of what PyTorch offers without a compiler: fused
attention, fused AdamW, one matrix for queries, keys and values, gradients set to None.
"""
import sys

import torch
from torch.nn import functional as F

layers, width, heads, vocabulary, rows, sequence, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)
        self.c_attn, self.c_proj = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)
        self.c_fc, self.c_out = torch.nn.Linear(width, 4 * width), torch.nn.Linear(4 * width, width)

    def forward(self, x):
        by_head = self.c_attn(self.ln_1(x)).view(rows, sequence, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(*by_head, is_causal=True)
        x = x + self.c_proj(attended.transpose(1, 2).reshape(rows, sequence, width))
        return x + self.c_out(F.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))


class Student(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = torch.nn.Embedding(vocabulary, width)
        self.positions = torch.nn.Embedding(sequence, width)
        self.blocks = torch.nn.ModuleList(Block() for _ in range(layers))
        self.ln_f = torch.nn.LayerNorm(width)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight
        for block in self.blocks:
            x = block(x)
        return F.linear(self.ln_f(x), self.tokens.weight)


student = Student()
matrices = [p for p in student.parameters() if p.dim() > 1]
vectors = [p for p in student.parameters() if p.dim() == 1]
groups = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
optimiser = torch.optim.AdamW(groups, lr=1e-3, fused=True)
tokens = torch.randint(vocabulary, (rows, sequence + 1))


def step():
    optimiser.zero_grad(set_to_none=True)
    logits = student(tokens[:, :-1])
    F.cross_entropy(logits.reshape(-1, vocabulary), tokens[:, 1:].reshape(-1)).backward()
    torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
    optimiser.step()


print("ready", torch.__version__, flush=True)
for _ in sys.stdin:
    step()
    print("done", flush=True)
