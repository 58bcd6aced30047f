import { componentError } from '../errors.js';

/**
 * Loads the package that builds a language. It is not a dependency, because it requires Nx.
 * @param load imports the package
 * @throws MillwrightError COMPONENT_LANGUAGE_UNKNOWN if it is not installed
 */
export async function loadBuilder<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw componentError('COMPONENT_LANGUAGE_UNKNOWN', {
      what: 'the language of the component cannot be built',
      why: `${name} is not installed`,
      remedy: `install it beside Millwright: npm install ${name}`,
    });
  }
}
