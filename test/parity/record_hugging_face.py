"""Records what Hugging Face's transformers makes of an exported student: its tokens and its logits.

    pip install torch==2.13.0 transformers==5.23.0
    npm run storyloop -- export shipped --what student --to /tmp/shipped
    node test/parity/hugging-face-questions.ts > /tmp/questions.json
    python test/parity/record_hugging_face.py /tmp/shipped/student /tmp/questions.json > test/parity/hugging-face.json

The tokens of the strings are recorded as one digest, of the logits every 97th of a row: enough to hold ours against.
"""
import hashlib
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, questions = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

# Names of special tokens in a text are plain text, as in a story: nobody may end one by writing "</s>".
tokens = [tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids for text in questions["strings"]]
decoded = sum(tokenizer.decode(ids) == text for ids, text in zip(tokens, questions["strings"]))
with torch.no_grad():
    logits = model(torch.tensor([questions["ids"]])).logits[0]
    written = model.generate(torch.tensor([questions["ids"][:8]]), do_sample=False, max_new_tokens=16, pad_token_id=1)[0]

json.dump(
    {
        "weightsSha256": hashlib.sha256(open(f"{folder}/model.safetensors", "rb").read()).hexdigest(),
        "strings": len(tokens),
        "tokensSha256": hashlib.sha256("\n".join(",".join(map(str, ids)) for ids in tokens).encode()).hexdigest(),
        "decodedEqual": decoded,
        "special": {name: getattr(tokenizer, f"{name}_token_id") for name in ("bos", "eos", "pad")},
        "ids": questions["ids"],
        "logits": [[round(value, 6) for value in row[::97].tolist()] for row in logits],
        "greedy": written.tolist(),
    },
    sys.stdout,
)
print()
