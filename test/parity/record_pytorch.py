"""Records what PyTorch and Hugging Face's GPT-2 compute in six pretraining and six PPO steps of a tiny student.

    pip install torch==2.13.0 transformers==5.23.0
    python test/parity/record_pytorch.py > test/parity/pytorch.json

Weights and inputs come from the integer hash below, which test/parity/pytorch.test.ts repeats, so that the file holds
results only. Float64, so that the numbers are PyTorch's formulas and not its rounding.
"""
import json

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

LAYERS, WIDTH, HEADS, VOCABULARY, CONTEXT = 2, 16, 2, 37, 20
BATCH, SEQUENCE = 6, 12
PROMPTS, LENGTHS, LONGEST = [4, 4, 4, 4, 4], [6, 1, 9, 4, 9], 9
STEPS = 6


def uniform(stream, n):
    """n numbers in [-0.5, 0.5) with 32 bits each; `stream` picks the sequence."""
    x = (np.arange(n, dtype=np.uint64) * 2654435761 + stream * 40503 + 12345) % 2**32
    for _ in range(2):
        x = ((x ^ (x >> np.uint64(16))) * 0x45D9F3B) % 2**32
    return (x ^ (x >> np.uint64(16))).astype(np.float64) / 2**32 - 0.5


def tensor(stream, *dims, scale=1.0):
    values = (scale * uniform(stream, int(np.prod(dims)))).astype(np.float32)
    return torch.tensor(values.reshape(dims), dtype=torch.float64)


def integers(stream, below, *dims):
    values = np.floor((uniform(stream, int(np.prod(dims))) + 0.5) * below).astype(np.int64)
    return torch.tensor(values.reshape(dims))


class Student(torch.nn.Module):
    """GPT-2 with TRL's value head; parameters in the order in which they are listed."""

    def __init__(self):
        super().__init__()
        config = GPT2Config(
            vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS,
            embd_pdrop=0, attn_pdrop=0, resid_pdrop=0, attn_implementation="eager",
        )
        self.model = GPT2LMHeadModel(config).double().eval()
        self.value = torch.nn.Linear(WIDTH, 1).double()
        with torch.no_grad():
            for stream, (name, parameter) in enumerate(self.named_parameters()):
                parameter.copy_(tensor(stream, *parameter.shape, scale=0.5))
                if ".ln_" in name and name.endswith("weight"):
                    parameter.add_(1)

    def forward(self, ids):
        hidden = self.model.transformer(ids).last_hidden_state
        return self.model.lm_head(hidden).log_softmax(-1), self.value(hidden).squeeze(-1)


def norms(parameters):
    """Norm of each tensor; the key biases have no influence and drift with rounding, so c_attn.bias is left out."""
    return {
        name.removeprefix("model.").replace("value.", "v_head.summary."): parameter.norm().item()
        for name, parameter in parameters
        if not name.endswith("c_attn.bias")
    }


def pretraining():
    student = Student()
    matrices = [p for p in student.model.parameters() if p.dim() > 1]
    vectors = [p for p in student.model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.999), eps=1e-8)
    steps = []
    for step in range(STEPS):
        rows = integers(100 + step, VOCABULARY, BATCH, SEQUENCE + 1)
        logprobs, _ = student(rows[:, :-1])
        loss = -logprobs.gather(-1, rows[:, 1:, None]).mean()
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(student.model.parameters(), 1.0)
        optimiser.step()
        steps.append({"loss": loss.item(), "gradientNorm": norm.item()})
    return {"steps": steps, "norms": norms(student.model.named_parameters())}


def ppo():
    """TRL 0.9.4 PPOTrainer.loss on rows of prompt, story, padding; Adam without clipping."""
    student = Student()
    optimiser = torch.optim.Adam(student.parameters(), lr=3e-3, betas=(0.9, 0.999), eps=1e-8)
    count = len(LENGTHS)
    prompt = PROMPTS[0]
    ids = integers(200, VOCABULARY, count, prompt + LONGEST)
    mask = torch.tensor([[1.0 if t < length else 0.0 for t in range(LONGEST)] for length in LENGTHS], dtype=torch.float64)
    mean = lambda x: (x * mask).sum() / mask.sum()

    def look():
        logprobs, values = student(ids[:, :-1])
        taken = logprobs.gather(-1, ids[:, 1:, None]).squeeze(-1)
        return taken[:, prompt - 1 :], values[:, prompt - 1 :]

    with torch.no_grad():
        logprobs, values = look()
    recorded = {"logprobs": (logprobs * mask).tolist(), "values": (values * mask).tolist()}
    old_logprobs = logprobs + tensor(201, count, LONGEST, scale=0.6)
    old_values = values + tensor(202, count, LONGEST, scale=0.6)
    advantages = tensor(203, count, LONGEST, scale=3)
    returns = tensor(204, count, LONGEST, scale=2)
    steps = []
    for _ in range(STEPS):
        logprobs, values = look()
        ratio = torch.exp(logprobs - old_logprobs)
        plain, held = -advantages * ratio, -advantages * ratio.clamp(0.8, 1.2)
        policy_loss = mean(torch.max(plain, held))
        held_values = torch.max(torch.min(values, old_values + 0.2), old_values - 0.2)
        value_loss = 0.5 * mean(torch.max((values - returns) ** 2, (held_values - returns) ** 2))
        loss = policy_loss + 0.1 * value_loss
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.get_total_norm([p.grad for p in student.parameters()])
        optimiser.step()
        steps.append({
            "policyLoss": policy_loss.item(),
            "valueLoss": value_loss.item(),
            "loss": loss.item(),
            "meanRatio": mean(ratio).item(),
            "clipFraction": mean((held > plain).double()).item(),
            "approximateKl": (0.5 * mean((logprobs - old_logprobs) ** 2)).item(),
            "gradientNorm": norm.item(),
        })
    return {"scores": recorded, "steps": steps, "norms": norms(student.named_parameters())}


torch.manual_seed(0)
print(json.dumps({"pytorch": torch.__version__, "pretraining": pretraining(), "ppo": ppo()}, indent=1))
