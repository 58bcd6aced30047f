import type { ComponentChildren } from 'preact';

export interface Column {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** Long text may have several lines. */
  readonly isText?: boolean;
}

export interface TableProps {
  /** Unique in the page. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The cells of each row. The first one names the row. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A table. If it is wider than the page, it is scrolled by itself, with the keyboard too. */
export function Table({ id, caption, columns, rows }: TableProps) {
  const kind = (at: number) => {
    const { isNumber = false, isText = false } = columns[at] ?? {};
    return isNumber ? 'number' : isText ? 'text' : undefined;
  };
  return (
    <div class="scroll" role="region" tabindex={0} aria-labelledby={id}>
      <table>
        <caption id={id}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name }, at) => (
              <th scope="col" class={kind(at)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...cells]) => (
            <tr>
              <th scope="row" class={kind(0)}>
                {first}
              </th>
              {cells.map((cell, at) => (
                <td class={kind(at + 1)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
