"""Records the advantages and losses of the methods without a value head, written from their papers in numpy, float64.

    pip install numpy==2.4.6
    python test/parity/record_methods.py > test/parity/methods.json

Sources: RLOO arXiv 2402.14740, GRPO 2402.03300, Dr. GRPO 2503.20783, REINFORCE++ 2501.03262, ReMax 2310.10505,
OPO 2505.23585, GDPO 2601.05242, RAFT 2304.06767; deviations are the sample's and 1e-4 stands beside them, as in TRL. Gradients of the
losses are central differences, so that no formula of a derivative is repeated.
"""
import itertools
import json

import numpy as np

STORIES, LONGEST, BETA, LAMBDA, K = 6, 7, 0.15, 0.95, 3
WEIGHTS = {"readability": 1.0, "coherence": 1.0, "creativity": 1.0}
LENGTH_WEIGHT = 0.4
EPSILON = 1e-4


def deviation(x):
    return np.std(x, ddof=1)


def batch(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, LONGEST + 1, size=STORIES)
    lengths[0] = LONGEST
    finished = [bool(n < LONGEST or k % 2 == 1) for k, n in enumerate(lengths)]
    finished[0] = False
    scores = rng.integers(0, 4, size=(STORIES + 1, 3)).astype(float)  # the last row is the greedy story
    bonus = LENGTH_WEIGHT * rng.uniform(size=STORIES + 1)
    reward = (scores.sum(1) / 9 + bonus) / (1 + LENGTH_WEIGHT)
    logprobs = rng.normal(-3, 1, size=(STORIES, LONGEST))
    reference = logprobs + rng.normal(0.1, 0.4, size=(STORIES, LONGEST))
    values = rng.normal(0.5, 0.2, size=(STORIES, LONGEST))
    after = rng.normal(0.5, 0.2, size=STORIES)
    return dict(lengths=lengths, finished=finished, scores=scores, bonus=bonus, reward=reward,
                logprobs=logprobs, reference=reference, values=values, after=after)


def normalise_each_criterion(b):
    """GDPO, with the length bonus as one part more."""
    parts = [(WEIGHTS[name] / 3, b["scores"][:, c] / 3) for c, name in enumerate(WEIGHTS)]
    parts.append((LENGTH_WEIGHT, b["bonus"] / LENGTH_WEIGHT))
    total = np.zeros(STORIES + 1)
    for weight, column in parts:
        own = column[:STORIES]
        total += weight * (column - own.mean()) / (deviation(own) + EPSILON)
    return total / sum(weight for weight, _ in parts)


def best_of_each(b, s, pay, drift, kept):
    """RAFT: of every K stories the best, read as it is."""
    priced = not s["klPlace"].startswith("loss")
    net = [pay[k] - (BETA * drift[k].sum() if priced else 0.0) for k in kept]
    chosen = []
    for start in range(0, len(kept), K):
        group = list(range(start, min(start + K, len(kept))))
        if len(group) >= 2:
            chosen.append(kept[max(group, key=lambda row: net[row])])
    table = np.zeros((STORIES, LONGEST))
    for k in chosen:
        table[k, : b["lengths"][k]] = 1
    return dict(advantages=table.ravel().tolist(), taken=chosen)


def expected(b, s, gamma):
    pay = normalise_each_criterion(b) if s["perCriterion"] == "on" else b["reward"]
    pay, greedy = pay[:STORIES], pay[STORIES]
    drift = [(b["logprobs"][k] - b["reference"][k])[:n] for k, n in enumerate(b["lengths"])]
    value_head = s["advantage"] == "gae"
    kept = [k for k in range(STORIES) if value_head or s["truncation"] == "terminal" or b["finished"][k]]
    if s["advantage"] == "best-of-k":
        return best_of_each(b, s, pay, drift, kept)
    net = {k: pay[k] - (BETA * drift[k].sum() if s["klPlace"] == "story" else 0.0) for k in kept}
    all_net = np.array([net[k] for k in kept])
    tokens = np.array([b["lengths"][k] for k in kept])
    token_price = BETA if s["klPlace"] == "tokens" else 0.0
    rows = {}
    for k in kept:
        if s["advantage"] == "gae":
            base = 0.0
        elif s["advantage"] == "mean":
            base = all_net.mean()
        elif s["advantage"] == "leave-one-out":
            base = np.mean([net[other] for other in kept if other != k])
        elif s["advantage"] == "length-weighted":
            base = (tokens * all_net).sum() / tokens.sum()
        else:
            base = greedy
        n = int(b["lengths"][k])
        paid = -token_price * drift[k]
        if not value_head:
            paid[-1] += net[k] - base
            rows[k] = np.array([sum(gamma ** (later - t) * paid[later] for later in range(t, n)) for t in range(n)])
            continue
        cut = s["truncation"] == "bootstrap" and not b["finished"][k]
        paid[-1] += 0.0 if cut else net[k]
        v = np.append(b["values"][k][:n], b["after"][k] if cut else 0.0)
        surprise = paid + gamma * v[1:] - v[:-1]
        rows[k] = np.array([sum((gamma * LAMBDA) ** (later - t) * surprise[later] for later in range(t, n))
                            for t in range(n)])
    cells = np.concatenate([rows[k] for k in kept])
    if s["normalise"] == "whiten":
        scaled = {k: (rows[k] - cells.mean()) / np.sqrt(cells.var(ddof=1) + 1e-8) for k in kept}
    elif s["normalise"] == "deviation":
        scaled = {k: rows[k] / (deviation(all_net) + EPSILON) for k in kept}
    else:
        scaled = rows
    table = np.zeros((STORIES, LONGEST))
    for k in kept:
        table[k, : len(scaled[k])] = scaled[k]
    return dict(advantages=table.ravel().tolist(), taken=kept)


