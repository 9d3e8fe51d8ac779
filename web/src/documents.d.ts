declare module '*.md?page' {
  const document: import('./lib/rendered').Rendered;
  export default document;
}
declare module '*.csv?rows' {
  const rows: Record<string, string>[];
  export default rows;
}
