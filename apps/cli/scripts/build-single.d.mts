/** Makes the command a single file for this system. Gives its path. */
export declare function buildSingle(target?: string): Promise<string>;
