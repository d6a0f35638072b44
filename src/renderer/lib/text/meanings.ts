/**
 * What the field's words on the pages mean to someone who meets them for the first time, in a sentence or two. They
 * appear where a reader rests on the word (parts/text/term.svelte); docs/glossary.md has the words of the code.
 */
const atEqualLength =
    'The gain that is left between stories with equally many words. Longer stories often score higher, so this is what learning brought beside length.';

export const meanings: Readonly<Record<string, string>> = {
    'Teacher score':
        'What the teacher gave the stories of each update, on average. These are the stories the student learned from; what it gained is measured on stories of their own, written before and after.',
    'KL to reference':
        'How far the student has moved from where the run began: by how many nats it thinks its own story likelier than it did at first (one nat is a factor of 2.7). Learning needs some of it; with too much, language wears away.',
    'log-ratio':
        'By how many nats the student thought this story likelier than it would have where the run began; below 0, less likely. One story may lie on either side; the mean over many is the KL.',
    Entropy:
        'How open the student is about its next token. At 0 it is always sure; the less, the more its stories resemble each other.',
    Length: 'How many words a story has, on average. Many a teacher gives longer stories more, so a score that rises with it may be length alone.',
    Clipped:
        'How many tokens changed in probability by more than an update may change them (the clip range), and so were not followed further. Many of them: the learning rate is high.',
    Pairs: 'Of a few stories, the best and the worst are a pair: the student learns to prefer the one to the other.',
    Loss: 'How surprised the student is by each token of a text: the less, the better it reads. Held out: by texts it never learned from.',
    'Learning rate': 'How far one step moves the weights.',
    Gradient:
        'How steep the loss is: the length of the gradient before it is clipped. A sudden peak is a step gone wrong.',
    'At equal length': atEqualLength,
    'Gain at equal length': atEqualLength,
    'Above its control':
        'The gain at equal length, less that of the same run with its rewards shuffled: what learning from these rewards brought, and not chance or more writing.',
    'Effect size':
        'The change in standard deviations of the scores before: 0.2 is little, 0.5 can be noticed, 0.8 is much.',
    κ: 'How far teacher and people agree beyond chance, where far misses count more than near ones (Cohen’s κ with quadratic weights): 0 is chance, 1 is always.',
    'Spearman ρ': 'Whether teacher and people put the stories into the same order: 0 not at all, 1 exactly.',
    'People’s own κ':
        'How far people agree among themselves: one of them against the mean of the others. No teacher can be asked for much more.',
    'input words':
        'What a run’s budget counts: the words of the prompts of its first update, and every word of its teacher (a score is one word). The student’s stories are not counted.',
};
