// What a document of the repository is once it has been made part of the page (documents.ts).

export interface Rendered {
  title: string;
  /** The first paragraph, for lists of documents. */
  lead: string;
  html: string;
  headings: { id: string; text: string }[];
}
