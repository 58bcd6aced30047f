import type { ComponentChildren } from 'preact';
import { iconPath } from './icon.js';
import { stylesPath } from './styles.js';
import { FormKey } from './forms.js';
import type { Visitor } from './visitor.js';

interface LayoutProps {
  readonly title: string;
  readonly visitor: Visitor | undefined;
  readonly section: string | undefined;
  readonly children: ComponentChildren;
}

/** The frame of each page. */
export function Layout({ title, visitor, section, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} – Millwright`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={iconPath} type="image/svg+xml" />
        <link rel="stylesheet" href={stylesPath} />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="top">
          <a class="brand" href="/">
            Millwright <span>cache</span>
          </a>
          {visitor === undefined ? undefined : (
            <>
              <nav aria-label="Pages">
                <ul>
                  {sectionsOf(visitor).map(({ path, name }) => (
                    <li>
                      <a href={path} aria-current={path === section ? 'page' : undefined}>
                        {name}
                      </a>
                    </li>
                  ))}
                </ul>
              </nav>
              <form class="account" method="post" action="/logout">
                <FormKey visitor={visitor} />
                <span title={`${visitor.principal.trustClass}, ${visitor.principal.scopes.join(', ')}`}>
                  {visitor.principal.name}
                </span>
                <button type="submit" class="small">
                  Log out
                </button>
              </form>
            </>
          )}
        </header>
        <main id="content" tabindex={-1}>
          {children}
        </main>
        <footer>All times are UTC.</footer>
      </body>
    </html>
  );
}

/** The pages that a visitor may see. */
function sectionsOf({ mayAdminister }: Visitor): readonly { readonly path: string; readonly name: string }[] {
  return [
    { path: '/', name: 'Overview' },
    { path: '/entries', name: 'Entries' },
    ...(mayAdminister
      ? [
          { path: '/tokens', name: 'Tokens' },
          { path: '/storage', name: 'Storage' },
        ]
      : []),
  ];
}
