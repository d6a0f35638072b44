/** What a story is held against, what drift costs where, and how the loss adds up: the switches of `methods.ts`. */
import { choice, learn, number, whole, type Field } from './field.ts';

export const advantage = {
    'ppo.advantage': choice({
        default: 'gae',
        choices: ['gae', 'mean', 'leave-one-out', 'length-weighted', 'greedy', 'best-of-k', 'best-and-worst'],
        unit: '',
        means: 'what a story is held against: the value head’s guesses, the batch’s mean reward, the mean of the others (RLOO), one weighted by length (OPO), a greedy story’s reward (ReMax, one more story an update), the others of its k, of which the best is kept (RAFT), or the worst of its k, to which the best is preferred (online DPO). All but gae have no value head and leave cut stories out where it would guess',
        jobs: learn,
    }),
    'ppo.bestOf': whole({
        default: 4,
        min: 2,
        max: 1000,
        unit: 'stories',
        means: 'so many stories, one after the other, of which the best is learned from (RAFT), or best and worst are a pair (online DPO)',
        jobs: learn,
    }),
    'ppo.dpoBeta': number({
        default: 0.1,
        min: 0.0001,
        max: 100,
        unit: 'per nat',
        means: 'β of online DPO: how dear it is to leave the reference, and how soon a pair is settled',
        source: 'arXiv 2305.18290',
        jobs: learn,
    }),
    'ppo.normalise': choice({
        default: 'whiten',
        choices: ['whiten', 'deviation', 'off'],
        unit: '',
        means: 'advantages: shifted and scaled over all tokens of the batch, divided by the standard deviation of the stories’ rewards (GRPO), or as they are',
        jobs: learn,
    }),
    'ppo.perCriterion': choice({
        default: 'off',
        choices: ['off', 'on'],
        unit: '',
        means: 'normalise each criterion, and the length bonus, over the batch before they are weighted and added up (GDPO)',
        source: 'arXiv 2601.05242',
        jobs: learn,
    }),
    'ppo.klPlace': choice({
        default: 'tokens',
        choices: ['tokens', 'story', 'loss-k2', 'loss-k3'],
        unit: '',
        means: 'where drift from the reference is paid: at each token’s reward, from the story’s reward (RLOO), or in the loss by k2 or k3 (GRPO)',
        jobs: learn,
    }),
    'ppo.ratio': choice({
        default: 'token',
        choices: ['token', 'story', 'none'],
        unit: '',
        means: 'the probability ratio that is clipped: of each token, of the whole story (RLOO), or none, the log-probability itself, as in pretraining (RAFT)',
        jobs: learn,
    }),
    'ppo.lossMean': choice({
        default: 'tokens',
        choices: ['tokens', 'stories', 'constant'],
        unit: '',
        means: 'the policy loss is a mean over tokens, over stories (GRPO: a short one weighs as much), or a sum over stories times the length limit (Dr. GRPO)',
        jobs: learn,
    }),
} as const satisfies Record<string, Field>;
