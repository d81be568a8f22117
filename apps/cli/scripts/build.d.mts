export declare const packageFolder: string;
/** Bundles the command into a folder and gives the path of the file to run. */
export declare function bundleCommand(folder: string): Promise<string>;
export declare function buildPackage(): Promise<void>;
