/** Every list of access begins with this key: a deleted account takes keys, roles and identity pools with it. */
export const accessKey = ["access"] as const;
