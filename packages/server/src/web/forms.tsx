import type { Visitor } from './visitor.js';

/** The name of the field that other sites do not know. */
export const formKeyField = 'form-key';

/** Must be in each form that changes something. */
export function FormKey({ visitor }: { readonly visitor: Visitor }) {
  return <input type="hidden" name={formKeyField} value={visitor.formKey} />;
}

/** The fields of a form or of a query. A field that occurs several times has several values. */
export type FormFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Returns a field as one text without blanks around it. An empty field is undefined, as is a repeated one. */
export function fieldOf(fields: FormFields, name: string): string | undefined {
  const value = fields[name];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** Returns all values of a field. */
export function fieldsOf(fields: FormFields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  return typeof value === 'string' ? [value] : value;
}

/** Returns the fields of a form. A request without a form has none. */
export function asForm(body: unknown): FormFields {
  return typeof body === 'object' && body !== null ? (body as FormFields) : {};
}
