"""Records what the official evaluation pipeline of BabyLM 2025 counts, from log-probabilities that are made up.

    git clone https://github.com/babylm/evaluation-pipeline-2025 /tmp/pipeline    (recorded at bf55c11)
    pip install torch==2.13.0 scipy==1.17.1 statsmodels==0.15.0 pandas==3.1.1
    python test/parity/benchmarks/record_benchmarks.py /tmp/pipeline <evaluation_data> > test/parity/benchmarks/official.json
    npm exec -- prettier --write test/parity/benchmarks/official.json

The pipeline's own functions are run: its readers, its ranking, its averages, its reports, its regressions, its curve fits.
Only what it imports for models is replaced by empty modules. Log-probabilities come from a hash of an item's id, so that
the tests can make them again; many are multiples of 1/4, so that there are ties. What is recorded are ids, labels and
numbers, no text of a benchmark: predictions are recorded as a digest of the file.

Where the tables of a benchmark would be needed (reading, ages), tables of our own are made up, and the real one is run
besides; of that one only the results are recorded.
"""
import argparse
import hashlib
import io
import json
import math
import pathlib
import sys
import tempfile
import types
from unittest.mock import MagicMock

pipeline, data = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
for name in ["datasets", "aiohttp", "transformers", "transformers.modeling_outputs", "tqdm"]:
    sys.modules.setdefault(name, MagicMock())
