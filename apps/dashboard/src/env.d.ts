declare module '*.css';
declare module '*.svg' {
  const address: string;
  export default address;
}
declare module '*?worker' {
  const WorkerOf: new () => Worker;
  export default WorkerOf;
}
declare module '*?url' {
  const address: string;
  export default address;
}
