/** How likely a student finds the texts of items, each as it is tokenised. */
import type { BenchmarkItem, ReadItem } from '../../shared/benchmarks/benchmarks.ts';
import type { SequenceScorer } from '../student/scoring/sequence-scorer.ts';
import { tokensOf, type ScoredTokens } from '../text/scored-text.ts';
import type { Tokenizer } from '../text/tokenizer/tokenizer.ts';

/** Log-probabilities of every text of every item; null for one that is longer than the student's context. */
export async function scoreItems(
    items: readonly BenchmarkItem[],
    tokenizer: Tokenizer,
    context: number,
    scorer: SequenceScorer,
): Promise<readonly ReadItem[]> {
    const fits = (text: readonly ScoredTokens[]): boolean => text.every(({ ids }) => ids.length <= context);
    const tokenised = items.map(({ texts }) => texts.map((text) => tokensOf(text, tokenizer)));
    const scores = await scorer.score(tokenised.map((texts) => texts.filter(fits).flat()));
    return items.map((item, at) => {
        const own = scores[at]!.values();
        const sumOf = (text: readonly ScoredTokens[]): number => text.reduce((sum) => sum + own.next().value!, 0);
        return { item, logprobs: tokenised[at]!.map((text) => (fits(text) ? sumOf(text) : null)) };
    });
}
