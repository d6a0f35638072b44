"""Records what Hugging Face's transformers says of benchmark items: log-probabilities of every text of every item.

    pip install torch==2.13.0 transformers==5.23.0
    npm run storyloop -- export shipped --what student --to /tmp/shipped
    npm exec -- node test/parity/benchmark-items.ts <evaluation_data> > /tmp/items.json
    python test/parity/record_benchmarks.py /tmp/shipped/student /tmp/items.json > test/parity/benchmarks.json

What is recorded are ids and numbers, no texts. The scoring is stated here a second time, one text after the other and
without padding: tokens whose characters end after the beginning (Hugging Face's offsets, in code points), never the
first one; a word by the product of its tokens' probabilities, each after the text so far, tokenised anew.
"""
import hashlib
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, asked = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
tokenizer = AutoTokenizer.from_pretrained(folder)
torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def logprobs(ids):
    """(T, V) log-probabilities of what follows each token; None for more tokens than the student reads."""
    if len(ids) > model.config.n_positions:
        return None
    with torch.no_grad():
        return torch.log_softmax(model(torch.tensor([ids])).logits[0], dim=-1)


def of_span(text, beginning):
    encoded = tokenizer(text, return_offsets_mapping=True)
    ids, offsets = encoded["input_ids"], encoded["offset_mapping"]
    scored = [i for i, (_, end) in enumerate(offsets) if end > beginning + offsets[0][0] and i > 0]
    if not scored:
        return 0.0
    all_logprobs = logprobs(ids)
    if all_logprobs is None:
        return None
    return sum(all_logprobs[i - 1, ids[i]].item() for i in scored)


def of_word(context, word):
    total, before = 0.0, context
    for at, token in enumerate(tokenizer(word, add_special_tokens=False)["input_ids"]):
        piece = tokenizer.decode([token])
        target = token if at == 0 else tokenizer(piece, add_special_tokens=False)["input_ids"][0]
        total += logprobs(tokenizer(before)["input_ids"])[-1, target].item()
        before += piece
    return total


recorded = []
for item in asked:
    scores = []
    for text in item["texts"]:
        if text["kind"] == "span":
            points = len(text["text"].encode("utf-16-le")[: 2 * text["from"]].decode("utf-16-le"))
            scores.append(of_span(text["text"], points))
        else:
            scores.append(of_word(text["context"], text["word"]))
    recorded.append({"id": f"{item['task']} {item['uid']} {item['index']}", "logprobs": [s and round(s, 5) for s in scores]})

json.dump(
    {
        "weightsSha256": hashlib.sha256(open(f"{folder}/model.safetensors", "rb").read()).hexdigest(),
        "items": recorded,
    },
    sys.stdout,
    indent=None,
    separators=(",", ":"),
)
