import { isDeepStrictEqual } from 'node:util';

/** What two statements say about the same build, if it can be compared. */
interface Definition {
  readonly predicate: {
    readonly buildDefinition: {
      readonly externalParameters: Readonly<Record<string, unknown>> & {
        readonly options: Readonly<Record<string, unknown>>;
      };
      readonly internalParameters: Readonly<Record<string, unknown>>;
    };
  };
}

/** A parameter of a build that is not the same in two statements. */
export interface ParameterDifference {
  readonly name: string;
  readonly artifact: string;
  readonly rebuilt: string;
}

/**
 * Compares the parameters of two builds, given as valid `.provenance.json` files. The toolchain is first: other parameters
 * can follow from it.
 */
export function compareParameters(artifact: string, rebuilt: string): ParameterDifference[] {
  const [left, right] = [artifact, rebuilt].map(parametersOf) as [Parameters, Parameters];
  return [...new Set(['toolchain', ...left.keys(), ...right.keys()])].flatMap((name) => {
    const values = [left.get(name), right.get(name)];
    if (isDeepStrictEqual(values[0], values[1])) return [];
    const [mine = 'none', theirs = 'none'] = values.map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    );
    return [{ name, artifact: mine, rebuilt: theirs }];
  });
}

type Parameters = ReadonlyMap<string, unknown>;

function parametersOf(text: string): Parameters {
  const { predicate } = JSON.parse(text) as Definition;
  const { externalParameters, internalParameters } = predicate.buildDefinition;
  const { options, ...external } = externalParameters;
  return new Map([
    ...Object.entries(internalParameters),
    ...Object.entries(external),
    ...Object.entries(options).map(([name, value]) => [`options.${name}`, value] as const),
  ]);
}
