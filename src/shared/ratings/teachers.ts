/** Teachers that need nothing but Storyloop; others are files of models, or servers. */
export const ownTeachers = ['rules', 'random', 'length'] as const;

/** Refuses a teacher's name that nobody has. */
export function noSuchTeacher(name: string): string {
    return `There is no teacher called "${name}"; nothing was started. Choose one of ${ownTeachers.join(', ')}, a model's .gguf file, or a server by its address (http://…/v1).`;
}
