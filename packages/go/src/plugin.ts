export const name = '@millwright/go';
