/** Teachers that need nothing but Storyloop; others are files of models, or servers. */
export const ownTeachers = ['rules', 'reader', 'second-reader', 'random', 'length'] as const;

/** It judges what a student learned from others: whoever rewards by it has no second opinion left. */
const onlooker = 'second-reader';

/** @param teacher as the setting has it, several with + between */
export function rewardsByOnlooker(teacher: string): boolean {
    return teacher.split('+').some((member) => member.trim() === onlooker);
}

export const onlookerRefused = `The teacher "${onlooker}" never rewards: it is the second opinion on what others taught; nothing was started. Learn from reader, and let ${onlooker} evaluate.`;

/** Of `evaluation.judge`: nobody judges. */
export const noJudge = 'none';

/** Refuses a teacher's name that nobody has. */
export function noSuchTeacher(name: string): string {
    return `There is no teacher called "${name}"; nothing was started. Choose one of ${ownTeachers.join(', ')}, a model's .gguf file, or a server by its address (http://…/v1).`;
}
