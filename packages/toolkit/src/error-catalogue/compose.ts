import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong with stacks: `@millwright/compose`. */
export const compose = {
  ENGINE_MISSING: {
    meaning: 'The container engine or its Compose plugin is not on this machine.',
    remedy: 'Install Docker with its Compose plugin (version 2), or podman with podman compose.',
  },
  ENGINE_UNREACHABLE: {
    meaning: 'The container engine does not answer, so nothing was started.',
    remedy: 'Start the engine (on Linux: sudo systemctl start docker), and see that this user may use it.',
  },
  ENGINE_LOST: {
    meaning: 'The container engine stopped answering while a stack was running.',
    remedy: 'Start the engine again, then take down what is left: nx run <stack>:down.',
  },
  COMPOSE_FILE_INVALID: {
    meaning: 'A Compose file does not parse, or describes what Compose does not accept.',
    remedy: 'Mend the file at the line that the message names.',
  },
  STACK_VARIABLE_MISSING: {
    meaning: 'A Compose file wants a variable that has no value.',
    remedy: 'Set it in the environment, or in a file .env beside the Compose file.',
  },
  SECRET_MISSING: {
    meaning: 'The file of a secret that a stack uses is not there.',
    remedy: "Write the secret into that file, as the stack's README says. What it holds is never printed.",
  },
  SERVICE_UNKNOWN: {
    meaning: 'A service is named that the stack does not have, or that its profiles leave out.',
    remedy: 'Use one of the services that the message lists.',
  },
  IMAGE_MISSING: {
    meaning: "A service's image is neither on this machine nor to be had from a registry.",
    remedy: 'See that the name is right and that the registry can be reached; pull or build the image.',
  },
  IMAGE_BUILD_FAILED: {
    meaning: 'An image that a Compose file has built (`build:`) cannot be built.',
    remedy: 'Mend what the builder reports above, in the Dockerfile or where it copies from.',
  },
  IMAGE_UNREADABLE: {
    meaning: 'An image could not be inspected.',
    remedy: 'Remove the image and pull it again.',
  },
  MOUNT_SOURCE_MISSING: {
    meaning: 'A file that is to be mounted is not there; Docker would make a folder in its place.',
    remedy: 'Build it first.',
  },
  MOUNT_BUILD_FAILED: {
    meaning: 'What a configuration of a stack mounts could not be built.',
    remedy: "Read the build's own output above.",
  },
  MOUNT_SOURCE_IS_FOLDER: {
    meaning: 'A folder stands where a file that is to be mounted should be.',
    remedy: 'Remove the folder, which an earlier mount of a missing file may have left, and build the file.',
  },
  MOUNT_NOT_EXECUTABLE: {
    meaning: 'A binary that is to be mounted has no run bit, so that the container could not start it.',
    remedy: 'chmod +x the file, or build it again.',
  },
  MOUNT_FORMAT_REFUSED: {
    meaning: 'A file that is to be mounted is not a program of the system that the containers run.',
    remedy: 'Build it for Linux.',
  },
  MOUNT_ARCHITECTURE_REFUSED: {
    meaning: 'A binary is built for an architecture that the container engine can neither run nor emulate.',
    remedy:
      "Build for the engine's architecture, or install emulation: docker run --privileged tonistiigi/binfmt.",
  },
  MOUNT_INTERPRETER_MISSING: {
    meaning: 'The dynamic loader that a binary names is not in the image.',
    remedy:
      'Use an image with the C library that the binary is linked to, or link it statically (libc: "musl").',
  },
  MOUNT_GLIBC_TOO_NEW: {
    meaning: 'A binary needs a newer glibc than the image has.',
    remedy: 'Build with a glibc floor, or for musl, or use a newer image.',
  },
  MOUNT_LIBRARY_MISSING: {
    meaning: 'A binary needs a shared library that is neither in the image nor mounted.',
    remedy: 'Link the library statically, use an image that has it, or mount it (libraries).',
  },
  PORT_IN_USE: {
    meaning: 'A port that the stack publishes is taken.',
    remedy: 'End what holds the port, publish another one, or let a free one be found: --ports=auto.',
  },
  SERVICE_UNHEALTHY: {
    meaning: 'A service runs, but its health check failed as often as the Compose file allows.',
    remedy: "Read the service's last lines above, and run its health check by hand: docker exec.",
  },
  SERVICE_ENDED: {
    meaning: 'A service that should keep running has ended.',
    remedy: "Read the service's last lines above.",
  },
  STACK_TIMEOUT: {
    meaning: 'A stack was not ready in the time given.',
    remedy: 'Read what the services say, or give them longer: --timeout=<seconds>.',
  },
  STACK_FAILED: {
    meaning: 'Compose could not do what it was asked.',
    remedy: 'Read what it says; run again with --verbose to see all of it.',
  },
  FOLDER_NOT_WATCHED: {
    meaning: '`watch` cannot look after a folder, and would overlook edits in it.',
    remedy:
      'Raise the limit that the message names (sudo sysctl fs.inotify.max_user_watches=524288), or see that the folder may be read.',
  },
  STACK_TEST_FAILED: {
    meaning: 'The tests that ran against a stack failed.',
    remedy: "Read the tests' output and the services' last lines above.",
  },
} satisfies Record<string, CatalogueEntry>;
