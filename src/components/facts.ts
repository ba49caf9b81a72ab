import type { Document } from '../api';

export interface IFact {
  key: string;
  value: string;
}

/** The facts of a JSON document, those of its parts after its own; none where it is no such document. */
export function factsOf(
  document: Pick<Document, 'media_type' | 'text'>
): IFact[] {
  if (document.media_type !== 'application/json') {
    return [];
  }
  let facts: unknown;
  try {
    facts = JSON.parse(document.text);
  } catch {
    return [];
  }
  const own: IFact[] = [];
  const parts: IFact[] = [];
  for (const [key, value] of isRecord(facts) ? Object.entries(facts) : []) {
    if (isRecord(value)) {
      parts.push(
        ...Object.entries(value).map(([part, of]) => ({
          key: part,
          value: told(of)
        }))
      );
    } else {
      own.push({ key, value: told(value) });
    }
  }
  return [...own, ...parts];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