sys.path[:0] = [str(pipeline), str(pipeline / "evaluation_pipeline")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy  # noqa: E402
import scipy.stats  # noqa: E402
import statsmodels  # noqa: E402
import torch  # noqa: E402
from statsmodels.stats.contingency_tables import mcnemar  # noqa: E402
from statsmodels.stats.multitest import multipletests  # noqa: E402
import calculate_results_from_pred as summary  # noqa: E402
import utils  # noqa: E402
from evaluation_pipeline.sentence_zero_shot import compute_results, read_files, run  # noqa: E402


def hashed(key: str) -> int:
    """FNV-1a, 32 bits, of the UTF-8 bytes."""
    value = 0x811C9DC5
    for byte in key.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    # the last bits of FNV alone follow the last letter too closely
    value ^= value >> 15
    value = (value * 0x2C1B3C6D) & 0xFFFFFFFF
    value ^= value >> 12
    return value


def logprob(uid: str, index: int, place: int) -> float:
    value = hashed(f"{uid}|{index}|{place}")
    if uid.startswith("wug"):
        return -40 + (value % 40_000) / 1_000
    return -(30 + (value % 97) / 4) if value & 0x10000 else -(30 + (value % 24_001) / 1_000)


class Sorted:
    """A folder whose files come in the order of their names, where iterdir() has no order of its own."""

    def __init__(self, path):
        self.path = path

    def iterdir(self):
        return sorted(self.path.iterdir())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def run_task(name: str, task: str, folder: pathlib.Path):
    args = argparse.Namespace(
        data_path=Sorted(folder), task=task, full_sentence_scores=False, images_path=None, save_predictions=True
    )
    items = read_files.read_files(args)
    metadata = [{k: v for k, v in item.items() if k not in ["sentences", "completions", "prefixes", "label"]} for item in items]
    uids = [item["UID"] for item in items]
    counts, indices = {}, []
    for uid in uids:
        indices.append(counts.get(uid, 0))
        counts[uid] = counts.get(uid, 0) + 1
    width = len(items[0]["sentences"])
    logprobs = [
        torch.tensor([logprob(uid, index, place) for uid, index in zip(uids, indices)], dtype=torch.float32)
        for place in range(width)
    ]
    stats, predictions = {1.0: {}}, {1.0: __import__("collections").defaultdict(list)}
    compute_results.update_subset_to_stats(stats, metadata)
    rank = compute_results.rank_and_evaluate_wug if "wug" in task else compute_results.rank_and_evaluate
    rank(args, stats, {1.0: logprobs}, items, [0] * len(items), metadata, uids, predictions)
    scores, average = run.process_results_wug(stats) if "wug" in task else run.process_results(args, stats)
    report = io.StringIO()
    run.create_evaluation_report(1.0, average[1.0], scores[1.0], task=task, file=report)
    file = {uid: {"predictions": made} for uid, made in predictions[1.0].items()}
    by_file = {
        "blimp": summary._calculate_blimp_results,
        "ewok": summary._calculate_ewok_results,
        "entity_tracking": summary._calculate_entity_tracking_results,
        "comps": summary._calculate_comps_results,
        "wug_adj": summary._calculate_wug_results,
        "wug_past": summary._calculate_wug_results,
    }[task]
    # runs of items that share everything: uid, labels, texts, how many
    runs = []
    for item in metadata:
        labels = {k: v for k, v in item.items() if k not in ["UID", "ratio"]}  # no text
        if runs and runs[-1]["uid"] == item["UID"] and runs[-1]["labels"] == labels:
            runs[-1]["items"] += 1
        else:
            runs.append({"uid": item["UID"], "labels": labels, "items": 1})
    recorded = {
        "texts": width,
        "runs": runs,
        "scores": scores[1.0],
        "average": average[1.0],
        "summary": by_file(file, folder),
        "report": report.getvalue(),
        "predictionsSha256": digest(json.dumps(file)),
    }
    if "wug" in task:
        recorded["first"] = [made["prob"] for made in file[task]["predictions"]]
        recorded["ratios"] = [hashed(f"{task}|{i}|ratio") % 12 / 11 for i in range(len(items))]
        recorded["madeUp"] = float(scipy.stats.spearmanr(recorded["first"], recorded["ratios"])[0])
    return recorded


def reading_frame(rows: int) -> pd.DataFrame:
    """A table of reading times of our own: sums and products of hashes alone."""
    h = lambda i, name: hashed(f"reading|{i}|{name}")
    table = []
    for i in range(rows):
        length, place, frequency = 1 + h(i, "l") % 11, 1 + h(i, "c") % 14, (h(i, "f") % 15_000) / 1_000
        pred = (h(i, "p") % 20_000) / 1_000
        noise = lambda name: (h(i, name) % 10_000) / 100
        table.append(
            {
                "Subtlex_log10": math.nan if i % 83 == 5 else frequency,
                "length": length,
                "context_length": place,
                "prev_length": -1 if i % 9 == 0 else 1 + h(i, "q") % 9,
                "RTfirstfix": 180 + 3 * length - 2 * frequency + pred + noise("a"),
                "RTfirstpass": math.nan if i % 61 == 3 else 190 + 9 * length + 2 * pred + noise("b"),
                "RTgopast": 220 + 11 * length - frequency * length / 4 + 3 * pred + noise("d") * 2,
                "RTrightbound": 200 + 4 * length + noise("e"),
                "self_paced_reading_time": 300 + 2 * length + pred / 2 + noise("g"),
                "pred": pred,
                "prev_pred": None if i % 9 == 0 else (h(i, "o") % 18_000) / 1_000,
            }
        )
    return pd.DataFrame(table)


def run_reading(frame: pd.DataFrame):
    """Through the pipeline's own reader of predictions and tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "reading.csv"
        frame.assign(item="x").drop(columns=["pred", "prev_pred"]).to_csv(path)
        made = [{"pred": p, "prev_pred": q} for p, q in zip(frame["pred"], frame["prev_pred"])]
        paced, eyes = summary._calculate_reading_results({"reading": {"predictions": made}}, path)
    return {"selfPaced": paced, "eyeTracking": eyes}


def run_real_reading(path: pathlib.Path):
    """The published rows with surprisals that are made up."""
    frame = pd.read_csv(path, dtype={"item": str})
    frame["pred"] = [-logprob("reading", i, 0) for i in range(len(frame))]
    frame["prev_pred"] = [
        -logprob("reading", i, 1) if isinstance(before, str) else math.nan for i, before in enumerate(frame["prev_item"])
    ]
    made = [{"id": i, "pred": p, "prev_pred": q} for i, (p, q) in enumerate(zip(frame["pred"], frame["prev_pred"]))]
    paced, eyes = summary._calculate_reading_results({"reading": {"predictions": made}}, path)
    text = json.dumps({"reading": {"predictions": made}})
    return {"selfPaced": paced, "eyeTracking": eyes, "predictionsSha256": digest(text)}


def acquisition():
    """Children and checkpoints of our own, and the ages that the pipeline fits to them."""
    steps = [i * 10**6 for i in range(1, 10)] + [i * 10**7 for i in range(1, 11)]
    words, results = [], []
    random = np.random.default_rng(20)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(60):
            noise = [0, 0.01, 0.03, 0.08][i % 4]
            middle, steep = 17 + 12 * random.random(), 0.2 + 0.7 * random.random()
            top, floor = 0.7 + 0.3 * random.random(), 0.1 * random.random()
            shares = [top / (1 + math.exp(-steep * (age - middle))) + floor for age in range(16, 31)]
            shares = [round(min(1, max(0, s + noise * random.standard_normal())), 4) for s in shares]
            if i % 20 == 7:
                shares[3] = None
            if i == 11:
                shares = [0.2] * 15
            best, worst = 2 + 5 * random.random(), 13 + 4 * random.random()
            at, speed = 6.2 + 1.6 * random.random(), 2 + 4 * random.random()
            surprisals = []
            for step in steps:
                curve = worst - (worst - best) / (1 + math.exp(-speed * (math.log10(step + 1) - at)))
                surprisals.append([round(max(0.05, curve + (0.2 + noise * 10) * random.standard_normal()), 4) for _ in range(3)])
            if i == 13:
                surprisals = [[9.0] * 3 for _ in steps]
            words.append({"word": f"word{i}", "shares": shares, "surprisals": surprisals})
        table = pd.DataFrame([{"word": w["word"], **dict(zip(map(str, range(16, 31)), w["shares"]))} for w in words])
        path = pathlib.Path(folder) / "cdi_human.csv"
        table.to_csv(path, index=False)
        evaluator = utils.AoAEvaluator(path)
    for s, step in enumerate(steps):
        for w in words:
            for context, value in enumerate(w["surprisals"][s]):
                name = f"chck_{step // 10**6}M"
                results.append({"step": name, "target_word": w["word"], "context_id": context, "surprisal": value})
    for i, w in enumerate(words):
        flat = [value for values in w["surprisals"] for value in values]
        times = [step for step, values in zip(steps, w["surprisals"]) for _ in values]
        w["child"] = evaluator.compute_child_aoa(i)
        w["student"] = evaluator.compute_model_aoa(flat, times)
    fitness = evaluator.compute_curve_fitness({"results": results})
    few = evaluator.compute_curve_fitness({"results": [r for r in results if r["target_word"] in ("word0", "word1")]})
    return {
        "steps": steps,
        "words": words,
        "correlation": fitness["curve_fitness"],
        "took part": fitness["n_words"],
        "fewWords": few["curve_fitness"],
    }


def tests():
    tables = [(0, 0), (1, 0), (3, 9), (10, 10), (25, 41), (130, 190), (700, 640), (2_000, 2_210)]
    values = [float(mcnemar([[5, b], [c, 5]], exact=True).pvalue) for b, c in tables]
    return {
        "mcnemar": [{"lost": b, "won": c, "p": p} for (b, c), p in zip(tables, values)],
        "holm": [float(p) for p in multipletests(values, method="holm")[1]],
        "binomial": [
            {"n": n, "p": p, "at": k, "below": float(scipy.stats.binom.cdf(k, n, p))}
            for n, p, k in [(1, 0.3, 0), (20, 0.05, 1), (900, 0.565, 500), (900, 0.999, 899), (50_000, 0.5, 25_100)]
        ],
    }


def versions():
    return {"torch": torch.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "pandas": pd.__version__}


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


mini, synthetic = data / "mini" / "full_eval", data / "synthetic" / "full_eval"
recorded = {
    "versions": versions(),
    "tasks": {
        "blimp": run_task("blimp", "blimp", mini / "blimp_filtered"),
        "supplement": run_task("supplement", "blimp", mini / "supplement_filtered"),
        "ewok": run_task("ewok", "ewok", synthetic / "ewok_filtered"),
        "entity_tracking": run_task("entity_tracking", "entity_tracking", synthetic / "entity_tracking"),
        "comps": run_task("comps", "comps", synthetic / "comps"),
        "wug_adj": run_task("wug_adj", "wug_adj", mini / "wug_adj_nominalization"),
        "wug_past": run_task("wug_past", "wug_past", synthetic / "wug_past_tense"),
    },
    "madeUpReading": {"rows": 400, **run_reading(reading_frame(400))},
    "publishedReading": run_real_reading(mini / "reading" / "reading_data.csv"),
    "acquisition": acquisition(),
    "tests": tests(),
}
print(json.dumps(plain(recorded), separators=(",", ":")))