def advantage_cases():
    batches = [batch(1), batch(2)]
    named = [
        ("gae", "whiten", "off", "tokens"), ("leave-one-out", "off", "off", "story"),
        ("mean", "deviation", "off", "loss-k3"), ("mean", "off", "off", "loss-k3"), ("mean", "whiten", "off", "tokens"),
        ("greedy", "off", "off", "tokens"), ("length-weighted", "off", "off", "tokens"),
        ("mean", "whiten", "on", "loss-k3"), ("best-of-k", "off", "off", "story"),
    ]
    mixed = [
        ("gae", "deviation", "off", "story"), ("gae", "off", "on", "loss-k2"), ("greedy", "deviation", "on", "story"),
        ("best-of-k", "off", "on", "loss-k3"), ("leave-one-out", "whiten", "on", "tokens"), ("length-weighted", "deviation", "off", "story"),
    ]
    cases = []
    for (at, gamma), (switches, truncation) in itertools.product(
        [(0, 1.0), (1, 1.0), (1, 0.9)], itertools.product(named + mixed, ["terminal", "bootstrap"])
    ):
        s = dict(zip(["advantage", "normalise", "perCriterion", "klPlace"], switches), truncation=truncation)
        cases.append(dict(batch=at, gamma=gamma, switches=s, **expected(batches[at], s, gamma)))
    plain = [{k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in b.items()} for b in batches]
    return dict(batches=plain, cases=cases)


# losses: a minibatch of stories, token by token

CLIP = 0.2


def loss(now, old, reference, advantages, lengths, ratio, mean, estimator):
    stories, longest = now.shape
    total = 0.0
    for k, n in enumerate(lengths):
        if mean == "tokens":
            weight = 1 / lengths.sum()
        else:
            weight = 1 / (stories * (n if mean == "stories" else longest))
        change = (now - old)[k, :n]
        whole = change.sum()
        for t in range(n):
            r = np.exp(whole if ratio == "story" else change[t])
            a = advantages[k, t]
            cost = -min(r * a, np.clip(r, 1 - CLIP, 1 + CLIP) * a)
            if ratio == "none":
                cost = -a * now[k, t]
            d = now[k, t] - reference[k, t]
            kl = {"none": 0.0, "k2": d * d / 2, "k3": np.exp(-d) - 1 + d}[estimator]
            total += weight * (cost + BETA * kl)
    return total


def loss_cases():
    rng = np.random.default_rng(3)
    lengths = rng.integers(1, LONGEST + 1, size=STORIES)
    old = rng.normal(-3, 1, size=(STORIES, LONGEST))
    now = old + rng.normal(0, 0.15, size=old.shape)
    reference = old + rng.normal(0.1, 0.3, size=old.shape)
    advantages = rng.normal(size=old.shape)
    cases = []
    for ratio, mean, estimator in itertools.product(
        ["token", "story", "none"], ["tokens", "stories", "constant"], ["none", "k2", "k3"]
    ):
        of = lambda x: loss(x, old, reference, advantages, lengths, ratio, mean, estimator)
        gradient = np.zeros_like(now)
        for cell in np.ndindex(*now.shape):
            step = np.zeros_like(now)
            step[cell] = 1e-6
            gradient[cell] = (of(now + step) - of(now - step)) / 2e-6
        cases.append(dict(ratio=ratio, mean=mean, estimator=estimator, loss=of(now),
                          gradient=np.round(gradient, 10).ravel().tolist()))
    inputs = dict(lengths=lengths, old=old.ravel(), now=now.ravel(), reference=reference.ravel(),
                  advantages=advantages.ravel())
    return dict(inputs={k: v.tolist() for k, v in inputs.items()}, cases=cases)


shape = dict(stories=STORIES, longest=LONGEST, beta=BETA, lengthWeight=LENGTH_WEIGHT, clip=CLIP, bestOf=K,
             **{"lambda": LAMBDA})
print(json.dumps(dict(shape=shape, advantages=advantage_cases(), losses=loss_cases())))
