/** Taken as text by JupyterLab's builder. */
declare module '*.txt' {
  const text: string;
  export default text;
}
