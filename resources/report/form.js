/*
 * The rating form of a report: one story at a time, without a word on where it comes from. Answers stay in this
 * browser where it lets a page keep anything, and leave as a JSON file that Storyloop imports.
 */
'use strict';
(() => {
    const form = JSON.parse(document.getElementById('form-data').textContent);
    const find = (id) => document.getElementById(id);
    const desk = find('desk');
    const shelf = `storyloop-ratings-${form.set}`;
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

    /** A ULID: when, and chance. */
    function newId() {
        let time = Date.now();
        let id = '';
        for (let i = 0; i < 10; i++, time = Math.floor(time / 32)) id = digits[time % 32] + id;
        for (const byte of crypto.getRandomValues(new Uint8Array(16))) id += digits[byte % 32];
        return id;
    }

    /** answers: by position, in the order in which they were given; sent: how many of them a saved file holds. */
    const fresh = () => ({ rater: { id: newId(), name: '' }, answers: {}, sent: {} });
    let kept = fresh();
    let canKeep = true;
    try {
        const before = JSON.parse(localStorage.getItem(shelf) ?? 'null');
        if (before?.rater?.id && before.answers && before.sent) kept = before;
    } catch {
        canKeep = false; // a browser may forbid it; the file is what counts
    }
    const keep = () => {
        if (!canKeep) return;
        try {
            localStorage.setItem(shelf, JSON.stringify(kept));
        } catch {
            canKeep = false;
        }
    };
    const say = (words) => {
        find('said').textContent = words;
    };

    let position = 1;
    let shownAt = Date.now();
    const items = form.items.length;
    const answerOf = (at) => (kept.answers[at] ?? []).at(-1);
    const isDone = (at) => answerOf(at) !== undefined;
    const doneCount = () => form.items.filter((_, i) => isDone(i + 1)).length;

    for (const { id, name, means, min, max } of form.criteria) {
        const field = document.createElement('fieldset');
        field.dataset.criterion = id;
        const legend = document.createElement('legend');
        legend.append(name, Object.assign(document.createElement('span'), { textContent: means === '' ? '' : ` – ${means}` }));
        const scale = document.createElement('div');
        scale.className = 'scale';
        for (let score = min; score <= max; score++) {
            const label = document.createElement('label');
            const radio = Object.assign(document.createElement('input'), { type: 'radio', name: `score-${id}`, value: String(score) });
            label.append(radio, String(score));
            scale.append(label);
        }
        field.append(legend, scale);
        find('criteria').append(field);
    }
    const fields = [...find('criteria').querySelectorAll('fieldset')];
    const scoreIn = (field) => field.querySelector('input:checked');
    const scores = () => Object.fromEntries(fields.flatMap((field) => (scoreIn(field) ? [[field.dataset.criterion, Number(scoreIn(field).value)]] : [])));

    function show(at) {
        position = Math.min(items, Math.max(1, at));
        shownAt = Date.now();
        const { prompt, story } = form.items[position - 1];
        const given = answerOf(position);
        find('story').replaceChildren(Object.assign(document.createElement('span'), { className: 'prompt', textContent: prompt }), story);
        for (const field of fields)
            for (const radio of field.querySelectorAll('input'))
                radio.checked = given?.kind === 'scored' && String(given.scores[field.dataset.criterion]) === radio.value;
        refresh();
    }

    function refresh() {
        const done = doneCount();
        const given = answerOf(position);
        const state = given === undefined ? 'not rated yet' : given.kind === 'scored' ? 'rated' : 'skipped';
        find('progress').textContent = `Story ${position} of ${items}, ${state}. ${done} of ${items} done.`;
        find('back').disabled = position === 1;
        find('save').disabled = done === 0;
    }

    /** What a saved file holds is never changed: another answer comes behind it. */
    function answer(kind) {
        const list = kept.answers[position] ?? [];
        const sent = kept.sent[position] ?? 0;
        const before = list.at(-1);
        const given = kind === 'scored' ? scores() : {};
        if (before?.kind === kind && JSON.stringify(before.scores) === JSON.stringify(given)) return;
        const dwellMs = Math.min(Date.now() - shownAt, 3600000);
        const next = { kind, scores: given, at: Date.now(), dwellMs: Math.max(0, dwellMs) };
        kept.answers[position] = [...list.slice(0, sent), next];
        keep();
        refresh();
    }

    function forward() {
        const next = form.items.findIndex((_, i) => i + 1 > position && !isDone(i + 1));
        const open = next === -1 ? form.items.findIndex((_, i) => !isDone(i + 1)) : next;
        if (open === -1) {
            say(`All ${items} are done. Save the file and send it back.`);
            return find('save').focus();
        }
        show(open + 1);
        fields[0].querySelector('input').focus();
    }

    find('criteria').addEventListener('change', () => {
        if (fields.every(scoreIn)) answer('scored');
    });
    find('next').addEventListener('click', () => {
        if (fields.every(scoreIn)) forward();
        else say('Give every score first, or skip this story.');
    });
    find('skip').addEventListener('click', () => {
        answer('skipped');
        forward();
    });
    find('back').addEventListener('click', () => show(position - 1));
    find('rater').value = kept.rater.name;
    find('rater').addEventListener('input', () => {
        kept.rater.name = find('rater').value;
        keep();
    });

    desk.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.type === 'text') return;
        if (/^[0-9]$/.test(event.key)) {
            const at = fields.find((field) => field.contains(document.activeElement)) ?? fields.find((field) => !scoreIn(field)) ?? fields[0];
            const radio = at.querySelector(`input[value="${event.key}"]`);
            if (!radio) return say(`Here the scores are ${form.criteria[fields.indexOf(at)].min} to ${form.criteria[fields.indexOf(at)].max}.`);
            radio.checked = true;
            event.preventDefault();
            say('');
            if (fields.every(scoreIn)) answer('scored');
            (fields[fields.indexOf(at) + 1]?.querySelector('input') ?? find('next')).focus();
        } else if (event.key === 's' || event.key === 'S') find('skip').click();
        else if (event.key === 'Backspace') {
            event.preventDefault();
            find('back').click();
        } else if (event.key === 'Enter' && event.target.type === 'radio') {
            event.preventDefault();
            find('next').click();
        }
    });

    find('save').addEventListener('click', () => {
        const name = find('rater').value.replace(/\s+/g, ' ').trim();
        if (name === '') {
            say('Type your name first, so that your answers are told from others’.');
            return find('rater').focus();
        }
        kept.rater.name = name;
        const ratings = Object.entries(kept.answers).flatMap(([at, list]) =>
            list.map((each, i) => ({ position: Number(at), number: i + 1, ...each })),
        );
        const { type, version, run, runName, set, seed, wanted, digest } = form;
        const file = { type, version, run, runName, set, seed, wanted, digest, rater: { id: kept.rater.id, name }, ratings };
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: 'application/json' }));
        link.download = `ratings-${name.replace(/[^\p{L}\p{N}-]+/gu, '-')}.json`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        for (const [at, list] of Object.entries(kept.answers)) kept.sent[at] = list.length;
        keep();
        say(`Saved ${link.download} with ${doneCount()} of ${items}. Send it to whoever gave you this report.`);
    });

    desk.hidden = false;
    const open = form.items.findIndex((_, i) => !isDone(i + 1));
    show(open === -1 ? 1 : open + 1);
    if (!canKeep) say('This browser keeps nothing for a page: save the file before you close it.');
})();
