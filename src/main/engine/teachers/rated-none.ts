/** Stops the work where a teacher could not rate a single story, before more is spent on it. */
import { FaultError } from '../../../shared/faults.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';

/** @throws `teacher-unreadable` where there are stories and not one was rated; it quotes the reply to the first */
export function requireRated(teacher: Pick<TeacherFacts, 'members' | 'replyTokens'>, ratings: readonly Rating[]): void {
    const first = ratings[0];
    if (first === undefined || ratings.some(({ kind }) => kind === 'scored')) return;
    const { reply, tokens } = lastWord(teacher, first);
    throw new FaultError({
        kind: 'teacher-unreadable',
        stories: ratings.length,
        reply: quotable(reply),
        ...(tokens === undefined ? {} : { tokens }),
    });
}

/** The reply that could not be read; of an ensemble, that of the member who could not rate. */
function lastWord(
    { members, replyTokens }: Pick<TeacherFacts, 'members' | 'replyTokens'>,
    { reply = '', members: each = [] }: Rating,
): { readonly reply: string; readonly tokens: number | undefined } {
    const silent = each.findIndex(({ kind }) => kind === 'unreadable');
    const member = members?.[silent];
    return member ? lastWord(member, each[silent]!) : { reply, tokens: replyTokens };
}
