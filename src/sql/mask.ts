/** What stands for a value that is not shown, wherever SQL, a statement's properties or SHOW CREATE would show it. */
export const mask = "******";
