import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit';

/** Errors of components, bundles and pipelines. */
const components = {
  COMPONENT_FILE_MISSING: {
    meaning: 'A component.yaml, bundle.yaml or pipeline file does not exist or cannot be read.',
    remedy: 'check the path; a component is a folder with a component.yaml',
  },
  COMPONENT_FILE_EXISTS: {
    meaning: 'The component.yaml to write already exists. Millwright does not overwrite it.',
    remedy: 'edit the file, or remove it first',
  },
  COMPONENT_FILE_INVALID: {
    meaning:
      'A component.yaml, bundle.yaml or pipeline file is not valid YAML, or a field has a wrong value.',
    remedy: 'correct the fields above',
  },
  COMPONENT_FIELD_UNKNOWN: {
    meaning: 'A component.yaml, bundle.yaml or pipeline file has a field that Millwright does not know.',
    remedy: 'remove the field if it is a mistake; Millwright ignores it',
  },
  COMPONENT_INTERFACE_DOUBTFUL: {
    meaning: 'Parts of a component.yaml or bundle.yaml contradict each other.',
    remedy: 'correct one of the parts named above; Millwright builds the component all the same',
  },
  COMPONENT_LANGUAGE_AMBIGUOUS: {
    meaning: 'A component can be built in several languages, and nothing selects one.',
    remedy: 'declare the language in `spec.build.language` of component.yaml, or pass `--language`',
  },
  COMPONENT_LANGUAGE_UNKNOWN: {
    meaning: 'The language of a component is not declared and cannot be detected, or is not supported.',
    remedy: 'declare the language in `spec.build.language` of component.yaml',
  },
  COMPONENT_PROGRAM_AMBIGUOUS: {
    meaning: 'A component has several programs, and nothing selects one.',
    remedy: 'name the program in `main` of the language in component.yaml',
  },
  COMPONENT_PLATFORM_UNSUPPORTED: {
    meaning: 'A component cannot be built for a platform.',
    remedy: 'build for one of the platforms named above, or add the platform to `spec.platforms`',
  },
  COMPONENT_PLATFORM_OVERRIDDEN: {
    meaning:
      'The environment of a build in component.yaml sets a variable that selects the platform. Millwright sets it for each platform itself.',
    remedy: 'remove the variable from `environment`, and list the platform in `spec.platforms`',
  },
  COMPONENT_COMMAND_UNSUPPORTED: {
    meaning: 'Millwright cannot run the build command of a component.',
    remedy: 'use `go build` or `cargo build`, or remove the command to use the defaults',
  },
  COMPONENT_OUTPUT_OCCUPIED: {
    meaning: 'The folder for a built component contains files that Millwright has not written.',
    remedy: 'pass another folder with `--output`, or move the files',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'Components', entries: components }];

export const componentError = errorFactory({ ...sharedErrors, ...components });
