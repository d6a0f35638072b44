/** A teacher that can rate nothing is no teacher: whoever asked it stops, before more is spent on it. */
import { FaultError } from '../../../shared/faults.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';

/** @throws `teacher-unreadable` where there are stories and not one was rated, with what was said of the first */
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

/** Of several teachers, the word of the one who could not rate the story. */
function lastWord(
    { members, replyTokens }: Pick<TeacherFacts, 'members' | 'replyTokens'>,
    { reply = '', members: each = [] }: Rating,
): { readonly reply: string; readonly tokens: number | undefined } {
    const silent = each.findIndex(({ kind }) => kind === 'unreadable');
    const member = members?.[silent];
    return member ? lastWord(member, each[silent]!) : { reply, tokens: replyTokens };
}
